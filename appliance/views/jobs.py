"""Jobs as a person sees them: what the store says, and whether the process that said so still lives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.jobs.store import JobRow, JobState, JobStore, StageRow

SCHEMA = 1
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class JobView:
    """One job for `psi jobs` and the screens.

    Attributes:
        state: as stored, except ``interrupted`` for a job that says running while no process holds it.
        stage: the stage that runs or ran last, None before the first.
        stages_done: how many are complete.
        stages_total: how many the method has, None before the runner said so.
        error: category and message of the last attempt's end, None after a good one.
        alive: True while a process holds the job's lock.
        config_path: the job file it was made from.
        directory: its own folder.
    """

    id: str
    name: str
    state: str
    stage: str | None
    stages_done: int
    stages_total: int | None
    attempt: int
    created_utc: str
    updated_utc: str
    error: str | None
    alive: bool
    config_path: str
    directory: str

    @property
    def progress(self) -> str:
        """Such as ``2/5``; ``2/?`` while the number of stages is unknown."""
        return f"{self.stages_done}/{'?' if self.stages_total is None else self.stages_total}"

    @property
    def next_step(self) -> str:
        """What the person can do now; empty where there is nothing to do."""
        if self.alive or self.state in (JobState.DONE, JobState.CANCELLED):
            return ""
        if self.state == JobState.AWAITING_APPROVAL and (self.error or "").startswith("AwaitingReview"):
            return f"psi principles accept {self.id}"
        if self.state == JobState.AWAITING_APPROVAL:
            return f"psi resume {self.id} --send-again REASON"
        return f"psi resume {self.id}"

    def to_json(self) -> dict[str, Any]:
        """The view as a JSON object."""
        return asdict(self)


def read_jobs(root: Path) -> tuple[JobView, ...]:
    """All jobs under a root, newest first, from a store opened for looking only.

    Raises:
        ApplianceError: the store is damaged or of another version.
    """
    with JobStore.read_only(root) as store:
        return tuple(view(store, job) for job in reversed(store.list()))


def view(store: JobStore, job: JobRow) -> JobView:
    """One job with its stages and a look at its lock."""
    alive = store.alive(job.id)
    if job.state is JobState.RUNNING and not alive:
        # It may have ended between the two looks; only a second pair of looks calls it interrupted.
        job, alive = store.get(job.id), store.alive(job.id)
    stages = store.stages(job.id)
    return JobView(
        id=job.id, name=job.name, state=_state(job, alive), stage=_stage(stages),
        stages_done=sum(stage.state == "done" for stage in stages), stages_total=job.stages_total,
        attempt=job.attempt, created_utc=job.created_utc, updated_utc=job.updated_utc, error=_error(job),
        alive=alive, config_path=job.config_path, directory=str(store.job_directory(job.id)))


def _state(job: JobRow, alive: bool) -> str:
    return INTERRUPTED if job.state is JobState.RUNNING and not alive else job.state.value


def _stage(stages: tuple[StageRow, ...]) -> str | None:
    begun = [stage.name for stage in stages if stage.state != "waiting"]
    running = [stage.name for stage in stages if stage.state == "running"]
    return (running or begun)[-1] if begun else None


def _error(job: JobRow) -> str | None:
    if job.error_category is None:
        return None
    return f"{job.error_category}: {job.error_message}" if job.error_message else job.error_category
