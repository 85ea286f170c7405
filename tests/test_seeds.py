"""Seeds: what is refused, and that the message says where and never what."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance import seed_files
from appliance.errors import InputError
from appliance.seeds import MAX_FIELD_CHARS, load_seeds

GOOD = {"id": "a", "instruction": "Answer the patient.", "input": "When do you open?", "output": "At 8 am."}
PRIVATE = "Mallory Private"
HEADER = "id,instruction,input,output"
FORMATS = ("jsonl", "json", "csv", "parquet")


def write(tmp_path: Path, *lines: str | bytes, name: str = "seeds.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return path


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    """The same rows in the format that the suffix says."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif path.suffix == ".json":
        path.write_text(json.dumps(rows, indent=2))
    elif path.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    else:
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, ("id", "instruction", "input", "output"))
            writer.writeheader()
            writer.writerows(rows)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_seeds(path)
    assert str(path) in str(caught.value)
    assert PRIVATE not in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from('\t\n,;"\\'), max_size=30)
WORDS = TEXT.filter(str.strip)


@settings(deadline=None)
@given(st.lists(st.tuples(WORDS, st.none() | TEXT, WORDS), min_size=1, max_size=6))
def test_the_same_seeds_give_the_same_instances_from_every_format(
        tmp_path_factory: pytest.TempPathFactory, seeds: list[tuple[str, str | None, str]]) -> None:
    folder = tmp_path_factory.mktemp("seeds")
    rows = [{"id": None if number % 2 else f"s {number}", "instruction": instruction, "input": given_, "output": output}
            for number, (instruction, given_, output) in enumerate(seeds)]
    read = [load_seeds(write_rows(folder / f"seeds.{suffix}", rows)) for suffix in FORMATS]
    assert [(row["instruction"], row["input"] or "", row["output"]) for row in rows] == [
        (seed.instruction, seed.input, seed.output) for seed in read[0]]
    assert [read[0]] * len(FORMATS) == read


def test_seeds_are_read_in_order_and_ids_are_made_up_where_missing(tmp_path: Path) -> None:
    second = {key: value for key, value in GOOD.items() if key not in ("id", "input")}
    seeds = load_seeds(write(tmp_path, json.dumps(GOOD), "", json.dumps(second)))
    assert [("a", "When do you open?"), ("seed-002", "")] == [(seed.id, seed.input) for seed in seeds]


@pytest.mark.parametrize("name", ["seeds.jsonl", "seeds.JSON", "seeds.csv"])
def test_a_byte_order_mark_windows_line_ends_and_capitals_in_names_are_fine(tmp_path: Path, name: str) -> None:
    text = {"seeds.jsonl": json.dumps(GOOD) + "\r\n", "seeds.JSON": f"[\r\n{json.dumps(GOOD)}\r\n]\r\n",
            "seeds.csv": 'ID,Instruction, input ,OUTPUT\r\na,Answer the patient.,When do you open?,"At\r\n8 am."\r\n'}
    path = write(tmp_path, b"\xef\xbb\xbf" + text[name].encode(), name=name)
    [seed] = load_seeds(path)
    assert ("a", "Answer the patient.") == (seed.id, seed.instruction)
    assert seed.output in ("At 8 am.", "At\n8 am.")


def test_semicolons_separate_where_the_first_line_says_so(tmp_path: Path) -> None:
    [seed] = load_seeds(write(tmp_path, "instruction;output", 'Answer, please.;"Yes; gladly."', name="seeds.csv"))
    assert ("Answer, please.", "Yes; gladly.") == (seed.instruction, seed.output)


@pytest.mark.parametrize("suffix", ["jsonl", "json", "parquet"])
def test_self_instruct_seed_tasks_are_read(tmp_path: Path, suffix: str) -> None:
    task = {"id": "seed_task_0", "name": "hours", "instruction": "Answer.", "is_classification": False,
            "instances": [{"input": "When?", "output": "At 8 am."}]}
    [seed] = load_seeds(write_rows(tmp_path / f"tasks.{suffix}", [task]))
    assert ("seed_task_0", "Answer.", "When?", "At 8 am.") == (seed.id, seed.instruction, seed.input, seed.output)
    path = write_rows(tmp_path / f"many.{suffix}", [task | {"instances": task["instances"] * 2}])
    assert "the field instances has to be a list of one object" in refusal(path)


