"""Dates of a set are moved together: valid, in their layout, in their order, as far apart as they were."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Scripted

from appliance.gateway.dates import DateShift
from appliance.gateway.pseudonyms import PLACEHOLDER
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.records import Instance

LAYOUTS = ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%d-%b-%Y", "%Y%m%d", "%A, %d %B %Y",
           "%Y-%m-%dT%H:%M:%SZ", "%a, %d %b %Y %H:%M:%S +0000")
DATES = st.dates(date(1905, 1, 1), date(2090, 12, 31))
SEEDS = st.integers(0, 10_000)
POLICY = Policy.model_validate({"name": "t", "version": 1, "operators": {"DATE_TIME": "surrogate"},
                                "limits": {"masked_share": 1}})


def moved(surface: str, seed: int = 3) -> str | None:
    return next(DateShift(Random(seed)).moved(surface), None)


@given(st.lists(DATES, min_size=2, max_size=6), st.integers(0, 6), st.sampled_from(LAYOUTS), SEEDS)
def test_dates_keep_order_distance_and_layout(days: list[date], where: int, layout: str, seed: int) -> None:
    # One date, anywhere in the set, that leaves no doubt how it writes days and months.
    days.insert(where, date(2000, 3, 31))
    texts = [day.strftime(layout) for day in days]
    shift = DateShift(Random(seed))
    shift.learn(texts)
    made = [datetime.strptime(next(shift.moved(text)), layout).date() for text in texts]
    assert [day - days[0] for day in days] == [day - made[0] for day in made]


@pytest.mark.parametrize("days", [
    ("03/04/2020", "13/04/2020"), ("13/04/2020", "03/04/2020"), ("03/04/2020", "4/04/2020", "13.04.2020")])
@pytest.mark.parametrize("apart", [True, False])
def test_the_first_date_of_a_set_is_read_as_a_later_one_has_it(days: tuple[str, ...], apart: bool) -> None:
    rows = [Instance(day, day, "", "") for day in days] if apart else [Instance("0", "; ".join(days), "", "")]
    clean = Scrubber(Scripted(dict.fromkeys(days, "DATE_TIME")), POLICY, seed=3).scrub(rows).clean
    made = "; ".join(row.instruction for row in clean).split("; ")

    def steps(texts: Sequence[str]) -> list[timedelta]:
        read = [datetime.strptime(text.replace(".", "/"), "%d/%m/%Y") for text in texts]
        return [day - read[0] for day in read]

    assert steps(days) == steps(made)


def test_two_countries_in_one_set_keep_what_leaves_no_doubt() -> None:
    shift = DateShift(Random(3))
    shift.learn(["14/03/2020", "03/15/2020", "03/16/2020"])
    by = timedelta(shift.days)
    assert (date(2020, 3, 14) + by).strftime("%d/%m/%Y") == next(shift.moved("14/03/2020"))
    assert (date(2020, 3, 4) + by).strftime("%m/%d/%Y") == next(shift.moved("03/04/2020"))


def test_may_is_written_as_the_other_months_of_the_set() -> None:
    shift = DateShift(Random(3))
    shift.learn(["5 May 2020", "5 Feb 2020"])
    assert (date(2020, 5, 5) + timedelta(shift.days)).strftime("%b %Y") == next(shift.moved("5 May 2020"))[-8:]


@given(DATES, st.sampled_from(LAYOUTS), SEEDS)
def test_what_cannot_be_taken_is_followed_by_other_days_and_never_by_the_real_one_first(day: date, layout: str,
                                                                                        seed: int) -> None:
    offered = list(DateShift(Random(seed)).moved(day.strftime(layout)))
    assert len(set(offered)) == len(offered) > 30
    assert day.strftime(layout) not in offered


@given(SEEDS)
def test_a_year_a_month_and_a_weekday_alone_become_others(seed: int) -> None:
    for surface in ("1987", "May", "Monday", "MONDAY", "08:45"):
        made = moved(surface, seed)
        assert made is not None
        assert surface != made
        assert surface.isupper() == made.isupper()


@pytest.mark.parametrize(("surface", "form"), [
    ("5 Feb to 30 Apr", r"\d\d? [A-Z][a-z]{2} to \d\d? [A-Z][a-z]{2}"), ("9 a.m.", r"\d+ [ap]\.m\."),
    ("5 Jan to 28 Jan 2024", r".* to \d+ \w+ 202\d"), ("3-5 March 2024", r"\d\d?-\d\d? [A-Z][a-z]+ 202\d"),
    ("March 3rd - 5th, 2024", r"[A-Z]\w+ \d+\w\w - \d+\w\w, 202\d"),
    ("Monday, January 29th", r"[A-Z][a-z]+day, [A-Z]\w+ \d+(?:st|nd|rd|th)"), ("1/2/24", r"\d\d?/\d\d?/2\d"),
    ("01/02/24", r"\d\d/\d\d/2\d"), ("02/2024", r"\d\d/202\d"), ("2024-11", r"202\d-\d\d"),
    ("2:30 PM", r"\d+:\d\d [AP]M"), ("10:00-12:00", r"\d\d:\d\d-\d\d:\d\d"), ("20240205T0845", r"202\d{5}T\d{4}"),
    ("Tue, 12 Mar 2024 09:14:22 +0000", r"[A-Z]\w\w, \d+ \w\w\w 202\d \d\d:\d\d:\d\d \+0000"),
    ("early May", r"early [A-Z]\w+"), ("Sept. 2023", r"[A-Z]\w\w\. 202\d"), ("Jan '24", r"\w\w\w '2\d"),
    ("29 February", r"\d+ [A-Z]\w+"), ("from 1985 to 1990", r"from \d{4} to \d{4}"), ("5th", r"\d+(?:st|nd|rd|th)"),
    ("5Feb2024", r"\d+[A-Z]\w\w202\d"), ("MAR 5, 2020", r"[A-Z]{3} \d+, 20\d\d"),
])
def test_the_layout_stays(surface: str, form: str) -> None:
    for seed in range(20):
        made = moved(surface, seed)
        assert made is not None
        assert re.fullmatch(form, made), made
        assert surface != made


@pytest.mark.parametrize("surface", ["last spring", "Christmas 2023", "31/02/2024", "14/13/2020", "29/02/2023",
                                     "Q3 2024", "1980s", "93", "3 months", "", "00:1B:44:11:3A:B7", "01/01/0001",
                                     "the day Ann died, 5 May", "12345", "99/99/9999"])
def test_what_is_no_day_or_says_more_has_no_other_day(surface: str) -> None:
    assert None is moved(surface)


def test_day_and_month_are_told_apart_as_the_set_does() -> None:
    british, american = DateShift(Random(1)), DateShift(Random(1))
    by = timedelta(british.days)
    british.learn(["12/02/2024", "14/03/1961"])
    american.learn(["12/02/2024", "03/14/1961"])
    assert (date(2024, 2, 12) + by).strftime("%d/%m/%Y") == next(british.moved("12/02/2024"))
    assert (date(2024, 12, 2) + by).strftime("%m/%d/%Y") == next(american.moved("12/02/2024"))


def test_times_of_one_day_keep_their_distance() -> None:
    shift = DateShift(Random(4))
    first, second = (datetime.strptime(next(shift.moved(time)), "%H:%M") for time in ("10:00", "11:35"))
    assert timedelta(hours=1, minutes=35) == second - first


def test_no_date_of_a_set_is_what_another_becomes() -> None:
    days = [date(2024, 1, 1) + timedelta(step * 7) for step in range(90)]
    table = {day.strftime("%d %B %Y"): "DATE_TIME" for day in days}
    (clean,) = Scrubber(Scripted(table), POLICY, seed=11).scrub([Instance("0", "; ".join(table), "", "")]).clean
    made = clean.instruction.split("; ")
    assert len(table) == len(set(made))
    assert not set(table) & set(made)
    assert [] == PLACEHOLDER.findall(clean.instruction)


def test_another_set_is_moved_by_other_days() -> None:
    assert len({DateShift(Random(seed)).days for seed in range(60)}) > 40
    assert all(DateShift(Random(seed)).days % 7 for seed in range(60))
