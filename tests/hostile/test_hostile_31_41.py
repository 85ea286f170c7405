"""Hostile inputs 31 to 41 of docs/hostile-inputs.md: the wire, the environment, the disk, the log, the policy."""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from door_bench import ANSWER, KNOWLEDGE, MODEL, Bench, instance, message
from hostile_bench import MAIL, POLICY, READY, SSN, files, make, nothing_left, process, send, unseen
from test_hostile_01_10 import CLEAN
from test_hostile_11_20 import prompt_of

from appliance.audit.log import AuditLog
from appliance.errors import (
    AuditError,
    AwaitingApproval,
    DetectorFailed,
    EgressDenied,
    LogBroken,
    LogLatched,
    PolicyError,
    SendFailed,
)
from appliance.gateway.exchange import Destination
from appliance.gateway.vault import ValueMap, Vault
from appliance.policy.model import load_policy
from appliance.sender.https import HttpsSender

ROOT = Path(__file__).parents[2]

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

@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for authority in ("ca", "other"):
        openssl("req", "-x509", *new_key, "-keyout", f"{authority}.key", "-out", f"{authority}.pem", "-subj",
                f"/CN={authority}", "-days", "2", "-addext", "keyUsage=critical,keyCertSign")
    for name, authority, subject, days in (("good", "ca", "IP:127.0.0.1", "2"), ("tenant", "ca", "DNS:tenant", "2"),
                                           ("foreign", "other", "IP:127.0.0.1", "2"),
                                           ("expired", "ca", "IP:127.0.0.1", "-1")):
        (folder / "extensions").write_text(f"subjectAltName={subject}\n")
        openssl("req", *new_key, "-keyout", f"{name}.key", "-out", "request.pem", "-subj", "/CN=server")
        openssl("x509", "-req", "-in", "request.pem", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-days", days, "-extfile", "extensions")
    return folder


class TlsServer:
    """Answers a Messages request over TLS and keeps what it was told after the handshake."""

    def __init__(self, certificate: Path) -> None:
        self.received: list[bytes] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            try:
                peer.settimeout(5)
                with self._context.wrap_socket(peer, server_side=True) as stream:
                    self._answer(stream)
            except OSError:
                peer.close()

    def _answer(self, stream: ssl.SSLSocket) -> None:
        self.received.append(b"")
        while not _whole(self.received[-1]) and (more := stream.recv(65_536)):
            self.received[-1] += more
        answer = message(ANSWER)
        stream.sendall(b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
                       % len(answer) + answer)
        stream.unwrap().close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


def _whole(data: bytes) -> bool:
    head, blank, sent = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(blank) and length is not None and len(sent) >= int(length[1])


@pytest.mark.parametrize("name", ["good", "tenant", "foreign", "expired"])
def test_33_a_certificate_that_is_not_the_destinations_gets_no_body(bench: Bench, certificates: Path,
                                                                     name: str) -> None:
    """Where a poisoned name leads, and who else lives at the address: both end at the certificate."""
    server = TlsServer(certificates / name)
    target = ("https", "127.0.0.1", server.port)
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(cafile=str(certificates / "ca.pem"))
    sender = HttpsSender(bench.log.reader, allowed=frozenset({target}), credentials={"anthropic": "sk-secret"},
                         timeout_s=5.0, tls=lambda: trusting)
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
            assert server.received == []
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
            make(bench, door).reflect(value)
    with pytest.raises(LogLatched):
        make(bench, door).reflect(value)
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

DOOR = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from door_bench import MODEL, Bench, instance
from hostile_bench import Scripted, make
from appliance.gateway.exchange import Destination
from appliance.gateway.vault import ValueMap, Vault
from appliance.sender.https import HttpsSender

class There:
    port, received = int(sys.argv[2]), []

bench = Bench(Path(sys.argv[1]), There, Scripted(lambda text: []))
door = bench.door()
admission = door.admit([instance("clean", "Do you have parking for visitors?")])
print(make(bench, door).reflect(door.release_subset("d-1", admission.clean)).log_index)
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(("call", "when"), [("fdatasync", 1), ("connect", 1), ("sendto", 1), ("fdatasync", 2)])
def test_35_killed_at_any_step_what_arrived_is_in_the_log_and_goes_out_once_more_at_most(
        bench: Bench, tmp_path: Path, call: str, when: int) -> None:
    folders = [str(ROOT / "tests" / name) for name in ("gateway", "hostile")]
    command = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"trace={call}", "-e",
               f"inject={call}:signal=SIGKILL:when={when}", sys.executable, "-c", DOOR, str(bench.directory),
               str(bench.upstream.port), *folders]
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
            make(bench, door).reflect(door.release_subset(f"d-{round_}", admission.clean))
    assert 12 == bench.log.reader.verify()
    assert 6 == len(bench.upstream.received)


# 36

