"""A term of the deny list is found in any case and with any spacing, and nowhere inside something longer."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from appliance.detection.deny_terms import deny_pattern, deny_terms
from appliance.detection.gates import could_match, needs
from appliance.detection.normalise import clean, fold

TERMS = ("LF-310", "LARK-22-OWL", "BLUE DESK", "Project Heron", "Larkfield", "R&D", "K2 Nord/Süd", "C++")
FLAGS = regex.IGNORECASE | regex.DOTALL | regex.MULTILINE
SIGNS = " -_./"
DENIED = deny_pattern("PROJECT", deny_terms("PROJECT", TERMS))
PEOPLE = deny_pattern("PERSON", deny_terms("PERSON", ("Dr. Amara Osei", "Justin")))


def found(text: str, pattern: str = DENIED) -> list[str]:
    folded = fold(clean(text)).text
    assert could_match(needs(pattern), folded)
    return [match[0] for match in regex.finditer(pattern, folded, FLAGS)]


@given(st.sampled_from([term for term in TERMS if term != "C++"]), st.data())
def test_any_case_and_any_spacing_of_a_term_is_found_whole(term: str, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from((sign, sign.lower(), sign.upper()))) for sign in term if sign.isalnum()]
    gaps = [data.draw(st.text(SIGNS, max_size=3)) for _ in letters]
    written = "".join(letter + gap for letter, gap in zip(letters, gaps, strict=True)).rstrip(SIGNS)
    end = data.draw(st.sampled_from(("", "s", "'s", "’s")))
    assert [fold(written + end).text] == found(f"on {written}{end}, they said")


@pytest.mark.parametrize("text", ["LF3100", "XLF-310", "LF-31", "Project Herons2", "blue desktop", "LARK-22-OWLET",
                                  "a larkfields1 b", "C+ and C", "blue and a desk", "the herons of the project"])
def test_what_is_longer_or_only_alike_is_not_the_term(text: str) -> None:
    assert [] == found(text)


def test_signs_are_a_part_of_a_short_term_only() -> None:
    assert ["C++"] == found("in C++ and C")
    assert ["r & d"] == found("our r & d there")


def test_one_name_alone_is_spelled_out_or_whole_but_not_cut_in_two() -> None:
    assert ["O s e i", "OSEI's", "amara_o-sei"] == found("O s e i, OSEI's; amara_o-sei", PEOPLE)
    assert ["J.u.s.t.i.n"] == found("just in time, J.u.s.t.i.n", PEOPLE)
    of_seeds = deny_pattern("SEED_NAME", deny_terms("SEED_NAME", ("Justin",)))
    assert ["Justin", "J u s t i n"] == found("Justin was just in time, J u s t i n", of_seeds)


@pytest.mark.parametrize("seed", ["L F - ", "lf-31", "b l u e ", "LARK-22-", "Project H e r o ", "- ", "l", "_"])
def test_the_time_is_as_the_length_of_the_text(seed: str) -> None:
    many = deny_pattern("PROJECT", [f"{term} {number}" for term in TERMS for number in range(10)])
    compiled, took = regex.compile(many, FLAGS), []
    for chars in (20_000, 80_000):
        began = time.process_time()
        assert [] == [match for match in compiled.finditer(seed * (chars // len(seed)), timeout=20) if not match[0]]
        took.append(time.process_time() - began)
    assert took[1] < max(8 * took[0], 0.1)
