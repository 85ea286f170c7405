"""A person's hand on the principles of a job that nobody runs: replace the list, or accept it.

What they did lies in the job's folder before the store hears of it. The stage ``principles`` then runs once more on the
next attempt and makes it the list that generation reads; nothing here writes that list.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from appliance.artefact import Artefact
from appliance.config import JobConfig
from appliance.errors import AwaitingReview, InputError
from appliance.jobs.decision import MAX_REASON_CHARS, operator
from appliance.jobs.rows import rfc3339, utc_now
from appliance.jobs.store import JobRow, JobState, JobStore
from appliance.methods.psi.bring import Line, revised
from appliance.methods.psi.revision import (
    Acceptance,
    Revision,
    principles_sha256,
    read_revision,
    write_acceptance,
    write_revision,
)
from appliance.records import Principle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appliance.jobs.store import Claim

STAGE, GENERATION = "principles", "generation"


def current_principles(store: JobStore, job: JobRow) -> tuple[Principle, ...]:
    """The principles that generation uses or will use; a person's edit counts as soon as it is made.

    Raises:
        InputError: the job has none yet.
    """
    directory = store.job_directory(job.id)
    rows = tuple(map(Principle.from_row, Artefact(directory / f"{STAGE}.jsonl").rows()))
    if not rows:
        raise InputError(f"job {job.id} has no principles to work with yet; `psi principles show {job.id}` shows what "
                         f"there is, `psi resume {job.id}` goes on")
    revision = read_revision(directory)
    if revision is None:
        return rows
    left_out = set(JobConfig.model_validate_json(job.config_json).principles.leave_out)
    return tuple(principle for principle in revision.principles if principle.id not in left_out)


def check_editable(store: JobStore, job: JobRow) -> None:
    """See that the principles of a job can still be changed.

    Raises:
        InputError: instances were already accepted under them.
        JobLocked: another process runs the job (from the claim).
    """
    accepted = len(Artefact(store.job_directory(job.id) / f"{GENERATION}.jsonl"))
    if accepted or job.state.finished:
        raise InputError(f"job {job.id} has accepted {accepted} instances under the principles it has, so these stay. "
                         f"`psi principles export {job.id} --to FILE`, change that, and start a new job with "
                         f"principles.source: FILE")


def replace_principles(store: JobStore, job: JobRow, before: tuple[Principle, ...], lines: Iterable[Line],
                       reason: str | None) -> tuple[Principle, ...]:
    """Make a person's list the job's.

    Args:
        store: open for writing.
        job: one that nobody runs.
        before: the list that they saw; if it changed meanwhile nothing is written.
        lines: the list as they left it.
        reason: why, in their words.

    Returns:
        The new list; the old one where nothing differs, and then nothing is written.

    Raises:
        InputError: too late, changed meanwhile, or the reason is too long.
        JobLocked: another process runs the job.
    """
    after = revised(before, lines)
    if after == before:
        return before
    if reason is not None and len(reason) > MAX_REASON_CHARS:
        raise InputError(f"a reason has at most {MAX_REASON_CHARS} characters")
    with _held(store, job) as claim:
        if current_principles(store, job) != before:
            raise InputError(f"the principles of job {job.id} were changed meanwhile; look again")
        if any(stage.name == STAGE and stage.state == "done" for stage in store.stages(job.id)):
            claim.stage_started(STAGE)
        write_revision(claim.directory, Revision(after, operator(), rfc3339(utc_now()), reason or None,
                                                 principles_sha256(before)))
    return after


def accept_principles(store: JobStore, job: JobRow) -> tuple[Principle, ...]:
    """Record that a person read the principles and lets generation begin; the job can then be resumed.

    Raises:
        InputError: the job asks for no review, or has no principles yet, or is past it.
        JobLocked: another process runs the job.
    """
    if not JobConfig.model_validate_json(job.config_json).principles.review:
        raise InputError(f"job {job.id} waits for no review (principles.review is false)")
    with _held(store, job, waits=False) as claim:
        principles = current_principles(store, job)
        write_acceptance(claim.directory, Acceptance(operator(), rfc3339(utc_now()), principles_sha256(principles)))
    return principles


@contextmanager
def _held(store: JobStore, job: JobRow, *, waits: bool = True) -> Iterator[Claim]:
    """Hold a job while its files change, and leave it in its state; `waits` False ends its wait for a review."""
    job = store.get(job.id)
    if not store.alive(job.id):
        check_editable(store, job)
    with store.claim(job.id) as claim:
        check_editable(store, job)
        try:
            yield claim
        except BaseException:
            _restore(claim, job, waits=True)
            raise
        _restore(claim, job, waits=waits)


def _restore(claim: Claim, job: JobRow, *, waits: bool) -> None:
    reviewed = not waits and job.error_category == AwaitingReview.__name__
    if reviewed or job.state in (JobState.QUEUED, JobState.RUNNING):
        claim.finish(JobState.PAUSED, None, None)
    else:
        claim.finish(job.state, job.error_category, job.error_message)
