"""Scrubbing a whole set at once: find, agree on placeholders, replace, look again.

The set is scrubbed together because a value found in one instance must not stand in clear in another. Nothing here
restores anything: placeholders are what the reflector sees and what comes back. The text is pseudonymised, not
anonymous.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field

from appliance.detection.detector import Detector
from appliance.detection.normalise import clean
from appliance.errors import DetectorFailed, InputError
from appliance.gateway.known import KnownValues
from appliance.gateway.mask import replace
from appliance.gateway.pseudonyms import PLACEHOLDER, Pseudonyms, foreign_placeholder
from appliance.gateway.resolve import Hit, across_borders, find, merge, split_hits, wanted
from appliance.policy.model import Policy
from appliance.records import Instance

MAX_MASKING_ROUNDS = 2
"""Replace, look again, replace once more; what is still found then refuses its instance."""

_SEAL = object()


@dataclass(frozen=True, slots=True)
class ScrubbedInstance:
    """An instance that went through `Scrubber.scrub`; it cannot be built anywhere else."""

    id: str
    instruction: str
    input: str
    output: str
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
        masked: placeholders in `clean`, by entity type.
        refused: id to reason: ``bad_characters``, ``too_large``, ``looks_like_placeholder``, ``secret``, ``residual``.
        pseudonyms: the placeholders of this set, for scanning again what comes back. Never leaves.
    """

    clean: tuple[ScrubbedInstance, ...]
    masked: Mapping[str, int]
    refused: Mapping[str, str]
    pseudonyms: Pseudonyms


@dataclass(slots=True)
class _Draft:
    id: str
    fields: list[str]
    refused: str | None = None
    hits: dict[int, list[Hit]] = field(default_factory=dict)


