"""HTTP to a model server on this machine: JSON in, JSON out, bounded in time and size, patient while it loads.

Nothing of the environment is read (no proxy, no ``.netrc``), no redirect is followed, and no message repeats what was
sent or what came back: a server quotes the prompt in its errors.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

import httpx2

from appliance.engines.server import ServerAddress
from appliance.errors import EngineError

MAX_ANSWER_BYTES = 64 * 1024 * 1024
_PAUSE_S = 0.5
_KEEP_ALIVE_S = 4.0
"""A little less than the 5 s after which the server hangs up an idle connection."""
_WORD = re.compile(r"[A-Za-z]{1,40}")
_RESUME = "what was finished is kept: start the server and resume the job"


class Wire:
    """Connections to one server. Belongs to one event loop.

    Args:
        address: see `server_address`.
        connections: at most this many at once.
        timeout_s: bound on one whole exchange, seconds.
        patience_s: how long after the first failure a server that refuses connections, drops them or answers 503 is
            asked again, seconds.
    """

    def __init__(self, address: ServerAddress, *, connections: int, timeout_s: float, patience_s: float) -> None:
        self._where = str(address.socket or address.url)
        self._timeout_s, self._patience_s = timeout_s, patience_s
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections,
                               keepalive_expiry=_KEEP_ALIVE_S)
        socket = None if address.socket is None else str(address.socket)
        # Given as a transport, so that the client builds none of its own and looks for no proxy.
        transport = httpx2.AsyncHTTPTransport(uds=socket, limits=limits, trust_env=False, verify=False)
        self._client = httpx2.AsyncClient(base_url=address.url, transport=transport, trust_env=False, timeout=None,
                                          headers={"accept-encoding": "identity"})

    async def get(self, path: str) -> dict[str, Any]:
        """The JSON object at a path; see `post`."""
        return await self._patiently("GET", path, None)

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON object a server answers with.

        Cancelling it closes the connection, which makes the server drop the request.

        Raises:
            EngineError: not running, refused, failed, too slow, or not JSON.
        """
        try:
            data = json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise EngineError("a text holds half a surrogate pair, which no tokenizer can read") from error
        return await self._patiently("POST", path, data)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def _patiently(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        deadline: float | None = None
        while True:
            try:
                return await self._once(method, path, body)
            except _Again as reason:
                now = time.monotonic()
                deadline = deadline or now + self._patience_s
                if now + _PAUSE_S > deadline:
                    raise EngineError(f"{self._where}: {reason}; {_RESUME}") from reason
            await asyncio.sleep(_PAUSE_S)

    async def _once(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._timeout_s):
                status, data = await self._exchange(method, path, body)
        except TimeoutError as error:
            raise EngineError(f"{self._where}: no answer to {path} within {self._timeout_s:g} s; {_RESUME}") from error
        except httpx2.ConnectError as error:
            raise _Again("no model server answers there, or it is still loading") from error
        except (httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            raise _Again(f"the model server hung up during {path}") from error
        except httpx2.HTTPError as error:
            raise EngineError(f"{self._where}: cannot be talked to ({type(error).__name__})") from error
        return self._read(path, status, data)

    async def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        headers = {} if body is None else {"content-type": "application/json"}
        async with self._client.stream(method, path, content=body, headers=headers) as response:
            data = bytearray()
            async for chunk in response.aiter_raw():
                data += chunk
                if len(data) > MAX_ANSWER_BYTES:
                    raise EngineError(f"{self._where}: an answer to {path} of more than {MAX_ANSWER_BYTES} bytes")
        return response.status_code, bytes(data)

    def _read(self, path: str, status: int, data: bytes) -> dict[str, Any]:
        if status == 503:
            raise _Again("the model server says that it is not ready (503)")
        try:
            answer = json.loads(data)
        except (ValueError, RecursionError):
            answer = None
        if status != 200:
            raise Refused(self._where, path, status, _kind(answer))
        if not isinstance(answer, dict):
            raise EngineError(f"{self._where}: the answer to {path} is not a JSON object; is this a vLLM server?")
        return answer


class Refused(EngineError):
    """The server answered with another status than 200.

    Attributes:
        status: of HTTP.
    """

    def __init__(self, where: str, path: str, status: int, kind: str) -> None:
        self.status = status
        fix = {400: "; the server's own log says why",
               401: "; start it without an API key, on a Unix socket of its own",
               403: "; start it without an API key, on a Unix socket of its own",
               404: "; is this a vLLM server, and does it still serve the same model?"}.get(status, "")
        fix = fix or (f"; {_RESUME}" if status >= 500 else "")
        super().__init__(f"{where}: the model server refused {path} (status {status}{kind and ', '}{kind}){fix}")


class _Again(Exception):
    """Worth another attempt: nothing was answered, and asking twice does no harm."""


def _kind(answer: Any) -> str:
    """The server's word for an error, such as ``BadRequestError``; never its sentence, which may quote the prompt."""
    error = answer.get("error", answer) if isinstance(answer, dict) else None
    kind = error.get("type") if isinstance(error, dict) else None
    return kind if isinstance(kind, str) and _WORD.fullmatch(kind) else ""
