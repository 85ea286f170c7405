"""No value goes on behind the border of a cell or a line of a list, and no border is masked."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Scripted

from appliance.detection.detector import Span
from appliance.gateway.cells import in_cells, is_plain_cell
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.records import Instance

LONG = "The doctor who is in charge of the ward on the second floor is John"


def cells(text: str) -> list[str]:
    return [text[start:end] for start, end in in_cells(text, 0, len(text))]


@pytest.mark.parametrize(("text", "parts"), [
    ("John Smith | Boston", ["John Smith", "Boston"]), ("John\tBoston", ["John", "Boston"]),
    ("Mary Smith\nJohn Brown", ["Mary Smith", "John Brown"]), ("Mary\nJohn", ["Mary", "John"]),
    ("12 Elm Lane\nSpringfield, IL", ["12 Elm Lane", "Springfield, IL"]), ("Mary\n\nJohn", ["Mary", "John"]),
    ("Boston,617-555-0147,Leeds", ["Boston", "617-555-0147", "Leeds"]), ("a;b;c", ["a", "b", "c"]),
    ("Smith,John", ["Smith,John"]), ("Springfield, IL, USA", ["Springfield, IL, USA"]), ("1,234,567", ["1,234,567"]),
    ("Amara Osei", ["Amara Osei"]), ("a | | b", ["a", "b"]), ("a |\n| b", ["a", "b"]), ("", [""]),
])
def test_where_cells_end(text: str, parts: list[str]) -> None:
    assert parts == cells(text)


def test_a_name_goes_on_in_the_next_line_of_wrapped_prose() -> None:
    text = f"{LONG}\nSmith, and nobody else."
    start = text.index("John")
    assert [(start, start + len("John\nSmith"))] == list(in_cells(text, start, start + len("John\nSmith")))
    early = "Please write to Amara\nOsei about it."
    assert [(16, 26)] == list(in_cells(early, 16, 26))


@given(st.text(alphabet="aB1 ,;|\t\n", max_size=30), st.data())
def test_the_parts_of_a_range_are_all_of_it_but_for_what_stands_between(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    parts = list(in_cells(text, start, end))
    assert (start, end) == (parts[0][0], parts[-1][1])
    between = "".join(text[one[1]:other[0]] for one, other in pairwise(parts))
    assert re.fullmatch(r"[\s|,;]*", between)
    assert all(one[1] < other[0] for one, other in pairwise(parts))


@pytest.mark.parametrize(("table", "masked"), [
    ("Name | Town\nJohn Smith | Boston\nMary Smith | Leeds\n", "Name | Town\n<P> | <L>\n<P> | <L>\n"),
    ("Name\tTown\nJohn Smith\tBoston\nMary Smith\tLeeds\n", "Name\tTown\n<P>\t<L>\n<P>\t<L>\n"),
    ("name,town,sex\nJohn Smith,Boston,m\nMary Smith,Leeds,f\n", "name,town,sex\n<P>,<L>,m\n<P>,<L>,f\n"),
])
def test_a_table_is_one_after_masking_though_the_detector_reads_on(table: str, masked: str) -> None:
    def act(text: str) -> list[Span]:
        found = ((r"(?:John|Mary) Smith(?:,\w+)?", "PERSON", 0.8),
                 (r"(?:Boston|Leeds)(?:\n\w+ Smith)?", "LOCATION", 0.9))
        return [Span(match.start(), match.end(), entity, score, "scripted") for pattern, entity, score in found
                for match in re.finditer(pattern, text)]

    policy = Policy.model_validate({"name": "t", "version": 1, "limits": {"masked_share": 1}})
    (clean,) = Scrubber(Scripted(act=act), policy).scrub([Instance("0", table, "", "")]).clean
    assert masked == re.sub(r"<([PL])[A-Z]+_\d>", r"<\1>", clean.instruction)


def test_a_term_of_the_deny_list_and_a_number_stay_whole() -> None:
    def act(text: str) -> list[Span]:
        return [Span(match.start(), match.end(), entity, 0.9, source) for pattern, entity, source in (
            (r"Meadow\n\s*Health", "ORGANIZATION", "deny_list_organization"), (r"617\t555", "PHONE_NUMBER", "scripted"))
            for match in re.finditer(pattern, text)]

    policy = Policy.model_validate({"name": "t", "version": 1, "limits": {"masked_share": 1}})
    (clean,) = Scrubber(Scripted(act=act), policy).scrub([Instance("0", "At Meadow\nHealth: 617\t555", "", "")]).clean
    assert "At <ORGANIZATION_1>: <PHONE_NUMBER_1>" == clean.instruction


def test_a_row_ends_with_its_line_however_long_it_is() -> None:
    rows = "3,Silva,F,came late because of the snow and the long way; see sister Pilar\n4,Li,M,well"
    start = rows.index("sister")
    end = rows.index("Li") + 2
    assert ["sister Pilar", "4", "Li"] == [rows[one:other] for one, other in in_cells(rows, start, end)]
    prose = "The ward on the second floor, which is well run, has a doctor, John\nSmith, and, as I said,nobody else."
    assert 1 == len(list(in_cells(prose, prose.index("John"), prose.index("Smith") + 5)))


@pytest.mark.parametrize(("row", "cell", "plain"), [
    ("4,Li,M,well", "M", True), ("4,Li,M,well", "4", True), ("4,Li,M,well", "Li", False), ("ask M, Li", "M", False),
    ("1234,Li,M,well", "1234", False), ("4,Li M,F,well", "M", False)])
def test_a_letter_or_a_row_number_fills_its_cell(row: str, cell: str, plain: bool) -> None:
    assert plain == is_plain_cell(row, row.index(cell), row.index(cell) + len(cell))


def test_what_fills_a_cell_and_says_little_is_no_finding_of_the_model_alone() -> None:
    table = "id,name,sex\n4,Li Wen,M\n"

    def scrubbed(source: str) -> str:
        def act(text: str) -> list[Span]:
            return [Span(match.start(), match.end(), "PERSON", 0.1, source) for match in re.finditer(r"\bM\b", text)]
        policy = Policy.model_validate({"name": "t", "version": 1, "limits": {"masked_share": 1}})
        (clean,) = Scrubber(Scripted(act=act), policy).scrub([Instance("0", table, "", "")]).clean
        return clean.instruction

    assert table == scrubbed("ner") and "4,Li Wen,<PERSON_1>" in scrubbed("deny_list_person")


@pytest.mark.parametrize(("text", "left"), [("Ask the <AGE_1>", "Ask the <AGE_1>"),
                                            ("Ask the man", "Ask <PERSON_1> man")])
def test_an_article_before_what_is_ours_is_no_name(text: str, left: str) -> None:
    def act(given: str) -> list[Span]:
        return [Span(match.start(), match.end(), entity, 0.9, source) for match in re.finditer("96 year old|the", given)
                for entity, source in ((("AGE", "scripted"),) if match[0] != "the" else (("PERSON", "ner"),))
                if match[0] != "the" or "96" not in given]

    policy = Policy.model_validate({"name": "t", "version": 1, "limits": {"masked_share": 1}})
    given = text.replace("<AGE_1>", "96 year old")
    (clean,) = Scrubber(Scripted(act=act), policy).scrub([Instance("0", given, "", "")]).clean
    assert left == clean.instruction
