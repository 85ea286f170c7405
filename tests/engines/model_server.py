"""A server that speaks vLLM's side of HTTP without a model: real sockets, scripted answers, failures on demand.

A token is a word with the space before it, as in `ScriptedGenerator`; each costs 0.5 nat to write and 1 nat to read.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

TOKEN = re.compile(r"\s*\S+|\s+$")
START = "<s>"

Answer = tuple[int, dict[str, Any]]


class Hangup(Exception):
    """Raised by a script: close the connection, after these bytes."""

    def __init__(self, sent: bytes = b"") -> None:
        super().__init__()
        self.sent = sent


class ModelServer:
    """Serves until `close`, in a thread of its own.

    Args:
        script: the text that follows a prompt; given the body of the request and the text of its prompt. It may wait,
            and it may raise `Hangup`.
        socket: listen there instead of on loopback.
        start_token: the tokenizer puts one before every prompt.

    Attributes:
        bodies: of every request to /v1/completions, in order.
        paths: of every request.
        connections: opened so far.
        most_at_once: requests to /v1/completions that were open at the same time, at most.
        cancelled: requests whose client hung up before the answer.
        override: path -> status and JSON body that are sent instead; a third value is the raw body.
    """

    def __init__(self, script: Callable[[dict[str, Any], str], Awaitable[str]], *, socket: Path | None = None,
                 model: str = "clinic-7b", max_model_len: int = 100, start_token: bool = False, port: int = 0) -> None:
        self.script, self.model, self.max_model_len, self.start_token = script, model, max_model_len, start_token
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.connections = self.most_at_once = self.cancelled = self._open = 0
        self.override: dict[str, tuple[Any, ...]] = {}
        self._words: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._listen(socket, port)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _listen(self, socket: Path | None, port: int) -> None:
        if socket is not None:
            self._server = self._loop.run_until_complete(asyncio.start_unix_server(self._serve, socket))
            self.address = f"unix:{socket}"
            return
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", port))
        self.port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Hang up on everybody."""
        if not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(task := asyncio.current_task())  # type: ignore[arg-type]
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (Hangup, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)  # type: ignore[arg-type]

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ", 2)[1]
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        body = json.loads(await reader.readexactly(int(length[1]))) if length else {}
        self.paths.append(path)
        answer = asyncio.ensure_future(self._answer(path, body))
        gone = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            self.cancelled += 1
            answer.cancel()
            return False
        gone.cancel()
        await asyncio.wait({gone})
        try:
            status, data, more = answer.result()
        except Hangup as hangup:
            writer.write(hangup.sent)
            await writer.drain()
            raise
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(data)}\r\n{more}\r\n".encode() + data)
        await writer.drain()
        return True

    async def _answer(self, path: str, body: dict[str, Any]) -> tuple[int, bytes, str]:
        if path in self.override:
            status, answer, *more = self.override[path]
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            return status, data, "".join(more)
        handler = {"/v1/models": self._models, "/version": self._version, "/tokenize": self._tokenize,
                   "/detokenize": self._detokenize, "/v1/completions": self._complete}[path]
        status, answer = await handler(body)
        return status, json.dumps(answer).encode(), ""

    async def _models(self, _body: dict[str, Any]) -> Answer:
        return 200, {"data": [{"id": self.model, "root": "/models/clinic", "max_model_len": self.max_model_len}]}

    async def _version(self, _body: dict[str, Any]) -> Answer:
        return 200, {"version": "0.32.0"}

    async def _tokenize(self, body: dict[str, Any]) -> Answer:
        if "messages" in body:
            turns = "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in body["messages"])
            words = TOKEN.findall(f"{turns}<|im_start|>assistant\n")
        else:
            words = ([START] if self.start_token and body["add_special_tokens"] else []) + TOKEN.findall(body["prompt"])
        self._words += [word for word in dict.fromkeys(words) if word not in self._words]
        tokens = [self._words.index(word) for word in words]
        return 200, {"tokens": tokens, "count": len(tokens), "max_model_len": self.max_model_len}

    async def _detokenize(self, body: dict[str, Any]) -> Answer:
        return 200, {"prompt": "".join(self._words[token] for token in body["tokens"])}

    async def _complete(self, body: dict[str, Any]) -> Answer:
        self.bodies.append(body)
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            text = await self.script(body, "".join(self._words[token] for token in body["prompt"]))
        finally:
            self._open -= 1
        choice = self._choice(body, text)
        written = len(choice["logprobs"]["tokens"])
        return 200, {"choices": [choice], "usage": {"prompt_tokens": len(body["prompt"]), "completion_tokens": written}}

    def _choice(self, body: dict[str, Any], text: str) -> dict[str, Any]:
        words, written, reason = TOKEN.findall(text), "", "stop"
        offsets, tokens = [], []
        for word in words[:body["max_tokens"]]:
            offsets.append(len(written))
            tokens.append(word)
            written += word
            found = next((stop for stop in body.get("stop", ()) if stop in written), None)
            if found is not None:
                written = written[:written.index(found)]
                break
        else:
            reason = "length" if len(words) > body["max_tokens"] else "stop"
        known = [None, *({str(token): {"logprob": -1.0, "rank": 1}} for token in body["prompt"][1:])]
        return {"index": 0, "text": written, "finish_reason": reason,
                "logprobs": {"tokens": tokens, "text_offset": offsets, "token_logprobs": [-0.5] * len(tokens)},
                "prompt_logprobs": known if "prompt_logprobs" in body else None}
