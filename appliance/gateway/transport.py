"""The SDK's transport: takes its request apart, hands it to the door, sends nothing itself.

The SDK builds more headers than the reflector needs (operating system, interpreter, whatever the environment adds).
None of them is used: what goes into the record is written here, and only what is in the record is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from appliance.errors import EgressDenied
from appliance.gateway import schema
from appliance.gateway.door import Door
from appliance.gateway.exchange import OutboundRequest
from appliance.gateway.release import Released

CREDENTIAL = schema.CREDENTIAL
PLACEHOLDER_KEY = "the-sender-knows"


class GatewayTransport(httpx2.BaseTransport):
    """Carries one released value at a time; a request with none in hand is refused."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._carried: tuple[Released, str] | None = None
        self.log_index: int | None = None

    @contextmanager
    def carrying(self, released: Released, prompt: str) -> Iterator[None]:
        """Requests made inside the block ask exactly this prompt, which was built from this released value."""
        self._carried, self.log_index = (released, prompt), None
        try:
            yield
        finally:
            self._carried = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request of the SDK through the door.

        Raises:
            EgressDenied: nothing was released for this request, or the door refused it.
        """
        # Written anew: the bytes that are scanned, recorded and sent have one form, whatever the SDK makes of it.
        body = schema.canonical(schema.read(request.read()))
        if self._carried is None or not _asks(body, self._carried[1]):
            raise EgressDenied("the reflector client tried to send something that was not released")
        head = schema.headers(request.url.netloc.decode("ascii"), len(body))
        answer = self._door.pass_through(
            OutboundRequest(request.method, request.url.raw_path.decode("ascii"), head, body), self._carried[0])
        self.log_index = answer.log_index
        headers = [(name, value) for name, value in answer.headers
                   if name.lower() not in ("content-encoding", "transfer-encoding")]
        return httpx2.Response(answer.status, headers=headers, content=answer.body, request=request)


def _asks(body: bytes, prompt: str) -> bool:
    """Whether a body holds one message, and that message is the prompt."""
    try:
        return bool(json.loads(body)["messages"] == [{"role": "user", "content": prompt}])
    except (ValueError, RecursionError, TypeError, KeyError):
        return False
