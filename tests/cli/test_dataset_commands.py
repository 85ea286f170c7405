"""`psi dataset` as a person meets it: on a real job folder, with its exit codes and streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from made_job import Made, instance, make_job

from appliance.cli.main import main
from appliance.jobs.store import JobState, JobStore

ESCAPE = "\x1b[31mred\x1b[0m"


class Ended(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def psi(root: Path, *arguments: str) -> Ended:
    with redirect_stdout(StringIO()) as output, redirect_stderr(StringIO()) as messages:
        code = main(["dataset", *arguments, "--root", str(root)])
    return Ended(code, output.getvalue(), messages.getvalue())


def data(root: Path, *arguments: str) -> Any:
    ended = psi(root, *arguments, "--json")
    assert 0 == ended.returncode, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture
def job(tmp_path: Path) -> Made:
    return make_job(tmp_path, [instance(0, output=f"{ESCAPE} word\n" + "long " * 40), *map(instance, range(1, 8))],
                    rejected=9)


def test_show_counts_and_measures(job: Made) -> None:
    shown = data(job.root, "show", "clinic")
    assert (1, job.job, "done", 8, 17) == (shown["schema"], shown["job"], shown["state"], shown["accepted"],
                                           shown["candidates"])
    lines = psi(job.root, "show", job.job).stdout.splitlines()
    assert "  accepted                8 of 17 candidates, a yield of 47%" in lines
    assert "  unsupported                              8  ████████████████████" in lines
    assert max(map(len, lines)) <= 80


def test_sample_shows_whole_texts_without_what_a_terminal_obeys(job: Made) -> None:
    ended = psi(job.root, "sample", "clinic", "-n", "20")
    assert "\x1b" not in ended.stdout
    assert 40 == ended.stdout.count("long"), "wrapped, not cut"
    assert max(map(len, ended.stdout.splitlines())) <= 80
    for said in ("-- generated-3", "  passages                page.md#1", "  principles              H-1, U-1",
                 "  U-1                     Be brief."):
        assert said in ended.stdout.splitlines()
    assert psi(job.root, "sample", "clinic", "-n", "2").stdout == psi(job.root, "sample", "clinic", "-n", "2").stdout


def test_sample_of_rejected_candidates(job: Made) -> None:
    rows = data(job.root, "sample", "clinic", "-n", "3", "--rejected", "--reason", "unsupported")["rejected"]
    assert [3, {"unsupported"}] == [len(rows), {row["reason"] for row in rows}]
    ended = psi(job.root, "sample", "clinic", "--rejected", "--reason", "no_question")
    assert "-- rejected: no_question, request 50\n  nothing that could be read was written\n" == ended.stdout
    assert 2 == psi(job.root, "sample", "clinic", "--reason", "unsupported").returncode
    unknown = psi(job.root, "sample", "clinic", "--rejected", "--reason", "x")
    assert (2, "") == (unknown.returncode, unknown.stdout)
    assert "there are unsupported, no_question" in unknown.stderr


def test_what_was_written_and_could_not_be_read_is_shown_without_what_a_terminal_obeys(job: Made) -> None:
    rejected = job.directory / "generation.rejected.jsonl"
    texts = [f"{ESCAPE} 1. When\u202e?\n   {'word ' * 30}", "\x1b\n", None]
    rejected.write_text("".join(json.dumps({"reason": "dropped", "request_index": number, "text": text}) + "\n"
                                for number, text in enumerate(texts)))
    lines = psi(job.root, "sample", "clinic", "--rejected").stdout.splitlines()
    assert [2, 30] == [lines.count("  nothing that could be read was written"), " ".join(lines).split().count("word")]
    assert "  [31mred[0m 1. When?" in lines
    assert all(line.isprintable() and len(line) <= 80 for line in lines)


def test_show_says_how_many_outputs_are_in_the_words_of_the_knowledge_base(job: Made) -> None:
    assert "in the words of K" not in psi(job.root, "show", "clinic").stdout
    one = replace(instance(9).provenance, sampling={"reply": {"seed": 1, "replaced_by": "fact"}})
    odd = replace(instance(10).provenance, sampling={"reply": None})
    other = make_job(job.root / "other", [instance(9, provenance=one), instance(10, provenance=odd)])
    assert 1 == data(other.root, "show", "clinic")["stated"]
    said = "  in the words of K       1 outputs are the sentence of K itself"
    assert said in psi(other.root, "show", "clinic").stdout.splitlines()


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "hf", "alpaca", "chat"])
def test_export_says_what_it_wrote_on_standard_error_only(job: Made, tmp_path: Path, kind: str) -> None:
    ended = psi(job.root, "export", "clinic", "--format", kind, "--to", str(tmp_path / "out"))
    assert (0, "") == (ended.returncode, ended.stdout)
    assert f"psi: 8 instances of {job.job} written to {tmp_path / 'out'}\n" == ended.stderr
    again = psi(job.root, "export", "clinic", "--format", kind, "--to", str(tmp_path / "out"))
    assert (2, 1) == (again.returncode, again.stderr.count("\n"))
    written = data(job.root, "export", "clinic", "--format", kind, "--to", str(tmp_path / "out"), "--force")
    assert (8, False, kind) == (written["instances"], written["partial"], written["format"])
    assert all(Path(file["path"]).stat().st_size == file["bytes"] for file in written["files"])


def test_a_job_that_is_not_finished_is_exported_on_request_and_marked(tmp_path: Path) -> None:
    job = make_job(tmp_path, state=JobState.FAILED)
    target = str(tmp_path / "out.jsonl")
    refused = psi(tmp_path, "export", job.job, "--format", "jsonl", "--to", target)
    says = f"psi: error: job {job.job} is not finished (failed); --partial exports the 3 instances it has so far\n"
    assert (2, says) == (refused.returncode, refused.stderr)
    ended = psi(tmp_path, "export", job.job, "--format", "jsonl", "--to", target, "--partial")
    assert (0, "psi: the job is not finished (failed); this is a part of its dataset") == (
        ended.returncode, ended.stderr.splitlines()[0])
    assert {True} == {json.loads(line)["partial"] for line in Path(target).read_text().splitlines()}


def test_a_job_that_runs_is_not_in_the_way(tmp_path: Path) -> None:
    job = make_job(tmp_path, state=JobState.PAUSED)
    with JobStore.open(tmp_path) as store, store.claim(job.job):
        assert (3, "running") == tuple(data(tmp_path, "show", job.job)[name] for name in ("accepted", "state"))
        assert "is not finished (running)" in psi(tmp_path, "export", job.job, "--format", "chat", "--to", "x").stderr


def test_a_job_without_an_instance_has_nothing_to_export(tmp_path: Path) -> None:
    job = make_job(tmp_path, [])
    ended = psi(tmp_path, "export", job.job, "--format", "chat", "--to", str(tmp_path / "x"))
    assert (2, f"psi: error: {job.job} has no accepted instance to export\n") == (ended.returncode, ended.stderr)
    assert 0 == psi(tmp_path, "show", job.job).returncode


def test_diff_of_two_jobs_and_of_a_job_with_its_own_export(job: Made, tmp_path: Path) -> None:
    other = make_job(tmp_path, [instance(0), instance(1, output="Closed.")], rejected=1)
    found = data(tmp_path, "diff", job.job, other.job)
    assert ([{"a": "generated-0", "b": "generated-0"}, {"a": "generated-1", "b": "generated-1"}], 6, {}) == (
        found["changed"], len(found["removed"]), found["config"])
    lines = psi(tmp_path, "diff", job.job, other.job).stdout.splitlines()
    assert "  only in A               6: generated-2, generated-3, generated-4, generated-5," in lines
    assert max(map(len, lines)) <= 80
    psi(tmp_path, "export", job.job, "--format", "jsonl", "--to", str(tmp_path / "x.jsonl"))
    same = data(tmp_path, "diff", job.job, str(tmp_path / "x.jsonl"))
    assert (8, [], [], []) == (same["same"], same["changed"], same["added"], same["removed"])


@pytest.mark.parametrize(("arguments", "says"), [
    (("show", "nothing"), "there is no job 'nothing'"), (("show", "missing.jsonl"), "there is no such file"),
    (("diff", "clinic", "./missing"), "there is no such file")])
def test_what_is_not_there_is_one_line(job: Made, arguments: tuple[str, ...], says: str) -> None:
    ended = psi(job.root, *arguments)
    assert (2, "", 1) == (ended.returncode, ended.stdout, ended.stderr.count("\n"))
    assert says in ended.stderr


def test_without_pyarrow_the_way_out_is_named(job: Made, tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "pyarrow.py").write_text("raise ImportError('hidden')\n")
    ended = subprocess.run(
        [sys.executable, "-m", "appliance.cli.main", "dataset", "export", "clinic", "--format", "hf", "--to",
         str(tmp_path / "x"), "--root", str(tmp_path)], capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "hidden")})
    assert (1, 1) == (ended.returncode, ended.stderr.count("\n"))
    assert "pip install 'psi-appliance[parquet]'" in ended.stderr
    assert not (tmp_path / "x").exists()
