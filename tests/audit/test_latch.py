"""A failed write or fsync shuts the log for everyone until it is opened, and thereby verified, again."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.audit.log import AuditLog
from appliance.audit.reader import AuditReader
from appliance.errors import LogLatched


def failing(number: int) -> Callable[..., int]:
    def fail(*args: object, **kwargs: object) -> int:
        raise OSError(number, os.strerror(number))

    return fail


def append(log: AuditLog) -> object:
    return log.append("refused", {"reason": "ResidualFound"})


def put(log: AuditLog) -> object:
    return log.put_payload(b"bytes")


@pytest.mark.parametrize(("call", "action"), [
    ("fdatasync", append), ("write", append), ("fsync", put), ("open", append), ("open", put)])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_one_failure_latches_this_writer_and_every_other(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, action: Callable[[AuditLog], object],
        number: int) -> None:
    log, other = AuditLog.open(tmp_path), AuditLog.open(tmp_path)
    append(log)
    real_open = os.open
    with monkeypatch.context() as patch:
        failure = failing(number)
        if call == "open":
            patch.setattr(os, "open", lambda path, *rest, **named: real_open(path, *rest, **named)
                          if Path(path).name in ("lock", "LATCHED") else failure())
        else:
            patch.setattr(os, call, failure)
        with pytest.raises(LogLatched, match=errno.errorcode[number]):
            action(log)
    # The disk is well again, and that proves nothing.
    for shut in (log, other):
        for attempt in (append, put):
            with pytest.raises(LogLatched):
                attempt(shut)
    assert (tmp_path / "LATCHED").exists()
    reopened = AuditLog.open(tmp_path)
    assert not (tmp_path / "LATCHED").exists()
    append(reopened)
    with pytest.raises(LogLatched):
        append(log)
    reopened.reader.verify()


def test_a_writer_that_could_not_leave_a_marker_is_shut_all_the_same(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog.open(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", failing(errno.ENOSPC))
        with pytest.raises(LogLatched):
            append(log)
    assert not (tmp_path / "LATCHED").exists()
    with pytest.raises(LogLatched):
        append(log)


def test_a_short_write_leaves_a_torn_tail_that_stops_everyone_and_the_next_open_cuts(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, other = AuditLog.open(tmp_path), AuditLog.open(tmp_path)
    append(log)
    before = (tmp_path / "seg-000001.jsonl").read_bytes()
    real_write, calls = os.write, iter([True])

    def short(handle: int, data: bytes) -> int:
        if next(calls, False):
            return real_write(handle, bytes(data)[:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", short)
        with pytest.raises(LogLatched):
            append(log)
    assert 10 == (tmp_path / "seg-000001.jsonl").stat().st_size - len(before)
    (tmp_path / "LATCHED").unlink()  # as if the disk had been too full for it
    with pytest.raises(LogLatched, match="torn tail"):
        append(other)
    records = list(AuditLog.open(tmp_path).reader.records())
    assert [("refused", None), ("recovered", 10)] == [(r.kind, r.fields.get("dropped_bytes")) for r in records]


def test_a_write_that_makes_no_progress_is_a_failure_and_not_an_endless_loop(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog.open(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: 0)
        with pytest.raises(LogLatched, match="EIO"):
            append(log)


def test_opening_writes_the_newest_segment_anew_because_cached_pages_may_never_have_reached_the_disk(
        tmp_path: Path) -> None:
    append(AuditLog.open(tmp_path))
    path = tmp_path / "seg-000001.jsonl"
    content, inode = path.read_bytes(), path.stat().st_ino
    holder = path.open("rb")  # keeps the old inode number from being given out again
    AuditLog.open(tmp_path)
    holder.close()
    assert content == path.read_bytes()
    assert inode != path.stat().st_ino


def test_a_disk_that_fails_while_opening_is_an_audit_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(AuditLog.open(tmp_path))
    content = (tmp_path / "seg-000001.jsonl").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(errno.EIO))
        with pytest.raises(LogLatched, match="EIO"):
            AuditLog.open(tmp_path)
    assert content == (tmp_path / "seg-000001.jsonl").read_bytes()


APPENDER = """
import sys
from pathlib import Path
from appliance.audit.log import AuditLog
from appliance.errors import LogLatched
log = AuditLog.open(Path(sys.argv[1]))
for _ in range(6):
    try:
        print("appended", log.append("refused", {}))
    except LogLatched:
        print("latched")
