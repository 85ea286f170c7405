"""What comes back: a whole answer or a category, within one deadline, whatever the other side does."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from pathlib import Path

import pytest
from certificates import trusting
from sender_bench import BODY, OK, Serve, failed, record, sender

from appliance.audit.log import AuditLog


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
    assert 500 <= outcome.elapsed_ms < 2000
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
