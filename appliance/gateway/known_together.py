"""A known name whose words are run together: ``AmaraOsei``, ``#LarkfieldClinic``, ``amaraosei92``, ``Solberg2``."""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_LETTERS = 6
"""Of several words run together; a shorter row of letters is part of others by chance."""
MIN_LETTERS_ANYWHERE = 8
"""Of several words in the middle of any word, and of one word in a word that is visibly put together."""
MIN_LETTERS_NUMBERED = 5
"""Of one word with a number on it."""

_MOST_LETTERS = 60
_ENTITIES = frozenset({"PERSON", "ORGANIZATION"})
_WORD = re.compile(r"[^\W_]+")
_WRITTEN = re.compile(r"[^\W_]+(?:[._][^\W_]+)*")
# Where a word that is put together shows it: AmaraOsei, Solberg2, amara_osei.
_SEAM = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[._])")


class KnownTogether:
    """Names of people and organisations by their letters without what stands between the words."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str, bool]] = {}
        self._beginnings: set[str] = set()

    def add(self, entity: str, spelling: str, value: str) -> None:
        """Look for a name from now on, if it is long enough not to be found by chance.

        Args:
            entity: its type.
            spelling: case-folded, with its words apart.
            value: what it stands for.
        """
        words = _WORD.findall(spelling)
        letters = "".join(words)
        least = MIN_LETTERS if len(words) > 1 else MIN_LETTERS_NUMBERED
        if entity in _ENTITIES and least <= len(letters) <= _MOST_LETTERS and letters.isalpha():
            self._known.setdefault(letters, (entity, value, len(words) > 1))
            self._beginnings.update(letters[:end] for end in range(1, len(letters) + 1))

    def find(self, folded: str) -> Iterator[tuple[int, int, str, str]]:
        """Every place of a folded text where one stands: start, end, type and the value it stands for."""
        for match in _WRITTEN.finditer(folded) if self._known else ():
            if len(match[0]) >= MIN_LETTERS and len(lower := match[0].lower()) == len(match[0]):
                yield from ((match.start() + start, match.start() + end, entity, value)
                            for start, end, entity, value in self._inside(match[0], lower))

    def _inside(self, word: str, lower: str) -> Iterator[tuple[int, int, str, str]]:
        seams = {0, len(word), *(seam.start() for seam in _SEAM.finditer(word)),
                 *(at for at in range(1, len(word)) if word[at].isupper() and word[at - 1].islower())}
        # Words of the language are no names run together: only a long one is looked into at every letter.
        starts = range(len(word)) if len(word) > MIN_LETTERS_ANYWHERE else sorted(seams)
        behind = 0
        for start in starts:
            if start >= behind and (longest := self._longest(lower, start, seams)) is not None:
                behind = longest[1]
                yield longest

    def _longest(self, lower: str, start: int, seams: set[int]) -> tuple[int, int, str, str] | None:
        letters, longest = "", None
        for at in range(start, len(lower)):
            if lower[at] in "._" and letters:
                continue
            letters += lower[at]
            if letters not in self._beginnings:
                break
            if letters in self._known and self._counts(letters, lower, start, at + 1, seams):
                longest = start, at + 1, *self._known[letters][:2]
        return longest

    def _counts(self, letters: str, lower: str, start: int, end: int, seams: set[int]) -> bool:
        of_several = self._known[letters][2]
        if of_several and len(letters) >= MIN_LETTERS_ANYWHERE:
            return True
        rest = lower[:start] + lower[end:]
        if not of_several and not rest.isdigit() and len(letters) < MIN_LETTERS_ANYWHERE:
            return False
        # A whole word of one word is found as it is.
        return start in seams and (end in seams or lower[end:end + 1] in ("_", ".")) and (of_several or bool(rest))
