"""The `Detector` seam, and the check of what a detector says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.errors import DetectorFailed


@dataclass(frozen=True, slots=True)
class Span:
    """One finding: ``text[start:end]``, its entity type, a score from 0 to 1 and which recogniser said so.

    Attributes:
        why: for people, what made the recogniser say so, such as the pattern's name or a probability; no text of it.
    """

    start: int
    end: int
    entity: str
    score: float
    source: str
    why: str = ""


class Detector(Protocol):
    """Finds private values. Every failure is `DetectorFailed`; an empty list means that nothing was found."""

    def describe(self) -> Mapping[str, str]:
        """Name and versions, and under ``cannot_find`` what it is blind to; for the record and the operator."""

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """All findings in each text, overlapping ones included; one list for each text, in order.

        Many at once, because a model reads a batch several times faster than one text after the other.

        Raises:
            DetectorFailed: the detector is missing, raised, took too long or answered nonsense.
        """


def check_spans(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans, if every one of them lies in the text and makes sense.

    Raises:
        DetectorFailed: at least one does not. A detector that is wrong about one place is not believed about others.
    """
    checked = list(spans)
    for span in checked:
        if not isinstance(span, Span) or type(span.start) is not int or type(span.end) is not int:
            raise DetectorFailed("the detector answered something that is not a span; nothing was released")
        if not 0 <= span.start < span.end <= len(text):
            raise DetectorFailed(f"the detector named the range {span.start}..{span.end} of a text of "
                                 f"{len(text)} characters; nothing was released")
        if not isinstance(span.entity, str) or not span.entity.replace("_", "").isalpha() or not span.entity.isupper():
            raise DetectorFailed("the detector named an entity type that is not one; nothing was released")
        if type(span.score) not in (int, float) or not 0 <= span.score <= 1:
            raise DetectorFailed("the detector gave a score outside 0..1; nothing was released")
        if not isinstance(span.source, str) or not isinstance(span.why, str):
            raise DetectorFailed("the detector did not say which recogniser found a span; nothing was released")
    return checked
