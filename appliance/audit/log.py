"""Appends to the audit log: when `AuditLog.append` returns, the record survives a power cut; else it raises.

Layout of a log directory::

    seg-000001.jsonl ...   records, one line each; the previous-hash chain runs on across segments
    payload/<sha256>       the bytes that records name
    lock                   held for one append or one payload at a time, across processes
    LATCHED                a write or fsync failed; every process refuses until the next `AuditLog.open`

A failed fsync is never retried: the kernel may have dropped the pages and reported the error once, so a
second call that succeeds proves nothing (PostgreSQL panics for the same reason since 2018).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance.artefact import fsync_directory, write_durably
from appliance.audit.reader import LATCHED, PAYLOADS, SHA256, AuditReader, Tail, segment_name
from appliance.audit.record import Record, decode
from appliance.errors import AuditError, LogBroken, LogLatched

DEFAULT_SEGMENT_BYTES = 4 * 1024 * 1024
LOCK = "lock"


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


class AuditLog:
    """The writer. Any number of processes may hold one on the same directory; made by `open`.

    Nothing is kept between two appends: each takes the lock, looks where the log ends, writes and lets go.
    """

    def __init__(self, directory: Path, segment_bytes: int, clock: Callable[[], datetime]) -> None:
        self._directory = directory
        self._segment_bytes = segment_bytes
        self._clock = clock
        self._latched = False
        self._reader = AuditReader(directory)

    @classmethod
    def open(cls, directory: Path, *, segment_bytes: int = DEFAULT_SEGMENT_BYTES,
             clock: Callable[[], datetime] = utc_now) -> AuditLog:
        """Create or verify a log, cut a torn tail, and clear the latch.

        Args:
            directory: created with mode 0700 if absent.
            segment_bytes: a segment that would grow beyond this is followed by a new one.
            clock: what records are stamped with; order never depends on it.

        Raises:
            LogBroken: the log is not what a writer left there; it stays shut until a person has looked.
            LogLatched: the directory cannot be written.
        """
        log = cls(directory, segment_bytes, clock)
        try:
            log._create()
            with log._lock():
                log._recover()
        except OSError as error:
            raise LogLatched(f"{directory}: the audit log cannot be opened for writing ({_name(error)}); "
                             f"free space or repair the disk, then start again") from error
        return log

    @property
    def reader(self) -> AuditReader:
        """A reader of the same directory."""
        return self._reader

    def put_payload(self, data: bytes) -> str:
        """Store bytes that a record is going to name, durably; storing them twice is harmless.

        Returns:
            Their SHA-256, which is what a record names.

        Raises:
            LogLatched: this or an earlier write failed.
            LogBroken: other bytes are stored under this hash.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._payload(sha256)
        with self._exclusive():
            if path.exists() and path.read_bytes() != data:
                raise LogBroken(f"{path}: these are not the bytes that were recorded")
            # Written again even if present: whether an earlier write ever became durable is not known here.
            write_durably(path, data)
        return sha256

    def append(self, kind: str, fields: Mapping[str, Any]) -> int:
        """Append one record and make it durable.

        Args:
            kind: see `appliance.audit.record`.
            fields: JSON values; a ``payload_sha256`` must have been stored before.

        Returns:
            Its seq.

        Raises:
            LogLatched: this or an earlier write failed; nothing may be sent on account of this record.
            LogBroken: the log does not end in a record.
            AuditError: the record cannot be written as it is; the log is unharmed.
        """
        with self._exclusive():
            tail = self._reader.tail()
            if tail.torn_bytes:
                raise self._latch("torn tail")
            self._require_payload(fields)
            self._write(tail, self._encode(tail, kind, fields))
            return tail.next_seq

    def _create(self) -> None:
        for directory in (self._directory, self._directory / PAYLOADS):
            if not directory.is_dir():
                directory.mkdir(mode=0o700, parents=True)
                fsync_directory(directory.parent)

    def _recover(self) -> None:
        self._reader.verify()
        tail = self._reader.tail()
        if tail.segment:
            self._rewrite_newest(tail)
        for leftover in (self._directory / PAYLOADS).glob(".*.part"):
            leftover.unlink()
        (self._directory / LATCHED).unlink(missing_ok=True)
        fsync_directory(self._directory)

    def _rewrite_newest(self, tail: Tail) -> None:
        # After a failed fsync, what was just verified may exist in the page cache only. New pages, synced
        # once, make it true on disk; the cut and its `recovered` record become visible in the same rename.
        path = self._directory / segment_name(tail.segment)
        data = path.read_bytes()
        if tail.torn_bytes:
            data = data[:-tail.torn_bytes]
            data += self._encode(tail, "recovered", {"dropped_bytes": tail.torn_bytes})
        write_durably(path, data)

    def _encode(self, tail: Tail, kind: str, fields: Mapping[str, Any]) -> bytes:
        stamp = self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = Record(tail.next_seq, kind, stamp, tail.previous, fields)
        try:
            line = record.encode()
            # A float of 2**53 or more is written like an integer, which JSON readers cannot hold exactly.
            decode(line, f"record {record.seq}")
        except (UnicodeEncodeError, LogBroken):
            raise AuditError(f"record {record.seq} ({kind}) holds a number or text that would not read back "
                             f"as it is") from None
        return line

    def _write(self, tail: Tail, line: bytes) -> None:
        full = tail.segment_bytes > 0 and tail.segment_bytes + len(line) > self._segment_bytes
        rotate = full or tail.segment == 0
        path = self._directory / segment_name(tail.segment + rotate)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if rotate else 0)
        handle = os.open(path, flags, 0o600)
        try:
            if rotate or tail.segment_bytes == 0:
                # Before the first line, so that a segment which holds one is always a durable entry.
                fsync_directory(self._directory)
            _write_all(handle, line)
            os.fdatasync(handle)
        finally:
            os.close(handle)

    def _payload(self, sha256: str) -> Path:
        return self._directory / PAYLOADS / sha256

    def _require_payload(self, fields: Mapping[str, Any]) -> None:
        # Such a record would make the next `open` refuse the whole log.
        sha256 = fields.get("payload_sha256")
        if sha256 is None:
            return
        if not isinstance(sha256, str) or not SHA256.fullmatch(sha256) or not self._payload(sha256).is_file():
            raise AuditError("a record may only name a payload that put_payload has stored")
        size = self._payload(sha256).stat().st_size
        if fields.get("payload_bytes", size) != size:
            raise AuditError(f"the payload this record names has {size} bytes, not what the record says")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        handle = os.open(self._directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        """The lock and an open latch; whatever the disk refuses inside shuts the latch before the lock goes."""
        try:
            with self._lock():
                if self._latched or self._reader.latched:
                    self._latched = True
                    raise LogLatched(f"{self._directory}: shut since an earlier write failed; "
                                     f"restart, which verifies the whole log")
                try:
                    yield
                except OSError as error:
                    raise self._latch(_name(error)) from error
        except OSError as error:
            raise self._latch(_name(error)) from error

    def _latch(self, reason: str) -> LogLatched:
        self._latched = True
        # Best effort, one step at a time: on a full disk an empty marker may still fit, and it is enough.
        with contextlib.suppress(OSError):
            handle = os.open(self._directory / LATCHED, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                with contextlib.suppress(OSError):
                    _write_all(handle, f"{reason}\n".encode())
                    os.fsync(handle)
            finally:
                os.close(handle)
            fsync_directory(self._directory)
        return LogLatched(f"{self._directory}: a write failed ({reason}); nothing more is recorded or sent. "
                          f"Free space or repair the disk, then restart, which verifies the whole log")


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        written = os.write(handle, view)
        if not written:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        view = view[written:]


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "unknown error")