@pytest.mark.parametrize(("line", "says"), [
    ("{", "not a JSON object"),
    ("[1]", "expected a JSON object"),
    (json.dumps(GOOD) + json.dumps(GOOD), "each line holds one"),
    (json.dumps(GOOD | {"output": ""}), "output is missing or empty"),
    (json.dumps(GOOD | {"instruction": None}), "instruction is missing or empty"),
    (json.dumps(GOOD | {"output": 3}), "output must be text"),
    (json.dumps(GOOD | {"ouput": PRIVATE}), "1 unknown field(s), the first is field 5; rename it to output"),
    (json.dumps({"prompt": "x", "output": "y"}), "the first is field 1; rename it to instruction"),
    (json.dumps(GOOD | {PRIVATE: PRIVATE}), "the first is field 5; remove it (known are id, instruction, input, out"),
    (json.dumps(GOOD | {"Output": "y"}), "a field stands twice"),
    ('{"id":"a","id":"b","instruction":"x","output":"y"}', "twice"),
    (json.dumps(GOOD | {"output": f"{PRIVATE}\x00"}), "U+0000"),
    ('{"instruction":"x","output":"\\ud800"}', "output: control character U+D800"),
    ('{"instruction":"x","output":NaN}', "not a JSON object"),
    ('{"instruction":"x","output":"' + "y" * (MAX_FIELD_CHARS + 1) + '"}', "output is longer than 100,000 characters"),
    (json.dumps(GOOD | {"id": 7}), "id must be text"),
    ("[" * 100_000, "an array belongs in a .json file"),
    (b'{"instruction":"\xff"}', "byte 17 of this line is not UTF-8"),
    (b"\x00", "U+0000"),
])
def test_bad_seeds_are_refused_with_file_and_line_and_without_their_text(
        tmp_path: Path, line: str | bytes, says: str) -> None:
    message = refusal(write(tmp_path, json.dumps(GOOD | {"id": "first"}), line))
    assert says in message
    assert "seeds.jsonl:2:" in message


@pytest.mark.parametrize(("lines", "says"), [
    (["{}"], ":1: not a JSON array; objects one a line belong in a .jsonl file"),
    (["[", json.dumps(GOOD) + ",", '{"instruction": 1, "output": "x"}]'], ":3: item 2: the field instruction must be"),
    ([f"[{json.dumps(GOOD)}", json.dumps(GOOD) + "]"], ":1: item 1: one comma or the closing bracket has to follow"),
    ([f"[{json.dumps(GOOD)},"], ":1: item 2: not a JSON object"),
    ([f"[{json.dumps(GOOD)},", "]"], ":1: item 1: one comma or the closing bracket has to follow"),
    ([f"[{json.dumps(GOOD)}]", "x"], "after the closing bracket"),
    (["[[1]]"], ":1: item 1: expected a JSON object"),
    (["[" * 100_000], ":1: item 1: not a JSON object"),
    ([f"[{json.dumps(GOOD)},", json.dumps(GOOD) + "]"], ":2: item 2: the id of this seed is used twice"),
    (["[]"], "no seed instances"), ([""], "not a JSON array"),
])
def test_a_bad_array_is_refused_with_line_and_item(tmp_path: Path, lines: list[str], says: str) -> None:
    assert says in refusal(write(tmp_path, *lines, name="seeds.json"))


