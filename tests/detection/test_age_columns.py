"""A number below a cell that says age is one, in every common kind of table."""

from __future__ import annotations

import time

import pytest

from appliance.detection.presidio import PresidioDetector
from appliance.detection.recognisers.columns import ages_in_columns
from appliance.policy.model import Policy
from appliance.policy.parts import DetectorPolicy


@pytest.mark.parametrize(("text", "ages"), [
    ("| Name | Age | Ward |\n|---|---|---|\n| A | 91 | 4 |\n| B | 7 | 5 |\n\n| 12 | 13 | 14 |", ["91", "7"]),
    ("name,age,ward\nA,94,3\nB,101,4\n", ["94", "101"]), ("id;Alter\n1;92", ["92"]),
    ("name\tage (years)\nA\t90", ["90"]), ('"name","patient_age"\r\n"Voss, I","93"\r\n', ["93"]),
    ("name,age,ward\nVoss, Ilse,93,ward\n", ["93"]), ("age,sex\nunknown,F\n88,M", ["88"]),
    ("name,wage\nA,91", []), ("his age, 91", []), ("age\n91", []), ("name,age\n\nA,91", []), ("", []),
    ("name,age\nA,2019\nB,9.1", []), ("first line\nname|age\nA|91\nthe end\nA|92", ["91"]),
])
def test_ages_below_their_header_are_found(text: str, ages: list[str]) -> None:
    assert ages == [text[start:end] for start, end in sorted(ages_in_columns(text))]


def test_the_detector_finds_them_and_says_why() -> None:
    detector = PresidioDetector(Policy(name="t", version=1, detector=DetectorPolicy(model="none_names_pass_unseen")))
    spans = [span for span in detector.detect(["Ward list\nname,age\nA,94\n"])[0] if span.entity == "AGE"]
    assert [(21, 23, "psi_age_columns", "a number below a cell that says age")] == [
        (span.start, span.end, span.source, span.why) for span in spans]


@pytest.mark.parametrize("seed", ["age,", "age|1\n", '"', '",', "age\t", "|", "1,1\n", "\n"])
@pytest.mark.parametrize("header", ["a,age\n", "age," * 10_000 + "\n"])
def test_the_time_is_as_the_length_of_the_text(seed: str, header: str) -> None:
    took = []
    for chars in (50_000, 200_000):
        began = time.process_time()
        list(ages_in_columns(header + seed * (chars // len(seed))))
        took.append(time.process_time() - began)
    assert took[1] < max(8 * took[0], 0.1)
