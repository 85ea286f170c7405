"""Near-duplicates as Self-Instruct and Alpaca decide them: ROUGE-L F above 0.7 against everything kept so far.

The decision is exact, and few pairs need the longest common subsequence (LCS). F = 2·LCS / (m + n), and the LCS of two
token lists is at most the size of their multiset intersection, which an inverted index counts for all kept texts at
once. Only pairs whose bound is above the threshold are computed in full.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from appliance.records import Instance

THRESHOLD = 0.7
_TOKEN = re.compile(r"[^\W_]+")


def comparable_text(instance: Instance) -> str:
    """What is compared: instruction and input together.

    Alpaca compares instructions alone. Where one instance is written at a time the instruction is one of the seeds'
    few, and comparing it alone would keep one instance per seed; the input is what makes the task new.
    """
    return f"{instance.instruction}\n{instance.input}"


def tokens(text: str) -> list[str]:
    """Lower-case runs of letters and digits, as ROUGE counts them, of any script; no stemming."""
    return _TOKEN.findall(text.lower())


def rouge_l_f(left: Sequence[str], right: Sequence[str]) -> float:
    """ROUGE-L F-measure of two token lists, 0 to 1 (Lin 2004)."""
    if not left or not right:
        return 0.0
    return 2 * longest_common_subsequence(left, right) / (len(left) + len(right))


def longest_common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the LCS, one machine-word operation per token of `right` (Hyyrö 2004, bit-parallel)."""
    positions: dict[str, int] = defaultdict(int)
    for index, token in enumerate(left):
        positions[token] |= 1 << index
    everything = (1 << len(left)) - 1
    row = everything
    for token in right:
        hit = row & positions.get(token, 0)
        row = ((row + hit) | (row - hit)) & everything
    return len(left) - row.bit_count()


class NearDuplicates:
    """The texts kept so far, and whether a new one is too close to any of them.

    Args:
        texts: what to begin with, such as the seeds.
        threshold: a pair is a near-duplicate when its F is strictly above it.
    """

    def __init__(self, texts: Iterable[str] = (), threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._kept: list[list[str]] = []
        self._index: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, text: str) -> None:
        """Keep a text; later ones are compared with it."""
        listed = tokens(text)
        for token, count in Counter(listed).items():
            self._index[token].append((len(self._kept), count))
        self._kept.append(listed)

    def contains_near(self, text: str) -> bool:
        """Whether any kept text has ROUGE-L F with this one strictly above the threshold."""
        listed = tokens(text)
        shared: Counter[int] = Counter()
        for token, count in Counter(listed).items():
            for number, kept_count in self._index.get(token, ()):
                shared[number] += min(count, kept_count)
        return any(rouge_l_f(listed, self._kept[number]) > self._threshold for number, overlap in shared.most_common()
                   if 2 * overlap / (len(listed) + len(self._kept[number])) > self._threshold)

    def add_if_new(self, text: str) -> bool:
        """Keep the text unless it is a near-duplicate; whether it was kept."""
        if self.contains_near(text):
            return False
        self.add(text)
        return True