@pytest.mark.parametrize(("lines", "says"), [
    (["instruction,ouput", "x,y"], ":1: 1 unknown column(s), the first is column 2; rename it to output"),
    ([f"{PRIVATE},{PRIVATE}"], ":1: 2 unknown column(s), the first is column 1; remove it"),
    (["instruction,input", "x,y"], ":1: no column output"),
    (["input,output,output", "x,y,z"], ":1: a column stands twice"),
    (["instruction,output", "x,y", "a,b,c"], ":3: 3 cells where the first line names 2 columns"),
    (["instruction,output", 'x,"y', "z", f"{PRIVATE},b"], ":2: a quote is not closed"),
    (["instruction,output", f'x,"y"{PRIVATE}'], ":2: a quote is not closed, or stands inside a text"),
    (["instruction,output", 'x,"y', 'z"', f"{PRIVATE},"], ":4: the field output is missing or empty"),
    (["instruction,output", "x,y\rz,w"], ":2: control character U+000D"),
    ([HEADER, "a,x,,y", "", "a,x,,y"], ":4: the id of this seed is used twice, first in line 2"),
    ([b"instruction,output\nx,caf\xe9"], ":2: byte 6 of this line is not UTF-8"),
    (["instruction,output".encode("utf-16")], ":1: byte 1 of this line is not UTF-8"),
    (["instruction,output", '"' + "y" * 200_000 + '",x'], ":2: a quote is not closed, or stands inside a text"),
    ([""], "no seed instances"), ([HEADER], "no seed instances"),
])
def test_a_bad_table_is_refused_with_line_and_column(tmp_path: Path, lines: list[str | bytes], says: str) -> None:
    assert says in refusal(write(tmp_path, *lines, name="seeds.csv"))


@pytest.mark.parametrize(("columns", "says"), [
    ({"instruction": ["x", None], "output": ["y", "z"]}, ": row 2: the field instruction is missing or empty"),
    ({"instruction": ["x", "y"], "output": ["z", "\x07"]}, ": row 2: output: control character U+0007"),
    ({"instruction": ["x"], "output": [float("nan")]}, ": row 1: the field output must be text"),
    ({"instruction": ["x"], "output": [b"y"]}, ": row 1: the field output must be text"),
    ({"instruction": ["x"], "answer": ["y"]}, ": 1 unknown column(s), the first is column 2; rename it to output"),
    ({"output": ["y"]}, ": no column instruction"),
    ({"id": ["a", "a"], "instruction": ["x", "x"], "output": ["y", "y"]}, ": row 2: the id of this seed is used twice"),
    ({"instruction": [], "output": []}, "no seed instances"),
])
def test_bad_parquet_is_refused_with_row_and_column(tmp_path: Path, columns: dict[str, list[Any]], says: str) -> None:
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "seeds.parquet")
    assert says in refusal(tmp_path / "seeds.parquet")


def test_parquet_that_holds_no_text_or_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "seeds.parquet"
    torn = pyarrow.array([b"good", b"caf\xe9"]).view(pyarrow.string())
    pyarrow.parquet.write_table(pyarrow.table({"instruction": ["x", "y"], "output": torn}), path)
    assert ": row 2: not UTF-8" in refusal(path)
    path.write_bytes(path.read_bytes()[:-9])
    assert "damaged, encrypted or not a Parquet file" in refusal(path)
    path.unlink()
    assert "No such file" in refusal(path)


def test_row_labels_that_pandas_wrote_are_passed_over(tmp_path: Path) -> None:
    table = pyarrow.table({"instruction": ["x"], "output": ["y"], "__index_level_0__": [7]})
    pyarrow.parquet.write_table(table, tmp_path / "seeds.parquet")
    assert ["seed-001"] == [seed.id for seed in load_seeds(tmp_path / "seeds.parquet")]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_that_is_too_large_is_refused_before_it_fills_the_memory(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    path = write_rows(tmp_path / f"seeds.{suffix}", [GOOD | {"id": str(number)} for number in range(40)])
    monkeypatch.setattr(seed_files, "MAX_BYTES", 1000)
    assert "split it into smaller files" in refusal(path)


def test_an_id_may_be_used_once(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, json.dumps(GOOD | {"id": PRIVATE}), json.dumps(GOOD | {"id": PRIVATE})))
    assert ":2: the id of this seed is used twice, first in line 1" in message


@pytest.mark.parametrize("name", ["seeds.jsonl", "seeds.json", "seeds.csv", "seeds.parquet"])
def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "cannot be read" in refusal(tmp_path / name)
    (tmp_path / name).mkdir()
    assert "cannot be read" in refusal(tmp_path / name)


def test_an_empty_file_and_another_format_are_refused(tmp_path: Path) -> None:
    assert "no seed instances" in refusal(write(tmp_path, ""))
    assert "seeds are read from .jsonl, .ndjson, .json, .csv, .parquet" in refusal(write(tmp_path, name="seeds.xlsx"))
