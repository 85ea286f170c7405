"""Jobs of a store for one test, the writes of a claim, and second processes that use the same store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from appliance.jobs.store import JobState, JobStore

ENDINGS = tuple(state for state in JobState if state not in (JobState.QUEUED, JobState.RUNNING))


def new_job(root: Path, name: str = "clinic") -> str:
    with JobStore.open(root) as store:
        return store.create(name, "job.yaml", {"name": name}).id


def child(code: str, root: Path, job: str) -> subprocess.Popen[str]:
    """A real second process with `store` and `job` at hand."""
    head = ("import sys, time\nfrom pathlib import Path\nfrom appliance.errors import JobLocked\n"
            "from appliance.jobs.store import JobStore, JobState\n"
            "store, job = JobStore.open(Path(sys.argv[1])), sys.argv[2]\n")
    return subprocess.Popen([sys.executable, "-c", head + code, str(root), job], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def reap(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


HOLD = ("claim = store.claim(job)\nclaim.stage_started('expand')\nprint('holds', flush=True)\n"
        "sys.stdin.read()\n")

WRITES = {
    "plan_stages": lambda claim: claim.plan_stages(("late",)),
    "stage_started": lambda claim: claim.stage_started("late"),
    "stage_finished": lambda claim: claim.stage_finished("expand", 99, 9.0),
    "finish": lambda claim: claim.finish(JobState.DONE),
}


def everything(store: JobStore, job: str) -> object:
    return store.get(job), store.stages(job)
