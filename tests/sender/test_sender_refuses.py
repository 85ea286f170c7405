"""What is refused before a socket exists, whatever the record says and whoever changed it."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from sender_bench import BODY, Serve, record, refused, sender

from appliance.audit.log import AuditLog
from appliance.errors import AuditError, LogBroken, LogLatched


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
