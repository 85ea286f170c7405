"""Listed abbreviations are no names, and a number behind one is no date; everything else stays found."""

from __future__ import annotations

import pytest

from appliance.detection.detector import Span
from appliance.detection.shorthand import without_shorthand


@pytest.mark.parametrize(("line", "found", "left"), [
    ("her BNP 1840 today", "BNP", False), ("her BNP 1840 today", "1840", False), ("her GAD-7: 15 today", "15", False),
    ("her GAD-7: 15 today", "7: 15", False), ("her GAD-7 was", "GAD-7", False), ("| Name | DOB |", "DOB", False),
    ("her INR=2.3 today", "2.3", False), ("her BNP 1840 today", "BNP 1840", False),
    ("her MRI 2019 was clear", "2019", True), ("DOB 140361 and", "140361", True), ("the AKI came", "the AKI", True),
    ("IBAN DE89 of", "IBAN DE89", True), ("AKI TANAKA", "AKI", True), ("Aki came late", "Aki", True),
    ("her PSA 03/2019 was", "03/2019", True), ("born in 1840 here", "1840", True), ("BNP is 12 May", "12 May", True)])
def test_only_what_is_listed_is_taken_out(line: str, found: str, left: bool) -> None:
    text = f"Ana came.\n{line}\nShe went."
    start = text.index(found)
    spans = [Span(0, 3, "PERSON", 1.0, "ner"), Span(start, start + len(found), "DATE_TIME", 0.2, "ner")]
    assert (spans if left else spans[:1]) == without_shorthand(text, spans)