class Scrubber:
    """Detector and policy, applied to sets.

    Args:
        detector: any `Detector`; it is handed folded texts, one at a time.
        policy: what to mask, block, allow.
    """

    def __init__(self, detector: Detector, policy: Policy) -> None:
        self._detector, self._policy = detector, policy

    def scrub(self, instances: Sequence[Instance],
              pseudonyms: Pseudonyms | None = None) -> ScrubResult:
        """Scrub a set of instances; the same set always gives the same result.

        Args:
            instances: the whole set that may be drawn from.
            pseudonyms: those of an earlier set, whose placeholders may occur here and are kept.

        Raises:
            DetectorFailed: the detector failed on any text; there is no result at all.
        """
        drafts = [_Draft(instance.id, list(instance.texts().values())) for instance in instances]
        names = self._run(drafts, pseudonyms)
        done = tuple(ScrubbedInstance(draft.id, draft.fields[0], draft.fields[1], draft.fields[2], _SEAL)
                     for draft in drafts if not draft.refused)
        return ScrubResult(done, _masked(drafts), _refused(drafts), names)

    def residual(self, text: str, pseudonyms: Pseudonyms | None = None) -> Mapping[str, int]:
        """Findings by type in a text that should be clean; placeholders are no findings.

        Args:
            text: a decoded text; in JSON, escapes would hide where words begin.
            pseudonyms: also look for these values.

        Raises:
            DetectorFailed: the detector failed, or the text cannot be scanned.
        """
        try:
            plain = clean(text)
        except InputError as error:
            raise DetectorFailed(f"a text that should be clean holds {error}") from error
        hits = find(plain, self._detector, self._policy)
        if pseudonyms is not None:
            hits += wanted(plain, KnownValues(pseudonyms).find(plain), self._policy)
        return Counter(hit.entity for hit in merge(plain, hits))

    def _run(self, drafts: Sequence[_Draft], pseudonyms: Pseudonyms | None) -> Pseudonyms:
        names = pseudonyms.copy() if pseudonyms else Pseudonyms()
        for draft in drafts:
            self._admit(draft, names)
        seen: dict[str, list[Hit]] = {}
        rounds = 0
        while self._look(drafts, names, seen):
            for draft in drafts:
                if rounds < MAX_MASKING_ROUNDS:
                    draft.fields = [replace(text, draft.hits.get(index, []), names)
                                    for index, text in enumerate(draft.fields)]
                elif draft.hits:
                    _refuse(draft, "residual")
            rounds += 1
        return names

    def _admit(self, draft: _Draft, names: Pseudonyms) -> None:
        """Normalise; refuse what cannot be read. A refused draft without texts takes no further part."""
        limit = self._policy.detector.max_text_chars
        try:
            # The bound comes first: nothing walks through a text that is refused for its size.
            too_large = sum(map(len, draft.fields)) + len(draft.fields) - 1 > limit
            draft.fields = [] if too_large else [clean(text) for text in draft.fields]
            too_large = too_large or sum(map(len, draft.fields)) + len(draft.fields) - 1 > limit
        except InputError:
            _refuse(draft, "bad_characters")
            return
        if too_large:
            _refuse(draft, "too_large")
        elif any(foreign_placeholder(text, names) for text in draft.fields):
            _refuse(draft, "looks_like_placeholder")

    def _look(self, drafts: Sequence[_Draft], names: Pseudonyms, seen: dict[str, list[Hit]]) -> bool:
        """Find everything in all drafts, agree on placeholders; whether there is anything to replace."""
        for draft in drafts:
            draft.hits = self._detected(draft.fields, seen)
            if any(hit.entity in self._policy.block_entities for hits in draft.hits.values() for hit in hits):
                _refuse(draft, "secret")
                draft.hits = {}
        names.assign(_in_order(drafts))
        known = KnownValues(names)
        for draft in drafts:
            for index, text in enumerate(draft.fields):
                hits = [*draft.hits.get(index, []), *wanted(text, known.find(text), self._policy)]
                if hits:
                    draft.hits[index] = merge(text, hits)
        names.assign(_in_order(drafts))
        return any(draft.hits for draft in drafts)

    def _detected(self, fields: Sequence[str], seen: dict[str, list[Hit]]) -> dict[int, list[Hit]]:
        """Hits by field: in each field, and in the fields joined, where an entity may be split or its context lie."""
        def look(text: str) -> list[Hit]:
            if text not in seen:
                seen[text] = find(text, self._detector, self._policy)
            return seen[text]

        found: dict[int, list[Hit]] = {}
        filled = [index for index, text in enumerate(fields) if text.strip()]
        texts = [fields[index] for index in filled]
        for index, text in zip(filled, texts, strict=True):
            found.setdefault(index, []).extend(look(text))
        if len(texts) > 1:
            for position, hit in split_hits(texts, " ", look(" ".join(texts))):
                found.setdefault(filled[position], []).append(hit)
            for position, hit in across_borders(texts, look):
                found.setdefault(filled[position], []).append(hit)
        return {index: merge(fields[index], hits) for index, hits in found.items() if hits}


def _in_order(drafts: Iterable[_Draft]) -> list[tuple[str, str]]:
    return [(hit.entity, hit.value) for draft in drafts for index in sorted(draft.hits) for hit in draft.hits[index]]


def _refuse(draft: _Draft, reason: str) -> None:
    """Keep the first reason. A draft whose own names matter for others keeps its texts for one more look."""
    draft.refused = draft.refused or reason
    if reason != "looks_like_placeholder":
        draft.fields, draft.hits = [], {}


def _masked(drafts: Iterable[_Draft]) -> dict[str, int]:
    tokens = Counter(re.sub(r"^<|_[0-9]+>$", "", token) for draft in drafts if not draft.refused
                     for text in draft.fields for token in PLACEHOLDER.findall(text))
    return dict(sorted(tokens.items()))


def _refused(drafts: Iterable[_Draft]) -> dict[str, str]:
    return {draft.id: draft.refused for draft in drafts if draft.refused}
