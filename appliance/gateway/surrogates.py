"""Invented values of the same kind and shape: another place, another number in the same layout, an address nobody has.

Drawn at random, never computed from the value; of it only the shape is kept, of an age the stage of life and of an
account the country. Numbers that could ring are avoided where a range is set aside for examples (RFC 2606, RFC 5737,
555-01xx). People are `appliance.gateway.people`, dates `appliance.gateway.dates`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from random import Random
from typing import Any

from appliance.gateway.layouts import cased, iban_like, phone_like
from appliance.gateway.people import Person, last_names
from appliance.policy.type_names import TYPE_NAMES
from appliance.policy.type_operators import INVENTED

_ORGANISATION_WORDS = frozenset((
    "hospital", "clinic", "university", "college", "school", "church", "bank", "centre", "center", "institute",
    "foundation", "agency", "council", "department", "laboratories", "pharmacy", "practice", "surgery", "group", "inc",
    "ltd", "llc", "plc", "gmbh", "corporation", "corp", "company"))
_EXTENSION = re.compile(r"\W*(?:ext|extn|extension|x)\W*\d{1,6}$", re.IGNORECASE)
_PHONE_WORDS = frozenset({"ext", "extn", "extension", "x", "tel", "fax", "phone", "mobile", "mob", "cell"})
_AGE_WORD = re.compile(r"(?<![a-z])(?:aged?|years?|months?|weeks?|days?|yrs?|mos?|old|of|yo|y|o|m|f)(?![a-z])",
                       re.IGNORECASE)
_STREET_WORDS = frozenset((
    "street", "st", "road", "rd", "lane", "ln", "avenue", "ave", "drive", "dr", "court", "ct", "place", "pl", "square",
    "sq", "close", "way", "boulevard", "blvd", "terrace", "crescent", "gardens", "grove", "parkway", "highway", "floor",
    "flat", "apt", "apartment", "suite", "unit", "room", "house", "box", "north", "south", "east", "west"))
_VOWELS = "AEIOU"
_JOBS_DRAWN, _VALUES_DRAWN = 50, 60
"""Before nothing is invented: half of the jobs take the same article, and of most values nearly every one is free."""


class Surrogates:
    """Invented values, drawn in the order they are asked for.

    Args:
        random: decides them all.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._faker_of: dict[str, Any] = {}

    def value(self, entity: str, surface: str) -> str | None:
        """A value in the place of one that is no person; None where nothing of its kind can be invented."""
        match entity:
            case "PHONE_NUMBER":
                extension = _EXTENSION.search(surface)
                begins = len(surface) if extension is None else extension.start()
                made = phone_like(surface[:begins], self._random) + re.sub(r"\d", self._digit, surface[begins:])
                return self._with_words(made, _PHONE_WORDS)
            case "AGE":
                says_more = any(map(str.isalpha, _AGE_WORD.sub("", surface))) or not re.search(r"\d", surface)
                return None if says_more else re.sub(r"\d+", self._age, surface)
            case "LOCATION" | "STREET_ADDRESS":
                return "".join(self._address_part(part) if number % 2 == 0 and part else part
                               for number, part in enumerate(re.split(r"(\s*[,;\n]\s*)", surface)))
            case "ORGANIZATION":
                return self._organisation(surface)
            case "URL":
                path = "/" + self._word() if re.search(r"\w/.", surface) else ""
                scheme = re.match(r"[a-z]+://", surface)
                return f"{scheme[0] if scheme else ''}www.{self._word()}.example{path}"
            case "IP_ADDRESS":
                return (f"2001:db8::{self._random.randrange(1, 0xffff):x}" if ":" in surface else
                        f"{self._random.choice(('192.0.2', '198.51.100', '203.0.113'))}.{self._random.randint(1, 254)}")
            case "JOB_TITLE":
                return self._job(surface)
        # A type of somebody's own: a code has a shape to keep, a word has none.
        own = entity not in TYPE_NAMES and any(map(str.isdigit, surface))
        return self.shaped(surface) if entity in INVENTED or own else None

    def email(self, surface: str, people: Collection[Person]) -> str:
        """An address at a domain nobody owns, whose owner is called as `username` calls them."""
        return f"{self.username(surface.partition('@')[0], people)}@{self._word()}.example"

    def username(self, surface: str, people: Collection[Person]) -> str:
        """Another name to sign in with; one that is made of a known person's name is made of their stand-in's.

        Args:
            surface: the real one.
            people: those who stand in for the people of the set.
        """
        plain = surface.casefold()
        named = {person: [word for word in person.words if len(word) > 2 and word in plain] for person in people}
        best = max(people, key=lambda person: (len(named[person]), _initial(person) in plain[:1] + plain[-1:]),
                   default=None)
        if best is None or not named[best]:
            return ("@" if surface.startswith("@") else "") + _ascii(str(self._faker("en_US").user_name()))
        pieces = re.split(f"({'|'.join(map(re.escape, sorted(named[best], key=len, reverse=True)))})", plain)
        first = _ascii(next(iter(best.words.values())))[0]
        return "".join(_ascii(best.words[piece]) if piece in best.words else
                       piece.replace(_initial(best), first) if piece.strip("._-@") == _initial(best) else
                       self.shaped(piece) for piece in pieces)

    def shaped(self, surface: str) -> str:
        """Other digits for digits and other letters for letters; everything else stays, and an IBAN its country."""
        iban = iban_like(surface, self._like)
        return "".join(map(self._like, surface)) if iban is None else iban

    def _with_words(self, text: str, kept: Collection[str]) -> str:
        """Other letters for the letters of every word but some: a number may have been found together with a name."""
        return re.sub(r"[^\W\d_]+", lambda word: word[0] if word[0].lower() in kept else self.shaped(word[0]), text)

    def _like(self, character: str) -> str:
        if character.isdigit():
            return self._digit()
        if character.isalpha():
            letter = self._random.choice("abcdefghjkmnpqrstuvwxyz")
            return letter.upper() if character.isupper() else letter
        return character

    def _digit(self, *_: object) -> str:
        return str(self._random.randint(0, 9))

    def _age(self, years: re.Match[str]) -> str:
        """A few years more or less, so that who was a child, an adult or very old still is."""
        real = int(years[0])
        near = [age for age in range(max(real - 4, 1), real + 5) if age != real and (age < 90) == (real < 90)
                and (age < 18) == (real < 18)]
        return str(self._random.choice(near or [real + 1]))

    def _address_part(self, part: str) -> str:
        """What stands between two commas of an address: a street, a place, a place with its postcode."""
        place = re.fullmatch(r"(?:(\D+?) )?(\d{5}(?:-\d{4})?)", part)
        if place is not None:
            return f"{self._place(place[1])} {self.shaped(place[2])}" if place[1] else self.shaped(part)
        return self._street(part) if any(map(str.isdigit, part)) else self._place(part)

    def _place(self, surface: str) -> str:
        from faker.providers.address.en_US import Provider

        for kind in (Provider.countries, Provider.states, Provider.states_abbr):
            if surface in kind:
                return str(self._random.choice([name for name in kind if name != surface]))
        return cased(str(self._faker("en_US").city()), surface)

    def _street(self, surface: str) -> str:
        """Another name before the word for a street, and other numbers; every other name goes."""
        words = re.split(r"(\W+)", surface)
        named = [index for index, word in enumerate(words)
                 if len(word) > 2 and word.isalpha() and word.lower() not in _STREET_WORDS]
        for index in named:
            words[index] = self._random.choice(last_names("en_US")) if index == named[0] else ""
        made = "".join(self.shaped(word) if any(map(str.isdigit, word)) else word for word in words)
        return re.sub(r" {2,}", " ", made).strip()

    def _job(self, surface: str) -> str | None:
        """One that takes the same article."""
        jobs = (str(self._faker("en_US").job()).split(",")[0] for _ in range(_JOBS_DRAWN))
        made = next((job for job in jobs if (job[0] in _VOWELS) == (surface[0].upper() in _VOWELS)), None)
        return made and (made.lower() if surface[0].islower() else made)

    def _organisation(self, surface: str) -> str:
        if " " not in surface:
            return cased(self._random.choice(last_names("en_US")), surface)
        last = surface.split()[-1]
        if last.strip(".,").casefold() in _ORGANISATION_WORDS:
            return f"{cased(self._random.choice(last_names('en_US')), surface.split()[0])} {last}"
        return cased(str(self._faker("en_US").company()), surface)

    def _word(self) -> str:
        return _ascii(self._random.choice(last_names("en_US")))

    def _faker(self, locale: str) -> Any:
        if locale not in self._faker_of:
            from faker import Faker

            self._faker_of[locale] = Faker(locale)
            self._faker_of[locale].seed_instance(self._random.getrandbits(64))
        return self._faker_of[locale]


def _initial(person: Person) -> str:
    """Of the real first name."""
    return next(iter(person.words))[0]


def untaken(make: Callable[[], str | None], taken: Callable[[str], bool], tries: int = _VALUES_DRAWN) -> str | None:
    """What `make` makes first that is not taken; None if it makes nothing, or nothing else."""
    for _ in range(tries):
        made = make()
        if made is None:
            return None
        if not taken(made):
            return made
    return None


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", unicodedata.normalize("NFKD", text.casefold())) or "user"
