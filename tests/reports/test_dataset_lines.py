"""Lines of a dataset fit a terminal, cannot command it, and lose nothing that can be shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from made_job import instance

from appliance.reports.dataset import Dataset, Origin, Rejection
from appliance.views.dataset_lines import fact, paragraph, sample_lines
from appliance.views.text import printable

ANY = st.text(max_size=300)


def visible(text: str) -> str:
    return "".join(printable(text).split())


@given(ANY)
def test_a_text_is_wrapped_and_never_cut(text: str) -> None:
    lines = list(paragraph(text))
    assert visible(text) == visible("".join(lines))
    assert all(len(line) <= 80 and line == printable(line) for line in lines)


@given(ANY, ANY)
def test_a_label_and_a_value_are_wrapped_and_never_cut(label: str, value: str) -> None:
    lines = list(fact(label, value))
    assert sorted(visible(label + value)) == sorted(visible("".join(lines)))
    assert all(len(line) <= 80 and line == printable(line) for line in lines)


@given(ANY, ANY)
def test_a_block_of_any_text_can_be_printed(text: str, reason: str) -> None:
    odd = instance(1, id=text, instruction=text, input=text, output=text)
    made = Dataset(Origin("x"), (odd,))
    for line in sample_lines(made, [odd], [Rejection(reason, None, odd, None, None)]):
        assert len(line) <= 80 and line == printable(line)
