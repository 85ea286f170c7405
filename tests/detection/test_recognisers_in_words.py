"""Numbers said in words, ages by their key, codes of doors: what is found, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Matches = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "entity", "value"), [
    ("call me at five five five, oh one four seven", "PHONE_NUMBER", "five five five, oh one four seven"),
    ("It is zero two zero, seven nine four six", "PHONE_NUMBER", "zero two zero, seven nine four six"),
    ("reach her on oh double seven nine hundred one two", "PHONE_NUMBER", "oh double seven nine hundred one two"),
    ("his number is five fifty-five, twenty-one forty, six", "PHONE_NUMBER", "five fifty-five, twenty-one forty, six"),
    ("You can reach me at 2125 550147", "PHONE_NUMBER", "2125 550147"),
    ("the card ending in four four seven one", "RECORD_NUMBER", "four four seven one"),
    ("her SSN is oh seven eight", "RECORD_NUMBER", None),
    ("SSN oh seven eight, oh five, one one", "RECORD_NUMBER", "oh seven eight, oh five, one one"),
    ("a man aged forty-two", "AGE", "forty-two"), ("He is forty-two and well", "AGE", "forty-two"),
    ("She's ninety.", "AGE", "ninety"), ("Ana turned sixty last week", "AGE", "sixty"),
    ("in her early forties", "AGE", "forties"), ("a woman in her sixties", "AGE", "sixties"),
    ("Neuro: Delphine (44, F) has", "AGE", "44"), ("Neuro: Delphine (44, F) has", "PERSON", "Delphine"),
    ("seen: Karim Idris (9 yo male)", "PERSON", "Karim Idris"), ("Table (3, F)", "AGE", "3"),
    ("patient_age 92", "AGE", "92"), ('"age": 92,', "AGE", "92"), ('{"patientAge":"92"}', "AGE", "92"),
    ("age_years=41", "AGE", "41"), ("ageInYears: 41", "AGE", "41"), ("PT_AGE: 7", "AGE", "7"),
    ("Come to Building 7, please", "STREET_ADDRESS", "Building 7"), ("Bldg. 12C", "STREET_ADDRESS", "Bldg. 12C"),
    ("Gate code 4471#", "RECORD_NUMBER", "4471#"), ("the door code is *2290", "RECORD_NUMBER", "*2290"),
    ("access code: 99120", "RECORD_NUMBER", "99120"), ("lockbox combination 2214", "RECORD_NUMBER", "2214"),
])
def test_what_is_said_in_words_or_by_its_key_is_found(matches: Matches, text: str, entity: str,
                                                      value: str | None) -> None:
    found = {match for kind, match in matches(text) if kind == entity}
    assert (value in found) if value else not found


@pytest.mark.parametrize("text", [
    "one, two or three tablets", "call two or three times", "one two three four", "reach 2021 patients",
    "reach 1000 steps", "five to seven days", "in the forties and fifties", "turned sixty degrees", "he is one of four",
    "page_count 92", "max_age=3600", "maxAge: 60", "dosage: 20", "coverage 80", "stage 3", "image: 12", "message 5",
    "percentage: 40", "usage=93", "mean_age 45", "error code 404", "a code 200 reply", "access codes are secret",
    "the building 7 miles away", "Building 3.2 of the tool", "policy of one or two",
])
def test_a_number_of_nobody_stays(matches: Matches, text: str) -> None:
    assert set() == {(kind, match) for kind, match in matches(text) if kind not in ("PERSON", "DATE_TIME")}


def test_the_next_field_of_an_empty_form_is_no_name(matches: Matches) -> None:
    assert set() == matches("Emergency contact:\nRelationship to patient:\nNext of kin: \nMobile:\n")
    assert ("PERSON", "Ilse Voss") in matches("Next of kin:\nIlse Voss\nTel:")
    assert ("PERSON", "Ilse Voss") in matches("Signed,\nIlse Voss\nRole:")
