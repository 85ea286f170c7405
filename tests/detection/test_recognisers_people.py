"""People, trades, dates and ages: what is found, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Matches = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "value"), [
    ("Ask Dr. Wu about it", "Dr. Wu"), ("Ms. Bo Li called", "Ms. Bo Li"), ("seen by Judge van der Berg", None),
    ("Professor Ana de la Cruz spoke", "Professor Ana de la Cruz"), ("Herr Müller kam", "Herr Muller"),
    ("Justice O'Neill-Park wrote", "Justice O'Neill-Park"), ("ask mr. smith", "mr. smith"),
    ("my name is tomas brandt and I", "tomas brandt"), ("Next of kin: Ilse Voss", "Ilse Voss"),
    ("From: Ilse Voss\nTo: Bo Li\n", "Bo Li"), ("Patient: Ilse Voss, 45", "Ilse Voss"),
    ("it was J o h n  S m i t h who", "J o h n  S m i t h"), ("J.o.h.n S.m.i.t.h", "J.o.h.n S.m.i.t.h"),
])
def test_a_name_is_found_by_what_stands_around_it(matches: Matches, text: str, value: str | None) -> None:
    found = {match for entity, match in matches(text) if entity == "PERSON"}
    assert (value in found) if value else not found


@pytest.mark.parametrize("text", [
    "Doctor, what should I do?", "Patient: Actually, I had a test", "President Elect", "a b c d e ", "A B C D E",
    "Call me back when you can", "Nurse Practitioner", "The doctor said: Yes. No.", "vitamin A B C",
])
def test_a_word_after_a_title_is_no_name(matches: Matches, text: str) -> None:
    assert set() == {match for entity, match in matches(text) if entity == "PERSON"}


@pytest.mark.parametrize(("text", "value"), [
    ("She works as a school bus driver in town", "school bus driver"), ("he was the Chief Financial Officer there",
                                                                        "Chief Financial Officer"),
    ("our CEO said", "CEO"), ("the head nurse of the ward", "head nurse"), ("Occupation: Welder", "Welder"),
    ("Job title: Senior Payroll Clerk", "Senior Payroll Clerk"), ("I'm a retired teacher", "retired teacher"),
    ("Marie Langrova, the Packager, said", "Packager"), ("Janka Szasz\n\nNetwork and computer systems administrator\n",
                                                         "Network and computer systems administrator"),
    ("the Mayor of Larkfield spoke", "Mayor of Larkfield"), ("employed by Northgate as an accountant", "accountant"),
    ("Assistant Vice President", "Assistant Vice President"),
])
def test_a_trade_is_found_where_it_is_somebodys(matches: Matches, text: str, value: str) -> None:
    assert ("JOB_TITLE", value) in matches(text)


@pytest.mark.parametrize("text", [
    "ask your doctor or nurse", "the head of my penis", "aspirin works as a blood thinner", "see a cardiologist soon",
    "the teacher is here", "a plumber may help with leaks", "an agent of change",
])
def test_a_trade_in_general_stays(matches: Matches, text: str) -> None:
    assert set() == {match for entity, match in matches(text) if entity == "JOB_TITLE"}


@pytest.mark.parametrize("value", [
    "12 March 1985", "March 12th, 1985", "3rd of May 2019", "12-Mar-85", "March 1985", "Q3 2021", "FY2021",
    "1985-03-12T10:00", "1985-03-12T10:00:30Z", "1985/03/12", "12.03.1985", "3/12/1985", "3/12/85", "12.III.1985",
    "Monday, 12 March", "Tue 3/4", "Sept. 5, 2020", "MARCH 5", "05 january 2015", "2nd quarter of 2020", "1985 March",
    "summer of 2003", "mid-1988", "03/2019", "2019-03", "1st of January", "12 Mar '85", "March 12 at 2019"[:8],
    "last Friday", "Friday morning", "5.4.2021",
])
def test_a_calendar_date_is_found_whole(matches: Matches, value: str) -> None:
    assert ("DATE_TIME", value) in matches(f"seen {value}, then home")


@pytest.mark.parametrize(("text", "value"), [
    ("seen on 3/4 again", "3/4"), ("DOB: 120385", "120385"), ("founded in 1977.", "1977"),
    ("Civil Rights Act of 2001", "2001"),
    ("We'll meet Monday at noon", "Monday"), ("a 2018 Russian film", "2018"), ("expires 03/27", "03/27"),
])
def test_a_short_date_is_found_in_its_place(matches: Matches, text: str, value: str) -> None:
    assert ("DATE_TIME", value) in matches(text)


@pytest.mark.parametrize(("text", "value"), [
    ("aged 45", "45"), ("a 45-year-old", "45-year-old"), ("45 y/o man", "45 y/o"), ("age: 45", "45"), ("Age 93", "93"),
    ("Age/Sex: 45/M", "45"), ("45M with chest pain", "45M"), ("a 91 yo female", "91 yo"), ("45 years of age",
                                                                                        "45 years of age"),
    ("forty-five years old", "forty-five years old"), ("a 3-month-old", "3-month-old"), ("She is 93.", "93"),
    ("I'm 45 and tired", "45"), ("her 90th birthday", "90th birthday"), ("in her early 90s", "90s"), ("age=45", "45"),
    ("at the age of ninety-three", "ninety-three"), ("turned 81.", "81"), ("aged about 50", "50"),
])
def test_an_age_is_found(matches: Matches, text: str, value: str | None) -> None:
    found = {match for entity, match in matches(text) if entity == "AGE"}
    assert (value in found) if value else not found


@pytest.mark.parametrize("text", [
    "for 3 days", "page 12 of 30", "120/80 mmHg", "version 3.11.7", "on the 1st try", "pain is 5/10 today",
    "1/2 tablet",
    "take on 1/2 tablet a day", "10-15 minutes", "under 12 years old", "adults aged 65 and over", "aged 18 to 30",
    "12:30 to 13:45", "before the age of 40", "a ratio of 3/4 cup", "24/7", "you may 5 times", "march 5 miles",
    "Monday to Friday", "in 2000 patients", "the 2nd dose", "since 48-72 hours",
])
def test_a_quantity_is_neither_date_nor_age(matches: Matches, text: str) -> None:
    assert set() == {(entity, match) for entity, match in matches(text) if entity in ("DATE_TIME", "AGE")}
