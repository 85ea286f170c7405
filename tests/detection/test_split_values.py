"""A value that is cut in two or three and spread over the fields of a record is found all the same."""

from __future__ import annotations

import pytest

from appliance.detection.presidio import PresidioDetector
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.policy.parts import DetectorPolicy
from appliance.records import Instance

PATTERNS = Policy(name="t", version=1, detector=DetectorPolicy(model="none_names_pass_unseen"))
SCRUBBER = Scrubber(PresidioDetector(PATTERNS), PATTERNS)


@pytest.mark.parametrize(("fields", "pieces"), [
    (("card 4095-2609-", "9393-4932", "ok"), ("4095", "9393")),
    (("card 4095 2609", "9393 4932", "ok"), ("4095", "9393")),
    (("card 4095", "2609-9393-", "4932"), ("4095", "2609", "4932")),
    (("SSN 078-05", "-1120", "ok"), ("078", "1120")), (("it is 078-", "05-", "1120"), ("078", "05-", "1120")),
    (("SSN is", "078051120", "ok"), ("078051120",)), (("write kim.voss@", "example.org", "ok"), ("kim", "example.org")),
    (("write kim.", "voss@exam", "ple.org"), ("voss", "exam", "ple.org")), (("Ask Dr. Ilse", "Voss about it", "ok"),
    ("Ilse", "Voss")),
    (("call (212) 555", "-0147", "ok"), ("212", "0147")), (("DE89 3704 0044", "0532 0130 00", "ok"), ("3704", "0532")),
    (("My name is", "Ilse Voss", "ok"), ("Ilse", "Voss")), (("born 12 March", "1985", "ok"), ("12 March",)),
])
def test_no_piece_of_a_split_value_stays(fields: tuple[str, str, str], pieces: tuple[str, ...]) -> None:
    (clean,) = SCRUBBER.scrub([Instance("a", *fields)]).clean
    shown = " ".join(clean.texts().values())
    assert [] == [piece for piece in pieces if piece in shown]


@pytest.mark.parametrize("fields", [
    ("AKIAIOSF", "ODNN7EXAMPLE", "ok"), ("sk-ant-", "api03-abcdefghij", "ok"),
    ("sk-a", "nt-api03-", "abcdefghijklmnop"),
])
def test_a_split_secret_refuses_its_record(fields: tuple[str, str, str]) -> None:
    assert {"a": "secret"} == dict(SCRUBBER.scrub([Instance("a", *fields)]).refused)
