"""Every further mention of a value that was found somewhere: exact, in any case, word-bounded, over the whole set."""

from __future__ import annotations

import re
from collections.abc import Iterator

from appliance.detection.names import COMMON_WORDS, name_parts
from appliance.detection.normalise import fold
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.resolve import Hit, blank_placeholders

MIN_VALUE_CHARS = 3
"""Shorter values would be found in every other sentence; the detector finds them where they mean something."""

_SCORE = 1.0


class KnownValues:
    """The values of a set of pseudonyms, and the single names of its people, as one search."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._entities: dict[str, str] = {}
        for entity, value in pseudonyms.values():
            self._entities.setdefault(value, entity)
        for entity, value in list(pseudonyms.values()):
            for part in name_parts(value) if entity == "PERSON" else ():
                self._entities.setdefault(part, "PERSON")
        patterns = [_pattern(value) for value in sorted(self._entities, key=len, reverse=True)
                    if len(value) >= MIN_VALUE_CHARS]
        self._search = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def find(self, text: str) -> Iterator[Hit]:
        """All mentions in a clean text."""
        if self._search is None:
            return
        folded = fold(blank_placeholders(text))
        for match in self._search.finditer(folded.text):
            start, end = folded.to_clean(*match.span())
            value = " ".join(match[0].casefold().split())
            yield Hit(start, end, self._entities[value], _SCORE, match[0])


def _pattern(value: str) -> str:
    """Word-bounded, any white space between the words; a word of the language only with a capital."""
    before = r"(?<![^\W_])" if value[0].isalnum() else ""
    after = r"(?![^\W_])" if value[-1].isalnum() else ""
    if value in COMMON_WORDS:
        return rf"{before}(?-i:{re.escape(value.capitalize())}|{re.escape(value.upper())}){after}"
    return before + r"\s{1,9}".join(map(re.escape, value.split())) + after
