"""`psi knowledge` as people call it: a real folder, a real model, a real Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HELD_BACK = """
import sys, time
from appliance.cli import knowledge
from appliance.cli.main import main
embed = knowledge._LazyEmbedder.embed
def slow(self, texts):
    print("embedding", flush=True)
    sys.stdin.readline()
    return __import__("numpy").ones((len(texts), 4), "float32") / 2
knowledge._LazyEmbedder.embed = slow
sys.exit(main(sys.argv[1:]))
"""


def psi(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "appliance.cli.main", "knowledge", *arguments, "--root", str(root)],
                          capture_output=True, text=True, timeout=200,
                          env={name: value for name, value in os.environ.items() if name != "PSI_HOME"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    table = "| what | code |\n|-|-|\n| gate | 4096 |\n"
    (pages / "fees.md").write_text(f"# Fees\n\nA flu shot costs $25.\n\n# Codes\n\n{table}")
    (pages / "hours.html").write_text("<h1>Hours</h1><p>We are open on Saturdays \x1b[31m until noon.</p>")
    return pages


def test_index_status_and_search(tmp_path: Path, folder: Path) -> None:
    missing = psi(tmp_path, "search", str(folder), "flu")
    assert (2, "") == (missing.returncode, missing.stdout)
    assert f"psi: error: the index over {folder} is missing; run: psi knowledge index {folder}\n" == missing.stderr

    indexed = psi(tmp_path, "index", str(folder), "--json")
    assert 0 == indexed.returncode
    assert {"state": "fresh", "passages": 3, "embedded": 3} == {
        name: json.loads(indexed.stdout)["index"][name] for name in ("state", "passages", "embedded")}

    found = json.loads(psi(tmp_path, "search", str(folder), "price", "of", "a", "vaccination", "--json").stdout)["hits"]
    assert ("Fees", "A flu shot costs $25.", 1) == (found[0]["title"], found[0]["text"], found[0]["by_meaning_rank"])

    job = tmp_path / "job.yaml"
    job.write_text("name: a\nseeds: s.jsonl\nknowledge: pages\npolicy: p.yaml\n")
    shown = psi(tmp_path, "search", str(job), "open on Saturdays", "--limit", "1")
    assert re.fullmatch(r"1\. hours\.html#[0-9a-f]{10}\n   Hours\n   score \d\.\d{4} \(words rank 1, meaning rank 1\)\n"
                        r"   We are open on Saturdays \[31m until noon\.\n", shown.stdout)

    (folder / "fees.md").write_text("# Fees\n\nA flu shot costs $26.\n")
    status = json.loads(psi(tmp_path, "status", str(folder), "--json").stdout)
    assert (2, 2, {".html": 1, ".md": 1}, "stale", 3) == (
        status["pages"], status["passages"], status["formats"], status["index"]["state"], status["index"]["embedded"])


def test_status_for_people_fits_80_columns(tmp_path: Path, folder: Path) -> None:
    shown = psi(tmp_path, "status", str(folder))
    assert 0 == shown.returncode
    assert "pages             2 (1 .html, 1 .md)" in shown.stdout
    assert "index             none" in shown.stdout
    assert all(len(line) <= 80 for line in shown.stdout.splitlines() if str(tmp_path) not in line)


def test_ctrl_c_leaves_an_index_that_works(tmp_path: Path, folder: Path) -> None:
    for number in range(100):
        (folder / f"page{number}.txt").write_text(f"Rule {number} holds.")
    command = [sys.executable, "-c", HELD_BACK, "knowledge", "index", str(folder), "--root", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout is not None
        assert "embedding\n" == process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate("\n", timeout=60)
    assert 130 == process.returncode
    assert "stopped with 64 of 103 passages embedded; searching works" in messages
    status = json.loads(psi(tmp_path, "status", str(folder), "--json").stdout)
    assert ("partial", 64, 103) == tuple(status["index"][name] for name in ("state", "embedded", "passages"))
    found = psi(tmp_path, "search", str(folder), "rule", "77", "--by", "words", "--limit", "1")
    assert "Rule 77 holds." in found.stdout
    assert "some passages are found by their words only" in found.stderr


@pytest.mark.parametrize(("arguments", "says"), [
    (("status", "nowhere"), "nowhere: neither a folder nor a job file"),
    (("search", "pages", " "), "nothing to look for"),
    (("search", "pages", "x", "--by", "luck"), "--by takes both, words"),
])
def test_bad_arguments(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...],
                       says: str) -> None:
    monkeypatch.chdir(tmp_path)
    ended = psi(tmp_path, *arguments)
    assert (2, "") == (ended.returncode, ended.stdout)
    assert says in ended.stderr
    assert not (tmp_path / ".cache").exists()
