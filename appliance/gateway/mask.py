"""Replacement by Presidio's anonymizer with an operator of our own, over hits that no longer overlap."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from appliance.errors import DetectorFailed
from appliance.gateway.resolve import Hit


def masked(text: str, hits: Sequence[Hit], stand_in: Callable[[Hit], str]) -> str:
    """The text with every hit replaced by what stands for it.

    Each hit has an entity type of its own for Presidio: its operators know types, not places, are called from the last
    hit to the first, and neighbours of one type would become one.

    Raises:
        DetectorFailed: the anonymizer raised; nothing was released.
    """
    if not hits:
        return text
    from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

    results = [RecognizerResult(f"HIT_{number}", hit.start, hit.end, 1.0) for number, hit in enumerate(hits)]
    operators = {f"HIT_{number}": OperatorConfig("stand_in", {"text": stand_in(hit)})
                 for number, hit in enumerate(hits)}
    # Without this entry an unlisted type would be replaced by its name; with it, it is an error.
    operators["DEFAULT"] = OperatorConfig("stand_in", {"text": ""})
    try:
        done = _anonymizer().anonymize(text, results, operators, merge_entities_with_spaces=False)
    except Exception as error:
        raise DetectorFailed(f"Presidio's anonymizer failed ({type(error).__name__}); nothing was released") from None
    return str(done.text)


def load() -> None:
    """Load the anonymizer, which takes a second or two, before the first text needs it."""
    _anonymizer()


@functools.cache
def _anonymizer() -> Any:
    from presidio_anonymizer import AnonymizerEngine
    from presidio_anonymizer.operators import Operator, OperatorType

    class StandIn(Operator):  # type: ignore[misc]
        """Puts in the text that was decided beforehand."""

        def operate(self, text: str, params: dict[str, Any]) -> str:  # noqa: ARG002
            return str(params["text"])

        def validate(self, params: dict[str, Any]) -> None:
            if not isinstance(params.get("text"), str) or not params["text"]:
                raise ValueError("nothing stands in")

        def operator_name(self) -> str:
            return "stand_in"

        def operator_type(self) -> Any:
            return OperatorType.Anonymize

    engine = AnonymizerEngine()
    engine.add_anonymizer(StandIn)
    return engine
