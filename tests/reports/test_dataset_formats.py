"""What is exported reads back as what was made, in every format; nothing private goes with it."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_job import PASSAGE_TEXT, SEED_TEXT, instance, make_job

from appliance.errors import InputError, MeterError, StorageError
from appliance.records import Instance, Provenance, sha256_hex
from appliance.reports.dataset import Dataset, Origin, read_file, read_job
from appliance.reports.format import Format
from appliance.reports.formats import PARQUET_FILE, file_bytes, folder_files, write_dataset
from appliance.reports.publish import publish_file, publish_folder
from appliance.reports.rows import COLUMNS, MEANING, flat_rows

# Any Unicode but NUL and lone surrogates, with what tears lines, quotes and braces apart more often.
TEXTS = st.text(st.one_of(st.sampled_from("\n\r\t\"',;{}[]\\\u2028\u2029\x85\ufeff\U0001f600e\u0301"),
                          st.characters(exclude_categories=("Cs",), exclude_characters="\0")), max_size=60)
INSTANCES = st.lists(st.builds(Instance, TEXTS, TEXTS, TEXTS, TEXTS, st.builds(
    Provenance, seed_ids=st.lists(TEXTS, max_size=2).map(tuple), request_index=st.none() | st.integers(0, 9),
    shape=st.none() | TEXTS, sampling=st.none() | st.just({"reply": {"temperature": 0.1, "seed": 3}}),
    prompt_tokens=st.none() | st.integers(0, 10**6), completion_tokens=st.none() | st.integers(0, 10**6),
    demonstration=st.booleans())), max_size=5)


def dataset(instances: list[Instance]) -> Dataset:
    return Dataset(Origin("any"), tuple(instances))


def parquet_rows(data: bytes) -> list[dict[str, Any]]:
    from pyarrow import parquet

    rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(data)).to_pylist()
    return rows


@settings(max_examples=60, deadline=None)
@given(INSTANCES)
def test_every_format_gives_back_the_same_instances(instances: list[Instance]) -> None:
    made = dataset(instances)
    rows = list(flat_rows(made))
    lines = file_bytes(made, Format.JSONL).decode()
    assert rows == [json.loads(line) for line in lines.splitlines()], "a reader that splits at any line break"
    in_table = parquet_rows(file_bytes(made, Format.PARQUET))
    assert rows == [row | {"sampling": row["sampling"] and json.loads(row["sampling"])} for row in in_table]
    alpaca = json.loads(file_bytes(made, Format.ALPACA))
    assert [each.texts() for each in instances] == alpaca
    chat = [json.loads(line)["messages"] for line in file_bytes(made, Format.CHAT).decode().splitlines()]
    assert [(("user", f"{each.instruction}\n\n{each.input}" if each.input else each.instruction),
             ("assistant", each.output)) for each in instances] == [
        tuple((turn["role"], turn["content"]) for turn in turns) for turns in chat]


@settings(max_examples=30, deadline=None)
@given(INSTANCES)
def test_an_export_reads_as_the_dataset_it_came_from(instances: list[Instance]) -> None:
    path = Path(os.environ["TMPDIR_OF_TEST"]) / "export.jsonl"
    publish_file(path, file_bytes(dataset(instances), Format.JSONL), force=True)
    named = [replace(each, provenance=replace(each.provenance, seed_ids=tuple(
        sha256_hex(name.encode())[:8] for name in each.provenance.seed_ids))) for each in instances]
    assert tuple(named) == read_file(path).instances


@pytest.fixture(autouse=True, scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    os.environ["TMPDIR_OF_TEST"] = str(tmp_path_factory.mktemp("exports"))
    yield
    del os.environ["TMPDIR_OF_TEST"]


def test_the_columns_say_where_an_instance_came_from_and_what_it_took(tmp_path: Path) -> None:
    rows = list(flat_rows(read_job(make_job(tmp_path).origin())))
    assert list(COLUMNS) == list(rows[0]) == list(MEANING)
    expected = {"id": "generated-0", "request_index": 0, "principle_ids": ["H-1", "U-1"],
                "seed_ids": [sha256_hex(b"seed-1")[:8], sha256_hex(b"seed-2")[:8]], "passage_ids": ["0"],
                "model": "model.gguf", "model_sha256": "m" * 64, "engine": "scripted:model", "shape": "single",
                "prompt_tokens": 30, "completion_tokens": 10, "energy_quality": "modelled", "partial": False,
                "demonstration": False}
    assert expected == {name: rows[0][name] for name in expected}
    # 400 J and 200 tokens in the stage; 40 tokens each, 120 of the three accepted.
    assert [80.0, 133.333333] == [rows[0]["energy_joules"], rows[0]["energy_joules_with_rejected"]]
    assert 400.0 == pytest.approx(sum(row["energy_joules_with_rejected"] for row in rows), abs=1e-5)


def test_what_a_kill_took_from_the_ledger_does_not_make_shares_larger_than_the_stage(tmp_path: Path) -> None:
    made = read_job(make_job(tmp_path, [instance(number) for number in range(20)]).origin())
    assert sum(row["energy_joules"] for row in flat_rows(made)) < 400.0


def test_unknown_energy_is_none_and_has_no_quality(tmp_path: Path) -> None:
    job = make_job(tmp_path, [instance(0), instance(1, provenance=Provenance(prompt_tokens=5))])
    first, second = flat_rows(read_job(job.origin()))
    assert [80.0, None, "modelled"] == [first["energy_joules"], first["energy_joules_with_rejected"],
                                        first["energy_quality"]]
    assert [None] * 3 == [second[name] for name in ("energy_joules", "energy_joules_with_rejected", "energy_quality")]
    (job.directory / "energy.jsonl").unlink()
    assert {None} == {row["energy_joules"] for row in flat_rows(read_job(job.origin()))}


def test_with_provenance_the_columns_stand_beside_the_text(tmp_path: Path) -> None:
    made = read_job(make_job(tmp_path).origin())
    for kind, own in ((Format.ALPACA, {"instruction", "input", "output"}), (Format.CHAT, {"messages"})):
        data = file_bytes(made, kind, with_provenance=True).decode()
        row = json.loads(data)[0] if kind is Format.ALPACA else json.loads(data.splitlines()[0])
        assert own | set(COLUMNS) - {"instruction", "input", "output"} == set(row)


def test_the_folder_is_one_that_the_datasets_library_loads(tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="the datasets library is not installed")
    awkward = [instance(0), instance(1, output='a, "b"\n{c}\r\n\u2028d'), instance(2, provenance=Provenance())]
    made = read_job(make_job(tmp_path, awkward).origin())
    write_dataset(made, Format.HF, tmp_path / "clinic")
    code = ("import json, sys\nfrom datasets import load_dataset\n"
            "print(json.dumps(load_dataset(sys.argv[1], split='train').to_list()))")
    # A process of its own: the library is large and sets the interpreter up to its liking.
    loaded = subprocess.run([sys.executable, "-c", code, str(tmp_path / "clinic")], capture_output=True, text=True,
                            timeout=120, env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache")})
    assert 0 == loaded.returncode, loaded.stderr
    assert parquet_rows(file_bytes(made, Format.PARQUET)) == json.loads(loaded.stdout)


def test_exporting_twice_gives_the_same_bytes_whatever_else_happened_meanwhile(tmp_path: Path) -> None:
    job = make_job(tmp_path)
    before = folder_files(read_job(job.origin()))
    make_job(tmp_path)
    assert before == folder_files(read_job(job.origin()))


@pytest.mark.parametrize("kind", list(Format))
def test_no_text_of_seeds_or_knowledge_and_no_path_of_the_machine_is_exported(tmp_path: Path, kind: Format) -> None:
    made = read_job(make_job(tmp_path).origin())
    write_dataset(made, kind, tmp_path / "out", with_provenance=True)
    files = [tmp_path / "out"] if kind is not Format.HF else [tmp_path / "out" / name
                                                             for name in ("README.md", PARQUET_FILE)]
    for path in files:
        for secret in (SEED_TEXT, PASSAGE_TEXT, "Mustermann", "4711", "/private/", "/run/somebody", str(tmp_path)):
            assert secret.encode() not in path.read_bytes()


@pytest.mark.parametrize("kind", list(Format))
def test_files_are_the_owners_alone_and_are_not_replaced_unasked(tmp_path: Path, kind: Format) -> None:
    made, target = read_job(make_job(tmp_path).origin()), tmp_path / "out"
    written = write_dataset(made, kind, target)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (target, *target.rglob("*"))}
    assert ({0o700, 0o600} if kind is Format.HF else {0o600}) == modes
    with pytest.raises(InputError, match="--force"):
        write_dataset(made, kind, target)
    assert written == write_dataset(made, kind, target, force=True)
    assert ["audit_logs", "jobs", "out"] == sorted(path.name for path in tmp_path.iterdir()), "nothing else is left"


def test_force_does_not_delete_what_no_export_wrote(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    (tmp_path / "link").symlink_to(tmp_path / "home")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "README.md").write_text("mine")
    for name in ("home", "link", "project"):
        with pytest.raises(InputError):
            publish_folder(tmp_path / name, {"README.md": b"", "data/part": b""}, force=True)
        with pytest.raises(InputError):
            publish_file(tmp_path / name, b"", force=True)
    assert ("dear", "mine") == ((tmp_path / "home" / "letter.txt").read_text(),
                                (tmp_path / "project" / "README.md").read_text())
    (tmp_path / "empty").mkdir()
    publish_folder(tmp_path / "empty", {"data/part": b"1"})
    assert b"1" == (tmp_path / "empty" / "data" / "part").read_bytes()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for publish in (lambda path: publish_file(path, b""), lambda path: publish_folder(path, {"a": b""})):
        for place in (tmp_path / "missing" / "out", Path("/proc/out"), tmp_path / ("x" * 300)):
            with pytest.raises(InputError, match="cannot be written"):
                publish(place)


@pytest.mark.parametrize("kind", [Format.JSONL, Format.HF])
def test_a_full_disk_leaves_nothing_and_keeps_what_was_there(tmp_path: Path, kind: Format) -> None:
    made = read_job(make_job(tmp_path, [instance(number) for number in range(200)]).origin())
    target = tmp_path / "place" / "out"
    target.parent.mkdir()
    before = [each["sha256"] for each in write_dataset(made, kind, target)]
    code = ("import resource, signal, sys\nfrom pathlib import Path\nfrom appliance.reports.publish import *\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            "path, big = Path(sys.argv[1]), b'x' * 5000\n"
            "from appliance.errors import StorageError\n"
            "try:\n    publish_folder(path, {'README.md': b'1', 'data/train-00000-of-00001.parquet': big}, force=True) "
            "if path.is_dir() else publish_file(path, big, force=True)\n"
            "except StorageError as error:\n    print(error)")
    ended = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, timeout=60)
    assert "cannot be written (File too large)" in ended.stdout, ended.stderr
    assert [target] == list(target.parent.iterdir())
    files = [target] if kind is Format.JSONL else [target / PARQUET_FILE, target / "README.md"]
    assert before == [sha256_hex(path.read_bytes()) for path in files]
    assert StorageError.exit_code == 1


@pytest.mark.parametrize(("name", "content", "says"), [
    ("generation.jsonl", '{"id": "a"}\n', "generation.jsonl:1: the field instruction"),
    ("generation.jsonl", 'torn\n{"id": "a"}\n', "generation.jsonl:1: this line is damaged"),
    ("generation.rejected.jsonl", "{}\n", "generation.rejected.jsonl:1: not a rejected"),
    ("principles.jsonl", "{}\n", "principles.jsonl:1: not a principle"),
    ("engine.json", "[", "engine.json: cannot be read as JSON"), ("manifest.json", "[]", "manifest.json: expected")])
def test_a_damaged_file_of_a_job_is_named(tmp_path: Path, name: str, content: str, says: str) -> None:
    job = make_job(tmp_path)
    (job.directory / name).write_text(content)
    with pytest.raises(InputError, match=says):
        read_job(job.origin())


def test_a_damaged_ledger_stops_what_needs_it_and_nothing_else(tmp_path: Path) -> None:
    job = make_job(tmp_path)
    (job.directory / "energy.jsonl").write_text("{}\n")
    made = read_job(job.origin())
    assert 3 == len(json.loads(file_bytes(made, Format.ALPACA)))
    with pytest.raises(MeterError, match=r"energy\.jsonl:1"):
        file_bytes(made, Format.JSONL)


def test_a_torn_last_line_and_missing_files_are_no_error(tmp_path: Path) -> None:
    job = make_job(tmp_path)
    for name in ("summary.json", "engine.json", "manifest.json", "principles.jsonl", "generation.rejected.jsonl",
                 "expansion.jsonl", "reflection.jsonl", "energy.jsonl"):
        (job.directory / name).unlink()
    with (job.directory / "generation.jsonl").open("a") as stream:
        stream.write('{"id": "torn')
    made = read_job(job.origin())
    assert 3 == len(made.instances)
    assert b"unknown" in folder_files(made)["README.md"]


@pytest.mark.parametrize(("content", "says"), [
    (b'\xff\n', "byte 0 is not UTF-8"), (b'{"instruction": "a", "output": "b"}\nx', ":2: not JSON"),
    (b"[]", ":1: expected"),
    (b'{"instruction": "a"}', ":1: the field output"), (b'{"instruction": "\\ud800", "output": ""}', "instruction"),
    (b'{"instruction": "a", "output": "b", "provenance": {"seed_ids": 3}}', r"provenance of an instance \(seed_ids\)")])
def test_a_file_that_is_no_dataset_is_named_with_its_line(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=says):
        read_file(tmp_path / "x.jsonl")
