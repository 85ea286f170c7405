"""The last look at what wants to leave: structure, size, private values, secrets and runs of K, in the final bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from appliance.errors import ResidualFound
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.scrub import Scrubber
from appliance.knowledge.fingerprints import Fingerprints
from appliance.policy.model import Policy

_NEIGHBOUR = "þ"
# Stands for the word beside a text; any letter that K hardly holds.

# Every key a request to the Messages API may have here.
_BODY = {"model": str, "max_tokens": int, "system": str, "messages": list}


class Guard:
    """Checks texts against K and the detector; raises or names a reason, never lets a doubt pass.

    Args:
        model: the configured reflector model, the one string of a body that is ours and not scanned.
    """

    def __init__(self, policy: Policy, scrubber: Scrubber, fingerprints: Fingerprints, model: str) -> None:
        if fingerprints.run_chars != policy.knowledge.run_chars:
            raise ResidualFound("the index of K was built for another run length than the policy asks for")
        self._policy = policy
        self._scrubber = scrubber
        self._fingerprints = fingerprints
        self._model = model

    def reason_against(self, texts: Sequence[str], pseudonyms: Pseudonyms | None) -> str | None:
        """Why an instance or principle must not be shown, or None.

        Args:
            texts: its fields.
            pseudonyms: of the drawn set; the values behind them are looked for too.

        Returns:
            ``knowledge_run`` or ``residual_<TYPE>``. Fields are looked at one by one and joined, so that a run or an
            entity split across fields is seen too.
        """
        # In the request other words stand around a text, so the space at its end counts towards a run.
        if self._runs(texts) or any(self._fingerprints.runs(f"{_NEIGHBOUR} {text} {_NEIGHBOUR}") for text in texts):
            return "knowledge_run"
        found = {kind for text in (*texts, "\n".join(texts)) for kind in self._scrubber.residual(text, pseudonyms)}
        return f"residual_{min(found)}" if found else None

    def check_body(self, body: bytes, pseudonyms: Pseudonyms | None) -> None:
        """Scan the exact bytes of a request.

        Args:
            body: what the record will hold and the sender will send.
            pseudonyms: of the drawn set.

        Raises:
            ResidualFound: not the JSON we build, too large, or anything private or quoted from K is in it.
            DetectorFailed: the detector could not say.
        """
        if len(body) > self._policy.limits.request_bytes:
            raise ResidualFound(f"the request has {len(body)} bytes; "
                                f"the policy allows {self._policy.limits.request_bytes}")
        document = parse_strictly(body)
        _check_shape(document, self._model)
        strings = [document.get("system", ""), *(message["content"] for message in document["messages"])]
        findings: dict[str, int] = {}
        if runs := self._runs(strings):
            findings["KNOWLEDGE_RUN"] = runs
        for text in (*strings, "\n".join(strings)):
            for kind, count in self._scrubber.residual(text, pseudonyms).items():
                findings[kind] = findings.get(kind, 0) + count
        if findings:
            listed = ", ".join(f"{kind} x{count}" for kind, count in sorted(findings.items()))
            raise ResidualFound(f"the final bytes still hold {listed}; nothing was sent")

    def _runs(self, texts: Sequence[str]) -> int:
        """Runs of K in the texts, and across their borders with and without a space between them."""
        return sum(map(self._fingerprints.runs, (*texts, "\n".join(texts), "".join(texts))))


def parse_strictly(body: bytes) -> dict[str, Any]:
    """A JSON object with no repeated key, no NaN, no deep nesting, written as UTF-8.

    Raises:
        ResidualFound: anything else; what cannot be read cannot be scanned.
    """
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) != len(pairs):
            raise ValueError("repeated key")
        return row

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ResidualFound("the request is not the JSON this appliance builds; nothing was sent") from error
    if not isinstance(document, dict):
        raise ResidualFound("the request is not a JSON object; nothing was sent")
    return document


def _check_shape(document: dict[str, Any], model: str) -> None:
    """Only the fields we build ourselves; an unknown one is refused, not scanned and hoped for.

    What is left for a text to hide in is ``system`` and each message's ``content``.
    """
    well_formed = (
        all(key in _BODY and isinstance(value, _BODY[key]) for key, value in document.items())
        and document.get("model") == model and "messages" in document
        and all(map(_is_message, document["messages"]))
    )
    if not well_formed:
        raise ResidualFound("the request has a field this appliance does not build; nothing was sent")


def _is_message(message: object) -> bool:
    return (isinstance(message, dict) and set(message) == {"role", "content"}
            and message["role"] in ("user", "assistant") and isinstance(message["content"], str))
