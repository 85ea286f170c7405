"""Every further mention of a value that was found somewhere: in any case, word-bounded, over the whole set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.detection.names import COMMON_WORDS
from appliance.detection.normalise import Folded, fold
from appliance.gateway.aliases import initials_of, mentions_alone, spellings, words_of
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.resolve import KNOWN_VALUE, Hit, blank_placeholders
from appliance.gateway.spread import MIN_CHARS, Spread

_SCORE = 1.0
_MIN_PLURAL_CHARS = 4
_MOST_INITIALS = 4
_FIRST_WORD = re.compile(r"[^\W_]+")
# Initials beside the name they belong to, as in "Amara Osei (AO)".
_BESIDE = re.compile(r"\s{0,2}[(\[,/\-]\s{0,2}((?:[A-Z]\.?[ ]?){1,3}[A-Z])\.?(?![\w])")
_NAME_BEFORE = re.compile(r"[A-Z][\w.'\-]{0,40}[ \t]{1,3}$")
_INITIALS_BEFORE = re.compile(r"(?<!\w)((?:[A-Z]\.[ ]?){1,3})$")
# A hyphen between two letters joins what others write apart.
_BLANK_OR_HYPHEN = re.compile(r"\s|(?<=[^\W\d_])-(?=[^\W\d_])")
# A name of two letters, such as Wu or Bo, is looked for with its capital; these are words first.
_SHORT_WORDS = frozenset((
    "ad", "ah", "am", "an", "as", "at", "be", "by", "do", "dr", "ed", "ex", "go", "he", "hi", "if", "in", "is", "it",
    "me", "mr", "ms", "my", "no", "of", "oh", "ok", "on", "or", "so", "st", "to", "uk", "up", "us", "we"))
_BEGINS_SENTENCE = re.compile(r"(?:^|[.!?:\n][\s\"'(]*)$")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One string to look for, case-folded, with single blanks."""

    text: str
    entity: str
    spread: Spread
    capitals: bool = False


