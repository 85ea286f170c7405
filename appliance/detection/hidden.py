"""What encoded runs of a text hide: decode, let the detector look, refuse what it finds or nobody can read."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.detection.detector import Detector, Span
from appliance.detection.encoded import View, broken_secrets, views
from appliance.detection.normalise import clean, fold
from appliance.errors import DetectorFailed, InputError
from appliance.policy.model import Policy

ENCODED = "ENCODED_TEXT"
"""The type of a run that hides something, or might."""

_SOURCE = "psi_encoded"
_SCORE = 0.9


def hidden(texts: Sequence[str], detector: Detector, policy: Policy) -> list[list[Span]]:
    """Findings inside the encoded runs of folded texts, as spans over the whole run.

    One further call of the detector, and none where nothing is encoded.

    Raises:
        DetectorFailed: see `Detector`.
    """
    found = [views(text) for text in texts]
    readable = [view for inside in found for view in inside if view.text]
    said = dict(zip(map(id, readable), _looked_at(readable, detector, policy), strict=True))
    spans = []
    for text, inside in zip(texts, found, strict=True):
        why = {view: said.get(id(view), "cannot be read") for view in inside}
        encoded = [Span(view.start, view.end, ENCODED, _SCORE, _SOURCE, f"{view.how}: {reason}")
                   for view, reason in why.items() if reason]
        broken = [Span(start, end, entity, _SCORE, _SOURCE, "a secret broken over lines")
                  for start, end, entity in broken_secrets(text)]
        spans.append(encoded + broken)
    return spans


def _looked_at(readable: Sequence[View], detector: Detector, policy: Policy) -> list[str]:
    """For each run why it must not leave, or an empty string."""
    plain = [_plain(view.text or "") for view in readable]
    looked = [fold(text).text for text in plain if text is not None]
    answers = iter(detector.detect(looked) if looked else [])
    reasons = []
    for text in plain:
        if text is None:
            reasons.append("cannot be read")
            continue
        spans = next(answers, None)
        if spans is None:
            raise DetectorFailed("the detector answered for another number of texts; nothing was released")
        kinds = sorted({span.entity for span in spans if _counts(span.entity, policy)})
        reasons.append(f"holds {', '.join(kinds)}" if kinds else "")
    return reasons


def _plain(text: str) -> str | None:
    try:
        return clean(text.replace("\r\n", "\n"))
    except InputError:
        return None


def _counts(entity: str, policy: Policy) -> bool:
    if entity in policy.block_entities:
        return True
    return ((policy.entities == "all" or entity in policy.entities)
            and policy.operators.get(entity) != "keep_in_clear")
