"""Invented people: one for each real one, of the gender and origin that is told, written in every form the real one is.

Of the real name only how many words it has, the gender and the origin of its first are kept.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from appliance.detection.names import without_titles
from appliance.gateway.aliases import initials_of, words_of
from appliance.gateway.layouts import cased

Gender = Literal["male", "female"]
_GENDERS: tuple[Gender, ...] = ("male", "female")
_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "sv_SE", "pt_BR", "tr_TR", "en_IN")
_NAME = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """An invented person.

    Attributes:
        words: each word of the fullest real name, case-folded, in order, and the invented one in its place.
        first: for a first name that is not among them.
        last: for such a surname.
    """

    words: Mapping[str, str]
    first: str
    last: str

    def all_words(self) -> set[str]:
        """Every invented name of theirs."""
        return {*self.words.values(), self.first, self.last}

    def initials(self) -> str:
        """Of all names, in capitals."""
        return "".join(name[0] for name in self.words.values()).upper()


def invented(names: Sequence[str], random: Random, heard: tuple[Gender | None, bool] = (None, False),
             surname: str | None = None) -> Person:
    """A person of the gender and origin that the first names tell, if they tell.

    Args:
        names: all case-folded spellings of the real one.
        random: decides the names.
        heard: gender by the text around them, and whether that comes before what a first name says.
        surname: of an invented relative.
    """
    full = fullest(names)
    locale, named = _told(names)
    gender = heard[0] if heard[1] else named or heard[0]
    last = surname or random.choice(last_names(locale))
    first, *middles = random.sample(_first_names(locale, gender), max(len(full) - 1, 1))
    if len(full) > 1:
        return Person(dict(zip(full, (first, *middles, last), strict=True)), first, last)
    return Person({full[0]: first if surname is None and _is_first_name(full[0]) else last}, first, last)


def fullest(names: Sequence[str]) -> tuple[str, ...]:
    """The words of the spelling with the most of them, written out where another has an initial."""
    return max(map(words_of, names), key=lambda words: (len(words), len("".join(words)))) or (names[0],)


def surname_of(names: Sequence[str]) -> str | None:
    """The real surname, case-folded; None where only a first name is known."""
    full = fullest(names)
    return full[-1] if len(full) > 1 or not _is_first_name(full[0]) else None


def as_written(person: Person, surface: str) -> str:
    """A stand-in in the form of one mention: whole, the surname alone, "Last, First", initials, in capitals.

    Args:
        person: who stands in.
        surface: the mention of the real one.
    """
    letters = surface.casefold().replace(".", "")
    if len(surface.split()) == 1 and surface.isupper() and letters == initials_of(" ".join(person.words)):
        return person.initials()
    begins = without_titles(surface)
    bare = surface[begins:]
    named = [word for word in _words_in(bare) if not _is_suffix(word)]
    backwards = len(named) > 1 and f"{named[0]}, " in bare.casefold()

    def other(match: re.Match[str]) -> str:
        word = match[0].casefold()
        if word not in person.words and word not in named:
            return match[0]
        is_last = len(named) > 1 and word == named[0 if backwards else -1]
        name = _stands_for(person, word, is_last=is_last or (len(named) == 1 and not _is_first_name(word)))
        return cased(name if len(word) > 1 else name[0], match[0])

    return surface[:begins] + _NAME.sub(other, bare)


def _words_in(bare: str) -> list[str]:
    return [match[0].casefold() for match in _NAME.finditer(bare)]


def _stands_for(person: Person, word: str, *, is_last: bool) -> str:
    """The whole name that stands for a real one, or for that of which the word is the initial."""
    if word in person.words:
        return person.words[word]
    given = [each for each in list(person.words)[:-1] if len(word) == 1 and each.startswith(word)]
    if given:
        return person.words[given[0]]
    return person.last if is_last else person.first


def _is_suffix(word: str) -> bool:
    """Whether a word stands behind names, such as md and jr."""
    return words_of(f"any body {word}") == ("any", "body")


@functools.cache
def _provider(locale: str) -> Any:
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


@functools.cache
def _first_names(locale: str, gender: Gender | None) -> tuple[str, ...]:
    lists = [getattr(_provider(locale), f"first_names_{each}", ()) for each in ((gender,) if gender else _GENDERS)]
    return tuple(name for name in dict.fromkeys(name for names in lists for name in names) if name.isalpha())


@functools.cache
def last_names(locale: str) -> tuple[str, ...]:
    """Surnames of a country, of one word and more than three letters."""
    return tuple(name for name in dict.fromkeys(_provider(locale).last_names) if name.isalpha() and len(name) > 3)


@functools.cache
def _folded_first_names(locale: str, gender: Gender) -> frozenset[str]:
    return frozenset(name.casefold() for name in getattr(_provider(locale), f"first_names_{gender}", ()))


def _is_first_name(word: str) -> bool:
    return any(word in _folded_first_names("en_US", gender) for gender in _GENDERS)


def _told(names: Sequence[str]) -> tuple[str, Gender | None]:
    """Locale and gender, as far as the first words of a name tell them."""
    firsts = [words_of(name)[0] for name in names if words_of(name)]
    for locale in _LOCALES:
        for first in firsts:
            genders = [gender for gender in _GENDERS if first in _folded_first_names(locale, gender)]
            if genders:
                return locale, genders[0] if len(genders) == 1 else None
    return "en_US", None
