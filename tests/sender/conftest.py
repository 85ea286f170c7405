"""Fixtures of the sender: a fresh log, and servers that are closed when the test ends."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sender_bench import OK, Serve, Upstream

from appliance.audit.log import AuditLog


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
