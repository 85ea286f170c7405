"""Two texts beside each other: each line shows the same place of both, and the column never moves."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.views.columns import CLOSE, OPEN, beside, columns

WORDS = st.sampled_from(["the", "patient", "caf\u00e9", "cafe\u0301", "\u7530\u4e2d\u3055\u3093", "\uff2f\uff53",
                         "x" * 50, "\u1112\u1161\u11ab", "\u0e19\u0e49\u0e33", "1\u20e3", "", "  ", "{",
                         '"age":', "\u4e2d" * 33])
MARKED = st.sampled_from([("Dr. Amara Osei", "<PERSON_1>"), ("1450 Larkspur Ave.\nSpringfield", "<LOCATION_1>"),
                          ("92", "<AGE_1>"), ("y" * 60, "z"), ("\u7530" * 25, "<PERSON_2>"), ("a b " * 20, "<URL_1>")])
PARTS = st.lists(st.one_of(WORDS.map(lambda word: (word, word)), MARKED.map(
    lambda pair: (f"{OPEN}{pair[0]}{CLOSE}", f"{OPEN}{pair[1]}{CLOSE}"))), max_size=12)
GAPS = st.sampled_from([" ", "", "\n", "  ", ", "])


@st.composite
def texts(draw: st.DrawFn, between: st.SearchStrategy[str] = GAPS) -> tuple[str, str]:
    parts = draw(PARTS)
    gaps = [draw(between) for _ in parts]
    return ("".join(one + gap for (one, _), gap in zip(parts, gaps, strict=True)),
            "".join(other + gap for (_, other), gap in zip(parts, gaps, strict=True)))


@given(pair=texts(), width=st.integers(20, 98))
def test_no_line_is_too_wide_and_nothing_is_lost(pair: tuple[str, str], width: int) -> None:
    rows = list(beside(*pair, width))
    assert all(columns(cell) <= width for row in rows for cell in row)
    for number, text in enumerate(pair):
        assert re.sub(r"\s", "", text) == re.sub(r"\s", "", "".join(row[number] for row in rows))


@given(pair=texts(GAPS.filter(bool)), width=st.integers(62, 98))
def test_what_stands_for_a_value_begins_where_the_value_begins(pair: tuple[str, str], width: int) -> None:
    rows = list(beside(*pair, width))
    assert [row[0].count(OPEN) for row in rows] == [row[1].count(OPEN) for row in rows]


@pytest.mark.parametrize(("text", "wide"), [
    ("abc", 3), ("\u7530\u4e2d", 4), ("e\u0301", 1), ("\u1112\u1161\u11ab", 2), ("\u0e19\u0e49\u0e33", 2),
    ("1\u20e3", 1), ("\uff21", 2), ("\U0001f469", 2), (f"{OPEN}a{CLOSE}", 3)])
def test_columns_are_those_of_a_terminal(text: str, wide: int) -> None:
    assert wide == columns(text)


def test_a_long_line_takes_time_in_proportion() -> None:
    text = "word " * 40_000 + "x" * 200_000
    began_s = time.process_time()
    assert 0 < len(list(beside(text, text, 38)))
    assert time.process_time() - began_s < 20
