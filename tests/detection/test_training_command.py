"""`psi detector` as its user types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def psi(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "appliance.cli.main", "detector", *map(str, arguments)], text=True,
                          capture_output=True, timeout=200)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.conll").write_text("Ada B-PER\nmet O\nBob B-PER\n\n" * 120, "utf-8")
    return folder


def test_a_model_is_trained_and_then_measured_on_what_was_held_out(tmp_path: Path, data: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "b.conll").write_text("Eve B-PER\nleft O\n\n" * 120, "utf-8")
    ended = psi("train", "--out", tmp_path / "out", "--data", data, "--train-only", more, "--tokens", 1000,
                "--second-tokens", 0, "--json")
    assert 0 == ended.returncode, ended.stderr
    assert json.loads(ended.stdout) == json.loads((tmp_path / "out" / "model.json").read_text("utf-8"))
    assert [("data", 100, 20), ("more", 120, 0)] == [
        (corpus["name"], corpus["sentences"], corpus["held_out"])
        for corpus in json.loads(ended.stdout)["training"]["corpora"]]
    assert "100.0%" in ended.stderr and "tokens/s" in ended.stderr and "min left" in ended.stderr
    shown = psi("evaluate", tmp_path / "out", "--data", data)
    assert (0, "data, 20 texts") == (shown.returncode, shown.stdout.splitlines()[0])
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80
    (measured,) = json.loads(psi("evaluate", tmp_path / "out", "--data", data, "--json").stdout)["sets"]
    assert 20 == measured["texts"] and measured["curve"][0]["recall"] >= measured["curve"][-1]["recall"]
    assert 0.02 == measured["curve"][0]["threshold"], "below what is shipped"
    # An untuned model has one threshold for all types.
    assert measured["as_shipped"] == {**next(row for row in measured["curve"] if row["threshold"] == 0.2),
                                      "threshold": None}
    assert "      own" in shown.stdout


def test_what_cannot_be_used_is_exit_code_2_and_says_where(tmp_path: Path, data: Path) -> None:
    (data / "b.conll").write_text("Ada B-PER\nKing\n", "utf-8")
    ended = psi("train", "--out", tmp_path / "out", "--data", data)
    assert (2, "") == (ended.returncode, ended.stdout)
    assert "b.conll:2:" in ended.stderr and "King" not in ended.stderr
    assert not (tmp_path / "out").exists()
    nothing = psi("evaluate", tmp_path, "--data", data)
    assert 2 == nothing.returncode and "model.json" in nothing.stderr
