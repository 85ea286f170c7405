"""One record and one sender over it, and a raw server on loopback that keeps every byte it receives."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest

from appliance.audit.log import AuditLog
from appliance.errors import EgressDenied
from appliance.sender.base import Outcome
from appliance.sender.https import HttpsSender

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


def refused(log: AuditLog, upstream: Upstream, index: int, door: HttpsSender | None = None) -> str:
    with pytest.raises(EgressDenied) as caught:
        (door or sender(log, upstream.port)).send(index)
    assert 0 == upstream.connections
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert SECRET not in shown
    return str(caught.value)