def damage(segment: Path, how: str, backup: bytes) -> None:
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes({
        "edited": b"".join(lines).replace(b"job-1", b"job-9", 1), "dropped": b"".join(lines[1:]),
        "reordered": b"".join([lines[1], lines[0], *lines[2:]]), "doubled": b"".join([*lines, lines[-1]]),
        "emptied": b"\n", "foreign": backup.replace(b"job-1", b"job-2") + b"".join(lines[2:]),
    }[how])


@pytest.mark.parametrize("how", ["edited", "dropped", "reordered", "doubled", "emptied", "foreign"])
def test_36_a_log_that_was_changed_opens_no_door(bench: Bench, how: str) -> None:
    for place in PLACES:
        send(bench, instance("a", f"Is there parking {place}?"))
    segment = next(bench.directory.glob("seg-*"))
    whole = segment.read_bytes()
    damage(segment, how, b"".join(whole.splitlines(keepends=True)[:2]))
    with pytest.raises(LogBroken):
        AuditLog.open(bench.directory)
    with pytest.raises(AuditError):
        send(bench, instance("a", "Is there parking at night?"))
    assert 3 == len(bench.upstream.received)


def test_36_an_altered_or_missing_payload_is_not_sent(bench: Bench) -> None:
    from appliance.sender.base import Outcome

    inner = bench.door
    real = HttpsSender(bench.log.reader, allowed=frozenset({("http", "127.0.0.1", bench.upstream.port)}),
                       credentials={"anthropic": "sk-secret"}, timeout_s=5.0)

    class Altering:
        """Changes the payload between the record and the send, as somebody with the disk could."""

        def send(self, log_index: int) -> Outcome:
            path = bench.directory / "payload" / bench.log.reader.record(log_index).fields["payload_sha256"]
            path.write_bytes(path.read_bytes().replace(b"parking", b"PARKING"))
            return real.send(log_index)

    with pytest.raises(AuditError):
        send(bench, CLEAN, door=inner(sender=Altering()))
    assert [] == bench.upstream.received


# 37

def test_37_line_ends_quotes_and_formulas_stay_inside_their_field(bench: Bench) -> None:
    odd = 'job\r\n"],{x}\u2028=cmd()|\'/C calc\'!A0\t\x1b[31m'
    door = bench.door(job_id=odd)
    admission = door.admit([CLEAN])
    make(bench, door).reflect(door.release_subset(odd, admission.clean))
    lines = next(bench.directory.glob("seg-*")).read_bytes().split(b"\n")
    assert (3, b"") == (len(lines), lines[-1])
    assert not any(byte < 0x20 for line in lines for byte in line)
    record = json.loads(lines[0])
    assert (odd, odd) == (record["fields"]["job"], record["fields"]["released"])
    assert odd.encode() not in bench.upstream.received[0]
    from appliance.views.text import printable

    assert printable(odd).isprintable()


# 38

PERMISSIVE = ("name: t\nversion: 2\nallow_list: [Tomas Brandt]\nentities: [US_SSN]\n"
              "destinations: [{host: api.example.com}]\n")
STRICT = "name: t\nversion: 1\ndeny_list: {PERSON: [Tomas Brandt]}\n"


@pytest.mark.parametrize("later", [PERMISSIVE, "", "name: [\n", None])
def test_38_a_policy_replaced_while_a_door_is_open_changes_nothing(bench: Bench, tmp_path: Path,
                                                                    later: str | None) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(STRICT)
    bench.policy = load_policy(path)
    before = bench.policy.sha256
    door = bench.door()
    path.unlink() if later is None else path.write_text(later)
    send(bench, instance("a", "Ask Tomas Brandt, kim.voss@larkfield.example."), door=door)
    unseen(bench, "Brandt", MAIL)
    assert before == bench.log.reader.record(0).fields["policy_sha256"]


@pytest.mark.parametrize("text", ["", "name: [\n", "name: t\n", STRICT + "surprise: 1\n", "\x00", STRICT + STRICT,
                                  STRICT + "block_entities: [JWT]\n", STRICT + "entities: []\n",
                                  STRICT + "destinations: [{host: '*'}]\n"])
def test_38_a_malformed_or_emptied_policy_opens_no_door(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(PolicyError):
        load_policy(path)


# 39

class DiesInSend:
    """A sender whose process dies after the record was written."""

    def send(self, log_index: int) -> Any:
        raise KeyboardInterrupt


def lose(bench: Bench, item: Any, times: int = 2, job: str = "job-1") -> None:
    for _ in range(times):
        with pytest.raises(KeyboardInterrupt):
            send(bench, item, door=bench.door(sender=DiesInSend(), job_id=job))


def test_39_a_decision_opens_one_request_once(bench: Bench) -> None:
    lose(bench, CLEAN)
    with pytest.raises(AwaitingApproval) as caught:
        send(bench, CLEAN)
    assert bench.log.reader.record(0).fields["payload_sha256"] == caught.value.body_sha256
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "the line was down"})
    lose(bench, CLEAN, times=1)
    with pytest.raises(AwaitingApproval):
        send(bench, CLEAN)
    assert [] == bench.upstream.received, "a decision is used up by the attempt after it"


