"""Lengths, variety and repetition of a dataset, as numbers and as histograms (arXiv 2507.05991, Fig. 8)."""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from appliance.quality.near_duplicates import comparable_text, occurrences, rouge_l_f, tokens
from appliance.records import Instance

BINS = 12
# The score is rounded differently from its bound, by less than this.
_ROUNDING = 1e-9
# As many instances are compared with all others as this many pairs allow: all of 1,400, 100 of 20,000.
PAIRS = 2_000_000


@dataclass(frozen=True, slots=True)
class Lengths:
    """Sizes of one field over a dataset, in one unit.

    Attributes:
        bins: lower edge, upper edge (exclusive) and count, without gaps.
    """

    unit: str
    count: int
    minimum: int
    median: float
    mean: float
    percentile_90: int
    maximum: int
    bins: tuple[tuple[int, int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def lengths(values: Sequence[int], unit: str) -> Lengths | None:
    """Sizes summed up; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return Lengths(unit, len(ordered), ordered[0], statistics.median(ordered), statistics.fmean(ordered),
                   ordered[math.ceil(0.9 * len(ordered)) - 1], ordered[-1], _bins(ordered))


def all_lengths(instances: Sequence[Instance]) -> dict[str, Lengths]:
    """Words of each text field, and the generator's tokens where they were counted."""
    counted: dict[str, tuple[str, list[int]]] = {
        name: ("words", [len(instance.texts()[name].split()) for instance in instances])
        for name in ("instruction", "input", "output")}
    for name in ("prompt_tokens", "completion_tokens"):
        known = [getattr(instance.provenance, name) for instance in instances]
        counted[name] = ("tokens", known if None not in known else [])
    return {name: summed for name, (unit, values) in counted.items() if (summed := lengths(values, unit))}


def _bins(ordered: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
    """At most `BINS` bins of a round width, from a multiple of it."""
    width = next(width for power in range(20) for step in (1, 2, 5) if (width := step * 10 ** power)
                 and (ordered[-1] // width - ordered[0] // width) < BINS)
    counts = Counter(value // width for value in ordered)
    return tuple((number * width, (number + 1) * width, counts[number])
                 for number in range(ordered[0] // width, ordered[-1] // width + 1))


def distinct(texts: Iterable[str], size: int) -> float | None:
    """Distinct-n: different runs of `size` words over all of them (Li et al. 2016); None where there are none."""
    runs: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        listed = tokens(text)
        runs.update(zip(*(listed[start:] for start in range(size)), strict=False))
    return len(runs) / runs.total() if runs else None


def duplicates(instances: Sequence[Instance], key: Callable[[Instance], tuple[str, ...]]) -> int:
    """How many instances have a key that an earlier one has."""
    return len(instances) - len({key(instance) for instance in instances})


def whole_key(instance: Instance) -> tuple[str, ...]:
    """Instances with this key alike are the same."""
    return instance.instruction, instance.input, instance.output


def prompt_key(instance: Instance) -> tuple[str, ...]:
    """Instances with this key alike ask the same."""
    return instance.instruction, instance.input


def compared(instance: Instance) -> str:
    """The text by which two instances are near each other."""
    return comparable_text(instance, instance.provenance.shape)


class Nearest:
    """The closest of some texts to another, by ROUGE-L F (Lin 2004).

    Exact: candidates come in the order of an upper bound, the words both have, and the search ends when no bound can
    beat what was found.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._listed = [tokens(text) for text in texts]
        self._index: dict[str, list[int]] = {}
        for number, listed in enumerate(self._listed):
            for occurrence in occurrences(listed):
                self._index.setdefault(occurrence, []).append(number)

    def find(self, text: str, *, but: int | None = None, above: float = 0.0) -> tuple[float, int | None]:
        """Score and position of the closest.

        Args:
            text: what to compare.
            but: a position that does not count.
            above: scores must exceed this; the higher, the faster.

        Returns:
            (`above`, None) where nothing is close enough.
        """
        listed = tokens(text)
        best: tuple[float, int | None] = (above, None)
        for bound, negative in self._bounds(listed, above):
            if bound <= best[0]:
                break
            score = rouge_l_f(listed, self._listed[-negative]) if -negative != but else 0.0
            if score > best[0]:
                best = (score, -negative)
        return best

    def _bounds(self, listed: Sequence[str], above: float) -> list[tuple[float, int]]:
        """Upper bounds of the score and negative positions, highest first; without those that cannot exceed `above`.

        F above t needs more than m x t / (2 - t) words in common, m being the length of this text. So the commonest
        words, half as many as that, need not be looked up: a close text still shares as many of the others.
        """
        postings = sorted((self._index[each] for each in occurrences(listed) if each in self._index), key=len)
        needed = len(listed) * above / (2 - above) - _ROUNDING
        skipped = min(int(max(needed, 0) / 2), len(postings))
        shared = Counter[int]()
        for posting in postings[:len(postings) - skipped]:
            shared.update(posting)
        close = (number for number, overlap in shared.items() if overlap + skipped > needed) if above else shared
        return sorted(((bound, -number) for number in close if (bound := 2 * (shared[number] + skipped) / (
            len(listed) + len(self._listed[number])) + _ROUNDING) > above), reverse=True)


def closeness(instances: Sequence[Instance]) -> dict[str, Any] | None:
    """Mean and maximum over instances of the highest ROUGE-L F to another; None below two instances.

    What is compared is what the near-duplicate filter compares.
    """
    if len(instances) < 2:
        return None
    texts = list(map(compared, instances))
    chosen = random.Random(0).sample(range(len(texts)), min(len(texts), max(PAIRS // len(texts), 1)))
    nearest = Nearest(texts)
    scores = [nearest.find(texts[number], but=number)[0] for number in chosen]
    return {"mean_of_max": statistics.fmean(scores), "max": max(scores), "compared": len(scores)}


def describe(instances: Sequence[Instance]) -> dict[str, Any]:
    """All of the above as one JSON object."""
    return {
        "lengths": {name: summed.to_json() for name, summed in all_lengths(instances).items()},
        "distinct": {name: {f"distinct_{size}": distinct((each.texts()[name] for each in instances), size)
                            for size in (1, 2)} for name in ("instruction", "input", "output")},
        "rouge_l_to_nearest": closeness(instances),
        "duplicates": duplicates(instances, whole_key),
        "same_prompt": duplicates(instances, prompt_key),
        "top_instructions": [{"instruction": text, "count": count} for text, count in
                             Counter(instance.instruction for instance in instances).most_common(5)]}
