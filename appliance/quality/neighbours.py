"""Which facts of K a question points at: an inverted index, so that one question is not compared with every fact."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence

from appliance.quality.terms import content_stems


class FactIndex:
    """The facts of K by the stems of their content words.

    Args:
        facts: all of them; one that stands there twice is its own rival only once.
    """

    def __init__(self, facts: Sequence[str]) -> None:
        self._facts = tuple(dict.fromkeys(facts))
        self._stems = [content_stems(fact) for fact in self._facts]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, stems in enumerate(self._stems):
            for stem in stems:
                self._holders[stem].append(number)

    def __len__(self) -> int:
        return len(self._facts)

    def nearest(self, question: str, limit: int) -> list[tuple[str, float]]:
        """The facts a question points at most, best first, each with how well.

        The measure is the Dice coefficient of the content stems, 0 to 1; facts without a common stem are left out.
        """
        asked = content_stems(question)
        shared = Counter(number for stem in asked for number in self._holders.get(stem, ()))
        scored = [(2 * count / (len(asked) + len(self._stems[number])), number) for number, count in shared.items()]
        best = heapq.nsmallest(limit, scored, key=lambda each: (-each[0], each[1]))
        return [(self._facts[number], dice) for dice, number in best]

    def picks_out(self, question: str, fact: str) -> bool:
        """Whether the question's words point at this fact more than at any other."""
        best = self.nearest(question, 2)
        if not best or best[0][0] != fact:
            return False
        return len(best) == 1 or best[1][1] < best[0][1]
