"""What the job store holds, as values: jobs, stages, their states and how a job gets its id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

# Three bytes hold the time of day in ticks of about 5 ms, so that ids of one job name sort by age.
TICKS_PER_DAY = 1 << 24
_SECONDS_PER_DAY = 86_400


def utc_now() -> datetime:
    """The wall clock; orders nothing, only tells people when."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """A UTC moment as ``2026-11-20T18:07:01.123Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def job_id(name: str, created: datetime) -> str:
    """An id such as ``clinic-20261120-a1b2c3``: name, day, and time of day in six hex digits."""
    midnight = created.replace(hour=0, minute=0, second=0, microsecond=0)
    tick = int((created - midnight).total_seconds() / _SECONDS_PER_DAY * TICKS_PER_DAY)
    return f"{name}-{created:%Y%m%d}-{tick:06x}"


class JobState(StrEnum):
    """Where a job is. `RUNNING` with nobody holding its lock means its process died."""

    QUEUED = "queued"
    RUNNING = "running"
    AWAITING_APPROVAL = "awaiting_approval"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def finished(self) -> bool:
        """True where nothing is left to resume."""
        return self in (JobState.DONE, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as the store holds it.

    Attributes:
        state: where it is.
        attempt: how many times it was claimed.
        owner: process id of the claim that runs it, None while nobody does.
        config_json: the whole configuration, defaults written out and paths absolute, as JSON text.
        stages_total: stages of its method, None before the first attempt planned them.
        error_category: class name of the error that ended the last attempt, None after a good one.
        created_utc: RFC 3339.
        updated_utc: RFC 3339; the last change of the job or one of its stages.
    """

    id: str
    name: str
    state: JobState
    attempt: int
    owner: int | None
    config_path: str
    config_json: str
    stages_total: int | None
    error_category: str | None
    error_message: str | None
    created_utc: str
    updated_utc: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of one job.

    Attributes:
        state: ``waiting``, ``running`` or ``done``.
        attempt: the attempt of the job that last started it, None before.
        rows: rows of its artefact when it finished.
        wall_s: seconds, as the runner reported them.
    """

    job: str
    name: str
    state: str
    attempt: int | None
    started_utc: str | None
    finished_utc: str | None
    rows: int | None
    wall_s: float | None
