"""What is known about names of people: which of their words may stand for the person alone."""

from __future__ import annotations

import re

_TITLES = re.compile(r"^(?:(?:dr|mr|mrs|ms|miss|mx|prof|professor|nurse|sister|doctor|sir|dame|rev|judge|pastor)"
                     r"\b\.?\s*)+(?=\S)")
_MIN_PART_CHARS = 3

_WORDS = """
    will may mark rose grace hope art bill grant faith joy dawn april june august summer autumn winter iris lily
    daisy violet heather ivy amber ruby pearl crystal gene ray dean drew chase hunter mason carter cook baker young
    long short small little brown black white green gray grey king price best love day west north east south hill
    wood woods field stone rivers lake banks house page post bell ball cross church case chance miles rich wise good
    early fall frost snow rain storm bush park parks lane street ford hall cole max pat rob sue ann van von der den
    del los las jack the and for not you your our her his she him was are has had can get one two new old
"""
COMMON_WORDS = frozenset(_WORDS.split())
"""Words of the language that are also names: as one name of several they are not looked for alone."""


def strip_titles(value: str) -> str:
    """A case-folded name without the titles before it."""
    return _TITLES.sub("", value)


def without_titles(name: str) -> int:
    """Where a name as it is written begins after its titles; no letter of it changes its length on the way."""
    lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in name)
    return len(name) - len(strip_titles(lower))


def name_parts(name: str) -> list[str]:
    """The words of a name of several that are long and rare enough to stand for the person alone, case-folded."""
    words = [word.strip(".,'") for word in strip_titles(name.casefold()).split()]
    if len(words) < 2:
        return []
    return [word for word in words if len(word) >= _MIN_PART_CHARS and word not in COMMON_WORDS]
