"""`psi` with a runner that follows a script: argument 1 says how it behaves, the rest goes to `psi`.

It keeps the promises of the real runner that the command line relies on: it claims, it asks whether to stop, it
records how it ended.
"""

import json
import os
import signal
import sys
import time
from types import ModuleType

from appliance.errors import EgressDenied, Interrupted
from appliance.events import JobStarted, Progress
from appliance.jobs.rows import JobState

SECRET = "Erika Mustermann"


def run_job(store, job_id, display, stopping):
    with store.claim(job_id) as claim:
        claim.plan_stages(("expand",))
        display.job_started(JobStarted(job_id, "clinic", claim.attempt > 1, ("expand",), ("a notice",)))
        claim.stage_started("expand")
        display.stage_started("expand", 3)
        summary = behave(claim, display, stopping)
        (claim.directory / "summary.json").write_text(json.dumps(summary))
        for name in ("generation.jsonl", "dataset.jsonl"):
            (claim.directory / name).write_text('{"id": "a"}\n')
        claim.finish(JobState.DONE)
    return summary


def behave(claim, display, stopping):
    if BEHAVIOUR == "crash":
        record = SECRET
        raise LookupError(f"cannot read {record}")
    if BEHAVIOUR == "denied":
        claim.finish(JobState.FAILED, "EgressDenied", "the door stayed shut")
        raise EgressDenied("the door stayed shut:\n2 findings")
    if BEHAVIOUR == "hold":
        print("holding", flush=True)
        sys.stdin.read()
    if BEHAVIOUR.startswith("stop"):
        wait_for_stop(claim, stopping)
    display.progress(Progress("expand", 3, 3))
    return {"schema": 1, "job": {"id": claim.job_id, "attempts": claim.attempt, "state": "done", "name": "clinic"}}


def wait_for_stop(claim, stopping):
    print("ready", flush=True)
    while not stopping():
        time.sleep(0.01)
    if BEHAVIOUR == "stop-is-ignored":
        print("ignoring", flush=True)
        while True:
            time.sleep(0.01)
    claim.finish(JobState.PAUSED, "Interrupted", "stopped by the operator")
    raise Interrupted("stopped in stage expand; finished work is kept")


if __name__ == "__main__":
    BEHAVIOUR = sys.argv.pop(1)
    runner = ModuleType("appliance.jobs.runner")
    runner.run_job = run_job
    sys.modules["appliance.jobs.runner"] = runner
    if os.environ.get("IGNORE_SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    from appliance.cli.main import main

    sys.exit(main())
