"""Every further mention of a value that was found somewhere: in any case, word-bounded, over the whole set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from appliance.detection.names import COMMON_WORDS
from appliance.detection.normalise import Folded, fold
from appliance.detection.written_over import lettered
from appliance.gateway.aliases import (
    MOST_INITIALS,
    called_alone,
    initials_behind,
    initials_of,
    mentions_alone,
    spellings,
    words_of,
)
from appliance.gateway.known_numbers import KnownNumbers
from appliance.gateway.known_together import KnownTogether
from appliance.gateway.pseudonyms import JOINING_HYPHEN, NOT_GROUPED, Pseudonyms
from appliance.gateway.resolve import KNOWN_VALUE, Hit, blank_placeholders
from appliance.gateway.spread import MIN_CHARS, Spread

_SCORE = 1.0
_MIN_PLURAL_CHARS = 4
# Of a longer value the rest is compared at every place where it begins.
_MOST_WORDS = 16
_WORDS = re.compile(r"[^\W_]+")
# Initials beside the name they belong to, as in "Amara Osei (AO)".
_BESIDE = re.compile(r"\s{0,2}[(\[,/\-]\s{0,2}((?:[A-Z]\.?[ ]?){1,3}[A-Z])\.?(?![\w])")
_INITIALS_CHARS, _NAME_CHARS, _BEGINNING_CHARS = 9, 45, 9  # how far before a mention each of the next is looked for
_NAME_BEFORE = re.compile(r"[A-Z][\w.'\-]{0,40}[ \t]{1,3}$")
_INITIALS_BEFORE = re.compile(r"(?<!\w)((?:[A-Z]\.[ ]?){1,3})$")
# Emphasis and tags inside a word, as in "**Am**ara" and "A<b>mara</b>".
_MARKUP = re.compile(r"(?<=[^\W_])(?:[*~^|]{1,3}|</?[A-Za-z]{1,8}/?>)(?=[^\W_])")
_NOTHING = "\x00"
_BLANK_OR_HYPHEN = re.compile(rf"\s|{JOINING_HYPHEN.pattern}")
# A name of two letters, such as Wu or Bo, is looked for with its capital; these are words first.
_SHORT_WORDS = frozenset((
    "ad", "ah", "am", "an", "as", "at", "be", "by", "do", "dr", "ed", "ex", "go", "he", "hi", "if", "in", "is", "it",
    "me", "mr", "ms", "my", "no", "of", "oh", "ok", "on", "or", "so", "st", "to", "uk", "up", "us", "we"))
_BEGINS_SENTENCE = re.compile(r"(?:^|[.!?:\n][\s\"'(]*)$")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One string to look for, case-folded, with single blanks; `lead` characters of it stand before its first word."""

    text: str
    lead: int
    entity: str
    spread: Spread
    capitals: bool = False


@dataclass(slots=True)
class _Branch:
    """The strings that begin with the same words: by their next word, and those that end here by what is written."""

    longer: dict[str, _Branch] = field(default_factory=dict)
    here: dict[str, dict[str, _Wanted]] = field(default_factory=dict)


