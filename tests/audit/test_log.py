"""Appending: durable, chained, one at a time across processes, torn tails cut, every other damage refused."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.audit.log import AuditLog
from appliance.audit.reader import AuditReader
from appliance.audit.record import GENESIS, Record, line_hash
from appliance.errors import AuditError, LogBroken

VALUES = (st.none() | st.booleans() | st.integers(-2**53 + 1, 2**53 - 1) | st.text(max_size=30)
          | st.floats(-2**52, 2**52))


def request_fields(log: AuditLog, number: int, job: str = "clinic") -> dict[str, object]:
    body = b"body %d" % number
    return {"job": job, "payload_sha256": log.put_payload(body), "payload_bytes": len(body)}


def filled(directory: Path, count: int, segment_bytes: int = 1 << 20) -> AuditLog:
    log = AuditLog.open(directory, segment_bytes=segment_bytes)
    for number in range(count):
        log.append("request", request_fields(log, number % 3))
    return log


def segment(directory: Path, number: int = 1) -> Path:
    return directory / f"seg-{number:06d}.jsonl"


def copy_of(directory: Path, target: Path, line_bytes: bytes) -> Path:
    """A log with the payloads of another and one segment of the given bytes."""
    (target / "payload").mkdir(parents=True, exist_ok=True)
    for payload in (directory / "payload").iterdir():
        (target / "payload" / payload.name).write_bytes(payload.read_bytes())
    segment(target).write_bytes(line_bytes)
    return target


def test_records_come_back_as_they_were_appended(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 5)
    records = list(log.reader.records())
    assert [0, 1, 2, 3, 4] == [record.seq for record in records]
    assert GENESIS == records[0].previous
    assert [record.previous for record in records[1:]] == [line_hash(record.encode()) for record in records[:-1]]
    assert b"body 2" == log.reader.payload(records[2].fields["payload_sha256"])
    assert records[3] == log.reader.record(3)
    assert 5 == log.reader.verify()


def test_the_directory_and_its_files_are_the_owners_alone(tmp_path: Path) -> None:
    filled(tmp_path / "deep" / "log", 1)
    directory = tmp_path / "deep" / "log"
    assert {0o700} == {stat.S_IMODE(path.stat().st_mode) for path in (directory, directory / "payload")}
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in files}
    assert 3 == len(files)


def test_segments_rotate_at_the_bound_and_the_chain_runs_on(tmp_path: Path) -> None:
    log = filled(tmp_path, 20, segment_bytes=1000)
    segments = log.reader.segments()
    assert len(segments) > 3
    assert all(path.stat().st_size <= 1000 for path in segments)
    assert list(range(20)) == [record.seq for record in log.reader.records()]
    assert [log.reader.record(seq) for seq in range(20)] == list(log.reader.records())
    assert 20 == AuditLog.open(tmp_path).append("refused", {})


def test_a_record_longer_than_a_segment_gets_one_of_its_own(tmp_path: Path) -> None:
    log = AuditLog.open(tmp_path, segment_bytes=10)
    log.append("refused", {})
    log.append("refused", {})
    assert 2 == len(log.reader.segments())
    assert 2 == log.reader.verify()


def test_a_clock_that_jumps_back_changes_stamps_and_nothing_else(tmp_path: Path) -> None:
    now = datetime(2026, 11, 20, 12, 0, 0, 123456, UTC)
    ticks = iter([now, now - timedelta(days=400), now])
    log = AuditLog.open(tmp_path, clock=lambda: next(ticks))
    assert [0, 1, 2] == [log.append("refused", {}) for _ in range(3)]
    stamps = [record.time_utc for record in log.reader.records()]
    assert ["2026-11-20T12:00:00.123Z", "2025-10-16T12:00:00.123Z", "2026-11-20T12:00:00.123Z"] == stamps
    assert 3 == AuditReader(tmp_path).verify()


def test_the_same_payload_may_be_stored_twice_and_a_changed_one_is_noticed(tmp_path: Path) -> None:
    log = AuditLog.open(tmp_path)
    name = log.put_payload(b"same")
    assert name == log.put_payload(b"same") == hashlib.sha256(b"same").hexdigest()
    (tmp_path / "payload" / name).write_bytes(b"else")
    with pytest.raises(LogBroken, match="not the bytes"):
        log.put_payload(b"same")
    with pytest.raises(LogBroken, match="not the bytes"):
        log.reader.payload(name)


@pytest.mark.parametrize("fields", [
    {"payload_sha256": "0" * 64}, {"payload_sha256": "../lock"}, {"payload_sha256": ["0" * 64]},
    {"text": "x" * 65_536}, {"number": float("nan")},
    {"number": 2**53}, {"number": 2.0**53}, {"text": "\ud800"}, {"\ud800": 1}, {"bytes": b"x"},
])
def test_a_record_that_cannot_be_written_is_refused_and_the_log_stays_usable(
        tmp_path: Path, fields: dict[str, object]) -> None:
    log = filled(tmp_path, 1)
    with pytest.raises(AuditError):
        log.append("request", fields)
    assert 1 == log.append("refused", {})
    assert 2 == AuditLog.open(tmp_path).reader.verify()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=8), VALUES, max_size=4), max_size=6), st.integers(1, 700))
def test_whatever_json_is_appended_reads_back_equal(
        tmp_path_factory: pytest.TempPathFactory, many: list[dict[str, object]], segment_bytes: int) -> None:
    directory = tmp_path_factory.mktemp("law")
    many = [{key: value for key, value in fields.items() if not key.startswith("payload")} for fields in many]
    log = AuditLog.open(directory, segment_bytes=segment_bytes)
    assert list(range(len(many))) == [log.append("refused", fields) for fields in many]
    assert many == [dict(record.fields) for record in AuditLog.open(directory).reader.records()]


@pytest.fixture
def memory() -> Iterator[Path]:
    """A directory that thousands of opens do not wear out; what is tested in it is not durability."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as directory:
        yield Path(directory)


