"""What the end of one text and the beginning of the next hold together."""

from __future__ import annotations

import pytest
from scripted import Scripted

from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.search import Search
from appliance.policy.model import Policy

POLICY = Policy(name="t", version=1)
SEARCH = Search(Scripted({"4095-2609": "CREDIT_CARD", "4095 2609": "CREDIT_CARD", "Grand Hotel": "ORGANIZATION",
                          "12.04.1985": "DATE_TIME", "12 May": "DATE_TIME"}), POLICY)


@pytest.mark.parametrize(("before", "after", "found"), [
    ("it is 4095-", "2609 they say", {"CREDIT_CARD": 1}), ("it is 4095", "-2609 they say", {"CREDIT_CARD": 1}),
    ("it is 4095", "2609 they say", {"CREDIT_CARD": 1}), ("born 12.04.", "1985", {"DATE_TIME": 1}),
    ("4095-2609 it is", "they say", {}), ("they say", "it is 4095-2609", {}), ("4095-2609 or 4", "2609", {}),
    ("the Grand", "Hotels we like", {}), ("at the Grand", "Hotel is open", {}), ("we met on 12", "May I ask", {}),
    ("", "4095-2609", {}), ("4095-2609", "", {})])
def test_only_what_crosses_the_border_counts_and_no_words_that_merely_follow(before: str, after: str,
                                                                             found: dict[str, int]) -> None:
    assert found == dict(SEARCH.across([(before, after)]))


@pytest.mark.parametrize(("before", "after"), [("ask Ingrid Sol", "berg now"), ("ask Ingrid", "Solberg now")])
def test_a_known_value_counts_however_it_is_written(before: str, after: str) -> None:
    names = Pseudonyms()
    names.assign([("PERSON", "Ingrid Solberg")])
    assert {"PERSON": 1} == dict(SEARCH.across([(before, after)], names))
    assert {} == dict(SEARCH.across([(before, after)]))


def test_a_placeholder_at_the_border_is_no_part_of_a_value() -> None:
    names = Pseudonyms()
    names.assign([("PERSON", "Ingrid Solberg")])
    assert {} == dict(SEARCH.across([("it is 4095-<PERSON_1>", "2609")], names))
