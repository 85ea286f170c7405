"""Scrubbing a whole set at once: find, agree on placeholders, replace, look again.

The set is scrubbed together because a value found in one instance must not stand in clear in another. The text is
pseudonymised, not anonymous.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from random import Random, SystemRandom

from appliance.detection.detector import Detector, Span
from appliance.detection.normalise import clean
from appliance.errors import DetectorFailed, InputError
from appliance.gateway.draft import Draft, Field
from appliance.gateway.known import KnownValues
from appliance.gateway.language import unread_language
from appliance.gateway.looks import collect, looks
from appliance.gateway.mask import replace
from appliance.gateway.operators import StandIns, occurs_nowhere
from appliance.gateway.original import cleaned
from appliance.gateway.pseudonyms import PLACEHOLDER, Pseudonyms, entity_of, foreign_placeholder
from appliance.gateway.resolve import Hit, find_in_all, merge, wanted
from appliance.policy.model import Policy
from appliance.records import Instance

MAX_MASKING_ROUNDS = 4
"""Replace and look again that often; what is still found then refuses its instance."""

MIN_SHARE_CHARS = 200
"""Of a shorter record the masked share says nothing: a sentence with a name and a number in it is mostly these."""

# One call of the detector: enough for several processes to share, and over before a person wonders.
_BATCH_CHARS, _BATCH_TEXTS = 640_000, 4096

_SEAL = object()

Replaced = tuple[tuple[str, str], ...]
"""Of one text: what stands in it now and what stood there, in order."""

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


@dataclass(frozen=True, slots=True)
class ScrubbedInstance:
    """An instance that went through `Scrubber.scrub`; it cannot be built anywhere else.

    Attributes:
        masked: how many values were replaced in it, by entity type.
    """

    id: str
    instruction: str
    input: str
    output: str
    masked: Mapping[str, int] = field(default_factory=dict)
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("scrubbed instances come from a Scrubber and from nowhere else")

    def texts(self) -> dict[str, str]:
        """The three scrubbed fields by name."""
        return {"instruction": self.instruction, "input": self.input, "output": self.output}


@dataclass(frozen=True, slots=True)
class ScrubResult:
    """What became of a set.

    Attributes:
        clean: what passed, in the order given.
        masked: what was replaced in `clean`, by entity type.
        refused: id to reason: ``bad_characters``, ``too_large``, ``looks_like_placeholder``,
            ``other_language``, ``secret``, ``mostly_masked``, ``residual``.
        pseudonyms: the placeholders of this set, for scanning again what comes back. Never leaves.
        replaced: id of a clean instance to, for each of its fields, what stands in the text now and what stood there,
            in order. Never leaves; see `appliance.gateway.vault`.
    """

    clean: tuple[ScrubbedInstance, ...]
    masked: Mapping[str, int]
    refused: Mapping[str, str]
    pseudonyms: Pseudonyms
    replaced: Mapping[str, tuple[Replaced, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScrubbedRecord:
    """A record of any number of texts, for showing to the person whose it is; nothing that may be sent.

    Attributes:
        texts: scrubbed, in order; None where the record is refused.
        spans: what was found, one list for each text, in coordinates of the text as it was given.
        refused: as in `ScrubResult`, None where it passes.
        stand_ins: what stands in the place of values, in order, over all texts.
    """

    texts: tuple[str, ...] | None
    spans: tuple[tuple[Span, ...], ...]
    refused: str | None
    stand_ins: tuple[str, ...] = ()


@dataclass(slots=True)
class _Set:
    """Records that share their placeholders."""

    drafts: list[Draft]
    names: Pseudonyms


class Scrubber:
    """Detector and policy, applied to sets.

    Args:
        detector: any `Detector`; it is handed folded texts, many at a time.
        policy: what to mask, block, allow.
        seed: decides the surrogates, where the policy wants any; drawn at random if left out. A job that goes on has to
            give the seed it began with.
        taken: whether a text must not be invented, such as a word of K.
    """

    def __init__(self, detector: Detector, policy: Policy, seed: int | None = None,
                 taken: Callable[[str], bool] = lambda _: False) -> None:
        self._detector, self._policy = detector, policy
        self._seed = SystemRandom().getrandbits(128) if seed is None else seed
        self._taken = taken

    def scrub(self, instances: Sequence[Instance],
              pseudonyms: Pseudonyms | None = None) -> ScrubResult:
        """Scrub a set of instances; the same set always gives the same result.

        Args:
            instances: the whole set that may be drawn from.
            pseudonyms: those of an earlier set, whose placeholders may occur here and are kept.

        Raises:
            DetectorFailed: the detector failed on any text; there is no result at all.
        """
        names = self._names(pseudonyms)
        drafts = [self._admit(instance.id, list(instance.texts().values()), names) for instance in instances]
        self._run([_Set(drafts, names)])
        passed = [draft for draft in drafts if not draft.refused]
        final = _finals(drafts, names)
        done = tuple(_instance(draft, *final[draft.id].texts) for draft in passed)
        refused = {draft.id: draft.refused for draft in drafts if draft.refused}
        replaced = {draft.id: final[draft.id].replaced for draft in passed}
        return ScrubResult(done, _masked(passed), refused, names, replaced)

    def scrub_texts(self, records: Sequence[Sequence[str]], *, separate: bool = False,
                    progress: Progress | None = None) -> list[ScrubbedRecord]:
        """Scrub records of any number of texts and say what was found where.

        Args:
            records: one set, unless `separate`.
            separate: each record is a set of its own.
            progress: told how many texts the detector has looked at, of those wanted so far.

        Raises:
            DetectorFailed: the detector failed on any text.
        """
        sets = [_Set([], self._names(None)) for _ in (records if separate else records[:1])]
        for number, texts in enumerate(records):
            within = sets[number if separate else 0]
            within.drafts.append(self._admit(str(number), list(texts), within.names))
        self._run(sets, progress)
        return [record for within in sets for record in _records(within)]

    def residual(self, text: str, pseudonyms: Pseudonyms | None = None) -> Mapping[str, int]:
        """Findings by type in a text that should be clean; placeholders are no findings.

        Args:
            text: a decoded text; in JSON, escapes would hide where words begin.
            pseudonyms: also look for these values.

        Raises:
            DetectorFailed: the detector failed, or the text cannot be scanned.
        """
        return self.residuals([text], pseudonyms)[0]

    def residuals(self, texts: Sequence[str], pseudonyms: Pseudonyms | None = None) -> list[Mapping[str, int]]:
        """`residual` for many texts at once, several times faster than one after the other.

        Raises:
            DetectorFailed: as there, for any of them.
        """
        try:
            plain = [clean(text) for text in texts]
        except InputError as error:
            raise DetectorFailed(f"a text that should be clean holds {error}") from error
        if pseudonyms is not None:
            plain = [pseudonyms.veil(text) for text in plain]
        seen: dict[str, list[Hit]] = {}
        self._look_at(plain, seen)
        known = KnownValues(pseudonyms) if pseudonyms is not None else None
        found = []
        for text in plain:
            mentions = wanted(text, known.find(text), self._policy) if known is not None else []
            found.append(Counter(hit.entity for hit in merge(text, [*seen[text], *mentions])))
        return list(found)

    def _names(self, earlier: Pseudonyms | None) -> Pseudonyms:
        names = earlier.copy() if earlier else Pseudonyms()
        if names.stand_ins is None:
            names.stand_ins = StandIns(self._policy, Random(self._seed), self._taken)
        return names

    def _admit(self, identifier: str, texts: list[str], names: Pseudonyms) -> Draft:
        """Normalise; refuse what cannot be read."""
        limit = self._policy.detector.max_text_chars
        draft = Draft(identifier)
        try:
            # The bound comes first: nothing walks through a text that is refused for its size.
            if _size(texts) <= limit:
                draft.fields = [Field(cleaned(text)) for text in texts]
        except InputError:
            draft.refuse("bad_characters")
            return draft
        if _size(texts) > limit or _size(draft.shown()) > limit:
            draft.fields = []
            draft.refuse("too_large")
        elif any(foreign_placeholder(text, names) for text in draft.shown()):
            draft.refuse("looks_like_placeholder", names_matter=True)
        elif unread_language(draft.shown(), self._policy):
            draft.refuse("other_language")
        return draft

    def _run(self, sets: Sequence[_Set], progress: Progress | None = None) -> None:
        """Look, agree, replace, until nothing more is found or a record is given up."""
        for within in sets:
            within.names.read(text for draft in within.drafts for text in draft.shown())
        seen: dict[str, list[Hit]] = {}
        active = list(sets)
        for rounds in range(MAX_MASKING_ROUNDS + 1):
            self._look_at([look.text for within in active for draft in within.drafts if not draft.done
                           for look in looks(_veiled(draft, within.names))], seen, progress)
            active = [within for within in active if self._agree(within, seen)]
            for within in active:
                for draft in within.drafts:
                    if draft.hits and rounds == MAX_MASKING_ROUNDS:
                        draft.refuse("residual")
                    elif draft.hits and not draft.done:
                        _cut(draft, within.names)
        for within in sets:
            for draft in within.drafts:
                if (not draft.refused and sum(len(item.source.text) for item in draft.fields) >= MIN_SHARE_CHARS
                        and draft.masked_share() > self._policy.limits.masked_share):
                    draft.refuse("mostly_masked")

    def _look_at(self, texts: Iterable[str], seen: dict[str, list[Hit]], progress: Progress | None = None) -> None:
        """Have the detector look at every text it has not seen yet."""
        wanted_texts = [text for text in dict.fromkeys(texts) if text not in seen]
        before = len(seen)
        for batch in _batches(wanted_texts):
            seen.update(zip(batch, find_in_all(batch, self._detector, self._policy), strict=True))
            if progress is not None:
                progress(len(seen), before + len(wanted_texts))

    def _agree(self, within: _Set, seen: Mapping[str, list[Hit]]) -> bool:
        """Collect the hits of one set, agree on placeholders; whether there is anything to replace."""
        drafts = [draft for draft in within.drafts if not draft.done]
        for draft in drafts:
            texts = _veiled(draft, within.names)
            each = collect(texts, seen.__getitem__)
            draft.hits = {index: merge(texts[index], hits) for index, hits in each.items()}
            # Before they are merged: a password inside an address is a secret and not an address.
            if any(hit.entity in self._policy.block_entities for hits in each.values() for hit in hits):
                draft.refuse("secret")
        drafts = [draft for draft in drafts if not draft.done]
        found = _in_order(drafts)
        within.names.assign([(hit.entity, hit.value) for hit in found],
                            {(hit.entity, hit.value) for hit in found if hit.fixed})
        known = KnownValues(within.names)
        for draft in drafts:
            for index, text in enumerate(_veiled(draft, within.names)):
                hits = [*draft.hits.get(index, []), *wanted(text, known.find(text), self._policy)]
                if hits:
                    draft.hits[index] = merge(text, hits)
        within.names.assign([(hit.entity, hit.value) for hit in _in_order(drafts)])
        return any(draft.hits for draft in drafts)


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (size + len(text) > _BATCH_CHARS or len(batch) == _BATCH_TEXTS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _size(texts: Sequence[str]) -> int:
    return sum(map(len, texts)) + max(len(texts) - 1, 0)


def _cut(draft: Draft, names: Pseudonyms) -> None:
    def token(hit: Hit) -> str:
        return names.token(hit.entity, hit.value)

    for index, hits in draft.hits.items():
        draft.fields[index].cut(hits, lambda text, cuts: replace(text, cuts, token), token)
    draft.hits = {}


def _veiled(draft: Draft, names: Pseudonyms) -> list[str]:
    """Its texts as a detector may see them: without the stand-ins of earlier sets."""
    return [names.veil(text) for text in draft.shown()]


def _in_order(drafts: Iterable[Draft]) -> list[Hit]:
    return [hit for draft in drafts for index in sorted(draft.hits) for hit in draft.hits[index]]


def _instance(draft: Draft, instruction: str, given: str, output: str) -> ScrubbedInstance:
    return ScrubbedInstance(draft.id, instruction, given, output, _masked([draft]), _SEAL)


def _masked(drafts: Iterable[Draft]) -> dict[str, int]:
    tokens = Counter(entity_of(token) for draft in drafts for text in draft.shown()
                     for token in PLACEHOLDER.findall(text))
    return dict(sorted(tokens.items()))


@dataclass(frozen=True, slots=True)
class _Final:
    """The texts of one record as they would leave, and what was replaced in each."""

    texts: tuple[str, ...]
    replaced: tuple[Replaced, ...]
    stand_ins: tuple[str, ...]


def _finals(drafts: Sequence[Draft], names: Pseudonyms) -> dict[str, _Final]:
    """Every record that passes, with the operators of the policy applied."""
    free = occurs_nowhere(item.source.text for draft in drafts for item in draft.fields)

    def stand_in(item: Field, hit: Hit) -> str:
        return names.stand_in(hit.entity, hit.value, item.source.text[hit.start:hit.end], free)

    finals = {}
    for draft in drafts:
        if not draft.refused:
            replaced = tuple(tuple((stand_in(item, hit), item.source.text[hit.start:hit.end]) for hit in item.cuts
                                   if names.reversible(names.token(hit.entity, hit.value))) for item in draft.fields)
            texts = tuple(replace(item.source.text, item.cuts, functools.partial(stand_in, item))
                          for item in draft.fields)
            finals[draft.id] = _Final(texts, replaced, tuple(stand_in(item, hit) for item in draft.fields
                                                             for hit in item.cuts))
    return finals


def _records(within: _Set) -> Iterator[ScrubbedRecord]:
    finals = _finals(within.drafts, within.names)
    for draft in within.drafts:
        spans = tuple(tuple(item.spans(draft.hits.get(number, ()))) for number, item in enumerate(draft.fields))
        if draft.refused:
            yield ScrubbedRecord(None, spans, draft.refused)
        else:
            final = finals[draft.id]
            yield ScrubbedRecord(final.texts, spans, None, final.stand_ins)
