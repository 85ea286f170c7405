"""The job store: one small SQLite file with the state of jobs and stages, and nothing else.

Progress is not kept here: the rows of a stage's artefact are its checkpoint. The file is
``<root>/jobs/jobs.db`` (WAL, synchronous=FULL); a job's own files lie in ``<root>/jobs/<id>``.

Two things keep one job from running twice. An flock on ``<root>/jobs/<id>/lock`` lives exactly as long as its
process, so nobody waits for a lease after a crash. And every write about a running job names the owner and
attempt it was claimed with, in the same transaction, so a claim that was superseded can change nothing.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from appliance.artefact import fsync_directory
from appliance.errors import ApplianceError, InputError, JobLocked
from appliance.jobs.claim import Claim, is_locked, take_lock
from appliance.jobs.database import alone_in, database_path, explained, open_for_looking, open_for_writing
from appliance.jobs.rows import TICKS_PER_DAY, JobRow, JobState, StageRow, job_id, rfc3339, utc_now

__all__ = ["Claim", "JobRow", "JobState", "JobStore", "StageRow"]

# A job's name is the beginning of its id and so of a folder's name.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_JOB_COLUMNS = ", ".join(field.name for field in fields(JobRow))
_STAGE_COLUMNS = ", ".join(field.name for field in fields(StageRow))


class JobStore:
    """The jobs under one root. Made by `open` or `read_only`; used by the thread that made it."""

    def __init__(self, root: Path, connection: sqlite3.Connection | None) -> None:
        self.root = root
        self._connection = connection

    @classmethod
    def open(cls, root: Path) -> Self:
        """Open the store for writing; make it, or bring an older one up to date, first.

        Raises:
            ApplianceError: damaged, written by a newer version, or the folder cannot be written.
        """
        path = database_path(root)
        with explained(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.chmod(0o700)
            with alone_in(path.parent):
                return cls(root, open_for_writing(path))

    @classmethod
    def open_existing(cls, root: Path) -> Self:
        """Like `open`, but where no store exists yet it stays so, and this one is empty.

        Raises:
            ApplianceError: as for `open`.
        """
        path = database_path(root)
        with explained(path):
            exists = path.exists()
        return cls.open(root) if exists else cls(root, None)

    @classmethod
    def read_only(cls, root: Path) -> Self:
        """Open the store for looking; one that does not exist yet is an empty one.

        Raises:
            ApplianceError: damaged, or of another version.
        """
        path = database_path(root)
        with explained(path):
            return cls(root, open_for_looking(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; claims of this store can write no more."""
        if self._connection is not None:
            self._connection.close()

    def create(self, name: str, config_path: Path | str, config_json: Mapping[str, Any]) -> JobRow:
        """Add a queued job and its folder.

        Args:
            name: letters, digits, ``_``, ``.`` and ``-``, at most 64; the id begins with it.
            config_path: the job file, for people to find it again.
            config_json: the whole configuration as a JSON object; what a resume runs with.

        Raises:
            ApplianceError: the name cannot be part of a file name, or the store cannot be written.
        """
        if _NAME.fullmatch(name) is None:
            raise ApplianceError("a job name is letters, digits, '_', '.' and '-', at most 64 of them")
        document = json.dumps(config_json, ensure_ascii=False, sort_keys=True)
        now = utc_now()
        with self._transaction() as connection:
            new_id = self._unused_id(connection, name, now)
            connection.execute(
                "INSERT INTO jobs (id, name, state, config_path, config_json, created_utc, updated_utc) "
                "VALUES (?, ?, 'queued', ?, ?, ?, ?)",
                (new_id, name, str(config_path), document, rfc3339(now), rfc3339(now)))
            self.job_directory(new_id).mkdir(mode=0o700)
            fsync_directory(self.job_directory(new_id).parent)
        return self.get(new_id)

    def _unused_id(self, connection: sqlite3.Connection, name: str, now: datetime) -> str:
        while True:
            candidate = job_id(name, now)
            taken = connection.execute("SELECT 1 FROM jobs WHERE id = ?", (candidate,)).fetchone()
            if taken is None and not self.job_directory(candidate).exists():
                return candidate
            now += timedelta(days=1) / TICKS_PER_DAY

    def get(self, job_id: str) -> JobRow:
        """The job with exactly this id.

        Raises:
            InputError: there is none.
        """
        return self._one(self._jobs("WHERE id = ?", job_id), f"there is no job {job_id!r}")

    def find(self, id_or_prefix: str | None) -> JobRow:
        """The job a person means: an id, the beginning of one, or None for the newest unfinished job.

        Raises:
            InputError: none, or more than one, fits.
        """
        if id_or_prefix is None:
            newest = self._jobs("WHERE state NOT IN ('done', 'cancelled') ORDER BY number DESC LIMIT 1")
            return self._one(newest, "there is no unfinished job")
        rows = self._jobs("WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id = ?1 DESC", id_or_prefix)
        if len(rows) > 1 and rows[0].id != id_or_prefix:
            raise InputError(f"{len(rows)} jobs begin with {id_or_prefix!r}; give more of the id")
        return self._one(rows, f"there is no job {id_or_prefix!r}")

    def _one(self, rows: Sequence[JobRow], otherwise: str) -> JobRow:
        if not rows:
            raise InputError(f"{otherwise} in {self.root}; `psi jobs` lists all of them")
        return rows[0]

    def list(self) -> tuple[JobRow, ...]:
        """All jobs, oldest first."""
        return self._jobs("ORDER BY number")

    def stages(self, job_id: str) -> tuple[StageRow, ...]:
        """The stages of a job in their order; empty before they were planned or started."""
        sql = f"SELECT {_STAGE_COLUMNS} FROM stages WHERE job = ? ORDER BY position"  # noqa: S608
        return tuple(StageRow(*row) for row in self._rows(sql, job_id))

    def job_directory(self, job_id: str) -> Path:
        """The job's own folder, ``<root>/jobs/<id>``, readable by its owner only."""
        return database_path(self.root).parent / job_id

    def alive(self, job_id: str) -> bool:
        """Whether a living process holds the job's lock."""
        return is_locked(self.job_directory(job_id) / "lock")

    def claim(self, job_id: str) -> Claim:
        """Become the process that runs a job; a job whose process died is simply taken over.

        Raises:
            JobLocked: another living process runs it.
            ApplianceError: there is no such job, or it is done or cancelled.
        """
        job = self.get(job_id)
        directory = self.job_directory(job_id)
        with explained(directory):
            directory.mkdir(mode=0o700, exist_ok=True)
            lock = take_lock(directory / "lock")
        if lock is None:
            owner = self.get(job_id).owner
            where = f"process {owner}" if owner else "another process"
            raise JobLocked(f"job {job_id} already runs in {where}")
        try:
            return Claim(self._transaction, job.id, os.getpid(), self._start_attempt(job_id), directory, lock)
        except BaseException:
            os.close(lock)
            raise

    def adjust(self, job: JobRow, config_json: Mapping[str, Any], record: Callable[[], None]) -> None:
        """Give an unfinished job that nobody runs another configuration; see `appliance.jobs.adjust`.

        Args:
            job: as it was read; if its configuration changed since then, nothing is written.
            config_json: the whole new configuration.
            record: writes the change down elsewhere, before it takes effect.

        Raises:
            JobLocked: another process runs the job.
            InputError: it is finished, or was changed by somebody else meanwhile.
        """
        with self._unclaimed(job.id), self._transaction() as connection:
            document = json.dumps(config_json, ensure_ascii=False, sort_keys=True)
            changed = connection.execute(
                "UPDATE jobs SET config_json = ?, updated_utc = ? WHERE id = ? AND config_json = ? "
                "AND state NOT IN ('done', 'cancelled')",
                (document, rfc3339(utc_now()), job.id, job.config_json)).rowcount
            if not changed:
                raise InputError(f"job {job.id} is finished or was just changed by somebody else; look again")
            record()

    def cancel(self, job_id: str) -> None:
        """End a job that nobody runs for good: it can never be resumed. One that is cancelled stays so.

        Raises:
            JobLocked: another process runs the job.
            InputError: it is done.
        """
        with self._unclaimed(job_id), self._transaction() as connection:
            changed = connection.execute(
                "UPDATE jobs SET state = 'cancelled', owner = NULL, updated_utc = ? WHERE id = ? AND state != 'done'",
                (rfc3339(utc_now()), job_id)).rowcount
            if not changed:
                raise InputError(f"job {job_id} is done; there is nothing to cancel")

    @contextmanager
    def _unclaimed(self, job_id: str) -> Iterator[None]:
        """Nobody runs the job inside the block."""
        directory = self.job_directory(job_id)
        with explained(directory):
            directory.mkdir(mode=0o700, exist_ok=True)
            lock = take_lock(directory / "lock")
        if lock is None:
            raise JobLocked(f"job {job_id} runs in another process; stop it first")
        try:
            yield
        finally:
            os.close(lock)

    def _start_attempt(self, job_id: str) -> int:
        with self._transaction() as connection:
            started = connection.execute(
                "UPDATE jobs SET state = 'running', attempt = attempt + 1, owner = ?, error_category = NULL, "
                "error_message = NULL, updated_utc = ? WHERE id = ? AND state NOT IN ('done', 'cancelled') "
                "RETURNING attempt", (os.getpid(), rfc3339(utc_now()), job_id)).fetchone()
        if started is None:
            raise ApplianceError(f"job {job_id} is {self.get(job_id).state}; nothing is left to run")
        return int(started[0])

    def _jobs(self, which: str, *values: object) -> tuple[JobRow, ...]:
        rows = self._rows(f"SELECT {_JOB_COLUMNS} FROM jobs {which}", *values)  # noqa: S608
        return tuple(JobRow(row[0], row[1], JobState(row[2]), *row[3:]) for row in rows)

    def _rows(self, sql: str, *values: object) -> Sequence[Any]:
        if self._connection is None:
            return ()
        with explained(database_path(self.root)):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        path = database_path(self.root)
        if self._connection is None:
            raise ApplianceError(f"{path}: there is no job store to write to")
        with explained(path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
