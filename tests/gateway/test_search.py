"""What the end of one text and the beginning of the next hold together."""

from __future__ import annotations

import pytest
from scripted import Scripted

from appliance.detection.detector import Span
from appliance.detection.ner.decode import SOURCE as MODEL
from appliance.errors import DetectorFailed
from appliance.gateway.guard import SURE
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


# Signs of which cleaning makes more characters, or fewer; also across the seam.
LONGER = ["wait… and wait… and wait… and ", "½ ½ ½ ½ or ", "Psi™ Psi™ Psi™ Psi™ Psi™ ", "ﬁve oﬃces oﬃcially ﬁxed ",
          "a\u0308" * 20 + " ", "a\u200bsk " * 20]


@pytest.mark.parametrize("first", ["", *LONGER])
@pytest.mark.parametrize(("before", "after"), [("ask Ingrid Sol", "berg now"), ("ask Ingrid", "Solberg now")])
def test_a_known_value_counts_however_it_is_written(first: str, before: str, after: str) -> None:
    names = Pseudonyms()
    names.assign([("PERSON", "Ingrid Solberg")])
    assert {"PERSON": 1} == dict(SEARCH.across([(first + before, after)], names))
    assert {"PERSON": 1} == dict(SEARCH.across([(before, f"{after} {first}")], names))
    assert {} == dict(SEARCH.across([(first + before, after)]))
    assert {} == dict(SEARCH.across([(f"{first}ask Ingrid Solberg now", after)], names))
    assert {} == dict(SEARCH.across([(before, f"{first}ask Ingrid Solberg now")], names))


def test_a_text_that_cannot_be_read_stops_the_look() -> None:
    with pytest.raises(DetectorFailed, match="should be clean"):
        SEARCH.across([("all \x07 is", "well")])


def test_a_placeholder_at_the_border_is_no_part_of_a_value() -> None:
    names = Pseudonyms()
    names.assign([("PERSON", "Ingrid Solberg")])
    assert {} == dict(SEARCH.across([("it is 4095-<PERSON_1>", "2609")], names))


@pytest.mark.parametrize(("score", "found"), [(0.99, {"PERSON": 1}), (0.5, {"PERSON": 1}), (0.49, {})])
@pytest.mark.parametrize("part", ["Larsson", "Lars", "arsson"])
def test_what_the_name_model_is_sure_of_counts_in_the_last_look(part: str, score: float,
                                                                found: dict[str, int]) -> None:
    """Also where it saw a part of the word: that says less about the type, and nothing about whether it is a name."""
    def of_model(text: str) -> list[Span]:
        start = text.index(part)
        return [Span(start, start + len(part), "PERSON", score, MODEL)]

    search = Search(Scripted(act=of_model), POLICY)
    assert [found] == search.residuals(["ask Larsson now"], model_from=SURE)
