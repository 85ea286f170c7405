"""Invented values of the same kind and shape: another name, another number in the same layout, a day in the same form.

Drawn at random, never computed from the value; of it only the shape, the gender and the origin of a first name are
kept. Numbers that could ring or be charged are avoided where a range is set aside for examples (RFC 2606, RFC 5737,
555-01xx).
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from appliance.detection.names import without_titles
from appliance.gateway.aliases import initials_of, words_of
from appliance.gateway.layouts import cased, date_like, phone_like

_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "sv_SE", "pt_BR", "tr_TR", "en_IN")
_ORGANISATION_WORDS = frozenset((
    "hospital", "clinic", "university", "college", "school", "church", "bank", "centre", "center", "institute",
    "foundation", "agency", "council", "department", "laboratories", "pharmacy", "practice", "surgery", "group", "inc",
    "ltd", "llc", "plc", "gmbh", "corporation", "corp", "company"))
_SHAPED = frozenset({"RECORD_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "US_ITIN", "US_PASSPORT", "US_BANK_NUMBER",
                     "US_DRIVER_LICENSE", "UK_NHS", "MEDICAL_LICENSE", "MAC_ADDRESS", "UUID", "ZIP_CODE", "CRYPTO",
                     "MEDICAL_RECORD_NUMBER", "ACCOUNT_NUMBER", "INTERNAL_CODE", "ID"})


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; the words of a real name are replaced one by one."""

    first: str
    middle: str
    last: str


