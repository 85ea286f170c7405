"""A recorded request, read back from the log and checked before any socket exists. Knows no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.audit.reader import AuditReader
from appliance.errors import ApplianceError, AuditError, EgressDenied, LogBroken, LogLatched

Destination = tuple[str, str, int]
"""Scheme, host and port."""
Header = tuple[str, str]

DEFAULT_PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_TARGET = re.compile(r"/[!-~]*")
_VALUE = re.compile(r"[ -~\t]*")
_CREDENTIAL = re.compile(r"<credential ([A-Za-z0-9_.-]+)>")


@dataclass(frozen=True, slots=True, repr=False)
class RecordedRequest:
    """What one record says to send.

    Attributes:
        log_index: seq of the record.
        destination: where to.
        headers: ordered pairs, a credential still as ``<credential NAME>``.
        body: the payload, its hash verified.
    """

    log_index: int
    destination: Destination
    method: str
    path: str
    headers: tuple[Header, ...]
    body: bytes

    def headers_with(self, credential: Callable[[str], str]) -> tuple[Header, ...]:
        """The headers with each ``<credential NAME>`` replaced by its secret, and nothing else changed.

        Raises:
            EgressDenied: a credential is unknown or cannot be part of a header; named, never shown.
        """
        def secret(match: re.Match[str]) -> str:
            return self._secret(match[1], credential)

        return tuple((name, _CREDENTIAL.sub(secret, value)) for name, value in self.headers)

    def _secret(self, name: str, credential: Callable[[str], str]) -> str:
        value: object
        try:
            value = credential(name)
        except ApplianceError:
            raise
        except Exception:
            value = None  # the error itself is dropped, context and all: it may have had the secret in its hands
        if not isinstance(value, str) or not value or not _VALUE.fullmatch(value):
            raise _denied(self.log_index, f"needs credential {name}, which is missing, empty or holds a "
                                          f"character that no header may (a newline?)")
        return value


def read_back(reader: AuditReader, log_index: int) -> RecordedRequest:
    """Read a record and its payload, and refuse whatever could leave as something else than it looks.

    Raises:
        LogLatched: a write to the log failed; its newest records may not be on disk.
        AuditError: no such record, not a request, or its payload is missing or altered.
        EgressDenied: malformed, header injection, or framing that does not match the payload.
    """
    if reader.latched:
        raise LogLatched(f"{reader.directory}: shut since a write failed; nothing was sent. Restart, which verifies "
                         f"the whole log")
    record = reader.record(log_index)
    if record.kind != "request":
        raise AuditError(f"record {log_index} is of kind {record.kind}, not a request; nothing was sent")
    body = reader.payload(str(record.fields.get("payload_sha256")))
    if record.fields.get("payload_bytes") != len(body):
        raise LogBroken(f"record {log_index} states another size than its payload has; nothing was sent")
    try:
        request = _parse(log_index, record.fields, body)
    except (KeyError, TypeError, ValueError):
        raise _denied(log_index, "is not a complete request") from None
    _check_text(request)
    _check_framing(request)
    return request


def _parse(log_index: int, fields: Any, body: bytes) -> RecordedRequest:
    where = fields["destination"]
    headers = tuple((name, value) for name, value in fields["headers"])
    request = RecordedRequest(log_index, (where["scheme"], where["host"], where["port"]), fields["method"],
                              fields["path"], headers, body)
    texts = [where["scheme"], where["host"], request.method, request.path]
    texts += [text for pair in headers for text in pair]
    if not all(isinstance(text, str) for text in texts) or type(where["port"]) is not int:
        raise TypeError
    return request


def _check_text(request: RecordedRequest) -> None:
    if not _TOKEN.fullmatch(request.method) or not _TARGET.fullmatch(request.path):
        raise _denied(request.log_index, "has a method or path that is not one")
    for number, (name, value) in enumerate(request.headers, start=1):
        if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise _denied(request.log_index, f"has a character in header {number} that no header may have")
        if "<credential" in _CREDENTIAL.sub("", value):
            raise _denied(request.log_index, f"has a malformed credential marker in header {number}")


def _check_framing(request: RecordedRequest) -> None:
    # One Host and it is the allowed one: a shared front end would route by this header, not by the address.
    scheme, host, port = request.destination
    literal = f"[{host}]" if ":" in host else host
    hosts = {f"{literal}:{port}"} | ({literal} if DEFAULT_PORTS.get(scheme) == port else set())
    named = _values(request.headers, "host")
    if len(named) != 1 or named[0] not in hosts:
        raise _denied(request.log_index, "needs exactly one Host header, and it must name the destination")
    lengths = _values(request.headers, "content-length")
    allowed = (["0"], []) if not request.body else ([str(len(request.body))],)
    if lengths not in allowed or _values(request.headers, "transfer-encoding"):
        raise _denied(request.log_index, "needs its payload's Content-Length, once, and no Transfer-Encoding")


def _values(headers: Sequence[Header], wanted: str) -> list[str]:
    return [value for name, value in headers if name.lower() == wanted]


def _denied(log_index: int, what: str) -> EgressDenied:
    return EgressDenied(f"record {log_index} {what}; nothing was sent")
