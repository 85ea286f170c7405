"""The sender: what arrives is record and payload with the credential put in, after both are durable."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from certificates import server_tls, trusting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sender_bench import SECRET, Serve, record, refused, sender

from appliance.audit.log import AuditLog
from appliance.errors import LogLatched
from appliance.sender.base import Sender


def test_what_arrives_is_the_record_and_its_payload_byte_for_byte(log: AuditLog, serve: Serve) -> None:
    upstream = serve()
    body = bytes(range(256)) * 3000  # larger than a socket buffer
    headers = [["hOsT", f"127.0.0.1:{upstream.port}"], ["Accept-Encoding", "gzip, deflate"], ["X-Twice", "1"],
               ["x-tWICE", " 2 "], ["Empty", ""], ["Authorization", "Bearer <credential ml>"],
               ["Both", "<credential ml>:<credential ml>"], ["content-length", str(len(body))]]
    index = record(log, upstream.port, body, headers=headers, path="/v1/messages?beta=%20&a=b")
    door: Sender = sender(log, upstream.port)
    outcome = door.send(index)
    stored = log.reader.record(index).fields
    expected = f"{stored['method']} {stored['path']} HTTP/1.1\r\n".encode()
    expected += "".join(f"{name}: {value}\r\n" for name, value in stored["headers"]).encode() + b"\r\n"
    expected = expected.replace(b"<credential ml>", SECRET.encode()) + log.reader.payload(stored["payload_sha256"])
    assert [expected] == upstream.received
    assert (200, (("Content-Length", "2"), ("request-id", "r1")), b"hi", None, True) == (
        outcome.status, outcome.headers, outcome.body, outcome.error, outcome.may_have_left)
    assert index == outcome.log_index


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.from_regex(r"X-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}", fullmatch=True),
                          st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)), max_size=5),
       st.binary(max_size=200))
def test_any_headers_and_body_arrive_unchanged(log: AuditLog, serve: Serve, extra: list[tuple[str, str]],
                                               body: bytes) -> None:
    upstream = serve()
    headers = [["Host", f"127.0.0.1:{upstream.port}"], *map(list, extra), ["Content-Length", str(len(body))]]
    sender(log, upstream.port).send(record(log, upstream.port, body, headers=headers))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
    assert [b"POST /v1/messages HTTP/1.1\r\n" + lines + b"\r\n" + body] == upstream.received


HOSTILE = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1",
           "ALL_PROXY": "socks5://127.0.0.1:1", "NO_PROXY": "", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
           "ANTHROPIC_AUTH_TOKEN": "stolen", "ANTHROPIC_CUSTOM_HEADERS": "X-Evil: 1",
           "REQUESTS_CA_BUNDLE": "/nowhere", "CURL_CA_BUNDLE": "/nowhere", "NETRC": "/nowhere",
           "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "PYTHONHTTPSVERIFY": "0"}


def test_a_hostile_environment_changes_no_byte(
        log: AuditLog, serve: Serve, monkeypatch: pytest.MonkeyPatch, certificates: Path) -> None:
    upstream = serve(tls=server_tls(certificates / "good"))
    index = record(log, upstream.port, scheme="https")

    def trusted() -> ssl.SSLContext:
        return trusting(certificates)

    assert 200 == sender(log, upstream.port, scheme="https", tls=trusted).send(index).status
    key_log = certificates / "keys.txt"
    for name, value in {**HOSTILE, "SSLKEYLOGFILE": str(key_log), "SSL_CERT_FILE": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    assert 200 == sender(log, upstream.port, scheme="https", tls=trusted).send(index).status
    assert upstream.received[0] == upstream.received[1] != b""
    assert not key_log.exists()


def test_secrets_are_looked_up_at_each_send_and_shown_nowhere(log: AuditLog, serve: Serve, tmp_path: Path) -> None:
    upstream = serve()
    index = record(log, upstream.port)
    secrets: dict[str, str] = {}
    door = sender(log, upstream.port, credentials=secrets)
    assert "credential ml" in refused(log, upstream, index, door)
    for bad in (f"{SECRET}\r\nX-Evil: 1", f"{SECRET}\n", "", f"{SECRET}ä"):
        secrets["ml"] = bad
        assert "credential ml" in refused(log, upstream, index, door)

    def broken(name: str) -> str:
        raise RuntimeError(f"vault said {SECRET}")

    refused(log, upstream, index, sender(log, upstream.port, credentials=broken))
    secrets["ml"] = SECRET
    outcome = door.send(index)
    assert SECRET.encode() in upstream.received[0]
    assert SECRET not in f"{door!r} {outcome!r}"
    files = [path for path in (tmp_path / "log").rglob("*") if path.is_file()]
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


# The order of effects.


ONE_REQUEST = """
import sys
from pathlib import Path
from appliance.audit.log import AuditLog
from appliance.sender.https import HttpsSender
log, port = AuditLog.open(Path(sys.argv[1])), int(sys.argv[2])
headers = [["Host", f"127.0.0.1:{port}"], ["Content-Length", "4"]]
index = log.append("request", {
    "method": "POST", "path": "/", "destination": {"scheme": "http", "host": "127.0.0.1", "port": port},
    "headers": headers, "payload_sha256": log.put_payload(b"body"), "payload_bytes": 4})
sender = HttpsSender(log.reader, allowed=frozenset({("http", "127.0.0.1", port)}), credentials={}, timeout_s=5)
print(sender.send(index).status)
"""


def traced(log_path: Path, port: int, *options: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    trace = log_path.with_suffix(".trace")
    command = ["strace", "-f", "-qq", "-y", "-o", str(trace), "-e",
               "trace=fsync,fdatasync,rename,write,sendto,connect", *options,
               sys.executable, "-c", ONE_REQUEST, str(log_path), str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if "ptrace" in done.stderr:
        pytest.skip("ptrace is not permitted here")
    return done, trace.read_text().splitlines()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_payload_and_record_are_durable_before_the_first_packet(serve: Serve, tmp_path: Path) -> None:
    upstream = serve()
    done, calls = traced(tmp_path / "log", upstream.port)
    assert "200\n" == done.stdout, done.stderr

    def place(pattern: str) -> int:
        found = [number for number, call in enumerate(calls) if re.search(pattern, call)]
        assert found, f"{pattern} was never called"
        return found[0]

    order = [r" fsync\(.*/payload/\..*= 0$", r" rename\(.*/payload/", r" fsync\(\d+<[^>]*/log/payload>\) += 0$",
             r" write\(.*seg-000001", r" fdatasync\(.*seg-000001.*= 0$", r" connect\(", r" sendto\("]
    places = [place(pattern) for pattern in order]
    assert sorted(places) == places
    assert 1 == len(upstream.received)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("failure", ["fdatasync:error=EIO:when=1", "fsync:error=EIO:when=4", "fsync:error=EIO:when=5",
                                     "fsync:error=EIO:when=6"])
def test_no_record_no_egress(serve: Serve, tmp_path: Path, failure: str) -> None:
    upstream = serve()
    done, calls = traced(tmp_path / "log", upstream.port, "-e", f"inject={failure}")
    assert any("INJECTED" in call for call in calls)
    assert LogLatched.__name__ in done.stderr
    assert 0 == upstream.connections
