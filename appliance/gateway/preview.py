"""What the gateway would do to submitted records, with every finding in coordinates of what was submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.detection.detector import Span
from appliance.errors import DetectorFailed
from appliance.gateway.documents import Unreadable
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.mask import load
from appliance.gateway.results import ScrubbedRecord
from appliance.gateway.scrub import Scrubber
from appliance.gateway.submitted import Submitted

Progress = Callable[[int, int], None]

SEPARATE_AT_ONCE = 2048
"""Records that are scrubbed in one go where each is a set of its own."""

DETECTOR_FAILED = "detector_failed"

KNOWN_GOOD = "The clinic opens at seven in the morning."
"""A detector that fails on this too is broken; one that does not has failed on a record."""

# A part that fails is looked at again in that many pieces: each failure may cost the whole deadline, so there are to be
# few on the way to the record at fault, and the pieces are still large enough to be fast.
_PIECES = 48


@dataclass(frozen=True, slots=True)
class Previewed:
    """One record and what would become of it.

    Attributes:
        before: as submitted; None where it could not be read.
        after: as it would leave; None where it is refused.
        spans: in order, offsets in `before`.
        refused: why, as one word.
        stand_ins: what stands in the place of values in `after`, in order.
    """

    before: str | None
    after: str | None
    spans: tuple[Span, ...]
    refused: str | None
    stand_ins: tuple[str, ...] = ()


def preview(records: Sequence[Submitted], scrubber: Scrubber, *, separate: bool = False,
            knowledge: KnowledgeGuard | None = None, progress: Progress | None = None) -> Iterator[list[Previewed]]:
    """Scrub submitted records, in their order, a part at a time.

    Args:
        records: one set, unless `separate`.
        scrubber: what would stand in the door.
        separate: each record is a set of its own; one that the detector fails on is refused alone. Of one set all are
            refused, for what that record would have told about the others is not known.
        knowledge: also refuse what quotes from K.
        progress: told how many texts of a set are done, or how many records where they are separate.

    Raises:
        DetectorFailed: the detector fails on `KNOWN_GOOD` too.
    """
    load()
    if separate and progress is not None:
        progress(0, len(records))
    step = SEPARATE_AT_ONCE if separate else max(len(records), 1)
    for start in range(0, len(records), step):
        part = records[start:start + step]
        texts = [() if record.refused else record.texts() for record in part]
        scrubbed = _each(scrubber, texts) if separate else _all_or_none(scrubber, texts, progress)
        yield [_previewed(record, done, knowledge) for record, done in zip(part, scrubbed, strict=True)]
        if separate and progress is not None:
            progress(start + len(part), len(records))


def _all_or_none(scrubber: Scrubber, texts: Sequence[Sequence[str]], progress: Progress | None) -> list[ScrubbedRecord]:
    try:
        return scrubber.scrub_texts(texts, progress=progress)
    except DetectorFailed as error:
        return [_failed(scrubber, error)] * len(texts)


def _each(scrubber: Scrubber, texts: Sequence[Sequence[str]]) -> list[ScrubbedRecord]:
    """Records apart from each other; what the detector fails on is refused alone."""
    try:
        return scrubber.scrub_texts(texts, separate=True)
    except DetectorFailed as error:
        if len(texts) == 1:
            return [_failed(scrubber, error)]
    size = -(-len(texts) // _PIECES)
    return [record for start in range(0, len(texts), size) for record in _each(scrubber, texts[start:start + size])]


def _failed(scrubber: Scrubber, error: DetectorFailed) -> ScrubbedRecord:
    """What a record becomes that the detector failed on.

    Raises:
        DetectorFailed: it fails on anything; that is not about a record.
    """
    try:
        scrubber.residual(KNOWN_GOOD)
    except DetectorFailed:
        raise error from None
    return ScrubbedRecord(None, (), DETECTOR_FAILED)


def _previewed(record: Submitted, done: ScrubbedRecord, knowledge: KnowledgeGuard | None) -> Previewed:
    if record.refused:
        return Previewed(record.text, None, (), record.refused)
    spans = tuple(sorted((_in_source(record, number, span) for number, found in enumerate(done.spans)
                          for span in found), key=lambda span: (span.start, span.end)))
    if done.texts is None:
        return Previewed(record.text, None, spans, done.refused)
    if knowledge is not None and knowledge.runs(done.texts):
        return Previewed(record.text, None, spans, "knowledge_run")
    try:
        after = done.texts[0] if record.document is None else record.document.with_texts(done.texts)
    except Unreadable as error:
        return Previewed(record.text, None, spans, str(error))
    return Previewed(record.text, after, spans, None, done.stand_ins)


def _in_source(record: Submitted, number: int, span: Span) -> Span:
    if record.document is None:
        return span
    start, end = record.document.range_in_source(number, span.start, span.end)
    return replace(span, start=start, end=end)
