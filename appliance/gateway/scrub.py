"""Scrubbing a whole set at once: find, agree on placeholders, replace, look again.

The set is scrubbed together because a value found in one instance must not stand in clear in another. The text is
pseudonymised, not anonymous.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random, SystemRandom

from appliance.detection.detector import Detector
from appliance.errors import InputError
from appliance.gateway.documents import Key
from appliance.gateway.draft import Draft, Field
from appliance.gateway.known import KnownValues
from appliance.gateway.language import unread_language
from appliance.gateway.looks import collect, looks
from appliance.gateway.mask import masked
from appliance.gateway.original import cleaned
from appliance.gateway.pseudonyms import Pseudonyms, foreign_placeholder
from appliance.gateway.resolve import Hit, merge, wanted
from appliance.gateway.results import ScrubbedRecord, ScrubResult, records_of, result_of
from appliance.gateway.search import Progress, Search
from appliance.gateway.stand_ins import StandIns
from appliance.policy.model import Policy
from appliance.policy.parts import MIN_SHARE_CHARS
from appliance.records import Instance

MAX_MASKING_ROUNDS = 4
"""Replace and look again that often; what is still found then refuses its instance."""


@dataclass(slots=True)
class _Set:
    """Records that share their placeholders."""

    drafts: list[Draft]
    names: Pseudonyms


class Scrubber(Search):
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
        super().__init__(detector, policy)
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
        return result_of(drafts, names)

    def scrub_texts(self, records: Sequence[Sequence[str]], *, separate: bool = False,
                    earlier: Sequence[Pseudonyms | None] = (),
                    progress: Progress | None = None) -> list[ScrubbedRecord]:
        """Scrub records of any number of texts and say what was found where.

        Args:
            records: one set, unless `separate`.
            separate: each record is a set of its own.
            earlier: of each set, placeholders that may occur in it and are kept; empty for none.
            progress: told how many texts the detector has looked at, of those wanted so far.

        Raises:
            DetectorFailed: the detector failed on any text.
        """
        count = len(records) if separate else min(len(records), 1)
        sets = [_Set([], self._names(names)) for names in (earlier or [None] * count)]
        for number, texts in enumerate(records):
            within = sets[number if separate else 0]
            within.drafts.append(self._admit(str(number), list(texts), within.names))
        self._run(sets, progress)
        return [record for within in sets for record in records_of(within.drafts, within.names)]

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
                draft.fields = [Field(cleaned(text), isinstance(text, Key)) for text in texts]
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
            self.look_at([look.text for within in active for draft in within.drafts if not draft.done
                           for look in looks(_veiled(draft, within.names), draft.keys())], seen, progress)
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

    def _agree(self, within: _Set, seen: Mapping[str, list[Hit]]) -> bool:
        """Collect the hits of one set, agree on placeholders; whether there is anything to replace."""
        drafts = [draft for draft in within.drafts if not draft.done]
        for draft in drafts:
            texts = _veiled(draft, within.names)
            each = collect(texts, seen.__getitem__, draft.keys())
            draft.hits = {index: merge(texts[index], hits) for index, hits in each.items()}
            # Before they are merged: a password inside an address is a secret and not an address.
            if any(hit.entity in self._policy.block_entities for hits in each.values() for hit in hits):
                draft.refuse("secret")
        # Also the names of a record that was just refused: others of the set may hold them too.
        found = [hit for hit in _in_order(drafts) if hit.entity not in self._policy.block_entities]
        drafts = [draft for draft in drafts if not draft.done]
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


def _size(texts: Sequence[str]) -> int:
    return sum(map(len, texts)) + max(len(texts) - 1, 0)


def _cut(draft: Draft, names: Pseudonyms) -> None:
    def token(hit: Hit) -> str:
        return names.token(hit.entity, hit.value)

    for index, hits in draft.hits.items():
        draft.fields[index].cut(hits, lambda text, cuts: masked(text, cuts, token), token)
    draft.hits = {}


def _veiled(draft: Draft, names: Pseudonyms) -> list[str]:
    """Its texts as a detector may see them: without the stand-ins of earlier sets."""
    return [names.veil(text) for text in draft.shown()]


def _in_order(drafts: Iterable[Draft]) -> list[Hit]:
    return [hit for draft in drafts for index in sorted(draft.hits) for hit in draft.hits[index]]
