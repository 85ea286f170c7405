"""For every test: no socket leaves this machine, and nothing of the caller's environment reaches the product."""

from __future__ import annotations

import ipaddress
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from door_bench import Upstream

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


# A shell starts what runs in its background with this signal ignored, and so do the processes that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail any test in which something connects to, or looks up, anything but loopback; swallowing it does not help."""
    strangers: list[object] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            strangers.append(address)
            raise OSError("a test tried to leave the machine")
        connect(self, address)

    def guarded_look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if str(host).endswith(".invalid"):  # never resolves (RFC 2606), so nobody is asked
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not _is_loopback(host):
            strangers.append(host)
            raise OSError("a test tried to look up a name")
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "PSI_HOME", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    yield
    assert [] == strangers


def _is_loopback(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host if isinstance(host, str) else str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public test sets, which are not part of this project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public test sets are not on this machine")
    return SHARED_DATA


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A Messages API on loopback that records every byte; imported here, as most tests need nothing of it."""
    from door_bench import Upstream

    server = Upstream()
    yield server
    server.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of real certificates: see `certificates.py` of the sender."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    from certificates import issue

    folder = tmp_path_factory.mktemp("certificates")
    issue(folder)
    return folder
