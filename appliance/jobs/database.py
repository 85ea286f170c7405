"""The file behind the job store: opened for writing or only for looking, its errors explained."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.errors import ApplianceError
from appliance.jobs.migrations import MIGRATIONS, migrate, refuse_newer, schema_version

BUSY_TIMEOUT_S = 30.0


def database_path(root: Path) -> Path:
    """Where the store of a root lies."""
    return root / "jobs" / "jobs.db"


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into one line that names the file.

    Raises:
        ApplianceError: the store is damaged or cannot be used.
    """
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code; the rest says more about the same thing.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise ApplianceError(f"{path}: this job store is damaged ({error}); restore it from a backup or "
                                 f"move it away: the files of every job stay in its folder") from error
        mend = "; free space, then psi resume" if code == sqlite3.SQLITE_FULL else ""
        raise ApplianceError(f"{path}: the job store cannot be used ({error}){mend}") from error
    except OSError as error:
        raise ApplianceError(f"{path}: the job store cannot be used ({error.strerror})") from error


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """Keep two processes from making or migrating the same store at once."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S,
                           isolation_level=None)


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The store, made or brought up to date."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = _connect(path, "rw")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection, str(path), MIGRATIONS)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_looking(path: Path) -> sqlite3.Connection | None:
    """The store as it is; None where there is none yet."""
    if not path.exists():
        return None
    # Never immutable=1: it hides every row that is still in the write-ahead log.
    connection = _connect(path, "ro")
    try:
        version = schema_version(connection)
        refuse_newer(version, str(path), MIGRATIONS)
        if 0 < version < len(MIGRATIONS):
            raise ApplianceError(f"{path}: an older version of psi wrote this job store; `psi run` or "
                                 f"`psi resume` brings it up to date")
    except BaseException:
        connection.close()
        raise
    if version == 0:  # made, and not yet filled, by a process that is starting right now
        connection.close()
        return None
    return connection
