"""An operator's first hour in real processes: init, doctor, the forecast, a changed setting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli.main import main
from appliance.jobs.store import JobStore
from appliance.setup.findings import Finding, Verdict

SCRIPTED = str(Path(__file__).with_name("scripted_psi.py"))


def psi(*arguments: str, script: tuple[str, ...] = ("-m", "appliance.cli.main")) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *script, *arguments], capture_output=True, text=True, timeout=250,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})


def test_init_then_doctor_finds_a_machine_that_can_run_and_leaves_nothing(tmp_path: Path) -> None:
    folder, root = tmp_path / "mine", tmp_path / "root"
    made = psi("init", str(folder), "--json")
    assert (0, "") == (made.returncode, made.stderr)
    job = json.loads(made.stdout)["job"]
    before = sorted(tmp_path.rglob("*"))
    looked = psi("doctor", job, "--root", str(root))
    assert (0, "") == (looked.returncode, looked.stderr), looked.stdout
    assert before == sorted(tmp_path.rglob("*"))
    assert "WARN  seeds" in looked.stdout and "finds a known value" in looked.stdout
    assert looked.stdout.splitlines()[-1].startswith("Nothing keeps a job from running; ")
    assert all(len(line) <= 80 or "/" in line for line in looked.stdout.splitlines())


def test_what_keeps_a_job_from_running_is_exit_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("appliance.setup.doctor.examine", lambda *_: [Finding("x", Verdict.FAIL, "broken", "mend it")])
    assert 1 == main(["doctor", "--json", "--root", str(tmp_path)])
    document = json.loads(capsys.readouterr().out)
    assert (False, "FAIL") == (document["ok"], document["findings"][0]["verdict"])


def test_a_forecast_makes_no_job_and_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["init", str(tmp_path / "mine")])
    capsys.readouterr()
    before = sorted(tmp_path.rglob("*"))
    job, root = str(tmp_path / "mine" / "job.yaml"), str(tmp_path / "root")
    arguments = ["run", job, "--dry-run", "--no-probe", "--root", root]
    assert 0 == main([*arguments, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert {"low": 6, "high": 29} == {key: document["door_requests"][key] for key in ("low", "high")}
    assert document["wall_s"]["low"] is None
    assert 0 == main(arguments)
    assert "time                      unknown" in capsys.readouterr().out
    assert before == sorted(tmp_path.rglob("*"))


def test_a_setting_changed_on_resume_is_said_kept_and_written_down(tmp_path: Path) -> None:
    assert 0 == psi("init", str(tmp_path)).returncode
    root = ("--root", str(tmp_path / "root"), "--display", "none")
    assert 3 == psi("denied", "run", str(tmp_path / "job.yaml"), *root, script=(SCRIPTED,)).returncode
    refused = psi("good", "resume", "--set", "psi.subsets=2", *root, script=(SCRIPTED,))
    assert 2 == refused.returncode
    assert "these can: psi.instances" in refused.stderr
    assert 2 == psi("good", "resume", "--all", "--set", "psi.instances=2", *root, script=(SCRIPTED,)).returncode
    done = psi("good", "resume", "--set", "psi.instances=9", "--set", "budget.tokens=5000", *root, script=(SCRIPTED,))
    assert 0 == done.returncode, done.stderr
    assert "psi.instances is 9 from now on; it was 24" in done.stderr
    with JobStore.read_only(tmp_path / "root") as store:
        (job,) = store.list()
        config = json.loads(job.config_json)
        rows = (store.job_directory(job.id) / "adjustments.jsonl").read_text().splitlines()
    assert (9, 5000) == (config["psi"]["instances"], config["budget"]["tokens"])
    assert ["psi.instances", "budget.tokens"] == [json.loads(row)["key"] for row in rows]
