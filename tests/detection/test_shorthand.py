"""Listed abbreviations are no names, and a number behind one is no date; everything else stays found."""

from __future__ import annotations

import pytest
from faker import Faker

from appliance.detection.detector import Span
from appliance.detection.shorthand import OF_FORMS, OF_MEDICINE, without_shorthand
from appliance.detection.training.people import FIRST, LOCALES


@pytest.mark.parametrize(("line", "found", "left"), [
    ("her BNP 1840 today", "BNP", False), ("her BNP 1840 today", "1840", False), ("her GAD-7: 15 today", "15", False),
    ("her GAD-7: 15 today", "7: 15", False), ("her GAD-7 was", "GAD-7", False), ("| Name | DOB |", "DOB", False),
    ("her INR=4.35 today", "4.35", False), ("her BNP 1840 today", "BNP 1840", False),
    ("her MRI 2019 was clear", "2019", True), ("DOB 140361 and", "140361", True), ("the ICU came", "the ICU", True),
    ("IBAN DE89 of", "IBAN DE89", True), ("ICU TANAKA", "ICU", True), ("Icu came late", "Icu", True),
    ("her PSA 03/2019 was", "03/2019", True), ("born in 1840 here", "1840", True), ("BNP is 12 May", "12 May", True),
    ("Her LMP 12.03", "12.03", True), ("Her LMP was", "LMP", True), ("Seen in ICU 12.03 by", "12.03", True),
    ("seen in ICU 14.11", "14.11", True), ("had MRI 3.12 and", "MRI 3.12", True), ("her CPR 01028", "01028", True),
    ("his HIV 12345", "12345", True), ("had MRI 12/03 and", "12/03", True), ("her BMI 13.27 now", "13.27", False),
    ("had MRI 0.12 and", "0.12", False), ("seen by ROS today", "ROS", True), ("ask GAD about", "GAD", True),
    ("ask TIN about", "TIN", True), ("ask GERD about", "GERD", True), ("her CPR 0103", "0103", True)])
@pytest.mark.parametrize("score", [0.2, 0.9])
def test_only_what_is_listed_is_taken_out(line: str, found: str, left: bool, score: float) -> None:
    text = f"Ana came.\n{line}\nShe went."
    start = text.index(found)
    spans = [Span(0, 3, "PERSON", 1.0, "ner"), Span(start, start + len(found), "DATE_TIME", score, "ner")]
    assert (spans if left else spans[:1]) == without_shorthand(text, spans)


def test_no_given_name_is_listed() -> None:
    names = {name.upper() for locale in LOCALES for provider in Faker(locale).get_providers()
             for name in getattr(provider, "first_names", ())}
    assert set() == (OF_FORMS | OF_MEDICINE) & {*names, *map(str.upper, FIRST)}
