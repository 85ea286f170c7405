"""Where a model server may be: a Unix socket or a loopback address of this machine, and nothing else.

Prompts carry passages of K, so the address is checked as text and no name is ever resolved.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from appliance.errors import ConfigError

_KEY = "generator.server"
_EXAMPLES = "unix:/run/vllm/vllm.sock or http://127.0.0.1:8000"
_LONGEST_SOCKET_BYTES = 107
"""``sun_path`` of unix(7), less the byte that ends it."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A checked address.

    Attributes:
        url: base of every request; of a Unix socket only the path counts and the host is a name for the header.
        socket: the Unix socket, None for TCP.
    """

    url: str
    socket: Path | None


def check_server(server: str | None) -> None:
    """Refuse an address that this product must not talk to. Nothing is connected to.

    Raises:
        ConfigError: names ``generator.server`` and the fix.
    """
    server_address(server)


def server_address(server: str | None) -> ServerAddress:
    """Read ``unix:/path`` or ``http://LOOPBACK:PORT``.

    Raises:
        ConfigError: anything else, or a Unix socket that another user of this machine may have put there.
    """
    if not server:
        raise ConfigError(f"{_KEY} is missing: engine vllm needs a running server, such as {_EXAMPLES}")
    if server.startswith("unix:"):
        return ServerAddress("http://vllm", _socket(server.removeprefix("unix:")))
    return ServerAddress(_loopback(server), None)


def _loopback(server: str) -> str:
    try:
        parts = urlsplit(server)
        host, port = parts.hostname, parts.port
        loopback = ipaddress.ip_address(host or "").is_loopback
    except ValueError as error:
        raise ConfigError(f"{_KEY} is not an address of this machine in digits; write {_EXAMPLES}") from error
    if not loopback or host is None:
        raise ConfigError(f"{_KEY} is another machine; prompts carry your knowledge base, so only a Unix socket or "
                          f"loopback is allowed: {_EXAMPLES}")
    if (parts.scheme != "http" or port is None or parts.path not in ("", "/") or "@" in parts.netloc
            or parts.query or parts.fragment):
        raise ConfigError(f"{_KEY} must be http:// with an address and a port and nothing else, such as {_EXAMPLES}")
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _socket(name: str) -> Path:
    path = Path(name)
    if not path.is_absolute() or len(os.fsencode(path)) > _LONGEST_SOCKET_BYTES or "\0" in name:
        raise ConfigError(f"{_KEY}: a Unix socket needs an absolute path of at most {_LONGEST_SOCKET_BYTES} bytes, "
                          f"such as unix:/run/vllm/vllm.sock")
    _check_owner(path)
    return path


def _check_owner(path: Path) -> None:
    """Who else could answer here? In a folder that everybody may write to, only the socket's owner tells."""
    try:
        folder = path.parent.stat()
        there = path.lstat() if path.is_symlink() or path.exists() else None
    except OSError as error:
        raise ConfigError(f"{_KEY}: {path.parent} cannot be read ({error.strerror}); start the server, or give this "
                          f"user access to its folder") from error
    if there is not None and not stat.S_ISSOCK(there.st_mode):
        raise ConfigError(f"{_KEY}: {path} is no socket; give the path the server was started with (--uds)")
    trusted = {0, os.geteuid()}
    if folder.st_uid not in trusted and any(_open_to_all(above) for above in path.parent.parents):
        raise ConfigError(f"{_KEY}: {path.parent} belongs to another user and lies where everybody may make folders; "
                          f"let the server listen in a folder of its own, such as /run/vllm")
    if folder.st_mode & stat.S_IWOTH and (there is None or there.st_uid not in trusted):
        raise ConfigError(f"{_KEY}: everybody may put a socket into {path.parent}, and this one is not yours; "
                          f"let the server listen in a folder of its own, such as /run/vllm")


def _open_to_all(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IWOTH)
