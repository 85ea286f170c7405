"""Every string and key of a JSON document is looked at, strictly; what a person hands over is read as they meant it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import InputError
from appliance.gateway.documents import JsonDocument, Unreadable, read_strictly
from appliance.gateway.original import cleaned
from appliance.gateway.submitted import read_submitted

JSON = st.recursive(st.none() | st.booleans() | st.integers(-10**15, 10**15) | st.floats(allow_nan=False,
                                                                                        allow_infinity=False)
                    | st.text(max_size=12),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
                    max_leaves=12)


def leaves(value: Any) -> Iterator[str]:
    """Every string, key and number, by a walk of the parsed value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield json.dumps(value)


@given(JSON, st.booleans(), st.sampled_from([None, 2]))
def test_every_string_key_and_number_is_visited(value: Any, ascii_only: bool, indent: int | None) -> None:
    document = JsonDocument(json.dumps(value, ensure_ascii=ascii_only, indent=indent))
    assert [text for text in leaves(value) if text] == list(document.texts())


@given(JSON, st.booleans())
def test_another_text_stands_where_the_old_one_stood(value: Any, ascii_only: bool) -> None:
    source = json.dumps(value, ensure_ascii=ascii_only)
    document = JsonDocument(source)
    assert json.loads(source) == json.loads(document.with_texts(document.texts()))
    marked = document.with_texts([f"{number}#{text}" for number, text in enumerate(document.texts())])
    found = [text.partition("#")[2] for text in leaves(json.loads(marked)) if "#" in text]
    assert sorted(document.texts()) == sorted(found)


@given(JSON, st.booleans())
def test_a_place_in_a_text_is_found_again_in_the_document(value: Any, ascii_only: bool) -> None:
    source = json.dumps(value, ensure_ascii=ascii_only)
    document = JsonDocument(source)
    for number, text in enumerate(document.texts()):
        for start in range(len(text)):
            written = source[slice(*document.range_in_source(number, start, start + 1))]
            meant = json.loads(f'"{written}"') if written != '"' else written
            assert text[start] == meant


def test_a_number_that_hides_something_is_a_text_and_becomes_one() -> None:
    document = JsonDocument('{"call": 2125550147, "n": 7}')
    assert ("call", "2125550147", "n", "7") == document.texts()
    assert '{"call": "<PHONE_NUMBER_1>", "n": 7}' == document.with_texts(["call", "<PHONE_NUMBER_1>", "n", "7"])


def test_keys_that_became_one_are_numbered_in_their_object_and_nowhere_else() -> None:
    document = JsonDocument('{"Osei": {"Amara Osei": 1}, "OSEI" : ["Osei"], "<PERSON_1> (2)": 3, "A. Osei": 4}')
    made = [re.sub(r".*[oO][sS][eE][iI]", "<PERSON_1>", text) for text in document.texts()]
    assert ('{"<PERSON_1>": {"<PERSON_1>": 1}, "<PERSON_1> (3)" : ["<PERSON_1>"], "<PERSON_1> (2)": 3, '
            '"<PERSON_1> (4)": 4}') == document.with_texts(made)


@given(JSON, st.booleans())
def test_a_document_of_which_every_text_became_one_still_reads_as_one_with_all_its_keys(value: Any,
                                                                                        ascii_only: bool) -> None:
    document = JsonDocument(json.dumps(value, ensure_ascii=ascii_only))
    made = read_strictly(document.with_texts(["<REDACTED>"] * len(document.texts())))
    assert shape(value) == shape(made)


def shape(value: Any) -> Any:
    """How many entries each list and object has, however they are called."""
    if isinstance(value, dict):
        return [shape(item) for item in value.values()]
    return [[shape(item) for item in value]] if isinstance(value, list) else None


@pytest.mark.parametrize(("text", "reason"), [
    ('{"a": 1, "a": 2}', "repeated_key"), ('[NaN]', "not_a_number"), ('[-Infinity]', "not_a_number"),
    ("[1e400]", "number_out_of_range"), (f"[{'9' * 20}]", "number_out_of_range"),
    (f"[{'9' * 5000}]", "number_out_of_range"), ("[" * 100_000 + "]" * 100_000, "nested_too_deep"),
    ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested_too_deep"), ("[" * 101 + "]" * 101, "nested_too_deep"),
])
def test_what_readers_understand_differently_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_strictly(text)


def test_brackets_in_strings_are_not_depth() -> None:
    assert ["[" * 500] == read_strictly(json.dumps(["[" * 500]))
    assert 100 == json.dumps(read_strictly("[" * 100 + "]" * 100)).count("[")


# Back to the offsets of the original.

MELTING = "aeé \u0301\u200b\u00adﬁ½\u1100\u1161\u11a8가\r\n\u2028\ufe0f’Ｋ\u0345😀"