class KnownValues:
    """The values of a set of pseudonyms, and the short forms of its people, as one search.

    The strings are a tree of their words, so that a text is walked through once however many of them there are.
    """

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._wanted = _Branch()
        self._initials: dict[str, set[str]] = {}
        self._numbers, self._together = KnownNumbers(), KnownTogether()
        people = []
        for entity, value in pseudonyms.values():
            self._want(value, entity, pseudonyms.spread(value))
            if pseudonyms.spread(value) is Spread.EVERYWHERE:
                self._together.add(entity, value, value)
            if entity not in NOT_GROUPED:
                self._numbers.add(entity, value)
            if entity == "PERSON":
                people.append(value)
        for value in people:
            self._want_person(value, pseudonyms)

    def _want(self, value: str, entity: str, spread: Spread, *, capitals: bool = False) -> None:
        text = _one_line(value)
        words = list(islice(_WORDS.finditer(text), _MOST_WORDS))
        if spread is not Spread.NOWHERE and words and (capitals or len(text) >= MIN_CHARS):
            branch, lead = self._wanted, words[0].start()
            for word in words:
                branch = branch.longer.setdefault(word[0], _Branch())
            written = branch.here.setdefault(text[lead:words[-1].end()], {})
            written.setdefault(text, _Wanted(text, lead, entity, spread, capitals))

    def _want_person(self, value: str, pseudonyms: Pseudonyms) -> None:
        if " " not in value and 1 < len(value) <= MOST_INITIALS and pseudonyms.spread(value) is Spread.NOWHERE:
            self._want(value, "PERSON", Spread.EVERYWHERE, capitals=True)
        if pseudonyms.spread(value) is Spread.NOWHERE:
            return
        for spelling in spellings(value):
            self._want(spelling, "PERSON", Spread.EVERYWHERE)
            if pseudonyms.spread(value) is Spread.EVERYWHERE and min(map(len, words_of(spelling))) > 1:
                self._together.add("PERSON", spelling, value)
        for behind in initials_behind(value):
            self._want(behind, "PERSON", Spread.EVERYWHERE, capitals=True)
        for part in (*mentions_alone(value), *called_alone(value)):
            self._want(part, "PERSON", pseudonyms.spread_of_part(part))
            if pseudonyms.spread_of_part(part) is Spread.EVERYWHERE:
                self._together.add("PERSON", part, part)
        if initials := initials_of(value):
            for word in words_of(value):
                self._initials.setdefault(word, set()).add(initials)

    def find(self, text: str) -> Iterator[Hit]:
        """All mentions in a clean text."""
        for spelled in dict.fromkeys((text, *lettered(text))):
            yield from self._mentions(text, _Searchable(spelled))
        folded = fold(blank_placeholders(text))
        for start, end, entity, value in (*self._numbers.find(folded.text), *self._together.find(folded.text)):
            yield replace(self._hit(text, *folded.to_clean(start, end), entity), value=value)

    def _mentions(self, text: str, search: _Searchable) -> Iterator[Hit]:
        for wanted, at in search.candidates(self._wanted):
            if (place := search.place(wanted, at)) is not None:
                first, last = search.in_clean(*place)
                initials = _INITIALS_BEFORE.search(text, max(first - _INITIALS_CHARS, 0), first)
                if initials is not None and wanted.entity == "PERSON":
                    first = initials.start(1)
                yield self._hit(text, first, last, wanted.entity)
                if wanted.entity == "PERSON":
                    yield from self._beside(text, search, wanted, place[1])

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
        self._words = [match.span() for match in _WORDS.finditer(self.text)]

    def candidates(self, tree: _Branch) -> Iterator[tuple[_Wanted, int]]:
        """Strings of which the words stand in the text, and where the first of them begins; maybe with a plural s."""
        for number, (start, _) in enumerate(self._words):
            branch = tree
            for first, end in self._words[number:number + _MOST_WORDS]:
                word = self.text[first:end]
                if word[-1] == "s" and (singular := branch.longer.get(word[:-1])) is not None:
                    yield from ((wanted, start) for wanted in singular.here.get(self.text[start:end - 1], {}).values())
                if word not in branch.longer:
                    break
                branch = branch.longer[word]
                yield from ((wanted, start) for wanted in branch.here.get(self.text[start:end], {}).values())

    def place(self, wanted: _Wanted, at: int) -> tuple[int, int] | None:
        """Where a string with its first word there stands as whole words; a plural or possessive s is not part."""
        start = at - wanted.lead
        end = start + len(wanted.text)
        if start < 0 or not self.text.startswith(wanted.text, start):
            return None
        return (start, end) if self._bounded(start, end, wanted) and self._written_so(start, end, wanted) else None

    def _bounded(self, start: int, end: int, wanted: _Wanted) -> bool:
        text = self.text
        at = self.in_folded(start)
        if ", " in wanted.text and _NAME_BEFORE.search(self.folded.text, max(at - _NAME_CHARS, 0), at):
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
            return self.folded.text[at].isupper() and not _BEGINS_SENTENCE.search(
                self.folded.text, max(at - _BEGINNING_CHARS, 0), at)
        return True

    def in_folded(self, index: int) -> int:
        return index if self._offsets is None else self._offsets[index]

    def in_clean(self, start: int, end: int) -> tuple[int, int]:
        return self.folded.to_clean(self.in_folded(start), self.in_folded(end - 1) + 1)


def _plainly(folded: str) -> tuple[str, list[int] | None]:
    """Case-folded, white space and joining hyphens as single blanks; and for each character where it came from."""
    spaced = _MARKUP.sub(lambda sign: _NOTHING * len(sign[0]), _BLANK_OR_HYPHEN.sub(" ", folded))
    lowered = spaced.casefold()
    if len(lowered) == len(folded) and "  " not in spaced and _NOTHING not in spaced:
        return lowered, None
    pieces: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(spaced):
        if character != _NOTHING and (character != " " or not pieces or pieces[-1] != " "):
            for piece in character.casefold():
                pieces.append(piece)
                offsets.append(index)
    return "".join(pieces), [*offsets, len(folded)]


def _one_line(value: str) -> str:
    return _BLANK_OR_HYPHEN.sub(" ", value)
