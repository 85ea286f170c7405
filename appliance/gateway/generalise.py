"""A coarser value in the place of a private one: the year of a date, ten years of age, three digits of a ZIP code.

As 45 CFR 164.514(b)(2) asks: no date but the year, ages from 90 on in one group, no place smaller than a state, and
three digits of a ZIP code only where enough people live. What cannot be made coarser has no general form.
"""

from __future__ import annotations

import datetime
import functools
import re

from appliance.detection.normalise import fold

OLDEST_YEARS = 89
_SMALL_ZIP_AREAS = frozenset((
    "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890",
    "893"))
"""First three digits of ZIP codes where 20,000 people or fewer live (census of 2000, as HHS lists them)."""
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
_ZIP = re.compile(r"(\d{3})\d{2}(?:-?\d{4})?")
_AGE = re.compile(r"\d+")
# A unit is a word of its own, also right behind the number: a birthday counts years.
_SHORTER_UNIT = re.compile(r"(?i)(?<![a-z])(?:(?P<months>mo(?:nth)?s?)|(?P<weeks>w(?:ee)?ks?)|(?P<days>days?))"
                           r"(?![a-z])")
_A_YEAR = {"months": 12, "weeks": 52, "days": 365}
OLDEST = "90+"
_MOST_AGE_DIGITS = 3
# A state in short is two letters, and so are the end of a British postcode, a country and a province: only a ZIP code
# behind it makes it certain.
_STATE_AND_ZIP = re.compile(r"(?<!\w)([A-Z]{2})[ ,]+\d{5}(?:-?\d{4})?\W*")

_SIGNS = " ,;.()-\n\t"
_NO_WORD = f"{_SIGNS}0123456789"
# What the list of countries lacks, and what ends like one of them and is another.
_REGIONS = ("England", "Scotland", "Wales", "Northern Ireland", "USA", "UK", "New South Wales", "New England")
_MOST_REGION_WORDS = 4
_LAST_WORDS = re.compile(r"(?<![\w.'\-])[^\W\d_]+(?:[ .'\-,\n\t]+[^\W\d_]+){0,8}\Z")


def generalised(entity: str, value: str, this_year: int | None = None) -> str | None:
    """The general form of a value, None where there is none.

    Args:
        entity: its type.
        value: as it stands in the text.
        this_year: dates of people older than 89 years have no general form; the calendar's year if left out.
    """
    plain = fold(value).text
    match entity:
        case "DATE_TIME":
            return _year(plain, this_year or datetime.date.today().year)
        case "AGE":
            return _age_band(plain)
        case "ZIP_CODE":
            return _zip_area(plain)
        case "LOCATION" | "STREET_ADDRESS":
            return _state_or_country(plain)
    return None


def _year(value: str, this_year: int) -> str | None:
    years = _YEAR.findall(value)
    if len(years) != 1 or int(years[0]) < this_year - OLDEST_YEARS:
        return None
    return str(years[0])


def _age_band(value: str) -> str | None:
    numbers = _AGE.findall(value)
    if len(numbers) != 1 or len(numbers[0]) > _MOST_AGE_DIGITS:
        return None
    unit = _SHORTER_UNIT.search(value)
    years = int(numbers[0]) // (_A_YEAR[unit.lastgroup or ""] if unit else 1)
    return OLDEST if years > OLDEST_YEARS else f"{years // 10 * 10}-{years // 10 * 10 + 9}"


def _zip_area(value: str) -> str | None:
    match = _ZIP.fullmatch(value.strip())
    if match is None:
        return None
    return f"{'000' if match[1] in _SMALL_ZIP_AREAS else match[1]}**"


@functools.cache
def _regions() -> dict[str, str]:
    """Case-folded names of states and countries, and of states in short, to what is written for them."""
    from faker.providers.address.en_US import Provider

    countries = {name.casefold(): name for name in (*Provider.countries, *_REGIONS)}
    return countries | {name.casefold(): name for name in Provider.states}


@functools.cache
def _short_states() -> frozenset[str]:
    from faker.providers.address.en_US import Provider

    return frozenset(Provider.states_abbr)


def _state_or_country(value: str) -> str | None:
    """The last part that names one: behind the last comma, or the last words; a state in short before its ZIP code."""
    if short := _STATE_AND_ZIP.search(value):
        at_the_end = short.end() == len(value)
        return short[1] if at_the_end and short[1] in _short_states() else None
    rest = value.rstrip(_NO_WORD)
    while (words := _LAST_WORDS.search(rest)) is not None:
        parts = re.split(r"[ ,\n\t]+", words[0])
        for count in range(min(_MOST_REGION_WORDS, len(parts)), 0, -1):
            if (region := _regions().get(" ".join(parts[-count:]).casefold())) is not None:
                return region
        # The number of a flat, or a ZIP code, may follow with its word: "Ohio, Apt 5".
        if rest == value.rstrip(_SIGNS):
            return None
        value = rest[:len(rest) - len(parts[-1])]
        rest = value.rstrip(_NO_WORD)
    return None
