"""For every test: no socket leaves this machine, and nothing of the caller's environment reaches the product."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection that is not loopback or a Unix socket, and every name that is not localhost."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            host = address[0] if isinstance(address, tuple) else ""
            assert host == "localhost" or ipaddress.ip_address(host).is_loopback, "a test tried to leave the machine"
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "PSI_HOME", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public test sets, which are not part of this project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public test sets are not on this machine")
    return SHARED_DATA
