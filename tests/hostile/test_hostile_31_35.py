"""Hostile inputs 31 to 35 of docs/hostile-inputs.md: the wire, the environment, the disk, the moment of a crash."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from certificates import server_tls, trusting
from door_bench import ANSWER, Bench, instance, message, reflector
from hostile_bench import nothing_left, process, send
from sender_bench import Upstream
from test_hostile_01_10 import CLEAN

from appliance.audit.log import AuditLog
from appliance.errors import (
    EgressDenied,
    LogLatched,
    SendFailed,
)
from appliance.gateway.exchange import Destination
from appliance.sender.https import HttpsSender

ROOT = Path(__file__).parents[2]



DOOR = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from door_bench import MODEL, Bench, instance, reflector
from hostile_bench import Scripted
from appliance.gateway.exchange import Destination
from appliance.gateway.vault import ValueMap, Vault
from appliance.sender.https import HttpsSender

class There:
    port, received = int(sys.argv[2]), []

bench = Bench(Path(sys.argv[1]), There, Scripted(lambda text: []))
door = bench.door()
admission = door.admit([instance("clean", "Do you have parking for visitors?")])
print(reflector(bench, door).reflect(door.release_subset("d-1", admission.clean)).log_index)
"""
"""A job of one request, in a process of its own: a log directory, a port and `FOLDERS`."""
FOLDERS = [str(ROOT / "tests" / name) for name in ("gateway", "hostile")]

# 31

@pytest.mark.parametrize("status", [429, 500, 529])
def test_31_a_storm_is_bounded_and_every_attempt_is_a_record(bench: Bench, status: int) -> None:
    bench.upstream.script = [(status, b"{}")]
    with pytest.raises(SendFailed):
        send(bench, CLEAN)
    assert len(bench.upstream.received) == bench.kinds().count("request") == bench.kinds().count("outcome") <= 4
    assert 1 == len(set(bench.upstream.received)), "the same bytes each time, without a counter of the client's"
    assert b"retry" not in bench.upstream.received[0].lower()


def test_31_what_went_out_without_an_answer_counts_as_sent(bench: Bench) -> None:
    bench.upstream.script = [(200, b"")]
    bench.upstream.headers = {"content-length": "9"}
    with pytest.raises(SendFailed):
        send(bench, CLEAN)
    assert (1, True) == (len(bench.upstream.received), bench.log.reader.record(1).fields["may_have_left"])


# 32

def hostile_environment(folder: Path) -> dict[str, str]:
    nowhere = "http://127.0.0.1:9"
    (folder / ".netrc").write_text("machine 127.0.0.1 login evil password evil\n")
    return {"HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "ALL_PROXY": nowhere, "http_proxy": nowhere, "NO_PROXY": "",
            "ANTHROPIC_BASE_URL": nowhere, "ANTHROPIC_API_KEY": "evil", "ANTHROPIC_AUTH_TOKEN": "evil",
            "ANTHROPIC_CUSTOM_HEADERS": "X-Evil: 1\ncontent-type: evil", "ANTHROPIC_LOG": "debug",
            "ANTHROPIC_PROFILE": "evil", "ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE": "content",
            "OTEL_EXPORTER_OTLP_ENDPOINT": nowhere, "OTEL_TRACES_EXPORTER": "otlp", "OTEL_PYTHON_CONTEXT": "evil",
            "SSLKEYLOGFILE": str(folder / "keys"), "REQUESTS_CA_BUNDLE": "/nowhere", "SSL_CERT_FILE": "/nowhere",
            "NETRC": str(folder / ".netrc"), "HOME": str(folder), "PYTHONWARNINGS": "ignore", "PYTHONPATH": "/nowhere"}


def test_32_a_hostile_environment_changes_no_byte(bench: Bench, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    send(bench, CLEAN)
    for name, value in hostile_environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    second = Bench(tmp_path / "second", bench.upstream, bench.detector)
    second.policy = bench.policy
    send(second, CLEAN)
    first_bytes, second_bytes = bench.upstream.received
    assert first_bytes == second_bytes
    assert not (tmp_path / "keys").exists()
    assert b"evil" not in second_bytes.lower()


def test_32_nor_does_a_process_that_begins_in_one_send_another_byte(bench: Bench, tmp_path: Path) -> None:
    """What libraries read when they are imported is hostile too."""
    for name, more in (("plain", {}), ("hostile", hostile_environment(tmp_path))):
        command = [sys.executable, "-c", DOOR, str(tmp_path / name), str(bench.upstream.port), *FOLDERS]
        done = subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, timeout=120)
        assert 0 == done.returncode, done.stderr
    first_bytes, second_bytes = bench.upstream.received
    assert first_bytes == second_bytes
    assert not (tmp_path / "keys").exists()


