"""What `psi doctor` looks at in a root: the audit log, the job store, and what dead jobs left behind."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from appliance.audit.reader import AuditReader
from appliance.gateway.canaries import door_state
from appliance.jobs.assembly import audit_directory
from appliance.jobs.cancel import kept_tables
from appliance.jobs.database import database_path
from appliance.jobs.migrations import MIGRATIONS, refuse_newer, schema_version
from appliance.jobs.rows import JobState
from appliance.jobs.store import JobStore
from appliance.knowledge.canaries import CanaryFile
from appliance.setup.findings import Finding, Verdict, fail, ok, warn


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def writable(root: Path) -> Iterator[Finding]:
    """Whether the root takes a file, makes it durable and locks it; the file is gone afterwards."""
    folder = existing(root)
    mend = f"give this user the right to write to {folder}, or choose another --root"
    try:
        with tempfile.TemporaryFile(dir=folder) as stream:
            stream.write(b"psi doctor")
            stream.flush()
            os.fsync(stream.fileno())
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        yield fail("root", f"{folder} does not take a file, sync it and lock it ({error.strerror})", mend)
        return
    where = str(root) if folder == root else f"{root} (to be made in {folder})"
    yield ok("root", f"{where}: writable, fsync and locks work")


def audit_log(root: Path) -> Iterator[Finding]:
    """Every record, link and payload of the audit log, and whether it can be written."""
    directory = audit_directory(root)
    if not directory.is_dir():
        yield ok("audit log", "none yet; the first job makes one")
        return
    reader = AuditReader(directory)
    count, tail = reader.verify(), reader.tail()
    if reader.latched:
        yield warn("audit log", "a write failed earlier and shut it",
                   "the next job verifies all of it and opens it again")
    elif tail.torn_bytes:
        yield warn("audit log", f"{count} records, and {tail.torn_bytes} bytes of a write that was cut short",
                   "the next job cuts them off and records that")
    elif not os.access(directory, os.W_OK | os.X_OK):
        yield fail("audit log", f"{directory} cannot be written by this user",
                   "give this user the right to write there")
    else:
        yield ok("audit log", f"{count} records, all verified")
    yield from _clock_against_log(reader)


def door(root: Path) -> Iterator[Finding]:
    """Whether a canary shut the door, and whether the list of canaries can be read."""
    planted = len(CanaryFile(root).load())
    directory = audit_directory(root)
    state = door_state(AuditReader(directory)) if directory.is_dir() else None
    if state is not None:
        yield fail("door", f"shut: canary {state.get('canary')} was seen in {state.get('where')}",
                   'find out how it got there, then: psi door open --reason "WHY"')
    else:
        yield ok("door", f"open; {planted} canar{'y' if planted == 1 else 'ies'} planted")


def _clock_against_log(reader: AuditReader) -> Iterator[Finding]:
    stamp = None
    for record in reader.records():
        stamp = record.time_utc
    if stamp is not None and datetime.fromisoformat(stamp) > datetime.now(UTC):
        yield warn("clock", f"the newest audit record is from the future ({stamp})", "check the clock of this machine")


def job_store(root: Path) -> Iterator[Finding]:
    """Schema and integrity of the job store, and its jobs by state."""
    path = database_path(root)
    if not path.exists():
        yield ok("job store", "none yet; the first job makes one")
        yield from _tables(root, {})
        return
    yield (whole := _integrity(path))
    if whole.verdict is Verdict.FAIL:
        return
    with _looked_at(root) as store:
        jobs = store.list()
        dead = [job for job in jobs if job.state is JobState.RUNNING and not store.alive(job.id)]
        waiting = [job for job in jobs if job.state in (JobState.AWAITING_APPROVAL, JobState.FAILED)]
        states = {job.id: job.state for job in jobs}
    if jobs:
        yield ok("jobs", ", ".join(f"{number} {state}" for state, number in Counter(job.state for job in jobs).items()))
    if dead:
        yield warn("jobs", f"{len(dead)} died while running: {_some(job.id for job in dead)}",
                   "psi resume JOB goes on with one; psi resume --all with all")
    if waiting:
        yield warn("jobs", f"{len(waiting)} failed or wait for a person: {_some(job.id for job in waiting)}",
                   "psi jobs says why and what to do")
    yield from _tables(root, states)
    yield from _leftovers(root, path.parent, set(states))


def _connected(path: Path) -> sqlite3.Connection:
    """A connection that leaves no files of its own: SQLite would keep two beside a WAL store that nobody has open."""
    at_rest = not path.with_name(f"{path.name}-wal").exists()
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if at_rest else ''}", uri=True)


def _looked_at(root: Path) -> JobStore:
    path = database_path(root)
    connection = _connected(path)
    refuse_newer(schema_version(connection), str(path), MIGRATIONS)
    return JobStore(root, connection)


def _integrity(path: Path) -> Finding:
    try:
        with closing(_connected(path)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        answer = str(error)
    if answer == "ok":
        return ok("job store", f"{path} is whole")
    return fail("job store", f"{path} is damaged",
                "restore it from a backup; the files of every job stay in its folder")


def _tables(root: Path, states: Mapping[str, JobState]) -> Iterator[Finding]:
    """The encrypted tables of values: who still needs one, who keeps one, and which nobody needs any more."""
    tables = kept_tables(root)
    needed = [name for name in tables if name in states and not states[name].finished]
    kept = [name for name in tables if states.get(name) is JobState.DONE]
    left = [name for name in tables if states.get(name) in (None, JobState.CANCELLED)]
    if needed:
        yield ok("values", f"{len(needed)} unfinished job(s) with an encrypted table of values: {_some(iter(needed))}; "
                           f"psi cancel JOB ends a job and deletes its table")
    if kept:
        yield ok("values", f"{len(kept)} table(s) of values kept as the policy says: {_some(iter(kept))}")
    if left:
        yield warn("values", f"{len(left)} table(s) of values that no job needs: {_some(iter(left))}",
                   f"psi cancel JOB again, or delete the files in {root / 'vault'}")


def _leftovers(root: Path, jobs: Path, known: set[str]) -> Iterator[Finding]:
    """Half-written files and folders that belong to no job. They do no harm and are never deleted for anybody."""
    parts = [path for folder in (jobs, audit_directory(root), root / ".cache")
             for path in folder.rglob("*.part") if path.is_file()]
    if parts:
        yield warn("leftovers", f"{len(parts)} half-written file(s), such as {parts[0]}",
                   "harmless; delete them while no job runs")
    strangers = sorted(path.name for path in jobs.iterdir() if path.is_dir() and path.name not in known)
    if strangers:
        yield warn("leftovers", f"{len(strangers)} folder(s) of no job in {jobs}: {_some(iter(strangers))}",
                   "look into them; delete what nobody needs")


def _some(names: Iterator[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")
