"""The HTTPS sender: one recorded request, one connection, one attempt.

It opens the socket itself and reads no environment: no proxy, no ``.netrc``, no ``SSL_CERT_FILE``, no
``SSLKEYLOGFILE``. It follows no redirect, decodes no content coding and keeps no connection.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from appliance.audit.reader import AuditReader
from appliance.errors import EgressDenied
from appliance.sender.base import Outcome
from appliance.sender.request import Destination, Header, RecordedRequest, read_back
from appliance.sender.wire import TooLarge, Wire

DEFAULT_MAX_ANSWER_BYTES = 16 * 1024 * 1024
# What an answer may cost on the wire beyond its body: status line, headers, chunk framing.
_FRAMING_BYTES = 1024 * 1024
_CA_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem")
_Answer = tuple[int, tuple[Header, ...], bytes]


def system_tls() -> ssl.SSLContext:
    """Verification against the operating system's certificates, at their fixed places.

    ``ssl.create_default_context`` is not used: it obeys ``SSLKEYLOGFILE`` and ``SSL_CERT_FILE``.

    Raises:
        EgressDenied: no certificates are installed.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    for name in (ssl.get_default_verify_paths().openssl_cafile, *_CA_FILES):
        if Path(name).is_file():
            context.load_verify_locations(cafile=name)
            return context
    raise EgressDenied("no system certificates to verify the destination with; install ca-certificates")


class HttpsSender:
    """A `Sender` over TLS, or over plain HTTP to a loopback address.

    Args:
        reader: the log to send from; with a log index it is all a request consists of.
        allowed: destinations (scheme, host, port) that may be reached; compared exactly.
        credentials: secret by name, looked up at each send.
        timeout_s: bound on one whole exchange, seconds. Only name resolution is outside it: the system's
            resolver has bounds of its own.
        max_answer_bytes: a longer answer is abandoned.
        tls: makes the TLS context, once, with the first ``https`` request.
    """

    def __init__(self, reader: AuditReader, *, allowed: frozenset[Destination],
                 credentials: Callable[[str], str] | Mapping[str, str], timeout_s: float,
                 max_answer_bytes: int = DEFAULT_MAX_ANSWER_BYTES,
                 tls: Callable[[], ssl.SSLContext] = system_tls) -> None:
        self._reader = reader
        self._allowed = allowed
        self._credential = credentials.__getitem__ if isinstance(credentials, Mapping) else credentials
        self._timeout_s = timeout_s
        self._max_answer_bytes = max_answer_bytes
        self._make_context = tls
        self._context: ssl.SSLContext | None = None

    def send(self, log_index: int) -> Outcome:
        """Read record and payload back from the log and send them, once.

        Raises:
            AuditError: the record is not a request, or its payload is missing or altered; nothing was sent.
            EgressDenied: destination, record or credential is not acceptable; nothing was sent.
        """
        started = time.monotonic()
        request = read_back(self._reader, log_index)
        context = self._check(request)
        headers = request.headers_with(self._credential)
        wire = Wire(started + self._timeout_s, 2 * self._max_answer_bytes + _FRAMING_BYTES)
        answer: _Answer | None = None
        error: str | None = None
        try:
            wire.connect(request.destination, context)
            answer = _exchange(wire, request, headers, self._max_answer_bytes)
        except (OSError, http.client.HTTPException, ValueError, TooLarge) as failure:
            error = _category(failure, wire)
        finally:
            wire.hang_up()
        status, answer_headers, body = answer or (None, (), b"")
        elapsed_ms = round((time.monotonic() - started) * 1000)
        return Outcome(log_index, status, answer_headers, body, error, wire.sending, elapsed_ms)

    def _check(self, request: RecordedRequest) -> ssl.SSLContext | None:
        scheme, host, port = request.destination
        if request.destination not in self._allowed:
            raise EgressDenied(f"record {request.log_index}: {scheme}://{host}:{port} is not an allowed "
                               f"destination; nothing was sent")
        if scheme == "https":
            return self._tls()
        if scheme == "http" and _is_loopback(host):
            return None
        raise EgressDenied(f"record {request.log_index}: {scheme} is only allowed to a loopback address; "
                           f"nothing was sent")

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            context = self._make_context()
            if not context.check_hostname or context.verify_mode is not ssl.CERT_REQUIRED:
                raise EgressDenied("this TLS context does not verify the destination; nothing was sent")
            self._context = context
        return self._context


def _exchange(wire: Wire, request: RecordedRequest, headers: tuple[Header, ...],
              max_answer_bytes: int) -> _Answer:
    _, host, port = request.destination
    connection = http.client.HTTPConnection(host, port)
    connection.sock = cast(socket.socket, wire)
    connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(request.body)
    with connection.getresponse() as response:
        body = _whole_body(response, max_answer_bytes)
        return response.status, tuple(response.getheaders()), body


def _whole_body(response: http.client.HTTPResponse, max_answer_bytes: int) -> bytes:
    """The body, if the answer says where it ends and it ends there (RFC 9112, 6.3); else an exception."""
    length = _declared_length(response)
    if length is not None and length > max_answer_bytes:
        raise TooLarge
    body = response.read(max_answer_bytes + 1)
    if len(body) > max_answer_bytes:
        raise TooLarge
    if length is not None and len(body) != length:
        raise http.client.IncompleteRead(b"")
    return body


def _declared_length(response: http.client.HTTPResponse) -> int | None:
    """Bytes of the body; None if it is chunked and ends by itself."""
    lengths = response.headers.get_all("content-length", [])
    codings = response.headers.get_all("transfer-encoding", [])
    if response.headers.defects or response.status < 200:
        raise http.client.HTTPException
    if response.status in (204, 304):
        return 0
    if response.chunked and len(codings) == 1 and not lengths:
        return None
    # Neither, both, or two that differ: where this answer ends is anyone's guess.
    if codings or len(set(lengths)) != 1 or not (lengths[0].isascii() and lengths[0].isdigit()):
        raise http.client.HTTPException
    return int(lengths[0])


def _category(failure: Exception, wire: Wire) -> str:
    if isinstance(failure, TooLarge):
        return "too_large"
    if isinstance(failure, socket.gaierror):
        return "unresolved"
    if isinstance(failure, TimeoutError):
        return "timeout"
    if isinstance(failure, ssl.SSLError) and not isinstance(failure, ssl.SSLEOFError):
        return "tls"
    if isinstance(failure, OSError) or not wire.sending:
        return wire.step
    return "protocol"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
