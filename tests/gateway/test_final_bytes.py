"""Each look of the guard at the final bytes by itself: before them, others refuse most of this already."""

from __future__ import annotations

from typing import Any

import pytest
from door_bench import KNOWLEDGE, MODEL
from plain_detector import NAME, PlainDetector

from appliance.errors import ResidualFound
from appliance.gateway import schema
from appliance.gateway.guard import Guard
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.policy.parts import LimitsPolicy

POLICY = Policy(name="test", version=1, limits=LimitsPolicy(request_bytes=2000))


def guard() -> Guard:
    return Guard(POLICY, Scrubber(PlainDetector(), POLICY),
                 KnowledgeGuard([KNOWLEDGE], POLICY.knowledge, identity="k"), MODEL)


def body(text: str, **changes: Any) -> bytes:
    messages = [{"role": "user", "content": text}]
    return schema.canonical({"model": MODEL, "max_tokens": 9, "messages": messages} | changes)


def test_harmless_bytes_pass() -> None:
    guard().check_body(body("Do you have parking?"), None)


def test_final_bytes_over_the_limit() -> None:
    with pytest.raises(ResidualFound, match="the policy allows 2000"):
        guard().check_body(body("Do you have parking? " * 100), None)


def test_final_bytes_for_another_model() -> None:
    with pytest.raises(ResidualFound, match="as this appliance writes it"):
        guard().check_body(body("Do you have parking?", model="claude-other"), None)


def test_final_bytes_with_a_value_the_detector_finds() -> None:
    with pytest.raises(ResidualFound, match="PERSON"):
        guard().check_body(body(f"Does {NAME} have parking?"), None)


def test_final_bytes_with_a_value_only_the_set_knows() -> None:
    names = Pseudonyms()
    names.assign([("PERSON", "Tomas Brandt")])
    with pytest.raises(ResidualFound, match="PERSON"):
        guard().check_body(body("Does Tomas Brandt have parking?"), names)


def test_a_run_of_k_that_needs_the_blank_beside_a_text() -> None:
    """K stands in the middle of a request: the blank after it is a character of the run too."""
    letters = "q j z x v k w y b g p f"
    policy = POLICY.knowledge.model_copy(update={"run_chars": len(letters) + 1})
    among = KnowledgeGuard([f"{letters} m c u"], policy, identity="k")
    assert 0 == among.runs([letters[2:]])
    assert among.runs([letters]) > 0
