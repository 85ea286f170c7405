"""A claim: the right of one process to write about one job, for one attempt.

The flock says which living process has it. The owner and attempt number fence the writes: whatever a
superseded claim still tries to say changes no row and raises.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from appliance.errors import JobLocked
from appliance.jobs.rows import JobState, rfc3339, utc_now

# A reader that asks whether a job is alive holds the lock for microseconds; a claim outwaits it.
LOCK_PATIENCE_S = 0.25
_LOCK_RETRY_S = 0.01

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]


def take_lock(path: Path) -> int | None:
    """Take the job's flock for as long as this process lives.

    The lock goes with the file description: a child that is forked without exec would keep it alive.

    Returns:
        The descriptor that holds it, or None when another process does.

    Raises:
        OSError: the file cannot be made or opened.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline_s = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > deadline_s:
                os.close(handle)
                return None
            time.sleep(_LOCK_RETRY_S)
        except BaseException:
            os.close(handle)
            raise


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock; leaves no trace."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


class Claim:
    """Made by `JobStore.claim`; every write raises JobLocked once the claim was superseded or finished.

    Attributes:
        job_id: the job.
        owner: process id that holds the claim.
        attempt: 1 for the first claim of the job.
        directory: the job's own folder.
    """

    def __init__(self, transaction: Transaction, job_id: str, owner: int, attempt: int, directory: Path,
                 lock: int) -> None:
        self.job_id = job_id
        self.owner = owner
        self.attempt = attempt
        self.directory = directory
        self._transaction = transaction
        self._lock: int | None = lock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.release()

    def plan_stages(self, names: Sequence[str]) -> None:
        """Say which stages the job has, in order; stages that are known keep what was recorded."""
        with self._fenced() as connection:
            connection.execute("UPDATE jobs SET stages_total = ? WHERE id = ?", (len(names), self.job_id))
            for position, name in enumerate(names):
                connection.execute(
                    "INSERT INTO stages (job, name, position, state) VALUES (?, ?, ?, 'waiting') "
                    "ON CONFLICT (job, name) DO UPDATE SET position = excluded.position",
                    (self.job_id, name, position))

    def stage_started(self, name: str) -> None:
        """A stage begins, or begins again; one that was not planned comes last."""
        with self._fenced() as connection:
            connection.execute(
                "INSERT INTO stages (job, name, position, state, attempt, started_utc) VALUES (?1, ?2, "
                "(SELECT coalesce(max(position), -1) + 1 FROM stages WHERE job = ?1), 'running', ?3, ?4) "
                "ON CONFLICT (job, name) DO UPDATE SET state = 'running', attempt = ?3, started_utc = ?4, "
                "finished_utc = NULL, rows = NULL, wall_s = NULL",
                (self.job_id, name, self.attempt, rfc3339(utc_now())))

    def stage_finished(self, name: str, rows: int, wall_s: float) -> None:
        """A started stage is complete and its artefact durable.

        Args:
            name: the stage.
            rows: rows of its artefact.
            wall_s: seconds it took.
        """
        with self._fenced() as connection:
            connection.execute(
                "UPDATE stages SET state = 'done', finished_utc = ?, rows = ?, wall_s = ? "
                "WHERE job = ? AND name = ?", (rfc3339(utc_now()), rows, wall_s, self.job_id, name))

    def finish(self, state: JobState, error_category: str | None = None,
               error_message: str | None = None) -> None:
        """End the attempt; the lock stays until `release`.

        Args:
            state: any but queued and running.
            error_category: class name of the error, None after a good end.
            error_message: what the operator reads; ids and counts, never the text of a record.
        """
        if state in (JobState.QUEUED, JobState.RUNNING):
            raise ValueError(f"an attempt cannot end as {state}")
        with self._fenced() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, owner = NULL, error_category = ?, error_message = ? WHERE id = ?",
                (state.value, error_category, error_message, self.job_id))

    def release(self) -> None:
        """Let go of the lock; an attempt that was not finished shows as interrupted."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def _fenced(self) -> Iterator[sqlite3.Connection]:
        with self._transaction() as connection:
            mine = connection.execute(
                "UPDATE jobs SET updated_utc = ? WHERE id = ? AND owner = ? AND attempt = ? "
                "AND state = 'running'", (rfc3339(utc_now()), self.job_id, self.owner, self.attempt)).rowcount
            if mine != 1:
                raise JobLocked(f"job {self.job_id}: attempt {self.attempt} of process {self.owner} does not "
                                f"run it any more; nothing was written")
            yield connection
