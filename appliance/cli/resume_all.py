"""`psi resume --all`: what the appliance does after a start of the machine."""

from __future__ import annotations

from appliance.cli.attempt import Output, attempt
from appliance.cli.failure import INTERRUPTED, say
from appliance.errors import JobLocked, SendFailed
from appliance.jobs.store import JobState, JobStore


def resume_all(store: JobStore, output: Output) -> int:
    """Go on with every unfinished job, oldest first; one that fails does not keep the next from its turn.

    A job that failed or waits for a decision is left for a person: it would most likely end the same way, and spend
    energy doing so, at every start of the machine. Only an unreachable reflector is worth another try unasked. A job
    that runs in another process is left to that process.

    Returns:
        0, 130 when a person stopped it, else the first exit code that was neither.
    """
    first_failure = 0
    for known in store.list():
        job = store.get(known.id)  # another process may have finished it while the one before ran
        if job.state in (JobState.FAILED, JobState.AWAITING_APPROVAL) and job.error_category != SendFailed.__name__:
            say(f"job {job.id} needs a person and is left alone; `psi resume {job.id}` tries again")
            continue
        if job.state.finished:
            continue
        code = attempt(store, job.id, output)
        if code == INTERRUPTED:
            return code
        if code != JobLocked.exit_code:
            first_failure = first_failure or code
    return first_failure
