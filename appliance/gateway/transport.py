"""The SDK's transport: takes its request apart, hands it to the door, sends nothing itself.

The SDK builds more headers than the reflector needs (operating system, interpreter, whatever the environment adds).
Only the ones named here go into the record, and only what is in the record is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from appliance import __version__
from appliance.errors import EgressDenied
from appliance.gateway.door import Door, OutboundRequest
from appliance.gateway.release import Released

CREDENTIAL = "anthropic"
PLACEHOLDER_KEY = "the-sender-knows"
_KEPT = ("anthropic-version", "content-type")


class GatewayTransport(httpx2.BaseTransport):
    """Carries one released value at a time; a request with none in hand is refused."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._carried: Released | None = None
        self.log_index: int | None = None

    @contextmanager
    def carrying(self, released: Released) -> Iterator[None]:
        """Requests made inside the block are about this released value."""
        self._carried, self.log_index = released, None
        try:
            yield
        finally:
            self._carried = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request of the SDK through the door.

        Raises:
            EgressDenied: nothing was released for this request, or the door refused it.
        """
        if self._carried is None:
            raise EgressDenied("the reflector client tried to send something that was not released")
        body = request.read()
        answer = self._door.pass_through(
            OutboundRequest(request.method, request.url.raw_path.decode("ascii"), _headers(request, len(body)), body),
            self._carried)
        self.log_index = answer.log_index
        headers = [(name, value) for name, value in answer.headers
                   if name.lower() not in ("content-encoding", "transfer-encoding")]
        return httpx2.Response(answer.status, headers=headers, content=answer.body, request=request)


def _headers(request: httpx2.Request, body_bytes: int) -> tuple[tuple[str, str], ...]:
    kept = tuple((name, request.headers[name]) for name in _KEPT if name in request.headers)
    return (
        ("host", request.url.netloc.decode("ascii")),
        ("user-agent", f"psi-appliance/{__version__}"),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("connection", "close"),
        ("authorization", f"Bearer <credential {CREDENTIAL}>"),
        *kept,
        ("content-length", str(body_bytes)),
    )