"""


PAYER = """
import sys
from pathlib import Path
from appliance.audit.log import AuditLog
for part in range(2):
    log = AuditLog.open(Path(sys.argv[1]))
    for number in range(3):
        body = f"{part} {number}".encode()
        print(log.append("request", {"payload_sha256": log.put_payload(body), "payload_bytes": len(body)}))
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_real_eio_from_fdatasync_latches_for_good_although_the_next_call_would_succeed(tmp_path: Path) -> None:
    command = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", "trace=fdatasync",
               "-e", "inject=fdatasync:error=EIO:when=3", sys.executable, "-c", APPENDER, str(tmp_path / "log")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if "ptrace" in done.stderr:
        pytest.skip("ptrace is not permitted here")
    assert "appended 0\nappended 1\nlatched\nlatched\nlatched\nlatched\n" == done.stdout
    calls = (tmp_path / "trace").read_text().splitlines()
    assert 3 == len(calls), "the failed fdatasync must not be retried"
    assert "INJECTED" in calls[2]
    assert "EIO\n" == (tmp_path / "log" / "LATCHED").read_text()
    # The record whose fdatasync failed is whole in the file: it stays, as one that may have been acted upon.
    assert 3 == AuditLog.open(tmp_path / "log").reader.verify()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(("call", "when"), [
    *(("fdatasync", when) for when in range(1, 7)), *(("rename", when) for when in range(1, 8)),
    *(("fsync", when) for when in (1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15))])
def test_a_process_killed_at_any_step_loses_nothing_it_reported(tmp_path: Path, call: str, when: int) -> None:
    command = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"trace={call}",
               "-e", f"inject={call}:signal=SIGKILL:when={when}",
               sys.executable, "-Buc", PAYER, str(tmp_path / "log")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if "ptrace" in done.stderr:
        pytest.skip("ptrace is not permitted here")
    assert -9 == done.returncode
    reported = [int(line) for line in done.stdout.split()]
    log = AuditLog.open(tmp_path / "log")
    requests = [record.seq for record in log.reader.records() if record.kind == "request"]
    assert reported == requests[:len(reported)]
    assert len(requests) - len(reported) in (0, 1)
    append(log)
    log.reader.verify()
    assert not list((tmp_path / "log" / "payload").glob(".*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "small"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount],
                                           capture_output=True).returncode:
        pytest.skip("mounting a small tmpfs needs root")
    yield mount
    subprocess.run(["umount", mount], check=True)


def test_a_full_disk_latches_keeps_what_was_appended_and_recovers_with_space(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(16_384))
    log = AuditLog.open(small_disk / "log")
    appended = -1
    with pytest.raises(LogLatched, match="ENOSPC"):
        for _ in range(200):
            appended = log.append("refused", {"text": "x" * 1000})
    assert appended > 10
    for attempt in (append, put):
        with pytest.raises(LogLatched):
            attempt(log)
    assert list(range(appended + 1)) == [record.seq for record in AuditReader(small_disk / "log").records()]
    with pytest.raises(LogLatched):
        AuditLog.open(small_disk / "log")  # no room yet to write the newest segment anew
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=1m", small_disk], check=True)
    torn = len((small_disk / "log" / "seg-000001.jsonl").read_bytes().rpartition(b"\n")[2])
    reopened = AuditLog.open(small_disk / "log")
    expected = ["refused"] * (appended + 1) + ["recovered"] * bool(torn)
    assert expected == [record.kind for record in reopened.reader.records()]
    assert len(expected) == append(reopened)


def test_a_full_disk_refuses_payloads_too(small_disk: Path) -> None:
    log = AuditLog.open(small_disk / "log")
    with pytest.raises(LogLatched, match="ENOSPC"):
        log.put_payload(bytes(200_000))
    assert [] == list((small_disk / "log" / "payload").iterdir())
    with pytest.raises(LogLatched):
        append(log)


def test_a_read_only_disk_refuses(small_disk: Path) -> None:
    log = AuditLog.open(small_disk / "log")
    append(log)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(LogLatched, match="EROFS"):
        append(log)
    with pytest.raises(LogLatched, match="EROFS"):
        AuditLog.open(small_disk / "log")
    assert 1 == AuditReader(small_disk / "log").verify()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a directory without write permission")
def test_a_directory_without_write_permission_refuses(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir(mode=0o500)
    with pytest.raises(LogLatched, match="EACCES"):
        AuditLog.open(tmp_path / "log")
