"""All dates of a set, moved by the same random time: order and distances stay, and each is written as it was.

The usual way to shift the dates of records: one number of days for the whole set, drawn at random and never computed
from a value. Whoever knows one true date of a set knows them all; a policy that minds takes ``generalise``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date, timedelta
from random import Random

from appliance.gateway.date_layouts import (
    Part,
    month_of,
    parts_of,
    replaced,
    told,
    writes_short_months,
    written_day,
    written_time,
    written_weekday,
    year_of,
)

_LEAP_YEAR, _MONTHS_A_YEAR = 2024, 12
# Far enough that a year alone and a month alone become others, near enough that a letter stays in its decade.
_LEAST_DAYS, _MOST_DAYS, _DAYS_OFF_A_YEAR = 190, 1000, 32
# So that an hour alone becomes another.
_STEP_MINUTES, _LEAST_STEPS, _MOST_STEPS = 5, 12, 36
_MOST_DAYS_ASTRAY = 30


class DateShift:
    """The days and minutes by which a set is moved.

    Args:
        random: decides them, once.
    """

    def __init__(self, random: Random) -> None:
        usable = [days for days in range(_LEAST_DAYS, _MOST_DAYS)
                  if days % 7 and _DAYS_OFF_A_YEAR < days % 365 < 365 - _DAYS_OFF_A_YEAR]
        self.days = random.choice((-1, 1)) * random.choice(usable)
        self.minutes = random.choice((-1, 1)) * _STEP_MINUTES * random.randint(_LEAST_STEPS, _MOST_STEPS)
        self._year = _LEAP_YEAR
        self._with_day_first = self._with_short_months = 0

    def copy(self) -> DateShift:
        """The same shift, with what it knows by now about how dates are written."""
        return copy(self)

    def learn(self, surfaces: Iterable[str]) -> None:
        """Learn how a set writes its dates, before the first of them is moved: two readings would tear them apart.

        Args:
            surfaces: every mention; those that leave no doubt are counted.
        """
        for tells in (told(part) for surface in surfaces for part in parts_of(surface)):
            if "one" in tells and (day_first := _is_day_first(tells)) is not None:
                self._with_day_first += 1 if day_first else -1
            if "name" in tells and (short := writes_short_months(tells["name"])) is not None:
                self._with_short_months += 1 if short else -1

    def moved(self, surface: str) -> Iterator[str]:
        """The text with its dates moved; then, for whoever cannot take that, some days less or more.

        Nothing where it is no date, no day there is, or tells more than that. What has no year is in the year that was
        told last; where day and month could be either, they are as most dates of the set have them, see `learn`.
        """
        parts = parts_of(surface)
        years = [tells["year"] for tells in map(told, parts) if "year" in tells]
        self._year = year_of(years[-1]) if years else self._year
        try:
            days = [self._day(part) for part in parts]
        except ValueError:
            return
        if not parts:
            return
        for astray in sorted(range(-_MOST_DAYS_ASTRAY, _MOST_DAYS_ASTRAY + 1), key=abs):
            made = [self._moved(part, day, astray) for part, day in zip(parts, days, strict=True)]
            texts = [text for text in made if text is not None]
            text = replaced(surface, zip(parts, texts, strict=False))
            if len(texts) == len(parts) and text != surface:
                yield text

    def _day(self, part: Part) -> date | None:
        """The day a part means: of a month its middle, of a year too; None for a time or a day of the week.

        Raises:
            ValueError: there is no such day.
        """
        tells = told(part)
        if "hour" in tells or "weekday" in tells:
            return None
        year = year_of(tells["year"]) if "year" in tells else self._year
        day, month = tells.get("day"), tells.get("month")
        if "one" in tells:
            day, month = (tells["one"], tells["other"]) if self._day_first(tells) else (tells["other"], tells["one"])
        number = int(month) if month else month_of(tells["name"]) if "name" in tells else 7
        if "year" not in tells and (number, day) == (2, "29") and not calendar.isleap(year):
            year = _LEAP_YEAR
        return date(year, number, int(day) if day else 15)

    def _day_first(self, tells: Mapping[str, str]) -> bool:
        sure = _is_day_first(tells) if "one" in tells else None
        return self._with_day_first > 0 if sure is None else sure

    def _moved(self, part: Part, day: date | None, astray: int) -> str | None:
        tells = told(part)
        if day is not None:
            return written_day(part, day, day + timedelta(self.days + astray), day_first=self._day_first(tells),
                               short_months=self._with_short_months > 0)
        if "weekday" in tells:
            return written_weekday(part, self.days + astray)
        return written_time(part, self.minutes + _STEP_MINUTES * astray)


def _is_day_first(tells: Mapping[str, str]) -> bool | None:
    """Whether the first of two numbers is the day; None where nobody can tell."""
    if tells["sign"] == "." or int(tells["one"]) > _MONTHS_A_YEAR:
        return True
    return False if int(tells["other"]) > _MONTHS_A_YEAR else None
