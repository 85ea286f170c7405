"""Invented telephone numbers and dates in the layout of the real ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE_PART = re.compile(r"(?P<month>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
                        r"|(?P<day>(?i:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?\b)"
                        r"|(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)|(?P<number>\d+)")


def phone_like(surface: str, random: Random) -> str:
    """Another number with the same country, length and signs; of North America one that nobody has (555-01xx)."""
    digits = [index for index, character in enumerate(surface) if character.isdigit()]
    made = list(surface)
    country = re.match(r"(?:\+|00)\d{1,3}(?=\D)", surface)
    for index in digits:
        if country is None or index >= country.end():
            made[index] = str(random.randint(1, 9))
    national = [index for index in digits if country is None or index >= country.end()]
    if len(national) in (7, 10, 11) and (country is None or country[0] == "+1"):
        for index, digit in zip(national[-7:], f"55501{random.randint(0, 99):02d}", strict=True):
            made[index] = digit
        if len(national) == 11:
            made[national[0]] = surface[national[0]]
    elif national and surface[national[0]] == "0":
        made[national[0]] = "0"
    return "".join(made)


def date_like(surface: str, random: Random) -> str | None:
    """A day up to 900 days away, written in the same form; None where there is no number, month or day of the week."""
    parts = list(_DATE_PART.finditer(surface))
    if not any(part["number"] or part["month"] or part["day"] for part in parts):
        return None
    years = [int(part["number"]) for part in parts if part["number"] and len(part["number"]) == 4]
    year = years[0] if years and 1800 < years[0] < 2200 else 2000
    day = date(year, 7, 1) + timedelta(random.randint(-900, 900))
    numbers = iter(_day_or_month(parts))
    return _DATE_PART.sub(lambda match: _date_part(match, day, numbers, random), surface)


def _date_part(part: re.Match[str], day: date, numbers: Iterator[str], random: Random) -> str:
    if part["month"]:
        return cased(_MONTHS[day.month - 1] if len(part[0]) > 4 else _MONTHS[day.month - 1][:3], part[0])
    if part["day"]:
        name = _DAYS[day.weekday()]
        return cased(name if part[0].lower().endswith("day") else name[:3], part[0])
    if part["clock"]:
        rest = ":".join(f"{random.randint(0, 59):02d}" for _ in part[0].split(":")[1:])
        return f"{random.randint(0, 23):0{len(part[0].split(':')[0])}d}:{rest}"
    width = len(part["number"])
    wanted: int = {"year": day.year % 10 ** width, "month": day.month, "day": day.day}[next(numbers)]
    in_words = any(character.isalpha() for character in part.string)
    return str(wanted) if in_words and width <= 2 and not part["number"].startswith("0") else f"{wanted:0{width}d}"


def _day_or_month(parts: Sequence[re.Match[str]]) -> list[str]:
    """What each number of a date means, by the layouts people use."""
    numbers = [part["number"] for part in parts if part["number"]]
    short = [number for number in numbers if len(number) <= 2]
    if any(part["month"] for part in parts):
        kinds = ["day", "year"]
    elif numbers and len(numbers[0]) == 4:
        kinds = ["month", "day"]
    else:
        kinds = ["day", "month", "year"] if short and int(short[0]) > 12 else ["month", "day", "year"]
    left = iter(kinds + ["day"] * len(numbers))
    return ["year" if len(number) > 2 else next(left) for number in numbers]


def cased(made: str, surface: str) -> str:
    """In capitals where the real one is, in small letters where that is."""
    if surface.isupper() and len(surface) > 1:
        return made.upper()
    return made.lower() if surface.islower() else made
