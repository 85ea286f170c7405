"""What the gateway would do to submitted records, with every finding in coordinates of what was submitted.

It is made of the parts of the door, in the door's order: canaries, runs of K, the scrubber, the guard. Nothing here
sends, and nothing here shuts the door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from appliance.detection.detector import Detector, Span
from appliance.errors import DetectorFailed
from appliance.gateway.canaries import canary_in
from appliance.gateway.disguises import SPELLING
from appliance.gateway.guard import KNOWLEDGE_RUN, Guard
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.mask import load
from appliance.gateway.mask_runs import ENTITY, Masked, mask_runs, runs_in
from appliance.gateway.near import NEAR, Nearness
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.rehearsal import Rehearsal
from appliance.gateway.results import ScrubbedRecord
from appliance.gateway.search import Progress
from appliance.gateway.submitted import Submitted
from appliance.knowledge.canaries import Canaries, Canary
from appliance.policy.model import Policy

SEPARATE_AT_ONCE = 2048
"""Records that are scrubbed in one go where each is a set of its own."""

DETECTOR_FAILED = "detector_failed"
CANARY = "canary_latches_the_door_shut"
"""A job would stop here, and so would every other, until a person opens the door again."""

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
        spans: in order, apart from each other, offsets in `before`.
        refused: why, as one word.
        stand_ins: what stands in the place of values in `after`, in order.
        invisible: how many characters that nobody sees were taken out of it.
        masked_share: of its characters, 0 to 1, where it is refused; None where nobody counted.
    """

    before: str | None
    after: str | None
    spans: tuple[Span, ...]
    refused: str | None
    stand_ins: tuple[str, ...] = ()
    invisible: int = 0
    masked_share: float | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The texts of one record behind the guard.

    Attributes:
        texts: as they would leave; None where they would not.
        refused: why not, as one word.
        found: of each text as it was given, what was found in it and what stands there now.
        invisible: characters that nobody sees and that were taken out.
    """

    texts: tuple[str, ...] | None
    refused: str | None
    found: Sequence[Sequence[tuple[Span, str]]] = ()
    invisible: int = 0
    masked_share: float | None = None


class Preview:
    """The door as far as a text can go without being sent.

    Args:
        detector: see `Detector`.
        policy: what to mask, block, allow.
        knowledge: K, in the indexes of a job; None compares with nothing.
        canaries: those that are planted.
        nearness: compares meanings with K, where the policy drops what is near; None does not.
        taken: see `Scrubber`.
    """

    def __init__(self, detector: Detector, policy: Policy, *, knowledge: KnowledgeGuard | None = None,
                 canaries: Sequence[Canary] = (), nearness: Nearness | None = None,
                 taken: Callable[[str], bool] = lambda _: False) -> None:
        self._policy = policy
        self._knowledge = knowledge or KnowledgeGuard((), policy.knowledge, identity="none")
        self._canaries = Canaries(canaries, SPELLING)
        self._nearness = nearness
        self._scrubber = Rehearsal(detector, policy, taken)
        self._guard = Guard(policy, self._scrubber, self._knowledge, model="")

    def of(self, records: Sequence[Submitted], *, separate: bool = False,
           progress: Progress | None = None) -> Iterator[list[Previewed]]:
        """Look at submitted records, in their order, a part at a time.

        Args:
            records: one set, unless `separate`.
            separate: each record is a set of its own; one that the detector fails on is refused alone. Of one set all
                are refused, for what that record would have told about the others is not known.
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
            latching = self._latching(texts, separate)
            outcomes = self._each(texts) if separate else self._all_or_none(texts, progress)
            yield [self._previewed(*each) for each in zip(part, outcomes, latching, strict=True)]
            self._scrubber.forget()
            if separate and progress is not None:
                progress(start + len(part), len(records))

    def _latching(self, records: Sequence[Sequence[str]], separate: bool) -> list[bool]:
        """Which records hold a canary; all of a set where one only stands across their borders."""
        alone = [canary_in(texts, self._canaries) is not None for texts in records]
        across = not separate and not any(alone) and canary_in(
            [text for texts in records for text in texts], self._canaries) is not None
        return [True] * len(records) if across else alone

    def _all_or_none(self, records: Sequence[Sequence[str]], progress: Progress | None) -> list[_Outcome]:
        try:
            return self._through(records, separate=False, progress=progress)
        except DetectorFailed as error:
            return [self._failed(error)] * len(records)

    def _each(self, records: Sequence[Sequence[str]]) -> list[_Outcome]:
        """Records apart from each other; what the detector fails on is refused alone."""
        try:
            return self._through(records, separate=True)
        except DetectorFailed as error:
            if len(records) == 1:
                return [self._failed(error)]
        size = -(-len(records) // _PIECES)
        return [outcome for start in range(0, len(records), size)
                for outcome in self._each(records[start:start + size])]

    def _failed(self, error: DetectorFailed) -> _Outcome:
        """What a record becomes that the detector failed on.

        Raises:
            DetectorFailed: it fails on anything; that is not about a record.
        """
        self._scrubber.forget()
        try:
            self._scrubber.residual(KNOWN_GOOD)
        except DetectorFailed:
            raise error from None
        return _Outcome(None, DETECTOR_FAILED)

    def _through(self, records: Sequence[Sequence[str]], *, separate: bool,
                 progress: Progress | None = None) -> list[_Outcome]:
        """The way of a drawn set: see `appliance.gateway.door.Door.admit`."""
        masked, names = self._without_runs(records, separate)
        scrubbed = self._scrubber.scrub_texts([each.texts if each else () for each in masked], separate=separate,
                                              earlier=names, progress=progress)
        reasons = self._reasons(scrubbed, separate)
        return [self._outcome(*each) for each in zip(records, masked, scrubbed, reasons, strict=True)]

    def _without_runs(self, records: Sequence[Sequence[str]],
                      separate: bool) -> tuple[list[Masked | None], list[Pseudonyms]]:
        """Mask what quotes K, where the policy says so; else nothing is changed and the guard refuses it."""
        if self._policy.knowledge.on_run != "mask":
            return [Masked(tuple(texts), ((),) * len(texts), ((),) * len(texts)) for texts in records], []
        names = [Pseudonyms() for _ in (records if separate else records[:1])]
        return [mask_runs(texts, self._knowledge, names[number if separate else 0])
                for number, texts in enumerate(records)], names

    def _reasons(self, scrubbed: Sequence[ScrubbedRecord], separate: bool) -> list[str | None]:
        """What the guard and the comparison of meanings have against what the scrubber passed."""
        reasons: list[str | None] = [record.refused for record in scrubbed]
        passed = {number: record.texts for number, record in enumerate(scrubbed) if record.texts is not None}
        for group in [[number] for number in passed] if separate else [list(passed)] if passed else []:
            found = self._guard.reasons_against([passed[number] for number in group], scrubbed[group[0]].pseudonyms)
            for number, reason in zip(group, found, strict=True):
                reasons[number] = reason
        if self._nearness is not None and self._policy.knowledge.on_near == "drop":
            for name in self._nearness.near([(str(number), " ".join(texts), ()) for number, texts in passed.items()
                                             if reasons[number] is None]):
                reasons[int(name)] = NEAR
        return reasons

    def _outcome(self, texts: Sequence[str], masked: Masked | None, done: ScrubbedRecord,
                 reason: str | None) -> _Outcome:
        if masked is None:
            return _Outcome(None, "looks_like_placeholder")
        quoted = _quoted(masked)
        if reason == KNOWLEDGE_RUN:
            quoted = [[(_quotation(*run), "") for run in runs] for runs in runs_in(texts, self._knowledge)]
        found = [sorted((*mine, *runs), key=_place)
                 for mine, runs in zip_longest(_in_given(masked, done), quoted, fillvalue=())]
        return _Outcome(None if reason else done.texts, reason, found, done.invisible, done.masked_share)

    def _previewed(self, record: Submitted, outcome: _Outcome, latching: bool) -> Previewed:
        if record.refused:
            return Previewed(record.text, None, (), record.refused)
        found = [(_in_source(record, number, span), stand_in) for number, each in enumerate(outcome.found)
                 for span, stand_in in each]
        spans = tuple(span for span, _ in found)
        if latching:
            return Previewed(record.text, None, _apart((*self._canaries_in(record), *spans)), CANARY)
        if outcome.texts is None:
            return Previewed(record.text, None, _apart(spans), outcome.refused, masked_share=outcome.masked_share)
        after = outcome.texts[0] if record.document is None else record.document.with_texts(outcome.texts)
        return Previewed(record.text, after, spans, None, tuple(stand_in for _, stand_in in found), outcome.invisible)

    def _canaries_in(self, record: Submitted) -> Iterator[Span]:
        for number, text in enumerate(record.texts()):
            for start, end, name in self._canaries.places(text):
                yield _in_source(record, number, Span(start, end, "CANARY", 1.0, "canary", f"a word of canary {name}"))


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Disjoint ones in order: what is a canary, or quoted from K, instead of whatever else was found there."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.source not in ("canary", "knowledge"), each.start, -each.end)):
        if not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda each: each.start))


def _in_given(masked: Masked, done: ScrubbedRecord) -> Iterator[list[tuple[Span, str]]]:
    """What the scrubber found in each text, and what it put there."""
    stand_ins = iter(done.stand_ins)
    for number, spans in enumerate(done.spans):
        places = (masked.in_given(number, span.start, span.end) for span in spans)
        yield [(replace(span, start=start, end=end), next(stand_ins, ""))
               for span, (start, end) in zip(spans, places, strict=True)]


def _quoted(masked: Masked) -> list[list[tuple[Span, str]]]:
    """The same of what stood in K."""
    return [[(_quotation(*run), token) for run, token in zip(runs, tokens, strict=True)]
            for runs, tokens in zip(masked.runs, masked.tokens, strict=True)]


def _quotation(start: int, end: int) -> Span:
    return Span(start, end, ENTITY, 1.0, "knowledge", "it stands there word for word")


def _place(found: tuple[Span, str]) -> tuple[int, int]:
    return found[0].start, found[0].end


def _in_source(record: Submitted, number: int, span: Span) -> Span:
    if record.document is None:
        return span
    start, end = record.document.range_in_source(number, span.start, span.end)
    return replace(span, start=start, end=end)
