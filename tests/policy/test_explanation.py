"""What `psi policy explain` says of a type is about that type."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.policy.explanation import explain
from appliance.policy.model import Policy
from appliance.policy.type_names import TYPE_NAMES


def replaced(**operators: Any) -> list[str]:
    policy = Policy(name="t", version=1, operators=operators)
    return next(list(section.sentences) for section in explain(policy, "x") if section.title == "What takes its place")


def test_the_example_of_a_placeholder_is_one_of_the_types_it_stands_for() -> None:
    places, rest = replaced(LOCATION="placeholder", STREET_ADDRESS="placeholder", DEFAULT="redact")
    assert "Places, street addresses: a numbered placeholder such as <LOCATION_1>," in places
    assert "Every other type: <REDACTED>, without type or number." == rest
    redacted, others = replaced(PERSON="redact")
    assert "<LOCATION_1>" in others and "<PERSON_1>" not in others
    assert "Names of people: <REDACTED>, without type or number." == redacted
    assert "Every type: a numbered placeholder such as <PERSON_1>" in replaced()[0]


@pytest.mark.parametrize(("entity", "said"), [
    ("AGE", "something coarser, ten years of age (one group from 90 on); <REDACTED> where"),
    ("DATE_TIME", "something coarser, the year of a date; <REDACTED> where"),
    ("STREET_ADDRESS", "something coarser, the state or country of a place; <REDACTED> where"),
    ("ZIP_CODE", "something coarser, three digits of a ZIP code; <REDACTED> where")])
def test_what_is_coarser_is_said_of_the_types_that_have_it(entity: str, said: str) -> None:
    first, _ = replaced(**{entity: "generalise"})
    assert f": {said}" in first


def test_dates_that_move_are_said_where_dates_are_invented() -> None:
    people, dates = replaced(PERSON="surrogate")[0], replaced(DATE_TIME="surrogate")[0]
    assert "all dates moved" not in people and "all dates moved" in dates
    assert "all dates moved" in replaced(DEFAULT="surrogate")[0]


def test_every_type_named_leaves_a_sentence_for_the_rest() -> None:
    named = {entity: "placeholder" for entity in TYPE_NAMES if entity not in Policy(name="t", version=1).block_entities}
    assert "Every other type: a numbered placeholder" in replaced(**named)[-1]