class Surrogates:
    """Invented values, drawn in the order they are asked for.

    Args:
        random: decides them all.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._faker_of: dict[str, Any] = {}

    def person(self, names: Sequence[str]) -> Person:
        """A person of the gender and origin that the first names tell, if they tell.

        Args:
            names: all case-folded spellings of the real one.
        """
        locale, gender = _told(names)
        firsts, lasts = _first_names(locale, gender), _last_names(locale)
        first, middle = self._random.sample(firsts, 2)
        return Person(first, middle, self._random.choice(lasts))

    def value(self, entity: str, surface: str) -> str | None:
        """A value in the place of one that is no person; None where nothing of its kind can be invented."""
        match entity:
            case "PHONE_NUMBER":
                return phone_like(surface, self._random)
            case "DATE_TIME":
                return date_like(surface, self._random)
            case "AGE":
                return re.sub(r"\d+", lambda _: str(self._random.randint(19, 88)), surface) if any(
                    map(str.isdigit, surface)) else None
            case "LOCATION":
                return self._place(surface)
            case "STREET_ADDRESS":
                return self._street(surface)
            case "ORGANIZATION":
                return self._organisation(surface)
            case "URL":
                path = "/" + self._word() if re.search(r"\w/.", surface) else ""
                scheme = re.match(r"[a-z]+://", surface)
                return f"{scheme[0] if scheme else ''}www.{self._word()}.example{path}"
            case "IP_ADDRESS":
                return (f"2001:db8::{self._random.randrange(1, 0xffff):x}" if ":" in surface else
                        f"{self._random.choice(('192.0.2', '198.51.100', '203.0.113'))}.{self._random.randint(1, 254)}")
            case "USERNAME":
                return ("@" if surface.startswith("@") else "") + str(self._faker("en_US").user_name())
            case "JOB_TITLE":
                return str(self._faker("en_US").job()).split(",")[0]
        return self.shaped(surface) if entity in _SHAPED or any(map(str.isdigit, surface)) else None

    def email(self, surface: str, persons: Sequence[tuple[Sequence[str], Person]]) -> str:
        """An address at a domain nobody owns; names of known persons in it become those of their stand-ins.

        Args:
            surface: the real address.
            persons: the words of each known person, case-folded, and who stands in for them.
        """
        local = surface.partition("@")[0].casefold()
        for words, person in persons:
            named = [word for word in words if len(word) > 2 and word in local]
            if named:
                both = words[0] in local and words[-1] in local
                made = f"{person.first}.{person.last}" if both else person.last if words[-1] in local else person.first
                return f"{_ascii(made)}@{self._word()}.example"
        return f"{_ascii(str(self._faker('en_US').user_name()))}@{self._word()}.example"

    def shaped(self, surface: str) -> str:
        """Other digits for digits and other letters for letters; everything else stays."""
        return "".join(self._like(character) for character in surface)

    def _like(self, character: str) -> str:
        if character.isdigit():
            return str(self._random.randint(0, 9))
        if character.isalpha():
            letter = self._random.choice("abcdefghjkmnpqrstuvwxyz")
            return letter.upper() if character.isupper() else letter
        return character

    def _place(self, surface: str) -> str:
        from faker.providers.address.en_US import Provider

        for kind in (Provider.countries, Provider.states, Provider.states_abbr):
            if surface in kind:
                return str(self._random.choice([name for name in kind if name != surface]))
        return cased(str(self._faker("en_US").city()), surface)

    def _street(self, surface: str) -> str:
        words = re.split(r"(\W+)", surface)
        named = [index for index, word in enumerate(words) if word[:1].isupper() and word.isalpha() and len(word) > 2]
        for index in named[:1]:
            words[index] = self._random.choice(_last_names("en_US"))
        return "".join(self.shaped(word) if any(map(str.isdigit, word)) else word for word in words) if named else (
            f"{self._random.randint(1, 99)} {self._faker('en_US').street_name()}")

    def _organisation(self, surface: str) -> str:
        last = surface.split()[-1]
        if last.strip(".,").casefold() in _ORGANISATION_WORDS and " " in surface:
            return f"{cased(self._random.choice(_last_names('en_US')), surface.split()[0])} {last}"
        return cased(str(self._faker("en_US").company()), surface)

    def _word(self) -> str:
        return _ascii(self._random.choice(_last_names("en_US")))

    def _faker(self, locale: str) -> Any:
        if locale not in self._faker_of:
            from faker import Faker

            self._faker_of[locale] = Faker(locale)
            self._faker_of[locale].seed_instance(self._random.getrandbits(64))
        return self._faker_of[locale]


def as_written(person: Person, surface: str, names: Sequence[str]) -> str:
    """A stand-in in the form of one mention: whole, the surname alone, "Last, First", initials, in capitals.

    Args:
        person: who stands in.
        surface: the mention of the real one.
        names: all case-folded spellings of the real one; the fullest tells first names from surnames.
    """
    full = words_of(max(names, key=lambda name: len(words_of(name))))
    initials = initials_of(" ".join(full))
    if len(surface.split()) == 1 and surface.isupper() and surface.casefold().replace(".", "") == initials:
        return "".join(word[0] for word in (person.first, *(person.middle for _ in full[2:]), person.last)).upper()
    begins = without_titles(surface)
    title, bare = surface[:begins], surface[begins:].casefold()
    backwards = ", " in bare
    spoken = words_of(bare)

    def other(match: re.Match[str]) -> str:
        word = match[0].casefold()
        position = spoken.index(word) if word in spoken else 0
        last = (word == full[-1] if len(full) > 1 and word in full else
                position == (0 if backwards else len(spoken) - 1) and (len(spoken) > 1 or not _is_first_name(word)))
        first = word[0] == full[0][0] if len(full) > 1 else True
        name = person.last if last else person.first if first or position == 0 else person.middle
        return cased(name if len(word) > 1 or last else name[0], match[0])

    return title + re.sub(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*", other, surface[len(title):])


def untaken(make: Callable[[], str | None], taken: Callable[[str], bool], tries: int = 60) -> str | None:
    """What `make` makes first that is not taken; None if it makes nothing, or nothing else."""
    for _ in range(tries):
        made = make()
        if made is None:
            return None
        if not taken(made):
            return made
    return None


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", text.casefold()) or "user"


@functools.cache
def _provider(locale: str) -> Any:
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


@functools.cache
def _first_names(locale: str, gender: str | None) -> tuple[str, ...]:
    provider = _provider(locale)
    lists = [getattr(provider, f"first_names_{each}", ()) for each in ((gender,) if gender else ("male", "female"))]
    return tuple(name for name in dict.fromkeys(name for names in lists for name in names) if name.isalpha())


@functools.cache
def _last_names(locale: str) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(_provider(locale).last_names) if name.isalpha() and len(name) > 3)


@functools.cache
def _folded_first_names(locale: str, gender: str) -> frozenset[str]:
    return frozenset(name.casefold() for name in getattr(_provider(locale), f"first_names_{gender}", ()))


def _is_first_name(word: str) -> bool:
    return any(word in _folded_first_names("en_US", gender) for gender in ("male", "female"))


def _told(names: Sequence[str]) -> tuple[str, str | None]:
    """Locale and gender, as far as the first words of a name tell them."""
    firsts = [words_of(name)[0] for name in names if words_of(name)]
    for locale in _LOCALES:
        for first in firsts:
            genders = [gender for gender in ("male", "female") if first in _folded_first_names(locale, gender)]
            if genders:
                return locale, genders[0] if len(genders) == 1 else None
    return "en_US", None