class KnownValues:
    """The values of a set of pseudonyms, and the short forms of its people, as one search."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._wanted: dict[str, dict[str, _Wanted]] = {}
        self._initials: dict[str, set[str]] = {}
        people = []
        for entity, value in pseudonyms.values():
            self._want(value, entity, pseudonyms.spread(value))
            if entity == "PERSON":
                people.append(value)
        for value in people:
            self._want_person(value, pseudonyms)

    def _want(self, value: str, entity: str, spread: Spread, *, capitals: bool = False) -> None:
        text = _one_line(value)
        first = _FIRST_WORD.search(text)
        if spread is not Spread.NOWHERE and first is not None and (capitals or len(text) >= MIN_CHARS):
            self._wanted.setdefault(first[0], {}).setdefault(text, _Wanted(text, entity, spread, capitals))

    def _want_person(self, value: str, pseudonyms: Pseudonyms) -> None:
        if " " not in value and 1 < len(value) <= _MOST_INITIALS and pseudonyms.spread(value) is Spread.NOWHERE:
            self._want(value, "PERSON", Spread.EVERYWHERE, capitals=True)
        if pseudonyms.spread(value) is Spread.NOWHERE:
            return
        for spelling in spellings(value):
            self._want(spelling, "PERSON", Spread.EVERYWHERE)
        for part in mentions_alone(value):
            self._want(part, "PERSON", pseudonyms.spread_of_part(part))
        if initials := initials_of(value):
            for word in words_of(value):
                self._initials.setdefault(word, set()).add(initials)

    def find(self, text: str) -> Iterator[Hit]:
        """All mentions in a clean text."""
        if not self._wanted:
            return
        search = _Searchable(text)
        for word in search.words & self._wanted.keys():
            for wanted in self._wanted[word].values():
                for start, end in search.places(wanted):
                    first, last = search.in_clean(start, end)
                    initials = _INITIALS_BEFORE.search(text, max(first - 9, 0), first)
                    if initials is not None and wanted.entity == "PERSON":
                        first = initials.start(1)
                    yield self._hit(text, first, last, wanted.entity)
                    if wanted.entity == "PERSON":
                        yield from self._beside(text, search, wanted, end)

    def _beside(self, text: str, search: _Searchable, wanted: _Wanted, end: int) -> Iterator[Hit]:
        """Initials of a person right behind a mention."""
        match = _BESIDE.match(search.folded.text, search.in_folded(end))
        if match is not None:
            letters = "".join(c for c in match[1].lower() if c.isalpha())
            if any(letters in self._initials.get(word, ()) for word in words_of(wanted.text)):
                yield self._hit(text, *search.folded.to_clean(*match.span(1)), "PERSON")

    @staticmethod
    def _hit(text: str, start: int, end: int, entity: str) -> Hit:
        return Hit(start, end, entity, _SCORE, text[start:end], source=KNOWN_VALUE,
                   why="found in another place of the set as well")


class _Searchable:
    """A text folded for searching: case-folded, white space and hyphens as single blanks, with the way back."""

    def __init__(self, text: str) -> None:
        self.folded: Folded = fold(blank_placeholders(text))
        self.text, self._offsets = _plainly(self.folded.text)
        words = set(_FIRST_WORD.findall(self.text))
        self.words = words | {word[:-1] for word in words if word.endswith("s")}

    def places(self, wanted: _Wanted) -> Iterator[tuple[int, int]]:
        """Where a string stands as whole words; a plural or possessive s belongs to what is around it."""
        start = self.text.find(wanted.text)
        while start >= 0:
            end = start + len(wanted.text)
            if self._bounded(start, end, wanted) and self._written_so(start, end, wanted):
                yield start, end
            start = self.text.find(wanted.text, start + 1)

    def _bounded(self, start: int, end: int, wanted: _Wanted) -> bool:
        text = self.text
        at = self.in_folded(start)
        if ", " in wanted.text and _NAME_BEFORE.search(self.folded.text, max(at - 45, 0), at):
            return False  # the end of one name and the beginning of the next, in a list of people
        if start > 0 and text[start].isalnum() and text[start - 1].isalnum():
            return False
        if end == len(text) or not text[end - 1].isalnum() or not text[end].isalnum():
            return True
        # A plural, such as the family's name.
        return (text[end] == "s" and not text[end + 1:end + 2].isalnum() and text[end - 1].isalpha()
                and len(wanted.text) >= _MIN_PLURAL_CHARS and wanted.text not in COMMON_WORDS)

    def _written_so(self, start: int, end: int, wanted: _Wanted) -> bool:
        if wanted.capitals:
            written = self.folded.text[self.in_folded(start):self.in_folded(end)]
            return written.isupper() or (written[0].isupper() and wanted.text not in _SHORT_WORDS)
        if wanted.spread is Spread.AS_A_NAME:
            at = self.in_folded(start)
            return self.folded.text[at].isupper() and not _BEGINS_SENTENCE.search(self.folded.text, max(at - 9, 0), at)
        return True

    def in_folded(self, index: int) -> int:
        return index if self._offsets is None else self._offsets[index]

    def in_clean(self, start: int, end: int) -> tuple[int, int]:
        return self.folded.to_clean(self.in_folded(start), self.in_folded(end - 1) + 1)


def _plainly(folded: str) -> tuple[str, list[int] | None]:
    """Case-folded, white space and joining hyphens as single blanks; and for each character where it came from."""
    spaced = _BLANK_OR_HYPHEN.sub(" ", folded)
    lowered = spaced.casefold()
    if len(lowered) == len(folded) and "  " not in spaced:
        return lowered, None
    pieces: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(spaced):
        if character != " " or not pieces or pieces[-1] != " ":
            for piece in character.casefold():
                pieces.append(piece)
                offsets.append(index)
    return "".join(pieces), [*offsets, len(folded)]


def _one_line(value: str) -> str:
    return _BLANK_OR_HYPHEN.sub(" ", value)
