"""Seeds: what is refused, and that the message says where and never what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.errors import InputError
from appliance.seeds import load_seeds

GOOD = {"id": "a", "instruction": "Answer the patient.", "input": "When do you open?", "output": "At 8 am."}
PRIVATE = "Mallory Private"


def write(tmp_path: Path, *lines: str | bytes) -> Path:
    path = tmp_path / "seeds.jsonl"
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return path


def test_seeds_are_read_in_order_and_ids_are_made_up_where_missing(tmp_path: Path) -> None:
    second = {key: value for key, value in GOOD.items() if key not in ("id", "input")}
    seeds = load_seeds(write(tmp_path, json.dumps(GOOD), "", json.dumps(second)))
    assert [("a", "When do you open?"), ("seed-002", "")] == [(seed.id, seed.input) for seed in seeds]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "seeds.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n")
    assert 1 == len(load_seeds(path))


@pytest.mark.parametrize(("line", "says"), [
    ("{", "not a JSON object"),
    ("[1]", "expected a JSON object"),
    (json.dumps(GOOD | {"output": ""}), "output is missing or empty"),
    (json.dumps(GOOD | {"instruction": None}), "instruction is missing or empty"),
    (json.dumps(GOOD | {"output": 3}), "output must be text"),
    (json.dumps(GOOD | {"ouput": PRIVATE}), "1 unknown field"),
    ('{"id":"a","id":"b","instruction":"x","output":"y"}', "twice"),
    (json.dumps(GOOD | {"output": f"{PRIVATE}\x00"}), "U+0000"),
    ('{"instruction":"x","output":"\\ud800"}', "U+D800"),
    ('{"instruction":"x","output":NaN}', "not a JSON object"),
    (json.dumps(GOOD | {"id": 7}), "id must be text"),
    ("[" * 100_000, "not a JSON object"),
    (b'{"instruction":"\xff"}', "not UTF-8"),
])
def test_bad_seeds_are_refused_with_file_and_line_and_without_their_text(
        tmp_path: Path, line: str | bytes, says: str) -> None:
    path = write(tmp_path, json.dumps(GOOD | {"id": "first"}), line)
    with pytest.raises(InputError) as caught:
        load_seeds(path)
    message = str(caught.value)
    assert says in message
    assert str(path) in message
    assert "not UTF-8" in message or ":2:" in message
    assert PRIVATE not in message


def test_an_id_may_be_used_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="used twice"):
        load_seeds(write(tmp_path, json.dumps(GOOD), json.dumps(GOOD)))


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no seed instances"):
        load_seeds(write(tmp_path, ""))
    with pytest.raises(InputError, match="cannot be read"):
        load_seeds(tmp_path / "none.jsonl")
