"""What the gateway would do to submitted records, with every finding in coordinates of what was submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.detection.detector import Span
from appliance.errors import DetectorFailed
from appliance.gateway.documents import Unreadable
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.scrub import ScrubbedRecord, Scrubber
from appliance.gateway.submitted import Submitted

Progress = Callable[[int, int], None]

SEPARATE_AT_ONCE = 2048
"""Records that are scrubbed in one go where each is a set of its own."""

MOST_FAILURES = 16
DETECTOR_FAILED = "detector_failed"


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
        separate: each record is a set of its own; one that the detector fails on is refused alone.
        knowledge: also refuse what quotes from K.
        progress: told how many records are done.

    Raises:
        DetectorFailed: the detector failed on a set.
    """
    step = SEPARATE_AT_ONCE if separate else max(len(records), 1)
    for start in range(0, len(records), step):
        part = records[start:start + step]
        texts = [() if record.refused else record.texts() for record in part]
        scrubbed = _each(scrubber, texts) if separate else scrubber.scrub_texts(texts, progress=progress)
        yield [_previewed(record, done, knowledge) for record, done in zip(part, scrubbed, strict=True)]
        if separate and progress is not None:
            progress(start + len(part), len(records))


def _each(scrubber: Scrubber, texts: Sequence[Sequence[str]]) -> list[ScrubbedRecord]:
    """Records apart from each other; what the detector fails on is found by halves and refused alone.

    Raises:
        DetectorFailed: it fails again and again; that is not about a record.
    """
    done: list[ScrubbedRecord] = []
    failures = 0
    waiting = [texts]
    while waiting:
        part = waiting.pop()
        try:
            done += scrubber.scrub_texts(part, separate=True)
        except DetectorFailed:
            if len(part) > 1:
                waiting += [part[len(part) // 2:], part[:len(part) // 2]]
                continue
            failures += 1
            if failures > MOST_FAILURES or len(texts) == 1:
                raise
            done.append(ScrubbedRecord(None, (), DETECTOR_FAILED))
    return done


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
