"""Places, addresses and organisations put together from parts, most of which exist nowhere."""

from __future__ import annotations

import random

from appliance.detection.training import organisations, places
from appliance.detection.training.people import CYRILLIC, FOREIGN, LOCALES, People, coined, latin

Part = tuple[str, str | None]
"""Text and its entity type, or None for text that is nobody's."""

PLAIN = ("Data", "Compliance", "Market", "Open", "Health", "Farm", "City", "Green", "Weather", "Energy", "Web", "Next",
         "Legal", "Career", "Home", "Food", "Social", "Public", "Risk", "Report", "Solar", "Map", "Bright", "First",
         "Power", "Water", "Care", "Real", "Trust", "Quality", "Global", "Urban", "Safe", "Easy", "Fast", "Family",
         "Local", "People", "Design", "Music")
STATES = ("CA", "TX", "NY", "FL", "IL", "WA", "MA", "NSW", "ON")


class Inventions:
    """Draws places and organisations.

    Args:
        people: whose surnames name streets and firms.
        rng: the only source of chance.
    """

    def __init__(self, people: People, rng: random.Random) -> None:
        self._people, self._rng = people, rng
        self._cities = _faker_cities(people.seed)
        self._foreign = _foreign_cities(people.seed)

    def _last(self) -> str:
        return self._people.person(self._rng).last

    def city(self) -> str:
        """Known, of some country's list, in its own script, or coined."""
        draw = self._rng.random()
        if draw < 0.02:
            return self._rng.choice(self._foreign)
        if draw < 0.55:
            return self._rng.choice(places.CITIES)
        return self._rng.choice(self._cities) if draw < 0.94 else coined(self._rng)

    def street(self) -> str:
        """With or without a number, in the manner of many countries."""
        rng = self._rng
        number = rng.choice((f"{rng.randint(1, 399)} ", f"{rng.randint(1, 19999)} ",
                             f"{rng.randint(1, 99)}{rng.choice('abAB')} ", ""))
        name = rng.choice((rng.choice(places.STREETS), self._last()))
        if rng.random() < 0.6:
            return f"{number}{name} {rng.choice(places.STREET_KINDS)}"
        street = rng.choice(places.FOREIGN_STREETS).format(name)
        return f"{street} {number.strip()}".strip() if rng.random() < 0.6 else f"{number}{street}"

    def address(self) -> list[Part]:
        """Every line of a postal address in one span, as a reader would mask it."""
        rng, one, draw = self._rng, self._rng.choice, self._rng.randint
        if rng.random() < 0.08:
            crossing = f"{self.street()} and {self.street()}"
            return [(one(("the corner of ", "corner of ", "", "opposite ")), None), (crossing, "LOCATION")]
        unit = one(("", "", "", f"Apt {draw(1, 400)}", f"Apt. {draw(1, 999):03}", f"Suite {draw(1, 900)}",
                    f"Flat {draw(1, 90)}", f"Unit {draw(1, 90)}", f"#{draw(1, 999)}", f"P.O. Box {draw(1, 9999)}"))
        code = one((f"{draw(501, 99950):05}", f"{draw(1000, 9999)}",
                    f"{one('ABCDEGHLMNSW')}{one('ABEGLNSW')}{draw(1, 20)} {draw(1, 9)}{one('ABDEFHJL')}"
                    f"{one('ABDEFHJLNPQ')}",
                    f"{draw(10, 99)}-{draw(100, 999)}", f"{draw(100, 999)} {draw(10, 99)}"))
        gap = one((", ", ", ", "\n", "\n ", " "))
        region, land = one((*places.REGIONS, *STATES)), one(places.COUNTRIES)
        city = self.city().upper() if rng.random() < 0.1 else self.city()
        town = one((f"{city}, {region} {code}", f"{code} {city}", f"{city} {code}", f"{city}", f"{city}{gap}{code}",
                    f"{city}{gap}{land} {code}"))
        door = f"{draw(1, 9999)} " if rng.random() < 0.12 else ""
        pieces = [piece for piece in (door + self.street(), unit, town, land if rng.random() < 0.3 else "") if piece]
        return [(gap.join(pieces).replace("the ", ""), "LOCATION")]

    def company(self) -> str:
        """A firm named after people, places, ordinary words or nothing."""
        rng, last = self._rng, self._last
        ends, words = organisations.COMPANY_ENDS, organisations.COMPANY_WORDS
        blend = rng.choice((
            rng.choice(organisations.COINED_STARTS) + rng.choice(organisations.COINED_ENDS), coined(rng),
            coined(rng) + rng.choice(organisations.COINED_ENDS),
            "".join(rng.choice("ABCDEFGHIKLMNOPRSTV") for _ in range(rng.choice((2, 3, 3, 4, 5))))))
        return rng.choice((
            blend, blend, f"{blend} {rng.choice(words)}", f"{blend} {rng.choice(ends)}", f"{last()} {rng.choice(ends)}",
            f"{last()} {rng.choice(ends)}", f"{last()}-{last()}", f"{last()}, {last()} and {last()}",
            f"{last()} & {last()}", f"{last()} and Sons", f"{last()} {rng.choice(words)}",
            f"{self.city()} {rng.choice(words)}", f"{rng.choice(PLAIN)} {rng.choice(words)}",
            f"{rng.choice(PLAIN)}{rng.choice(PLAIN).lower()}", f"{rng.choice(PLAIN)} And {rng.choice(PLAIN)}s",
            f"{rng.choice(PLAIN)} {rng.choice(PLAIN)} {rng.choice(words)}",
            f"{rng.choice(PLAIN)} {rng.choice(PLAIN)} {rng.choice(words)}",
            f"{blend} {rng.choice(words)} {rng.choice(ends)}"))

    def hospital(self) -> str:
        """Where people are treated or cared for."""
        one, last = self._rng.choice, self._last()
        return one((
            f"{self.city()} General Hospital", f"{self.city()} Hospital", f"{last} Memorial Hospital",
            f"St. {self._people.person(self._rng).first}'s Hospital", f"{last} Clinic", f"{self.city()} Medical Center",
            f"University Hospital {self.city()}", f"{last} Family Practice", f"{self.city()} Health Centre",
            f"Saint {last} Medical Center",
            f"{one(places.REGIONS)} Regional Medical Center".replace("the ", ""), f"{last} & {last} Dental",
            f"{self.city()} Children's Hospital", f"{last} Nursing Home", f"{last} Pharmacy",
            f"{self.city()} Psychiatric Hospital", f"{last} Rehab"))

    def school(self) -> str:
        """From primary school to university."""
        last, city = self._last(), self.city()
        return self._rng.choice((
            f"University of {city}", f"{city} University", f"{last} University", f"{last} College",
            f"{last} High School", f"{city} High School", f"{city} Institute of Technology",
            f"St {last} Primary School", f"{last} Elementary", f"{last} Business School", f"{city} Law School",
            f"Royal College of {city}", f"{city} Academy of Music", f"{city} State University",
            f"{last} Grammar School", f"Faculty of Law of {city} University", f"{city} Polytechnic",
            f"{city} Conservatory", f"{last} Academy"))

    def club(self) -> str:
        """A sports club."""
        return f"{self.city()} {self._rng.choice(organisations.CLUB_ENDS)}"

    def paper(self) -> str:
        """A newspaper or station; it may begin with "the"."""
        city = self.city()
        return self._rng.choice((
            f"the {city} Times", f"the {city} Gazette", f"{city} Post", f"the Daily {city}", f"Radio {city}",
            f"{city} Herald", f"{city} Tribune", f"{coined(self._rng)} Magazine", "Channel 4"))


def _foreign_cities(seed: int) -> list[str]:
    """Places in their own script."""
    from faker import Faker

    found: set[str] = set()
    for locale in FOREIGN:
        faker = Faker(locale)
        faker.seed_instance(seed)
        found |= {faker.city() for _ in range(40)}
    return sorted(found)


def _faker_cities(seed: int) -> list[str]:
    from faker import Faker

    found: set[str] = set()
    for number, locale in enumerate((*LOCALES, *CYRILLIC)):
        if locale == "it_IT":
            continue  # drawn from a set, so in another order in every process; `places.CITIES` has Italian towns
        faker = Faker(locale)
        faker.seed_instance(seed + number)
        names = {latin(faker.city()) for _ in range(60)}
        # A locale without places of its own answers with invented American ones; a few of those are enough.
        found |= set(sorted(names - {""})[:60 if locale in ("en_US", "en_GB") else 40])
    return sorted(found)