def test_32_the_detector_gets_none_of_the_environment(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PSI_HOSTILE", "HTTPS_PROXY", "PYTHONPATH", "ANTHROPIC_API_KEY", "HF_TOKEN", "SSLKEYLOGFILE"):
        monkeypatch.setenv(name, "Tomas Brandt")
    shows = ("import json, os\nprint(json.dumps({'ready': {'name': 'x', **os.environ}}), flush=True)\n"
             "sys.stdin.readline()")
    with process(shows) as asked:
        given = dict(asked.describe())
    assert "Tomas Brandt" not in given.values()
    assert not {"PSI_HOSTILE", "HTTPS_PROXY", "PYTHONPATH", "ANTHROPIC_API_KEY", "HOME", "PATH"} & set(given)


# 33

@pytest.mark.parametrize("name", ["good", "tenant", "foreign", "expired"])
def test_33_a_certificate_that_is_not_the_destinations_gets_no_body(bench: Bench, certificates: Path,
                                                                     name: str) -> None:
    """Where a poisoned name leads, and who else lives at the address: both end at the certificate."""
    answer = message(ANSWER)
    server = Upstream(b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                      % (len(answer), answer), tls=server_tls(certificates / name))
    target = ("https", "127.0.0.1", server.port)
    sender = HttpsSender(bench.log.reader, allowed=frozenset({target}), credentials={"anthropic": "sk-secret"},
                         timeout_s=5.0, tls=lambda: trusting(certificates))
    bench.url = f"https://127.0.0.1:{server.port}"
    door = bench.door(sender=sender, destination=Destination(*target, leaves_machine=False))
    try:
        if name == "good":
            send(bench, CLEAN, door=door)
            assert b"parking" in b"".join(server.received)
        else:
            with pytest.raises(SendFailed):
                send(bench, CLEAN, door=door)
            outcome = bench.log.reader.record(1).fields
            assert b"" == b"".join(server.received)
            assert ("tls", False) == (outcome["error"], outcome["may_have_left"])
    finally:
        server.close()


def test_33_a_destination_the_policy_does_not_name_opens_nothing(bench: Bench) -> None:
    for target in (("https", "api.anthropic.com", 8443), ("http", "api.anthropic.com", 443),
                   ("https", "203.0.113.7", 443)):
        with pytest.raises(EgressDenied):
            bench.door(destination=Destination(*target, leaves_machine=True))
    nothing_left(bench)


# 34

@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("call", ["fdatasync", "fsync", "write", "open"])
def test_34_a_disk_that_fails_shuts_the_log_for_good(bench: Bench, monkeypatch: pytest.MonkeyPatch, call: str,
                                                     number: int) -> None:
    door = bench.door()
    value = door.release_subset("d-1", door.admit([CLEAN]).clean)
    real_open = os.open

    def fail(*args: Any, **named: Any) -> Any:
        # The lock exists already; everything new is what a full or read-only disk refuses.
        if call == "open" and Path(os.fsdecode(args[0])).name == "lock":
            return real_open(*args, **named)
        raise OSError(number, os.strerror(number))

    bench.log.append("refused", {"reason": "so that the log has a segment"})
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(LogLatched):
            reflector(bench, door).reflect(value)
    with pytest.raises(LogLatched):
        reflector(bench, door).reflect(value)
    assert [] == bench.upstream.received


def test_34_a_clock_that_jumps_back_changes_no_order(bench: Bench, tmp_path: Path) -> None:
    times = iter([datetime(2026, 11, 21, tzinfo=UTC) - timedelta(days=number) for number in range(9)])
    bench.log = AuditLog.open(tmp_path / "clock", clock=lambda: next(times))
    send(bench, CLEAN)
    records = list(bench.log.reader.records())
    assert [0, 1] == [record.seq for record in records]
    assert records[0].time_utc > records[1].time_utc
    assert 2 == bench.log.reader.verify()


# 35

@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(("call", "when"), [("rename", 1), ("fdatasync", 1), ("connect", 1), ("sendto", 1),
                                            ("recvfrom", 1), ("rename", 2), ("fdatasync", 2)])
def test_35_killed_at_any_step_what_arrived_is_in_the_log_and_goes_out_once_more_at_most(
        bench: Bench, tmp_path: Path, call: str, when: int) -> None:
    command = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"trace={call}", "-e",
               f"inject={call}:signal=SIGKILL:when={when}", sys.executable, "-c", DOOR, str(bench.directory),
               str(bench.upstream.port), *FOLDERS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if "ptrace" in done.stderr:
        pytest.skip("ptrace is not permitted here")
    assert -9 == done.returncode, done.stderr
    bench.log = AuditLog.open(bench.directory)
    recorded = [bench.log.reader.payload(record.fields["payload_sha256"])
                for record in bench.log.reader.records() if record.kind == "request"]
    assert all(any(raw.endswith(payload) for payload in recorded) for raw in bench.upstream.received)
    bench.policy = Bench(tmp_path / "other", bench.upstream, bench.detector).policy
    send(bench, CLEAN)
    assert 1 <= len(bench.upstream.received) <= 2
    requests = [record for record in bench.log.reader.records() if record.kind == "request"]
    assert [None, requests[0].seq][:len(requests)] == [record.fields["repeats"] for record in requests]


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_35_a_torn_tail_is_cut_and_said(bench: Bench, cut: int) -> None:
    send(bench, CLEAN)
    segment = next(bench.directory.glob("seg-*"))
    segment.write_bytes(segment.read_bytes()[:-cut])
    bench.log = AuditLog.open(bench.directory)
    assert ["request", "recovered"] == bench.kinds()
    send(bench, CLEAN)
    assert (2, ["request", "recovered", "request", "outcome"]) == (len(bench.upstream.received), bench.kinds())
    assert 0 == bench.log.reader.record(2).fields["repeats"], "a request without its outcome counts as sent"


PLACES, KINDS = ("by the gate", "behind the house", "near the river"), ("cars", "bicycles")


def test_35_two_gateways_on_one_log_do_not_mix_their_lines(bench: Bench) -> None:
    doors = [bench.door(job_id=f"job-{number}", log=AuditLog.open(bench.directory)) for number in range(2)]
    for round_ in range(3):
        for number, door in enumerate(doors):
            admission = door.admit([instance(f"i-{round_}", f"Is there parking {PLACES[round_]} for {KINDS[number]}?")])
            reflector(bench, door).reflect(door.release_subset(f"d-{round_}", admission.clean))
    assert 12 == bench.log.reader.verify()
    assert 6 == len(bench.upstream.received)
