"""Artefacts: what was appended survives, what was cut short is dropped, nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.artefact import Artefact, write_durably
from appliance.errors import InputError

ROWS = [{"n": number, "text": "é" * number} for number in range(6)]


def test_every_cut_of_the_file_leaves_a_prefix_of_whole_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Artefact(path).append(ROWS)
    data = path.read_bytes()
    ends = [index + 1 for index, byte in enumerate(data) if byte == 0x0A]
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        whole = sum(1 for end in ends if end <= cut)
        assert ROWS[:whole] == list(Artefact(path).rows())


def test_a_row_appended_after_a_torn_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Artefact(path).append(ROWS[:2])
    with path.open("ab") as stream:
        stream.write(b'{"n": 2, "te')
    artefact = Artefact(path)
    artefact.append([ROWS[2]])
    assert ROWS[:3] == list(artefact.rows())


def test_a_damaged_line_is_named_not_skipped(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"n": 1}\n{"n":\n{"n": 3}\n')
    with pytest.raises(InputError, match=r"rows\.jsonl:2"):
        list(Artefact(path).rows())


def test_a_missing_artefact_is_empty_and_readable_by_its_owner_only_once_written(tmp_path: Path) -> None:
    artefact = Artefact(tmp_path / "rows.jsonl")
    assert 0 == len(artefact)
    artefact.append([])
    assert not artefact.path.exists()
    artefact.append(ROWS)
    assert (6, 0o600) == (len(artefact), artefact.path.stat().st_mode & 0o777)


@given(st.lists(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none(), st.booleans()))))
def test_rows_come_back_as_they_went_in(tmp_path_factory: pytest.TempPathFactory,
                                        rows: list[dict[str, object]]) -> None:
    artefact = Artefact(tmp_path_factory.mktemp("artefact") / "rows.jsonl")
    printable = json.loads(json.dumps(rows, ensure_ascii=True))
    try:
        artefact.append(printable)
    except UnicodeEncodeError:
        assert not artefact.path.exists(), "a row that cannot be written leaves nothing behind"
    else:
        assert printable == list(artefact.rows())


def test_a_durable_write_replaces_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durably(path, b"old")
    write_durably(path, b"new")
    assert (b"new", ["file"]) == (path.read_bytes(), [entry.name for entry in tmp_path.iterdir()])
