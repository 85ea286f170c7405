"""TLS with real certificates: the right one gets the request, every other gets not one byte of it."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest
from certificates import server_tls, trusting
from sender_bench import SECRET, Serve, failed, record, refused, sender

from appliance.audit.log import AuditLog
from appliance.errors import EgressDenied
from appliance.sender.https import system_tls


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["tenant", "foreign", "expired"])
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
