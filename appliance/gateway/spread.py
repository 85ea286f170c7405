"""How far a found value is looked for: everywhere, only where it is written like a name, or nowhere else.

A name has to be masked wherever it stands. A word that a detector took for a name once must not take every sentence it
stands in with it: what decides is how the word is written in the set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from appliance.detection.function_words import ENGLISH
from appliance.detection.names import COMMON_WORDS

MIN_CHARS = 3
"""Shorter values would be found in every other sentence; the detector finds them where they mean something."""

MIN_DIGITS_ALONE = 4
_COMMON_FROM = 2
_WORD = re.compile(r"[^\W\d_]+")
_CALENDAR_DATE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")


class Spread(Enum):
    """Where else a value is looked for."""

    EVERYWHERE = "everywhere"
    AS_A_NAME = "as_a_name"
    """With a capital, and not at the beginning of a sentence."""
    NOWHERE = "nowhere"


@dataclass(slots=True)
class Vocabulary:
    """How often each word of a set is written without a capital, and how often a detector took it for something."""

    lower: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    found_lower: Counter[str] = field(default_factory=Counter)

    def copy(self) -> Vocabulary:
        """An independent continuation."""
        return Vocabulary(self.lower.copy(), self.found.copy(), self.found_lower.copy())

    def read(self, texts: Iterable[str]) -> None:
        """Count the words of texts."""
        for text in texts:
            self.lower.update(word for word in _WORD.findall(text) if word.islower())

    def note(self, value: str) -> None:
        """Count one mention that was found."""
        words = _WORD.findall(value)
        self.found.update(word.casefold() for word in words)
        self.found_lower.update(word for word in words if word.islower())

    def common(self, word: str) -> bool:
        """Whether a case-folded word is more of a word than of a name in this set."""
        unfound = self.lower[word] - self.found_lower[word]
        return word in COMMON_WORDS or (unfound >= _COMMON_FROM and unfound > self.found[word])


def spread(entity: str, value: str, vocabulary: Vocabulary) -> Spread:
    """How far a value is looked for.

    Args:
        entity: its type.
        value: as `normalise.identity` writes it.
        vocabulary: of the set.
    """
    if len(value) < MIN_CHARS or entity == "AGE":
        return Spread.NOWHERE
    if entity == "DATE_TIME":
        return Spread.EVERYWHERE if _CALENDAR_DATE.search(value) else Spread.NOWHERE
    if value.isdecimal():
        return Spread.EVERYWHERE if len(value) >= MIN_DIGITS_ALONE else Spread.NOWHERE
    words = _WORD.findall(value)
    if words and value.replace(" ", "").isalpha():
        if entity != "PERSON" and ENGLISH.issuperset(words):
            return Spread.NOWHERE
        if all(map(vocabulary.common, words)):
            return Spread.AS_A_NAME
    return Spread.EVERYWHERE
