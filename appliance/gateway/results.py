"""What comes out of the scrubber: instances that may be sent, records to be shown, and what was replaced in them."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field

from appliance.detection.detector import Span
from appliance.gateway.documents import Key
from appliance.gateway.draft import Draft, Field
from appliance.gateway.mask import masked
from appliance.gateway.pseudonyms import PLACEHOLDER, Pseudonyms, entity_of
from appliance.gateway.resolve import Hit
from appliance.gateway.stand_ins import occurs_nowhere

_SEAL = object()

Replaced = tuple[tuple[str, str], ...]
"""Of one text: what stands in it now and what stood there, in order."""


@dataclass(frozen=True, slots=True)
class ScrubbedInstance:
    """An instance that went through `Scrubber.scrub`; it cannot be built anywhere else.

    Attributes:
        masked: how many values were replaced in it, by entity type.
        invisible: how many characters that nobody sees were taken out of it.
    """

    id: str
    instruction: str
    input: str
    output: str
    masked: Mapping[str, int] = field(default_factory=dict)
    # No part of what it says: scrubbed again, the same text holds none of them any more.
    invisible: int = field(default=0, compare=False)
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
        invisible: how many characters that nobody sees were taken out of `clean`.
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
    invisible: int = 0
    replaced: Mapping[str, tuple[Replaced, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScrubbedRecord:
    """A record of any number of texts, for showing to the person whose it is; nothing that may be sent.

    Attributes:
        texts: scrubbed, in order; None where the record is refused.
        spans: what was found, one list for each text, in coordinates of the text as it was given.
        refused: as in `ScrubResult`, None where it passes.
        stand_ins: what stands in the place of values, in order, over all texts.
        invisible: how many characters that nobody sees were taken out of it.
        pseudonyms: the placeholders of its set.
        masked_share: of its characters, 0 to 1.
    """

    texts: tuple[str, ...] | None
    spans: tuple[tuple[Span, ...], ...]
    refused: str | None
    stand_ins: tuple[str, ...] = ()
    invisible: int = 0
    pseudonyms: Pseudonyms | None = None
    masked_share: float | None = None


def result_of(drafts: Sequence[Draft], names: Pseudonyms) -> ScrubResult:
    """The outcome of a set of instances that the scrubber is done with; the only way to a `ScrubbedInstance`.

    Args:
        drafts: three fields each, or refused.
        names: the placeholders of the set.
    """
    passed = [draft for draft in drafts if not draft.refused]
    final = _finals(drafts, names)
    done = tuple(_instance(draft, *final[draft.id].texts) for draft in passed)
    refused = {draft.id: draft.refused for draft in drafts if draft.refused}
    replaced = {draft.id: final[draft.id].replaced for draft in passed}
    return ScrubResult(done, _masked(passed), refused, names, sum(each.invisible for each in done), replaced)


def records_of(drafts: Sequence[Draft], names: Pseudonyms) -> Iterator[ScrubbedRecord]:
    """The outcome of records that the scrubber is done with, in order.

    Args:
        drafts: of any number of fields.
        names: the placeholders they share.
    """
    finals = _finals(drafts, names)

    def stands(hit: Hit) -> str:
        return entity_of(names.token(hit.entity, hit.value))

    for draft in drafts:
        spans = tuple(tuple(item.spans(stands, draft.hits.get(number, ()))) for number, item in enumerate(draft.fields))
        if draft.refused:
            yield ScrubbedRecord(None, spans, draft.refused, pseudonyms=names, masked_share=draft.masked_share())
        else:
            final = finals[draft.id]
            yield ScrubbedRecord(final.texts, spans, None, final.stand_ins, draft.invisible(), names)


def _instance(draft: Draft, instruction: str, given: str, output: str) -> ScrubbedInstance:
    return ScrubbedInstance(draft.id, instruction, given, output, _masked([draft]), draft.invisible(), _SEAL)


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
    names.hear((hit.entity, hit.value, item.source.text, hit.start, hit.end)
               for draft in drafts for item in draft.fields for hit in item.cuts)

    def stand_in(item: Field, hit: Hit) -> str:
        return names.stand_in(hit.entity, hit.value, item.source.text[hit.start:hit.end], free)

    finals = {}
    for draft in drafts:
        if not draft.refused:
            replaced = tuple(tuple((stand_in(item, hit), item.source.text[hit.start:hit.end]) for hit in item.cuts
                                   if names.reversible(names.token(hit.entity, hit.value))) for item in draft.fields)
            texts = tuple(masked(item.source.text, item.cuts, functools.partial(stand_in, item))
                          for item in draft.fields)
            texts = tuple(Key(text) if item.is_key else text for item, text in zip(draft.fields, texts, strict=True))
            finals[draft.id] = _Final(texts, replaced, tuple(stand_in(item, hit) for item in draft.fields
                                                             for hit in item.cuts))
    return finals
