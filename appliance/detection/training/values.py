"""What fills the slots of the templates: entities with their type, and ordinary values without one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from appliance.detection.calendar_words import MONTHS, WEEKDAYS
from appliance.detection.training import ordinary, organisations, people, places, technical
from appliance.detection.training.dates import Dates
from appliance.detection.training.inventions import Inventions, Part
from appliance.detection.training.numbers import Numbers
from appliance.detection.training.people import Person, named, written

Maker = Callable[[], list[Part]]
RELATIVE = ("yesterday", "today", "tomorrow", "last week", "last night", "next week", "last month", "this morning",
            "a few days ago", "two weeks ago", "last year", "recently", "tonight", "the other day")
WORDS = {"drug": ordinary.DRUGS, "disease": ordinary.DISEASES, "test": ordinary.TESTS, "symptom": ordinary.SYMPTOMS,
         "specialist": ordinary.SPECIALISTS, "product": ordinary.PRODUCTS, "tech": ordinary.TECHNICAL,
         "food": ordinary.FOODS, "job": ordinary.JOBS, "heading": ordinary.HEADINGS, "acronym": ordinary.ACRONYMS,
         "short": ordinary.SHORTHAND, "kin": ordinary.KIN, "word": ordinary.AMBIGUOUS,
         "lab": technical.LABS, "serology": technical.SEROLOGY, "scale": technical.SCALES, "sign": technical.SIGNS,
         "plainshort": technical.PLAIN_SHORT, "label": technical.LABELS, "language": technical.LANGUAGES,
         "ordinal": ("first", "second", "third", "1st", "2nd", "3rd", "10th"), "relative": RELATIVE}


class Values:
    """Draws one value for a slot. A leading "the" and what is punctuation of the sentence stay outside entities.

    Args:
        pools: names of people.
        rng: the only source of chance.
    """

    def __init__(self, pools: people.People, rng: random.Random) -> None:
        self._people, self._rng = pools, rng
        self._persons: dict[str, Person] = {}
        self._made, self._dates, self._numbers = Inventions(pools, rng), Dates(rng), Numbers(pools, rng)
        self._makers: dict[str, Maker] = self._entities() | self._ordinary()

    def forget(self) -> None:
        """Begin a record: numbered persons are new ones."""
        self._persons.clear()

    def part(self, slot: str, number: str, form: str) -> list[Part]:
        """Text for one slot such as ``{person1:formal}``.

        Raises:
            KeyError: no such slot.
        """
        if slot != "person":
            return self._makers[slot]()
        if not number:
            person = self._people.person(self._rng)
        else:
            person = self._persons.setdefault(number, self._people.person(self._rng))
        return [(named(person, form) if form else written(person, self._rng), "PERSON")]

    def replacement(self, entity: str) -> str:
        """Another value of one type for a mention in a real sentence, without a leading "the"."""
        slot = {"PERSON": "person", "LOCATION": "place", "ORGANIZATION": "org"}[entity]
        parts = self.part(slot, "", "")
        return "".join(text for text, kind in parts if kind is not None)

    def _entities(self) -> dict[str, Maker]:
        made, dates = self._made, self._dates
        return {
            "known": self._listed(people.KNOWN, "PERSON"),
            "city": lambda: _without_the(made.city(), "LOCATION"), "place": self._any_place, "address": made.address,
            "country": self._listed(places.COUNTRIES, "LOCATION"), "region": self._listed(places.REGIONS, "LOCATION"),
            "street": lambda: [(made.street(), "LOCATION")],
            "org": self._organisation, "company": lambda: [(made.company(), "ORGANIZATION")],
            "court": lambda: self._body(organisations.COURTS), "body": lambda: self._body(organisations.BODIES),
            "hospital": lambda: [(made.hospital(), "ORGANIZATION")],
            "school": lambda: [(made.school(), "ORGANIZATION")], "club": lambda: [(made.club(), "ORGANIZATION")],
            "paper": lambda: _without_the(made.paper(), "ORGANIZATION"),
            "date": lambda: [(dates.date(), "DATE_TIME")], "fulldate": lambda: [(dates.full(), "DATE_TIME")],
            "year": lambda: [(str(dates.year()), "DATE_TIME")], "time": lambda: [(dates.clock(), "DATE_TIME")],
            "stamp": lambda: [(dates.stamp(), "DATE_TIME")], "years": lambda: [(dates.years(), "DATE_TIME")],
            "weekday": self._listed(WEEKDAYS, "DATE_TIME"), "month": self._listed(MONTHS, "DATE_TIME"),
            "nation": self._listed(organisations.NATIONS, "NRP"),
            "nationals": self._listed(organisations.PLURALS, "NRP"),
            "religion": self._listed(organisations.RELIGIONS, "NRP"),
            "politics": self._listed(organisations.POLITICS, "NRP"),
            "nrp": lambda: [(self._rng.choice(self._rng.choice((
                organisations.NATIONS, organisations.NATIONS, organisations.RELIGIONS, organisations.POLITICS,
                organisations.PLURALS))), "NRP")],
        }

    def _ordinary(self) -> dict[str, Maker]:
        numbers, one = self._numbers, self._rng.choice
        makers: dict[str, Callable[[], str]] = {
            "Drug": lambda: one(ordinary.DRUGS).capitalize(), "Symptom": lambda: one(ordinary.SYMPTOMS).capitalize(),
            "HEADING": lambda: one(ordinary.HEADINGS).upper(), "n": lambda: numbers.between(2, 60),
            "big": lambda: f"{self._rng.randint(100, 99999):,}", "one": lambda: numbers.between(1, 9),
            "age": lambda: numbers.between(1, 97), "section": numbers.section, "duration": numbers.duration,
            "dose": numbers.dose, "id": numbers.identifier, "phone": numbers.phone, "email": numbers.email,
            "money": numbers.money, "url": numbers.url, "handle": lambda: "@" + numbers.user(),
            "hashtag": lambda: "#" + people.coined(self._rng).lower(), **technical.Technical(self._rng).makers()}
        return ({name: self._listed(words, None) for name, words in WORDS.items()}
                | {name: _nobodys(make) for name, make in makers.items()})

    def _listed(self, words: Sequence[str], kind: str | None) -> Maker:
        return lambda: _without_the(self._rng.choice(words), kind)

    def _any_place(self) -> list[Part]:
        draw, one = self._rng.random(), self._rng.choice
        if draw < 0.14:
            name = f"{self._made.city()}, {one((*places.COUNTRIES, *places.REGIONS))}"
            return _without_the(name.replace(", the ", ", "), "LOCATION")
        if draw < 0.2:
            return [(self._made.street(), "LOCATION")]
        return _without_the(self._made.city() if draw < 0.5 else one(
            places.COUNTRIES if draw < 0.7 else places.REGIONS if draw < 0.87 else places.LANDMARKS), "LOCATION")

    def _organisation(self) -> list[Part]:
        draw = self._rng.random()
        if draw < 0.3:
            return _without_the(self._rng.choice(organisations.KNOWN), "ORGANIZATION")
        for bound, make in ((0.6, self._made.company), (0.68, self._made.hospital), (0.77, self._made.school),
                            (0.84, self._made.club)):
            if draw < bound:
                return [(make(), "ORGANIZATION")]
        return self._body(organisations.COURTS if draw < 0.91 else organisations.BODIES)

    def _body(self, patterns: Sequence[str]) -> list[Part]:
        one = self._rng.choice
        text = one(patterns).format(city=self._made.city(), country=one(places.COUNTRIES), region=one(places.REGIONS))
        return _without_the(text, "ORGANIZATION")


def _nobodys(make: Callable[[], str]) -> Maker:
    return lambda: [(make(), None)]


def _without_the(text: str, kind: str | None) -> list[Part]:
    return [("the ", None), (text[4:], kind)] if text.startswith("the ") else [(text, kind)]
