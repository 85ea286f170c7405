"""What a person is told about a job, in every state, alive or dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.jobs.store import JobState, JobStore
from appliance.views.job_lines import job_lines
from appliance.views.jobs import JobView, read_jobs


def only(root: Path) -> JobView:
    (view,) = read_jobs(root)
    return view


def test_a_job_from_queued_to_done(tmp_path: Path) -> None:
    assert () == read_jobs(tmp_path)
    with JobStore.open(tmp_path) as store:
        job = store.create("clinic", "/etc/psi/job.yaml", {}).id
        view = only(tmp_path)
        assert ("queued", None, "0/?", False) == (view.state, view.stage, view.progress, view.alive)
        assert f"psi resume {job}" == view.next_step
        with store.claim(job) as claim:
            claim.plan_stages(("expand", "reflect"))
            claim.stage_started("expand")
            view = only(tmp_path)
            assert ("running", "expand", "0/2", True, "") == (view.state, view.stage, view.progress, view.alive,
                                                             view.next_step)
            claim.stage_finished("expand", 3, 1.0)
            assert ("expand", "1/2") == (only(tmp_path).stage, only(tmp_path).progress)
            claim.stage_started("reflect")
            claim.stage_finished("reflect", 3, 1.0)
            claim.finish(JobState.DONE)
        view = only(tmp_path)
        assert ("done", "reflect", "2/2", False, "") == (view.state, view.stage, view.progress, view.alive,
                                                        view.next_step)


def test_a_running_job_whose_process_was_killed_is_interrupted_and_says_how_to_go_on(tmp_path: Path) -> None:
    with JobStore.open(tmp_path) as store:
        job = store.create("clinic", "job.yaml", {}).id
    code = ("import sys\nfrom pathlib import Path\nfrom appliance.jobs.store import JobStore\n"
            "claim = JobStore.open(Path(sys.argv[1])).claim(sys.argv[2])\nprint('ok', flush=True)\n"
            "sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path), job], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as runner:
        assert runner.stdout is not None
        assert "ok\n" == runner.stdout.readline()
        assert ("running", True) == (only(tmp_path).state, only(tmp_path).alive)
        os.kill(runner.pid, signal.SIGKILL)
    view = only(tmp_path)
    assert ("interrupted", False, f"psi resume {job}") == (view.state, view.alive, view.next_step)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.AWAITING_APPROVAL, JobState.PAUSED])
def test_a_stopped_job_says_why_and_how_to_go_on(tmp_path: Path, state: JobState) -> None:
    with JobStore.open(tmp_path) as store:
        job = store.create("clinic", "job.yaml", {}).id
        with store.claim(job) as claim:
            claim.finish(state, "StalledError", "3 of \x1b[31m10\nrows")
    view = only(tmp_path)
    assert state.value == view.state
    lines = list(job_lines((view,)))
    assert "    StalledError: 3 of [31m10 rows" == lines[2]
    decide = " --send-again REASON" if state is JobState.AWAITING_APPROVAL else ""
    assert f"    psi resume {job}{decide}" == lines[3]


def test_the_newest_job_comes_first_and_columns_line_up(tmp_path: Path) -> None:
    with JobStore.open(tmp_path) as store:
        first, second = (store.create(name, "job.yaml", {}).id for name in ("clinic", "a-longer-name"))
    views = read_jobs(tmp_path)
    assert [second, first] == [view.id for view in views]
    lines = [line for line in job_lines(views) if not line.startswith("    ")]
    assert 1 == len({line.index(word) for line, word in zip(lines, ("state", "queued", "queued"), strict=True)})
    assert max(map(len, lines)) <= 80
