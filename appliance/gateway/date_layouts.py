"""How people write dates and times of day: read part by part, and written again as another day in the same layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from appliance.detection.calendar_words import MONTHS
from appliance.detection.calendar_words import WEEKDAYS as DAYS
from appliance.gateway.layouts import cased

MINUTES_A_DAY = 24 * 60
_THIS_CENTURY_BELOW = 40

_YEAR = r"(?:1[89]|20|21)\d\d(?!\d)"
_MONTH = (r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
          r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])")
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
_TH = r"(?:st|nd|rd|th)(?![a-z])"
_UNTIL = r"\s?(?:-|–|—|/|to|and|&)\s?"
_BEHIND = rf"(?:[.,]?[\s\-/]*(?:of\s)?['’]?(?P<year>{_YEAR}|(?<=[\-/'’])\d\d(?![\d:])))?"
_LAYOUTS = tuple(re.compile(layout, re.IGNORECASE) for layout in (
    r"(?P<year>(?:1[89]|20|21)\d\d)(?P<sign>[-/.])(?P<month>\d\d?)(?P=sign)(?P<day>\d\d?)(?!\d)",
    r"(?P<year>(?:1[89]|20|21)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
    rf"(?P<one>\d\d?)(?P<sign>[-/.])(?P<other>\d\d?)(?P=sign)(?P<year>{_YEAR}|\d\d(?!\d))",
    r"(?P<year>(?:1[89]|20|21)\d\d)-(?P<month>\d\d)(?!\d)",
    rf"(?P<month>\d\d?)/(?P<year>{_YEAR})",
    r"(?P<one>\d\d?)(?P<sign>/)(?P<other>\d\d?)(?![\d/])",
    rf"(?:(?P<first>{_DAY})(?P<firstth>{_TH})?{_UNTIL})?(?P<day>{_DAY})(?P<th>{_TH})?(?:\sof)?[\s\-/.]*"
    rf"(?P<name>{_MONTH}){_BEHIND}",
    rf"(?P<name>{_MONTH})\.?[\s\-]?(?:the\s)?(?:(?P<first>{_DAY})(?P<firstth>{_TH})?{_UNTIL})?(?P<day>{_DAY})"
    rf"(?P<th>{_TH})?(?![:\d]){_BEHIND}",
    rf"(?P<name>{_MONTH}){_BEHIND}",
    r"(?:(?<=\dt)|(?=\d{4}\s?h))(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:[0-5]\d)?(?!\d)",
    r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d(?:[.,]\d+)?)?(?:\s?(?P<half>[ap])\.?m\b)?",
    r"(?P<hour>1[0-2]|0?[1-9])(?:\.(?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b",
    r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?P<whole>day)?(?=s?(?![a-z]))",
    rf"(?P<year>{_YEAR})(?!['’]?s)",
    rf"(?P<day>{_DAY})(?P<th>{_TH})",
))
# What may stand between and around the parts of a date, and says no day of its own.
_BETWEEN = re.compile(
    r"[^\w]+|(?:the|of|on|at|in|to|from|until|till|by|and|or|between|since|about|around|circa|before|after|early|late"
    r"|mid|end|beginning|start|week|month|year|morning|afternoon|evening|night|noon|midnight|hours?|hrs|h|s|m|utc|gmt"
    r"|bst|cet|cest|est|edt|cst|cdt|pst|pdt|z)(?![a-z])|t(?=\d)", re.IGNORECASE)
# Behind seconds, or without a colon: 10:00-12:00 are two times.
_ZONE = re.compile(r"(?:(?<=:\d\d:\d\d)[+-]\d\d:\d\d|\s?[+-]\d{4})(?!\d)")

Part = re.Match[str]
"""One date, time or day of the week in a text: a match of one of the layouts."""


def parts_of(surface: str) -> list[Part]:
    """The dates and times of a text, in order; none at all where anything else in it might tell when."""
    parts: list[Part] = []
    position = 0
    while position < len(surface):
        part = next((found for layout in _LAYOUTS if (found := layout.match(surface, position))), None)
        between = None if part else _BETWEEN.match(surface, position)
        if part is not None:
            parts.append(part)
            zone = _ZONE.match(surface, part.end()) if "hour" in part.re.groupindex else None
            position = (zone or part).end()
        elif between is not None:
            position = between.end()
        else:
            return []
    return parts


def told(part: Part) -> Mapping[str, str]:
    """What a part tells, by name."""
    return {name: text for name, text in part.groupdict().items() if text}


def year_of(written: str) -> int:
    """A year of two digits or four."""
    year = int(written)
    return year if year > 99 else year + (2000 if year < _THIS_CENTURY_BELOW else 1900)


def month_of(name: str) -> int:
    """The number of a month by its first three letters."""
    return next(number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(name[:3].lower()))


def written_day(part: Part, was: date, day: date, *, day_first: bool, short_months: bool) -> str | None:
    """A part with another day in it.

    Args:
        part: any with a day, a month or a year.
        was: the day it means.
        day: the one to write.
        day_first: whether of two numbers the first is the day.
        short_months: whether May is one of three letters, as in ``5 Feb``.

    Returns:
        None where two days of one month, as in ``3-5 March``, would lie in two.
    """
    tells = told(part)
    numbers = {"day": day.day, "month": day.month, "one": day.day if day_first else day.month,
               "other": day.month if day_first else day.day}
    new = {name: _number(number, tells, name) for name, number in numbers.items() if name in tells}
    if "first" in tells:
        first = day.day - was.day + int(tells["first"])
        if not 1 <= first < day.day:
            return None
        new |= {"first": _number(first, tells, "first"), "firstth": _ending(first)}
    new |= {"th": _ending(day.day), "name": _name(MONTHS[day.month - 1], tells.get("name", ""), short_months),
            "year": str(day.year)[-len(tells.get("year", "")):]}
    return _with(part, new)


def written_weekday(part: Part, days: int) -> str:
    """A day of the week, so many days later."""
    tells = told(part)
    number = next(number for number, name in enumerate(DAYS) if name.lower().startswith(tells["weekday"][:3].lower()))
    name = DAYS[(number + days) % 7]
    return _with(part, {"weekday": cased(name.removesuffix("day") if "whole" in tells else name[:3],
                                         tells["weekday"])})


def written_time(part: Part, minutes: int) -> str:
    """A time of day, so many minutes later; past midnight it begins again."""
    tells = told(part)
    hour = int(tells["hour"])
    if "half" in tells:
        hour = hour % 12 + 12 * (tells["half"] in "pP")
    hour, minute = divmod((hour * 60 + int(tells.get("minute", 0)) + minutes) % MINUTES_A_DAY, 60)
    half = cased("p" if hour >= 12 else "a", tells.get("half", "a"))
    shown = (hour % 12 or 12) if "half" in tells else hour
    padded = len(tells["hour"]) == 2 and ("half" not in tells or tells["hour"] < "10")
    return _with(part, {"hour": f"{shown:02d}" if padded else str(shown), "minute": f"{minute:02d}", "half": half})


def _with(part: Part, new: Mapping[str, str]) -> str:
    """A part with other texts in some of its groups."""
    pieces, position = [], part.start()
    for start, end, text in sorted((*part.span(name), text) for name, text in new.items()
                                   if name in part.re.groupindex and part[name]):
        pieces += [part.string[position:start], text]
        position = end
    return "".join([*pieces, part.string[position:part.end()]])


def _number(number: int, tells: Mapping[str, str], name: str) -> str:
    """Two digits where the others have two; beside the name of a month only where the real one begins with 0."""
    widths = {len(tells[each]) for each in ("day", "month", "one", "other") if each in tells}
    padded = tells[name].startswith("0") if "name" in tells or "th" in tells else widths == {2}
    return f"{number:02d}" if padded or tells[name].startswith("0") else str(number)


def _ending(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def writes_short_months(name: str) -> bool | None:
    """Whether the name of a month is a short one; None where nobody can tell, as of May."""
    return None if name.lower() == "may" else name.lower() not in map(str.lower, MONTHS)


def _name(month: str, written: str, short: bool) -> str:
    told_here = writes_short_months(written)
    return cased(month[:3] if (short if told_here is None else told_here) else month, written)


def replaced(surface: str, parts: Iterator[tuple[Part, str]]) -> str:
    """A text with other parts in the place of its own, which come in order."""
    pieces, position = [], 0
    for part, text in parts:
        pieces += [surface[position:part.start()], text]
        position = part.end()
    return "".join([*pieces, surface[position:]])
