"""Every reason and every recogniser has words that a person can read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appliance.views.refusals import why_refused
from appliance.views.sources import who_found

GATEWAY = Path(__file__).parents[2] / "appliance" / "gateway"
_REASON = re.compile(r'(?:\.refuse\(|Unreadable\(|refused=|_Outcome\(None, |(?:CANARY|NEAR|RUN|FAILED|UTF8|JSON) = )'
                     r'"([a-z][a-z_0-9]+)"')
REASONS = sorted({found for path in GATEWAY.glob("*.py") for found in _REASON.findall(path.read_text())})


def test_the_reasons_are_found_where_they_are_given() -> None:
    assert {"secret", "not_utf8", "repeated_key", "knowledge_run", "canary_latches_the_door_shut", "not_json",
            "detector_failed", "mostly_masked", "near_knowledge", "looks_like_placeholder"} <= set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_told_in_a_sentence(reason: str) -> None:
    said = why_refused(reason)
    assert said[0].isupper() and said.endswith(".") and said != reason


def test_what_the_last_look_found_is_named() -> None:
    assert "PERSON" in why_refused("residual_PERSON")


@pytest.mark.parametrize(("source", "why", "says"), [
    ("ner", "probability 0.97", "the trained name model: probability 0.97"),
    ("deny_list_person", "a term of the deny list", "the deny list of the policy"),
    ("known_value", "found elsewhere", "the search for values that were found elsewhere in the set"),
    ("psi_date_time", "a year (pattern date_time_3)", "our patterns for dates: a year (pattern date_time_3)"),
    ("UsSsnRecognizer", "", "Presidio's recogniser 'Us Ssn'"),
    ("gliner_2", "", "the policy's own GLiNER model (plug-in 2)"), ("other", "", "other")])
def test_who_found_a_value_is_said_in_words(source: str, why: str, says: str) -> None:
    assert f"found by {says}" == who_found(source, why)
