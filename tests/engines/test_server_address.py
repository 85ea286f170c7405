"""Only this machine is ever talked to."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from appliance.engines.server import check_server, server_address
from appliance.errors import ConfigError


@pytest.mark.parametrize(("server", "url"), [
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
    ("http://[::1]:8000", "http://[::1]:8000")])
def test_loopback_is_allowed(server: str, url: str) -> None:
    assert url == server_address(server).url
    check_server(server)


@pytest.mark.parametrize("server", [
    None, "", "http://10.0.0.1:8000", "http://0.0.0.0:8000", "http://localhost:8000", "http://127.0.0.1",
    "https://127.0.0.1:8000", "http://127.0.0.1:8000/v1", "http://user@127.0.0.1:8000", "http://127.0.0.1@evil.example:80",
    "http://evil.example:8000", "http://127.0.0.1:99999", "http://[::ffff:10.0.0.1]:80", "http://2130706433:80",
    "http://127.0.0.1:8000?a=b", "http://127.0.0.1:8000#a", "127.0.0.1:8000", "file:///etc/passwd", "http://[::1",
    "unix:", "unix:vllm.sock", "unix:/" + "a" * 120, "unix:/nowhere/at/all/vllm.sock", "unix:/run/a\0b"])
def test_anything_else_is_refused_by_its_key(server: str | None) -> None:
    with pytest.raises(ConfigError, match=r"generator\.server"):
        check_server(server)


def test_a_socket_that_is_not_there_yet_is_allowed_in_a_folder_of_ones_own(tmp_path: Path) -> None:
    assert tmp_path / "vllm.sock" == server_address(f"unix:{tmp_path}/vllm.sock").socket


def test_a_file_is_no_socket(tmp_path: Path) -> None:
    (tmp_path / "vllm.sock").write_text("")
    with pytest.raises(ConfigError, match="is no socket"):
        check_server(f"unix:{tmp_path}/vllm.sock")


def test_in_a_folder_for_everybody_only_ones_own_socket_is_trusted(tmp_path: Path,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    address = f"unix:{folder}/vllm.sock"
    with pytest.raises(ConfigError, match="everybody may put a socket"):
        check_server(address)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/vllm.sock")
        check_server(address)
        if os.geteuid() == 0:
            os.chown(f"{folder}/vllm.sock", 12345, 12345)
        else:
            monkeypatch.setattr(os, "geteuid", lambda: 12345)
        with pytest.raises(ConfigError, match="not yours"):
            check_server(address)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_a_strangers_folder_where_everybody_may_make_one_is_not_trusted(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "vllm").mkdir()
    os.chown(tmp_path / "vllm", 12345, 12345)
    with pytest.raises(ConfigError, match="belongs to another user"):
        check_server(f"unix:{tmp_path}/vllm/vllm.sock")


def test_a_link_is_no_socket(tmp_path: Path) -> None:
    (tmp_path / "vllm.sock").symlink_to("/dev/null")
    with pytest.raises(ConfigError, match="is no socket"):
        check_server(f"unix:{tmp_path}/vllm.sock")
