"""Principles that people write: files in, the same list out, and one clear line for what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import InputError
from appliance.methods.psi.bring import as_lines, load_principles, read_lines, revised
from appliance.records import Principle

HIGH = (Principle("H-1", "Name the price.", ("L-1-1",), 7, True), Principle("H-2", "Be kind.", ("L-1-2",), 8, True))


def test_a_text_file_gives_numbers_and_keeps_ids(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("\ufeff# mine\n\n  Answer   the question. \r\nH-3: Name the price.\nU-1: Be kind.\nSay\twhy.\n")
    assert [("U-2", "Answer the question."), ("H-3", "Name the price."), ("U-1", "Be kind."), ("U-3", "Say why.")] == [
        (principle.id, principle.text) for principle in load_principles(path)]
    assert {("person", None, (), False)} == {(each.origin, each.log_index, each.sources, each.demonstration)
                                             for each in load_principles(path)}


def test_exported_json_keeps_ids_and_that_it_is_a_demonstration(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"schema": 1, "job": "j", "principles": [each.to_row() for each in HIGH]}))
    assert [("H-1", "person", True), ("H-2", "person", True)] == [
        (each.id, each.origin, each.demonstration) for each in load_principles(path)]
    path.write_text(json.dumps(["Be kind.", {"text": "Name the price."}]))
    assert ["U-1", "U-2"] == [each.id for each in load_principles(path)]


@pytest.mark.parametrize(("content", "says"), [
    (b"", "no principle in this file"), (b"# only this\n", "no principle in this file"), (b"[]", "no principle"),
    (b"Be kind.\n\nbe  kind\n", "f:3: the same principle stands in"), (b"U-1: A b.\nU-1: C d.\n", "f:2: the id U-1"),
    (b"U-1:\n", "f:1: this principle is empty"), (b"Fine.\nNot\x00 fine.\n", "f:2: control character"),
    (b"Fine.\n\xff\n", "byte 6 is not UTF-8"), (b"Fine.\n" + b"word " * 121, "f:2: 121 words"),
    (b'{"principles": 3}', "begins like JSON"), (b"{", "begins like JSON"), (b'[{"id": "U-1"}]', "entry 1"),
    (b'[{"id": "x y", "text": "Be."}]', "entry 1: an id is"), (b'[{"text": "a\\u0007b"}]', "entry 1: control"),
    (b"[" * 100_000, "begins like JSON"), (b"x" * 1_000_001, "f: ")])
def test_what_cannot_be_used_is_one_line_with_its_place(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "f"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        load_principles(path)
    assert says in str(raised.value) and str(path) in str(raised.value) and "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_principles(tmp_path / "none")


def edited(tmp_path: Path, text: str, current: tuple[Principle, ...] = HIGH) -> tuple[Principle, ...]:
    path = tmp_path / "edit.txt"
    path.write_text(text)
    return revised(current, read_lines(path))


def test_only_what_changed_becomes_the_persons(tmp_path: Path) -> None:
    after = edited(tmp_path, "H-2: Be kind.\nH-1: Name the price and the day.\nOne more of mine.\n")
    assert HIGH[1] == after[0]
    mark = HIGH[0].demonstration  # a word changed in a stand-in's text does not make it anything else
    assert Principle("U-1", "Name the price and the day.", ("H-1",), None, mark, "person") == after[1]
    assert Principle("U-2", "One more of mine.", (), None, False, "person") == after[2]
    again = edited(tmp_path, "U-1: Name the price, please.\nBe kind.\n", after)
    assert (("U-1", "Name the price, please.", ("H-1",)), "H-2") == (
        (again[0].id, again[0].text, again[0].sources), again[1].id)


@given(st.lists(st.from_regex(r"[A-Za-z<][a-zé_<>|\d ]{3,30}[a-z]", fullmatch=True), min_size=1, max_size=8,
                unique_by=lambda text: " ".join(text.casefold().split())))
def test_what_is_written_out_and_read_again_is_the_same_list(tmp_path_factory: pytest.TempPathFactory,
                                                             texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("p")
    first = edited(folder, "".join(f"{text}\n" for text in texts), ())
    assert first == edited(folder, as_lines(first), first)