def test_39_a_decision_is_for_its_job_and_for_what_was_open_then(bench: Bench) -> None:
    lose(bench, CLEAN)
    bench.log.append("decision", {"job": "job-2", "by": "kim", "reason": "another job"})
    with pytest.raises(AwaitingApproval):
        send(bench, CLEAN)
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "seen"})
    other = instance("b", "Is there a lift in the building?")
    lose(bench, other)
    with pytest.raises(AwaitingApproval):
        send(bench, other)
    assert [] == bench.upstream.received, "approved was the first, not what came after it"


# 40

def test_40_no_error_and_no_log_line_repeats_a_text(bench: Bench, caplog: pytest.LogCaptureFixture,
                                                    capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("presidio-analyzer").setLevel(logging.DEBUG)
    shown = []
    for act in (f"{READY}\nsys.stdin.readline()\nprint(sys.stdin, flush=True)",
                f"{READY}\nline = sys.stdin.readline()\nprint(line, flush=True)\ntime.sleep(9)",
                f"{READY}\nline = sys.stdin.readline()\nprint('{{\"id\": 1, \"error\": \"did not find Brandt\"}}', "
                f"flush=True)", f"{READY}\nraise ValueError(sys.stdin.readline())"):
        with process(act) as bench.detector, pytest.raises(DetectorFailed) as caught:
            send(bench, instance("a", f"Ask Tomas Brandt, {SSN}"))
        shown.append(_everything(caught.value))
    bench.detector = Raising()
    with pytest.raises(DetectorFailed) as raised:
        send(bench, instance("a", f"Ask Tomas Brandt, {SSN}"))
    shown.append(_everything(raised.value))
    captured = capfd.readouterr()
    for text in (*shown, caplog.text, captured.out, captured.err):
        assert not re.search("Brandt|078-05", text)
    nothing_left(bench)


class Raising:
    """A detector whose error quotes the text, as libraries do; wrapped as the adapters wrap it."""

    def describe(self) -> dict[str, str]:
        return {"name": "raising"}

    def detect(self, texts: Any) -> Any:
        from appliance.detection.presidio import PresidioDetector

        direct = PresidioDetector(POLICY)

        def analyze(text: str, *_: Any, **__: Any) -> Any:
            raise ValueError(f"did not find {text}")

        direct._analyzer.analyze = analyze
        return direct.detect(texts)


def _everything(error: BaseException | None) -> str:
    """An error as any handler might print it: with what it came from, unless that is suppressed."""
    if error is None:
        return ""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{error!r} {error} {_everything(cause)}"


def test_40_no_core_dump_is_written() -> None:
    units = list((ROOT / "systemd").glob("*.service"))
    assert units
    assert all("LimitCORE=0\n" in unit.read_text() for unit in units)


# 41

def test_41_no_value_behind_a_placeholder_is_in_any_file_beside_the_log(bench: Bench) -> None:
    door = bench.door()
    admission, _ = send(bench, instance("a", f"Ask Tomas Brandt or Mrs. Ingrid Solberg, {SSN}, {MAIL}"), door=door)
    assert "<PERSON_1>" in prompt_of(bench)
    for name, data in files(bench.directory).items():
        assert not re.search(rb"(?i)brandt|solberg|078-05-1120|kim\.voss|sk-secret", data), name
    record = bench.log.reader.record(0)
    assert not re.search("(?i)brandt|solberg", json.dumps(dict(record.fields)))
    assert not re.search("(?i)brandt|solberg", repr(admission))


def test_41_the_map_lies_apart_encrypted_and_for_its_owner_alone(bench: Bench, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "root")
    seed = vault.seed("job-1")
    door = bench.door()
    door._keep = lambda result: vault.save("job-1", ValueMap.of(result, seed))
    send(bench, instance("a", f"Ask Tomas Brandt, {SSN}"), door=door)
    kept = files(tmp_path / "root")
    assert kept
    both = (*kept.values(), *files(bench.directory).values())
    assert not any(re.search(rb"(?i)brandt|078-05", data) for data in both)
    for name in kept:
        assert 0o600 == stat.S_IMODE((tmp_path / "root" / name).stat().st_mode), name
    for raw in bench.upstream.received:
        assert not any(data[:24] in raw for data in kept.values())
    assert not any(data in record for record in files(bench.directory).values() for data in kept.values())


def test_41_the_sender_cannot_even_import_what_knows_the_values() -> None:
    program = ("import sys\nimport appliance.sender.https\n"
               "print([name for name in sys.modules if name.startswith('appliance.') and name.split('.')[1] in "
               "('gateway', 'detection', 'knowledge', 'policy', 'jobs')])")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_41_knowledge_and_model_are_no_part_of_a_record(bench: Bench) -> None:
    send(bench, CLEAN, instance("quotes", f"Is it so that {KNOWLEDGE}?"))
    assert not any(KNOWLEDGE[:24].encode() in data for data in files(bench.directory).values())
    assert MODEL.encode() in bench.upstream.received[0]