@given(st.text(alphabet=st.sampled_from(MELTING), max_size=12))
def test_a_place_in_the_clean_text_is_found_again_in_the_original(text: str) -> None:
    made = cleaned(text)
    for start in range(len(made.text)):
        first, last = made.to_original(start, start + 1)
        assert 0 <= first < last <= len(text)
        assert made.text[start] in cleaned(text[first:last]).text


def test_offsets_skip_what_was_dropped_and_keep_what_was_composed() -> None:
    made = cleaned("a\u200b\r\ncafe\u0301 \ufb01n")
    assert "a\ncafé fin" == made.text
    assert [(0, 2), (2, 4), (7, 9), (10, 11), (10, 11), (11, 12)] == [
        made.to_original(index, index + 1) for index in (0, 1, 5, 7, 8, 9)]


# What a file is taken for.

def read(folder: Path, name: str, data: bytes) -> list[tuple[tuple[str, ...], str | None]]:
    (folder / name).write_bytes(data)
    return [(record.texts() if record.refused is None else (), record.refused)
            for record in read_submitted(str(folder / name))]


@pytest.mark.parametrize(("name", "data", "expected"), [
    ("a.jsonl", b'"one"\n\n{"text": "two", "id": 7}\n', [(("one",), None), (("",), None), (("two",), None)]),
    ("a.jsonl", b'{"k": "v"}\r\n \nplain\n7\n', [(("k", "v"), None), (("",), None), ((), "not_json"), (("7",), None)]),
    ("a", b'{"k": "v"}\nplain', [(("k", "v"), None), ((), "not_json")]),
    ("a.json", b'{"k": "v"}\n["w"]\n', [(("k", "v"), None), (("w",), None)]),
    ("a.txt", b'{"k": "v"}\n"w"\n', [(("k", "v"), None), (("w",), None)]),
    ("a", b'"A quotation."\nAnd more.', [(('"A quotation."\nAnd more.',), None)]),
    ("a", b'\xef\xbb\xbf"one"\r\n"two"', [(("one",), None), (("two",), None)]),
    ("a.json", b'{"text": "one"}', [(("one",), None)]),
    ("a.json", b'{"text": "one", "who": "Kim"}', [(("text", "one", "who", "Kim"), None)]),
    ("a.json", b'["one", {"k": 1234}]', [(("one", "k", "1234"), None)]),
    ("a", b'{"k":\n "v"}', [(("k", "v"), None)]),
    ("a", b"{not json", [(("{not json",), None)]),
    ("a.txt", b'"A quotation."\nAnd more.', [(('"A quotation."\nAnd more.',), None)]),
    ("a", b"plain \xc3\xa9", [(("plain \u00e9",), None)]),
    ("a", b"", []), ("a.jsonl", b" \n\n", [(("",), None)] * 2), ("a", b" \n\n", []),
    ("a.jsonl", b'"ok"\n"\xff"\n{"text": 5}\n{"text": "a", "text": "b"}\n{"text": "x", "n": NaN}\n"nul \x00"',
     [(("ok",), None), ((), "not_utf8"), ((), "text_is_not_a_string"), ((), "repeated_key"), ((), "not_a_number"),
      (("nul \x00",), None)]),
    ("a.json", b'{"a": 1, "a": 2}', [((), "repeated_key")]),
    ("a", b'{"text": "a", "text": "b"}', [((), "repeated_key")]),
    ("a.jsonl", b'{"text": "x", "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", [((), "nested_too_deep")]),
])
def test_what_a_file_is_taken_for(tmp_path: Path, name: str, data: bytes, expected: object) -> None:
    assert expected == read(tmp_path, name, data)


@pytest.mark.parametrize(("name", "data", "message"), [
    ("a.json", b"{\n oops", "a.json:2: not JSON"), ("a.json", b"", ""),
    ("a", b"\x89PNG\r\n\x1a\n\x00\xff", "byte 0 is not UTF-8"), ("a.txt", b"abc\xff", "byte 3 is not"),
])
def test_what_cannot_be_read_names_the_place_and_no_text(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    if not data:
        assert [] == read(tmp_path, name, data)
        return
    with pytest.raises(InputError, match=message) as raised:
        read(tmp_path, name, data)
    assert "oops" not in str(raised.value)


def test_a_line_keeps_its_own_offsets(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf  {"k": "caf\\u00e9 Kim"}\r\n')
    (record,) = read_submitted(str(tmp_path / "a.jsonl"))
    assert record.document is not None and record.text is not None
    assert "Kim" == record.text[slice(*record.document.range_in_source(1, 5, 8))]


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError, match="cannot be read"):
            read_submitted(str(path))
