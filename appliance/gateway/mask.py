"""Replacement by Presidio's anonymizer with an operator of our own, over hits that no longer overlap."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from appliance.errors import DetectorFailed
from appliance.gateway.pseudonyms import PLACEHOLDER, Pseudonyms
from appliance.gateway.resolve import Hit


def replace(text: str, hits: Sequence[Hit], names: Pseudonyms) -> str:
    """The text with every hit replaced by its placeholder.

    The placeholder's own name is the entity type Presidio sees: its operators know types, not places, and are called
    from the last hit to the first.

    Raises:
        DetectorFailed: the anonymizer raised; nothing was released.
    """
    if not hits:
        return text
    from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

    tokens = [names.token(hit.entity, hit.value) for hit in hits]
    results = [RecognizerResult(token.strip("<>"), hit.start, hit.end, 1.0)
               for token, hit in zip(tokens, hits, strict=True)]
    operators = {token.strip("<>"): OperatorConfig("placeholder", {"token": token}) for token in tokens}
    # Without this entry an unlisted type would be replaced by its name; with it, it is an error.
    operators["DEFAULT"] = OperatorConfig("placeholder", {"token": ""})
    try:
        masked = _anonymizer().anonymize(text, results, operators, merge_entities_with_spaces=False)
    except Exception as error:
        raise DetectorFailed(f"Presidio's anonymizer failed ({type(error).__name__}); nothing was released") from None
    return str(masked.text)


@functools.cache
def _anonymizer() -> Any:
    from presidio_anonymizer import AnonymizerEngine
    from presidio_anonymizer.operators import Operator, OperatorType

    class Placeholder(Operator):  # type: ignore[misc]
        """Puts in the placeholder that was assigned beforehand."""

        def operate(self, text: str, params: dict[str, Any]) -> str:  # noqa: ARG002
            return str(params["token"])

        def validate(self, params: dict[str, Any]) -> None:
            if not PLACEHOLDER.fullmatch(str(params.get("token", ""))):
                raise ValueError("not a placeholder")

        def operator_name(self) -> str:
            return "placeholder"

        def operator_type(self) -> Any:
            return OperatorType.Anonymize

    engine = AnonymizerEngine()
    engine.add_anonymizer(Placeholder)
    return engine
