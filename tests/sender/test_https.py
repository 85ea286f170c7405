"""The sender: the bytes that arrive are record and payload with the credential put in, or nothing arrives."""

from __future__ import annotations

import errno
import gzip
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.audit.log import AuditLog
from appliance.errors import AuditError, EgressDenied, LogBroken, LogLatched
from appliance.sender.base import Outcome, Sender
from appliance.sender.https import HttpsSender, system_tls

SECRET = "sk-test-3f9a"
BODY = b'{"model":"m","messages":[]}'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nrequest-id: r1\r\n\r\nhi"


class Upstream:
    """A raw server on loopback that keeps every byte it receives and plays one scripted answer per connection."""

    def __init__(self, answer: bytes | Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> None:
        self._answer, self._tls = answer, tls
        self.received: list[bytes] = []
        self.connections = 0
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
            self.connections += 1
            self.received.append(b"")
            try:
                self._talk(peer)
            except OSError:
                peer.close()

    def _talk(self, peer: socket.socket) -> None:
        peer.settimeout(5)
        if self._tls is not None:
            peer = self._tls.wrap_socket(peer, server_side=True)
        with peer:
            while not whole(self.received[-1]):
                data = peer.recv(65_536)
                if not data:
                    return
                self.received[-1] += data
            if callable(self._answer):
                self._answer(peer)
            else:
                peer.sendall(self._answer)
                if self._tls is not None:
                    peer.unwrap().close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        assert not self._thread.is_alive()


def whole(data: bytes) -> bool:
    head, blank, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(blank) and len(body) >= (int(length[1]) if length else 0)


Serve = Callable[..., Upstream]


@pytest.fixture
def serve() -> Iterator[Serve]:
    started: list[Upstream] = []

    def start(answer: bytes | Callable[[socket.socket], None] = OK, tls: ssl.SSLContext | None = None) -> Upstream:
        started.append(Upstream(answer, tls))
        return started[-1]

    yield start
    for upstream in started:
        upstream.close()


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog.open(tmp_path / "log")


def record(log: AuditLog, port: int, body: bytes = BODY, *, scheme: str = "http", host: str = "127.0.0.1",
           headers: list[list[str]] | None = None, kind: str = "request", **other: Any) -> int:
    if headers is None:
        headers = [["Host", f"{host}:{port}"], ["Content-Length", str(len(body))], ["x-api-key", "<credential ml>"]]
    fields = {"job": "clinic", "method": "POST", "path": "/v1/messages",
              "destination": {"scheme": scheme, "host": host, "port": port}, "headers": headers,
              "payload_sha256": log.put_payload(body), "payload_bytes": len(body), **other}
    return log.append(kind, fields)


def sender(log: AuditLog, port: int, *, scheme: str = "http", host: str = "127.0.0.1", timeout_s: float = 5.0,
           **other: Any) -> HttpsSender:
    settings = {"credentials": {"ml": SECRET}, **other}
    return HttpsSender(log.reader, allowed=frozenset({(scheme, host, port)}), timeout_s=timeout_s, **settings)


def failed(outcome: Outcome) -> tuple[str | None, bool, int | None, bytes]:
    return outcome.error, outcome.may_have_left, outcome.status, outcome.body


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


@pytest.mark.parametrize(("name", "answer", "error"), [
    ("too short a body", b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi", "protocol"),
    ("no length", b"HTTP/1.1 200 OK\r\n\r\nhi", "protocol"),
    ("two lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 1\r\n\r\nhi", "protocol"),
    ("length and chunks", b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n"
                          b"2\r\nhi\r\n0\r\n\r\n", "protocol"),
    ("negative length", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhi", "protocol"),
    ("odd length", b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nhi", "protocol"),
    ("unknown coding", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "protocol"),
    ("cut chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi", "protocol"),
    ("endless chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 3_000_000, "too_large"),
    ("no http", b"220 mail.example ESMTP\r\n\r\n", "protocol"),
    ("nothing", b"", "reset"),
    ("half a head", b"HTTP/1.1 200 OK\r\nContent-Le", "protocol"),
    ("broken head", b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nhi", "protocol"),
    ("head broken after its length", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nno colon\r\nX: y\r\n\r\nhi", "protocol"),
    ("early hints", b"HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\n\r\n" + OK, "protocol"),
    ("long head", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", "protocol"),
    ("many heads", b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n", "protocol"),
    ("switching", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "protocol"),
    ("endless continue", b"HTTP/1.1 100 Continue\r\n\r\n" * 60_000, "too_large"),
    ("declared huge", b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n", "too_large"),
    ("huge", b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001, "too_large"),
    ("huge chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n",
     "too_large"),
])
def test_an_answer_that_is_not_whole_is_a_category_and_never_a_body(
        log: AuditLog, serve: Serve, name: str, answer: bytes, error: str) -> None:
    upstream = serve(answer)
    outcome = sender(log, upstream.port, max_answer_bytes=1000).send(record(log, upstream.port))
    assert (error, True, None, b"") == failed(outcome), name
    assert () == outcome.headers
    assert 1 == upstream.connections, "there is one attempt"


@pytest.mark.parametrize(("answer", "status", "body"), [
    (OK, 200, b"hi"),
    (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", 200, b"hi"),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, b"hi"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n", 200, b"hi!"),
    (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"hi"),
    (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, b""),
    (b"HTTP/1.1 429 Slow\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000, 429, b"x" * 1000),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", 200, b"hi"),
])
def test_a_whole_answer_comes_back_whatever_its_status(
        log: AuditLog, serve: Serve, answer: bytes, status: int, body: bytes) -> None:
    upstream = serve(answer)
    outcome = sender(log, upstream.port, max_answer_bytes=1000).send(record(log, upstream.port))
    assert (None, True, status, body) == failed(outcome)
    assert 1 == upstream.connections


def test_a_redirect_is_an_answer_and_not_an_order(log: AuditLog, serve: Serve) -> None:
    other = serve()
    location = f"Location: http://127.0.0.1:{other.port}/steal\r\n".encode()
    upstream = serve(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n" + location + b"\r\n")
    outcome = sender(log, upstream.port).send(record(log, upstream.port))
    assert (302, 1, 0) == (outcome.status, upstream.connections, other.connections)


def test_a_compressed_answer_is_left_as_it_came(log: AuditLog, serve: Serve) -> None:
    packed = gzip.compress(bytes(10_000_000))
    upstream = serve(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
    assert packed == sender(log, upstream.port).send(record(log, upstream.port)).body


def test_an_answer_that_drips_runs_into_the_deadline_of_the_whole_exchange(log: AuditLog, serve: Serve) -> None:
    def drip(peer: socket.socket) -> None:
        for byte in OK * 100:
            peer.sendall(bytes([byte]))
            time.sleep(0.05)

    upstream = serve(drip)
    started = time.monotonic()
    outcome = sender(log, upstream.port, timeout_s=0.5).send(record(log, upstream.port))
    assert ("timeout", True, None, b"") == failed(outcome)
    assert 0.5 <= time.monotonic() - started < 2
    assert 500 <= outcome.elapsed_ms < 2000


def test_a_peer_that_never_reads_runs_into_the_deadline_while_sending(log: AuditLog) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        body = bytes(20_000_000)
        outcome = sender(log, port, timeout_s=0.5).send(record(log, port, body))
    assert ("timeout", True, None, b"") == failed(outcome)


def test_a_reset_after_the_request_means_it_may_have_left(log: AuditLog, serve: Serve) -> None:
    def reset(peer: socket.socket) -> None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    upstream = serve(reset)
    outcome = sender(log, upstream.port).send(record(log, upstream.port))
    assert ("reset", True, None, b"") == failed(outcome)


@pytest.mark.parametrize(("host", "error"), [("127.0.0.1", "refused"), ("nowhere.invalid", "unresolved")])
def test_where_nothing_listens_nothing_left(log: AuditLog, host: str, error: str, certificates: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    door = sender(log, port, scheme="https", host=host, tls=lambda: trusting(certificates))
    assert (error, False, None, b"") == failed(door.send(record(log, port, scheme="https", host=host)))


def test_ipv6_loopback_is_a_loopback(log: AuditLog) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 on this machine")
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as free:
            port = free.getsockname()[1]
    except OSError:
        pytest.skip("no IPv6 loopback on this machine")
    headers = [["Host", f"[::1]:{port}"], ["Content-Length", str(len(BODY))]]
    outcome = sender(log, port, host="::1").send(record(log, port, host="::1", headers=headers))
    assert ("refused", False, None, b"") == failed(outcome)


# What is refused before a socket exists.


def refused(log: AuditLog, upstream: Upstream, index: int, door: HttpsSender | None = None) -> str:
    with pytest.raises(EgressDenied) as caught:
        (door or sender(log, upstream.port)).send(index)
    assert 0 == upstream.connections
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert SECRET not in shown
    return str(caught.value)


def test_a_destination_off_the_list_is_refused(log: AuditLog, serve: Serve) -> None:
    upstream = serve()
    for destination in ({"port": upstream.port + 1}, {"host": "127.0.0.2"}, {"scheme": "https"}):
        index = record(log, **{"port": upstream.port, **destination})
        assert "not an allowed destination" in refused(log, upstream, index)


@pytest.mark.parametrize("host", ["localhost", "example.com", "10.0.0.1", "0.0.0.0", "127.1", "::ffff:10.0.0.1"])
def test_plain_http_is_refused_to_anything_but_a_loopback_address(log: AuditLog, serve: Serve, host: str) -> None:
    upstream = serve()
    literal = f"[{host}]" if ":" in host else host
    headers = [["Host", f"{literal}:{upstream.port}"], ["Content-Length", str(len(BODY))]]
    index = record(log, upstream.port, host=host, headers=headers)
    assert "only allowed to a loopback" in refused(log, upstream, index, sender(log, upstream.port, host=host))


def test_a_scheme_nobody_knows_is_refused(log: AuditLog, serve: Serve) -> None:
    upstream = serve()
    index = record(log, upstream.port, scheme="ftp")
    refused(log, upstream, index, sender(log, upstream.port, scheme="ftp"))


GOOD = [["Host", "127.0.0.1:PORT"], ["Content-Length", str(len(BODY))]]


@pytest.mark.parametrize("change", [
    {"path": "/a\r\nX-Evil: 1"}, {"path": "/a b"}, {"path": "/\n"}, {"path": ""}, {"path": "http://evil/"},
    {"path": "/ä"}, {"path": 5}, {"method": "POST / HTTP/1.1\r\nX: 1\r\n\r\n"}, {"method": ""}, {"method": None},
    {"headers": [*GOOD, ["X", "a\r\nY: b"]]}, {"headers": [*GOOD, ["X", "a\n b"]]}, {"headers": [*GOOD, ["X", "a\rb"]]},
    {"headers": [*GOOD, ["X", "a\0b"]]}, {"headers": [*GOOD, ["X", "a\n"]]}, {"headers": [*GOOD, ["X: y\r\nZ", "a"]]},
    {"headers": [*GOOD, ["X ", "a"]]}, {"headers": [*GOOD, ["", "a"]]}, {"headers": [*GOOD, ["X", "ä"]]},
    {"headers": [*GOOD, ["X", 1]]}, {"headers": [*GOOD, ["X"]]}, {"headers": [*GOOD, "Xy"[:1]]}, {"headers": None},
    {"headers": [*GOOD, ["Transfer-Encoding", "chunked"]]},
    {"headers": [*GOOD, GOOD[1]]}, {"headers": [*GOOD, GOOD[0]]},
    {"headers": GOOD[1:]}, {"headers": GOOD[:1]}, {"headers": [["Host", "evil.example"], GOOD[1]]},
    {"headers": [["Host", "127.0.0.1"], GOOD[1]]}, {"headers": [GOOD[0], ["Content-Length", "3"]]},
    {"headers": [*GOOD, ["X", "<credential >"]]}, {"headers": [*GOOD, ["X", "<credential ml"]]},
    {"headers": [*GOOD, ["X", "<credential other>"]]}, {"destination": None}, {"destination": {"scheme": "http"}},
    {"destination": {"scheme": "http", "host": ["127.0.0.1"], "port": 1}},
    {"destination": {"scheme": "http", "host": "127.0.0.1", "port": "1"}},
])
def test_a_record_that_could_leave_as_something_else_is_refused(
        log: AuditLog, serve: Serve, change: dict[str, Any]) -> None:
    upstream = serve()
    headers = change.pop("headers", GOOD)
    if headers is not None:
        headers = [[text.replace("PORT", str(upstream.port)) if isinstance(text, str) else text for text in pair]
                   for pair in headers]
    index = record(log, upstream.port, **{"headers": "none" if headers is None else headers, **change})
    message = refused(log, upstream, index)
    assert f"record {index}" in message
    assert "Evil" not in message and "\r" not in message and "\n" not in message


def test_only_a_request_with_its_own_payload_is_sent(log: AuditLog, serve: Serve, tmp_path: Path) -> None:
    upstream = serve()
    door = sender(log, upstream.port)
    with pytest.raises(AuditError, match="not a request"):
        door.send(record(log, upstream.port, kind="outcome"))
    with pytest.raises(AuditError, match="no record 99"):
        door.send(99)
    unsized = dict(log.reader.record(record(log, upstream.port)).fields)
    del unsized["payload_bytes"]
    with pytest.raises(LogBroken, match="another size"):
        door.send(log.append("request", unsized))
    index = record(log, upstream.port)
    payload = tmp_path / "log" / "payload" / log.reader.record(index).fields["payload_sha256"]
    payload.write_bytes(BODY.replace(b"m", b"n"))
    with pytest.raises(LogBroken, match="not the bytes"):
        door.send(index)
    payload.unlink()
    with pytest.raises(LogBroken, match="cannot be read"):
        door.send(index)
    assert 0 == upstream.connections


def test_a_record_whose_fdatasync_failed_is_not_sent_although_it_can_be_read(
        log: AuditLog, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    upstream = serve()

    def fail(handle: int) -> None:
        raise OSError(errno.EIO, "injected")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", fail)
        with pytest.raises(LogLatched):
            record(log, upstream.port)
    assert "request" == log.reader.record(0).kind
    with pytest.raises(LogLatched):
        sender(log, upstream.port).send(0)
    assert 0 == upstream.connections


def test_an_altered_record_is_not_sent(log: AuditLog, serve: Serve, tmp_path: Path) -> None:
    upstream = serve()
    index = record(log, upstream.port)
    record(log, upstream.port)
    path = tmp_path / "log" / "seg-000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b"/v1/messages", b"/v1/MESSAGES", 1))
    with pytest.raises(LogBroken):
        sender(log, upstream.port).send(index + 1)
    assert 0 == upstream.connections


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


# TLS, with real certificates.


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for authority in ("ca", "other-ca"):
        openssl("req", "-x509", *new_key, "-keyout", f"{authority}.key", "-out", f"{authority}.pem", "-subj",
                f"/CN={authority}", "-days", "2", "-addext", "keyUsage=critical,keyCertSign")
    for name, authority, subject, days in (("good", "ca", "IP:127.0.0.1", "2"), ("wrong-name", "ca", "DNS:other", "2"),
                                           ("wrong-ca", "other-ca", "IP:127.0.0.1", "2"),
                                           ("expired", "ca", "IP:127.0.0.1", "-1")):
        (folder / "extensions").write_text(f"subjectAltName={subject}\n")
        openssl("req", *new_key, "-keyout", f"{name}.key", "-out", "request.pem", "-subj", "/CN=server")
        openssl("x509", "-req", "-in", "request.pem", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-days", days, "-extfile", "extensions")
    return folder


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
    return context


def trusting(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=str(certificates / "ca.pem"))
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["wrong-name", "wrong-ca", "expired"])
def test_a_wrong_certificate_gets_not_one_byte_of_the_request(
        log: AuditLog, serve: Serve, certificates: Path, name: str, version: ssl.TLSVersion) -> None:
    tls = server_tls(certificates / name)
    tls.maximum_version = version
    upstream = serve(tls=tls)
    door = sender(log, upstream.port, scheme="https", tls=lambda: trusting(certificates))
    assert ("tls", False, None, b"") == failed(door.send(record(log, upstream.port, scheme="https")))
    assert [b""] == upstream.received


def test_a_right_certificate_gets_exactly_the_request(log: AuditLog, serve: Serve, certificates: Path) -> None:
    upstream = serve(tls=server_tls(certificates / "good"))
    door = sender(log, upstream.port, scheme="https", tls=lambda: trusting(certificates))
    body = bytes(range(256)) * 1000
    outcome = door.send(record(log, upstream.port, body, scheme="https"))
    assert (None, True, 200, b"hi") == failed(outcome)
    head = f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{upstream.port}\r\nContent-Length: {len(body)}\r\n"
    assert [f"{head}x-api-key: {SECRET}\r\n\r\n".encode() + body] == upstream.received


def test_the_system_certificates_are_used_whatever_the_environment_trusts(
        log: AuditLog, serve: Serve, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        context = system_tls()
    except EgressDenied as missing:
        pytest.skip(str(missing))
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    assert context.cert_store_stats()["x509_ca"] > 10
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(certificates))
    monkeypatch.setenv("SSLKEYLOGFILE", str(certificates / "stolen.txt"))
    lenient = ssl.create_default_context()
    assert 1 == lenient.cert_store_stats()["x509_ca"], "the hostile variables would work on a default context"
    assert context.cert_store_stats() == system_tls().cert_store_stats()
    assert system_tls().keylog_filename is None
    upstream = serve(tls=server_tls(certificates / "good"))
    outcome = sender(log, upstream.port, scheme="https").send(record(log, upstream.port, scheme="https"))
    assert ("tls", False, None, b"") == failed(outcome)


def test_without_system_certificates_nothing_is_sent(
        log: AuditLog, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    with pytest.raises(EgressDenied, match="ca-certificates"):
        system_tls()


def test_a_context_that_verifies_nothing_is_refused(log: AuditLog, serve: Serve) -> None:
    def lax() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    upstream = serve()
    index = record(log, upstream.port, scheme="https")
    assert "does not verify" in refused(log, upstream, index, sender(log, upstream.port, scheme="https", tls=lax))


def test_a_server_that_speaks_no_tls_or_hangs_up_gets_nothing(
        log: AuditLog, certificates: Path) -> None:
    for greeting in (b"", b"220 mail\r\n"):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            received: list[bytes] = []

            def talk(listener: socket.socket = listener, greeting: bytes = greeting,
                     received: list[bytes] = received) -> None:
                peer, _ = listener.accept()
                with peer:
                    received.append(peer.recv(65_536))
                    peer.sendall(greeting)

            thread = threading.Thread(target=talk)
            thread.start()
            door = sender(log, port, scheme="https", tls=lambda: trusting(certificates))
            outcome = door.send(record(log, port, scheme="https"))
            thread.join(5)
        assert ("tls", False, None, b"") == failed(outcome)
        assert b"POST" not in b"".join(received)


def test_a_silent_handshake_runs_into_the_deadline_and_nothing_left(log: AuditLog, certificates: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        for timeout_s in (0.4, 0.0):
            door = sender(log, port, scheme="https", timeout_s=timeout_s, tls=lambda: trusting(certificates))
            outcome = door.send(record(log, port, scheme="https"))
            assert ("timeout", False, None, b"") == failed(outcome)
            assert outcome.elapsed_ms < 2000


def test_a_tls_stream_cut_without_goodbye_is_not_a_whole_answer(
        log: AuditLog, serve: Serve, certificates: Path) -> None:
    def cut(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi")

    upstream = serve(cut, tls=server_tls(certificates / "good"))
    door = sender(log, upstream.port, scheme="https", tls=lambda: trusting(certificates))
    assert ("reset", True, None, b"") == failed(door.send(record(log, upstream.port, scheme="https")))


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