def test_every_cut_of_a_file_of_thirty_records_recovers_the_prefix(memory: Path) -> None:
    whole_log = AuditLog.open(memory / "whole")
    for number in range(30):
        whole_log.append("refused", {"number": number})
    data = segment(memory / "whole").read_bytes()
    cut_log = copy_of(memory / "whole", memory / "cut", b"")
    for length in range(len(data)):
        segment(cut_log).write_bytes(data[:length])
        whole = data[:length].count(b"\n")
        torn = length - (data.rfind(b"\n", 0, length) + 1)
        records = list(AuditLog.open(cut_log).reader.records())
        assert data[:length - torn] == b"".join(record.encode() for record in records[:whole])
        assert [{"dropped_bytes": torn}] * bool(torn) == [dict(record.fields) for record in records[whole:]]
        assert {"recovered"} >= {record.kind for record in records[whole:]}


def test_a_last_line_that_lacks_only_its_newline_counts_as_torn(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    data = segment(tmp_path).read_bytes()
    last = len(data.splitlines(keepends=True)[-1])
    segment(tmp_path).write_bytes(data[:-1])
    last_record = list(AuditLog.open(tmp_path).reader.records())[-1]
    assert (2, "recovered", {"dropped_bytes": last - 1}) == (last_record.seq, last_record.kind, last_record.fields)


def test_a_newest_segment_that_was_created_and_never_written_is_used(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    segment(tmp_path, 2).touch()
    log = AuditLog.open(tmp_path)
    assert 3 == log.append("refused", {})
    assert 4 == log.reader.verify()
    assert segment(tmp_path, 2).stat().st_size > 0


def test_every_changed_byte_of_lines_and_payloads_is_detected(memory: Path) -> None:
    filled(memory, 4)
    reader = AuditReader(memory)
    newline = segment(memory).stat().st_size - 1
    rng = random.Random(7)
    for path in (segment(memory), *sorted((memory / "payload").iterdir())):
        data = path.read_bytes()
        for place in range(len(data)):
            if path == segment(memory) and place == newline:
                continue  # without its last newline a log is torn, which is another test
            changed = bytearray(data)
            changed[place] ^= rng.randrange(1, 256)
            path.write_bytes(changed)
            if path == segment(memory) and place > data.rfind(b"\n", 0, newline):
                assert last_line_damage_shows(reader, bytes(changed), data)
            else:
                with pytest.raises(LogBroken):
                    reader.verify()
        path.write_bytes(data)
    assert 4 == reader.verify()


def last_line_damage_shows(reader: AuditReader, changed: bytes, original: bytes) -> bool:
    """No line names the last one, so without a checkpoint only its form and its payload protect it."""
    try:
        reader.verify()
    except LogBroken:
        return True
    before, after = original.splitlines()[-1], changed.splitlines()[-1]
    # What may change unseen there: the clock, the kind, names of fields and free text; never place or chain.
    keep = [part for part in before.split(b",") if part.startswith((b'"previous"', b'"seq"', b'"v"'))]
    return all(part in after for part in keep)


def test_dropped_doubled_and_reordered_lines_are_refused(tmp_path: Path) -> None:
    filled(tmp_path / "whole", 5)
    lines = segment(tmp_path / "whole").read_bytes().splitlines(keepends=True)
    damaged = {"first dropped": lines[1:], "middle dropped": lines[:2] + lines[3:],
               "doubled": lines[:3] + lines[2:], "reordered": [lines[0], lines[2], lines[1], *lines[3:]],
               "blank line": [*lines[:2], b"\n", *lines[2:]],
               "last doubled": [*lines, lines[-1]], "no json": [*lines[:2], b"no\n", *lines[2:]],
               "deep": [*lines, b"[" * 50_000 + b"\n"], "too long": [*lines, b"x" * 70_000 + b"\n"],
               "long torn tail": [*lines, b"x" * 70_000],
               "spaces at the end": [*lines[:-1], lines[-1].replace(b":", b": ")],
               "spaces": [lines[0].replace(b":", b": "), *lines[1:]],
               "doubled key": [lines[0].replace(b'{"fields"', b'{"v":1,"fields"'), *lines[1:]],
               "carriage return": [lines[0].replace(b"\n", b"\r\n"), *lines[1:]],
               "not utf-8": [*lines, b'{"\xff":1}\n'], "nulls before a newline": [*lines, bytes(10) + b"\n"]}
    for name, content in damaged.items():
        target = copy_of(tmp_path / "whole", tmp_path / name.replace(" ", "_"), b"".join(content))
        with pytest.raises(LogBroken):
            AuditLog.open(target)
        assert b"".join(content) == segment(target).read_bytes(), f"{name}: a refused log must stay as it is"


def test_a_gap_in_seq_is_refused_even_if_the_hashes_chain(tmp_path: Path) -> None:
    first = Record(0, "refused", "2026-11-20T12:00:00.000Z", GENESIS, {}).encode()
    for seq in (0, 2, True):
        second = Record(seq, "refused", "2026-11-20T12:00:00.000Z", line_hash(first), {}).encode()
        with pytest.raises(LogBroken):
            AuditLog.open(copy_of(AuditLog.open(tmp_path / "none").reader.directory, tmp_path / "log", first + second))


def test_a_tail_of_nulls_as_a_power_cut_leaves_it_is_cut(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    with segment(tmp_path).open("ab") as stream:
        stream.write(bytes(100))
    assert {"dropped_bytes": 100} == list(AuditLog.open(tmp_path).reader.records())[-1].fields


def test_swapped_missing_foreign_and_emptied_segments_are_refused(tmp_path: Path) -> None:
    def swap(log: Path) -> None:
        segment(log, 1).rename(log / "aside")
        segment(log, 2).rename(segment(log, 1))
        (log / "aside").rename(segment(log, 2))

    def torn_in_the_middle(log: Path) -> None:
        segment(log, 2).write_bytes(segment(log, 2).read_bytes()[:-1])

    def empty_one_pushed_in(log: Path) -> None:
        newest = len(list(log.glob("seg-*")))
        segment(log, newest).rename(segment(log, newest + 1))
        segment(log, newest).touch()

    damages = [swap, torn_in_the_middle, empty_one_pushed_in,
               lambda log: segment(log, 2).unlink(), lambda log: segment(log, 1).unlink(),
               lambda log: segment(log, 2).write_bytes(b""), lambda log: (log / "seg-000002.jsonl.bak").touch(),
               lambda log: (log / "seg-2.jsonl").touch(), lambda log: segment(log, 99).touch()]
    for number, damage in enumerate(damages):
        directory = tmp_path / str(number)
        filled(directory, 12, segment_bytes=1000)
        damage(directory)
        with pytest.raises(LogBroken):
            AuditLog.open(directory)


def test_an_absent_or_wrongly_sized_payload_is_refused(tmp_path: Path) -> None:
    log = filled(tmp_path / "absent", 3)
    (tmp_path / "absent" / "payload" / log.reader.record(1).fields["payload_sha256"]).unlink()
    with pytest.raises(LogBroken, match="cannot be read"):
        AuditLog.open(tmp_path / "absent")
    log = AuditLog.open(tmp_path / "size")
    named = log.put_payload(b"four")
    with pytest.raises(AuditError, match="4 bytes"):
        log.append("request", {"payload_sha256": named, "payload_bytes": 5})
    fields = {"payload_sha256": named, "payload_bytes": 5}
    line = Record(0, "request", "2026-11-20T12:00:00.000Z", GENESIS, fields)
    segment(tmp_path / "size").write_bytes(line.encode())
    with pytest.raises(LogBroken, match="another size"):
        AuditLog.open(tmp_path / "size")


def test_a_payload_is_named_by_a_hash_and_never_by_a_path(tmp_path: Path) -> None:
    log = filled(tmp_path, 1)
    for name in ("../lock", "", "A" * 64, "0" * 63, "0" * 64 + "\n"):
        with pytest.raises(LogBroken, match="not a SHA-256"):
            log.reader.payload(name)
    with pytest.raises(LogBroken, match="cannot be read"):
        log.reader.payload("0" * 64)


def test_a_record_that_is_not_there_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no record 0"):
        AuditReader(tmp_path / "nowhere").record(0)
    log = filled(tmp_path, 2)
    for seq in (-1, 2):
        with pytest.raises(AuditError, match=f"no record {seq}"):
            log.reader.record(seq)


def test_attempts_pair_each_request_of_the_job_with_its_outcome(tmp_path: Path) -> None:
    log = AuditLog.open(tmp_path)
    first = log.append("request", request_fields(log, 1))
    log.append("request", request_fields(log, 2))
    log.append("request", request_fields(log, 1, job="other"))
    done = log.append("outcome", {"request": first, "status": 500, "payload_sha256": None})
    second = log.append("request", request_fields(log, 1))
    pairs = log.reader.attempts("clinic", hashlib.sha256(b"body 1").hexdigest())
    found = [(request.seq, outcome and outcome.seq) for request, outcome in pairs]
    assert [(first, done), (second, None)] == found


def test_a_reader_beside_a_writer_passes_over_the_line_being_written(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    with segment(tmp_path).open("ab") as stream:
        stream.write(b'{"fields":{')
    assert [0, 1, 2] == [record.seq for record in AuditReader(tmp_path).records()]


WRITER = """
import sys
from pathlib import Path
from appliance.audit.log import AuditLog
log = AuditLog.open(Path(sys.argv[1]), segment_bytes=3000)
for number in range(50):
    body = f"{sys.argv[2]} {number}".encode()
    log.append("request", {"job": sys.argv[2], "number": number, "payload_sha256": log.put_payload(body)})
"""


def test_four_processes_interleave_without_a_gap(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, f"writer {number}"])
               for number in range(4)]
    assert [0, 0, 0, 0] == [writer.wait(120) for writer in writers]
    reader = AuditReader(tmp_path)
    assert 200 == reader.verify()
    records = list(reader.records())
    for number in range(4):
        mine = [record.fields["number"] for record in records if record.fields["job"] == f"writer {number}"]
        assert list(range(50)) == mine
    jobs = [record.fields["job"] for record in records]
    assert sum(a != b for a, b in itertools.pairwise(jobs)) > 3, "they did not run at the same time"
    assert not list((tmp_path / "payload").glob(".*"))
