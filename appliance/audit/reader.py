"""Reads the audit log: segments of chained lines and the payloads they name. Never writes."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.audit.record import GENESIS, MAX_RECORD_BYTES, Record, decode, line_hash
from appliance.errors import AuditError, LogBroken

LATCHED = "LATCHED"
PAYLOADS = "payload"
SHA256 = re.compile(r"[0-9a-f]{64}")


def segment_name(number: int) -> str:
    """File name of a segment; numbers start at 1."""
    return f"seg-{number:06d}.jsonl"


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the log ends.

    Attributes:
        segment: number of the newest segment, 0 while there is none.
        segment_bytes: its size, torn bytes included.
        torn_bytes: bytes after its last newline; a write that was cut short left them.
        next_seq: seq of the record to come.
        previous: what that record names as `Record.previous`.
    """

    segment: int
    segment_bytes: int
    torn_bytes: int
    next_seq: int
    previous: str


class AuditReader:
    """A view of one log directory. It holds no state and no lock, so it may run beside any number of writers.

    Bytes after the last newline of the newest segment are a write in progress or a torn one: not a record,
    and passed over. Anything else that a writer would not have left there is `LogBroken`.

    Args:
        directory: the log's directory; nothing is created in it.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def latched(self) -> bool:
        """Whether a writer left word that its last write may not be on disk."""
        return (self.directory / LATCHED).exists()

    def segments(self) -> list[Path]:
        """The segment files, oldest first.

        Raises:
            LogBroken: their names are not ``seg-000001.jsonl`` and onward without a gap.
        """
        names = sorted(path.name for path in self.directory.glob("seg-*"))
        if names != [segment_name(number) for number in range(1, len(names) + 1)]:
            raise LogBroken(f"{self.directory}: the {len(names)} segment files are not numbered 1 to "
                            f"{len(names)}; one is missing, renamed or foreign")
        return [self.directory / name for name in names]

    def records(self) -> Iterator[Record]:
        """All records in order; each is checked against the one before as it is read.

        Raises:
            LogBroken: the first thing that does not fit; names file and line.
        """
        return _walk(self.segments(), (0, GENESIS))

    def record(self, seq: int) -> Record:
        """One record, its segment checked from its first line up to it.

        Raises:
            LogBroken: the log is damaged on the way there.
            AuditError: the log holds no such record.
        """
        segments = self.segments()
        for start in reversed(range(len(segments))):
            first = next(_walk(segments[start:]), None)
            if first is not None and first.seq <= seq:
                for record in _walk(segments[start:]):
                    if record.seq == seq:
                        return record
                break
        raise AuditError(f"{self.directory}: there is no record {seq}")

    def payload(self, sha256: str) -> bytes:
        """The bytes a record names, hashed again on the way.

        Raises:
            LogBroken: not a hash, no such payload, or not the bytes that were recorded.
        """
        if not SHA256.fullmatch(sha256):
            raise LogBroken(f"{self.directory}: a record names a payload by something that is not a SHA-256")
        path = self.directory / PAYLOADS / sha256
        try:
            data = path.read_bytes()
        except OSError as error:
            raise LogBroken(f"{path}: this payload cannot be read ({error.strerror})") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LogBroken(f"{path}: these are not the bytes that were recorded")
        return data

    def attempts(self, job: str, payload_sha256: str) -> list[tuple[Record, Record | None]]:
        """Every recorded request of a job with this body, oldest first, and what came of it.

        Returns:
            Pairs of request and outcome; no outcome means that the request may have left.
        """
        wanted = (job, payload_sha256)
        requests: dict[int, Record] = {}
        outcomes: dict[int, Record] = {}
        for record in self.records():
            fields = record.fields
            if record.kind == "request" and (fields.get("job"), fields.get("payload_sha256")) == wanted:
                requests[record.seq] = record
            elif record.kind == "outcome" and fields.get("request") in requests:
                outcomes.setdefault(fields["request"], record)
        return [(record, outcomes.get(seq)) for seq, record in requests.items()]

    def allows_repeat(self, job: str, request: int) -> bool:
        """Whether a person decided, after this request, that what was left open in this job may be sent again."""
        return any(record.kind == "decision" and record.seq > request and record.fields["job"] == job
                   for record in self.records())

    def verify(self) -> int:
        """Check every line, every link and every payload a record names.

        Returns:
            How many records there are.

        Raises:
            LogBroken: the first thing that does not fit.
        """
        count = 0
        sizes: dict[str, int] = {}
        for record in self.records():
            count += 1
            if record.fields.get("payload_sha256") is None:
                continue
            sha256 = str(record.fields["payload_sha256"])
            if sha256 not in sizes:
                sizes[sha256] = len(self.payload(sha256))
            if record.fields.get("payload_bytes", sizes[sha256]) != sizes[sha256]:
                raise LogBroken(f"{self.directory}: record {record.seq} states another size than its "
                                f"payload has")
        return count

    def tail(self) -> Tail:
        """Where the log ends; looks at the last whole line only.

        Raises:
            LogBroken: that line is not a record.
        """
        segments = self.segments()
        size = segments[-1].stat().st_size if segments else 0
        torn = 0
        for path in reversed(segments):
            data = _last_bytes(path, 2 * MAX_RECORD_BYTES)
            whole = data.rfind(b"\n") + 1
            if path == segments[-1]:
                torn = len(data) - whole
            if whole:
                line = data[data.rfind(b"\n", 0, whole - 1) + 1:whole]
                record = decode(line, f"{path}: last line")
                return Tail(len(segments), size, torn, record.seq + 1, line_hash(line))
        return Tail(len(segments), size, torn, 0, GENESIS)


def _walk(segments: Sequence[Path], link: tuple[int, str] | None = None) -> Iterator[Record]:
    """Records of these segments, of which the last is the log's newest.

    Args:
        segments: files, oldest first.
        link: seq and `Record.previous` that the first record must have; None accepts any.
    """
    for path in segments:
        newest, number = path == segments[-1], 0
        for number, line in enumerate(_lines(path), start=1):
            if newest and not line.endswith(b"\n") and len(line) < MAX_RECORD_BYTES:
                return
            record = decode(line, f"{path}:{number}")
            # The type as well: in Python, True equals 1.
            if type(record.seq) is not int or (link is not None and (record.seq, record.previous) != link):
                raise LogBroken(f"{path}:{number}: this record does not follow the one before it: one of the two was "
                                f"changed, moved or removed. Keep a copy, find out by whom, and restore a backup")
            link = (record.seq + 1, line_hash(line))
            yield record
        if not number and not newest:
            raise LogBroken(f"{path}: an older segment is empty")


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            # Bounded: a segment without newlines must not be read into memory whole.
            yield from iter(lambda: stream.readline(MAX_RECORD_BYTES), b"")
    except OSError as error:
        raise LogBroken(f"{path}: this segment cannot be read ({error.strerror})") from error


def _last_bytes(path: Path, count: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - count))
        return stream.read()
