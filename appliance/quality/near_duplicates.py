"""Near-duplicates as Self-Instruct and Alpaca decide them: ROUGE-L F above 0.7 against everything kept so far.

The decision is exact, rounding of the F-measure included, and few pairs need the longest common subsequence (LCS). Two
token lists of lengths m and n are near only if their LCS, and so the number of tokens they share, reaches a count that
follows from m and n. A text that has to share k of its m tokens shares at least one of any m - k + 1 of them: only the
kept texts that hold one of its rarest m - k + 1 tokens are looked at, and most of those share too few.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

import regex

from appliance.records import Instance

THRESHOLD = 0.7
# Scripts that put no blank between words: each sign counts alone.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(rf"[{_UNSPACED}]|[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+", regex.VERSION1)


def comparable_text(instance: Instance, shape: str | None = None) -> str:
    """What is compared.

    Args:
        instance: of the shape, or a seed.
        shape: for ``single`` it is the input, where there is one: the instruction is one of the seeds' few, and the
            same question under another of them is not a new task. Otherwise it is the instruction, as Alpaca does,
            or for a shape that is not known both.
    """
    if shape == "table8":
        return instance.instruction
    if shape == "single":
        return instance.input or instance.instruction
    return f"{instance.instruction}\n{instance.input}"


def tokens(text: str) -> list[str]:
    """Lower-case runs of letters and digits; no stemming.

    Of ASCII text these are the tokens of the ``rouge_score`` package. That package drops every other letter, so that
    all texts in another script look empty; here letters of any script count.
    """
    return _TOKEN.findall(text.lower())


def rouge_l_f(left: Sequence[str], right: Sequence[str]) -> float:
    """ROUGE-L F-measure of two token lists, 0 to 1 (Lin 2004)."""
    return _f_measure(longest_common_subsequence(left, right), len(left), len(right))


def _f_measure(lcs: int, left: int, right: int) -> float:
    """F of an LCS and two lengths, with the rounding of ``rouge_score``."""
    if not lcs:
        return 0.0
    precision, recall = lcs / left, lcs / right
    return 2 * precision * recall / (precision + recall)


def longest_common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the LCS, one machine-word operation per token of `right` (Hyyrö 2004, bit-parallel)."""
    return _lcs(_positions(left), len(left), right)


def _positions(listed: Sequence[str]) -> dict[str, int]:
    positions: dict[str, int] = defaultdict(int)
    for index, token in enumerate(listed):
        positions[token] |= 1 << index
    return positions


def _lcs(positions: Mapping[str, int], length: int, right: Sequence[str]) -> int:
    everything = (1 << length) - 1
    row = everything
    for token in right:
        hit = row & positions.get(token, 0)
        row = ((row + hit) | (row - hit)) & everything
    return length - row.bit_count()


@lru_cache(maxsize=200_000)
def _needed(left: int, right: int, threshold: float) -> int | None:
    """The smallest LCS that makes lists of these lengths near-duplicates; None if none can be that long."""
    least = max(1, int(threshold * (left + right) / 2) - 1)
    while _f_measure(least, left, right) <= threshold:
        least += 1
        if least > min(left, right):
            return None
    return least


@lru_cache(maxsize=10_000)
def _needed_of_any(length: int, threshold: float) -> int:
    """The fewest of its tokens that a list shares with any near-duplicate."""
    shortest = next(other for other in range(1, length + 1) if _needed(length, other, threshold) is not None)
    return _needed(length, shortest, threshold) or length


def occurrences(listed: Sequence[str]) -> list[str]:
    """Each token with its repetitions told apart, so that a multiset becomes a set."""
    seen: Counter[str] = Counter()
    named = []
    for token in listed:
        named.append(f"{token} {seen[token]}" if seen[token] else token)
        seen[token] += 1
    return named


class NearDuplicates:
    """The texts kept so far, and whether a new one is too close to any of them.

    Args:
        texts: what to begin with, such as the seeds.
        threshold: a pair is a near-duplicate when its F is strictly above it; below 1.
    """

    def __init__(self, texts: Iterable[str] = (), threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._kept: list[tuple[str, ...]] = []
        self._holders: dict[str, list[int]] = {}
        self._words: dict[str, str] = {}
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, text: str) -> None:
        """Keep a text; later ones are compared with it."""
        listed = tuple(self._words.setdefault(token, token) for token in tokens(text))
        for occurrence in occurrences(listed):
            self._holders.setdefault(occurrence, []).append(len(self._kept))
        self._kept.append(listed)

    def contains_near(self, text: str) -> bool:
        """Whether any kept text has ROUGE-L F with this one strictly above the threshold."""
        listed = tokens(text)
        if not listed:
            return False
        positions = _positions(listed)
        return any(_lcs(positions, len(listed), self._kept[number]) >= needed
                   for number, needed in self._within_reach(listed))

    def _within_reach(self, listed: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Kept texts that may share enough tokens with this one, and the LCS each would need."""
        least = _needed_of_any(len(listed), self._threshold)
        holders = sorted((self._holders.get(each, ()) for each in occurrences(listed)), key=len)
        rarest = holders[:len(listed) - least + 1]
        for number, shared in Counter(chain.from_iterable(rarest)).items():
            needed = _needed(len(listed), len(self._kept[number]), self._threshold)
            if needed is not None and shared + least - 1 >= needed:
                yield number, needed

    def add_if_new(self, text: str) -> bool:
        """Keep the text unless it is a near-duplicate; whether it was kept."""
        if self.contains_near(text):
            return False
        self.add(text)
        return True
