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
_AGE = re.compile(r"\d{1,3}")
_UNDER_A_YEAR = re.compile(r"(?i)month|week|day|\bmos?\b")


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
    if len(numbers) != 1:
        return None
    years = 0 if _UNDER_A_YEAR.search(value) else int(numbers[0])
    if years > OLDEST_YEARS:
        return "90 or older"
    return f"{years // 10 * 10}-{years // 10 * 10 + 9}"


def _zip_area(value: str) -> str | None:
    match = _ZIP.fullmatch(value.strip())
    if match is None:
        return None
    return f"{'000' if match[1] in _SMALL_ZIP_AREAS else match[1]}**"


@functools.cache
def _regions() -> dict[str, str]:
    """Case-folded names of states and countries, and of states in short, to what is written for them."""
    from faker.providers.address.en_US import Provider

    countries = {name.casefold(): name for name in (*Provider.countries, "England", "Scotland", "Wales", "USA", "UK")}
    return countries | {name.casefold(): name for name in Provider.states}


@functools.cache
def _short_states() -> frozenset[str]:
    from faker.providers.address.en_US import Provider

    return frozenset(Provider.states_abbr)


def _state_or_country(value: str) -> str | None:
    """The last part that names one: behind the last comma, or the last words."""
    words = re.findall(r"[^\W\d_]+(?:[.'\-][^\W\d_]+)*", value)
    while words:
        for count in range(min(4, len(words)), 0, -1):
            region = _regions().get(" ".join(words[-count:]).casefold())
            if region is not None:
                return region
        if words[-1] in _short_states() and len(words) > 1:
            return str(words[-1])
        if not re.search(rf"{re.escape(words[-1])}\W+[\d\-]+\W*$", value):
            break
        words.pop()
    return None
