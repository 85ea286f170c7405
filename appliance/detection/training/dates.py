"""Dates and times in the layouts that texts use."""

from __future__ import annotations

import random

from appliance.detection.calendar_words import MONTHS, WEEKDAYS

SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec")
SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FEASTS = ("Christmas", "Easter", "Christmas Eve", "New Year's Eve", "Thanksgiving", "Ramadan", "Diwali", "Hanukkah",
          "Halloween", "Valentine's Day", "Boxing Day", "Labor Day", "Memorial Day", "Independence Day", "Eid")
SEASONS = ("spring", "summer", "autumn", "winter", "fall")


class Dates:
    """Draws dates; all chance comes from ``rng``."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def year(self) -> int:
        """Mostly of living people's days, now and then of history."""
        draw = self._rng.randint
        return self._rng.choice((draw(1975, 2026), draw(1975, 2026), draw(1900, 2030), draw(1998, 2026),
                                 draw(1998, 2026), draw(1750, 1930), draw(1000, 1900)))

    def full(self) -> str:
        """Day, month and year."""
        rng, one = self._rng, self._rng.choice
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), self.year()
        name, short, nth = MONTHS[month - 1], one(SHORT_MONTHS), _ordinal(day)
        sep = one(("/", "/", "-", "."))
        return one((
            f"{day} {name} {year}", f"{day} {name} {year}", f"{name} {day}, {year}", f"{name} {day} {year}",
            f"{nth} {name} {year}", f"{name} {nth}, {year}", f"{nth} of {name}, {year}", f"{day} {short} {year}",
            f"{short} {day}, {year}", f"{short}. {day}, {year}", f"{day}-{short}-{year % 100:02}",
            f"{day}-{short}-{year}", f"{day:02}{sep}{month:02}{sep}{year}", f"{month}{sep}{day}{sep}{year}",
            f"{month:02}/{day:02}/{year % 100:02}", f"{day}.{month}.{year}", f"{year}-{month:02}-{day:02}",
            f"{year}/{month:02}/{day:02}", f"{year}{month:02}{day:02}", f"{one(WEEKDAYS)}, {name} {day}, {year}",
            f"{one(WEEKDAYS)} {day} {name} {year}", f"{one(WEEKDAYS)}, {nth} {name} {year}",
            f"{one(SHORT_DAYS)} {day} {short} {year}", f"{day}th day of {name} {year}"))

    def date(self) -> str:
        """Any expression of a point in time that names one."""
        rng, one = self._rng, self._rng.choice
        day, name, year = rng.randint(1, 28), one(MONTHS), self.year()
        nth, decade = _ordinal(day), year // 10 * 10
        if rng.random() < 0.42:
            return self.full()
        return one((
            str(year), str(year), f"{name} {year}", f"{name} {year}", f"{name}, {year}", f"{one(SHORT_MONTHS)} {year}",
            f"{day} {name}", f"{name} {day}", f"{name} {nth}", f"{nth} of {name}", f"{nth} {name}",
            f"{rng.randint(1, 12)}/{day}", f"{rng.randint(1, 12):02}/{year}", name, one(WEEKDAYS), one(WEEKDAYS),
            f"{one(WEEKDAYS)} {one(('morning', 'afternoon', 'evening', 'night'))}",
            f"{one(WEEKDAYS)} at {self.clock()}", self.clock(), self.years(), f"{decade}s",
            f"{one(('early', 'late', 'mid'))} {year}"[-4:],
            f"{one(SEASONS)} {year}", f"Summer {year}", f"Q{rng.randint(1, 4)} {year}", one(FEASTS),
            f"{one(WEEKDAYS)}, {name} {nth}", f"{one(SHORT_DAYS)} {rng.randint(1, 12)}/{day}", self.stamp(),
            f"'{year % 100:02}", f"{one(('c. ', 'ca. ', 'circa ', 'c.'))}{year}",
            f"{one(('winter', 'summer', 'autumn', 'spring', 'end', 'beginning'))} of {year}",
            f"{one(('early', 'late', 'mid-'))} {name} {year}".replace("- ", "-"), f"AD {year}", f"{decade}s", nth,
            f"{one(WEEKDAYS)} {nth}", f"end of {name}", f"week {rng.randint(1, 52)}",
            f"{name} {day}-{day + 3}, {year}", f"night of {day} {name}"))

    def years(self) -> str:
        """A span of time with both ends."""
        one, start = self._rng.choice, self.year()
        end = start + self._rng.randint(1, 40)
        return one((
            f"{start}-{end}", f"{start}–{end}", f"{start} to {end}", f"{start} - {end}", f"{start}/{end % 100:02}",
            f"{start}-{end % 100:02}", f"{start}–present", f"{start} and {end}",
            f"{one(MONTHS)} {start} - {one(MONTHS)} {end}", f"{one(SHORT_MONTHS)} {start} – {one(SHORT_MONTHS)} {end}",
            f"{self._rng.randint(1, 15)}-{self._rng.randint(16, 28)} {one(MONTHS)} {start}"))

    def clock(self) -> str:
        """A time of day."""
        one, hour, minute = self._rng.choice, self._rng.randint(0, 23), self._rng.randint(0, 59)
        return one((
            f"{hour}:{minute:02}", f"{hour:02}:{minute:02}",
            f"{hour % 12 + 1}:{minute:02} {one(('am', 'pm', 'AM', 'PM', 'a.m.', 'p.m.'))}",
            f"{hour % 12 + 1}{one(('am', 'pm'))}", f"{hour % 12 + 1} {one(('am', 'p.m.'))}", f"{hour}.{minute:02}",
            f"{hour:02}{minute:02} hours", f"{hour:02}h{minute:02}"))

    def stamp(self) -> str:
        """A date with a time, as machines and letters write it."""
        draw, one = self._rng.randint, self._rng.choice
        day = f"{self.year()}-{draw(1, 12):02}-{draw(1, 28):02}"
        clock = f"{draw(0, 23):02}:{draw(0, 59):02}"
        return one((
            f"{day} {clock}:{draw(0, 59):02}", f"{day}T{clock}:{draw(0, 59):02}Z", f"{day} {clock}",
            f"{draw(1, 28):02}/{draw(1, 12):02}/{self.year()} {clock}",
            f"{one(SHORT_DAYS)}, {draw(1, 28)} {one(SHORT_MONTHS)} {self.year()} {clock}:{draw(0, 59):02} "
            f"+0{draw(0, 9)}00",
            f"{self.full()} at {clock}", f"{self.full()}, {clock}"))


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
