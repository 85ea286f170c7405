"""A stand-in for the reflector: the Anthropic Messages API on loopback, answered by the embedded model.

It lets a job run end to end without an account. It speaks HTTP like the real one, so door, log and sender do exactly
what they do for Claude; its principles are a demonstration. A grammar gives its answers the two headings of Table 6,
which a model this small would not keep on its own.
"""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from appliance.engines.base import ChatMessage, Completion, GenerationRequest, Generator, Grammar, Sampling
from appliance.errors import ApplianceError
from appliance.records import sha256_hex

LOW_LEVEL_TOKENS = 220
HIGH_LEVEL_TOKENS = 90
MAX_REQUEST_BYTES = 1_000_000
_LINE = r'line ::= [A-Z] [a-z ,]{24,140} "." "\n"' + "\n"
_LOW_LEVEL = Grammar('root ::= "Reasoning: " line "Insights:\\n" bullet bullet bullet bullet?\n'
                     'bullet ::= "- " line\n' + _LINE)
_HIGH_LEVEL = Grammar("root ::= line\n" + _LINE)


class StandIn:
    """Serves ``POST /v1/messages`` on 127.0.0.1, one request at a time, until closed.

    Args:
        generator: the local model; used only while a request is being answered.
        model: the model name it answers to.

    Attributes:
        secret: the key it insists on, made for this run, so that nobody else on this machine can use it.
    """

    def __init__(self, generator: Generator, model: str) -> None:
        self._generator = generator
        self._model = model
        self._one_at_a_time = threading.Lock()
        self.secret = secrets.token_urlsafe(24)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="stand-in", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The loopback port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        # An answer that nobody waits for any more still uses the generator.
        with self._one_at_a_time:
            pass

    def answer(self, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and body for one parsed request."""
        if document.get("model") != self._model:
            return 404, _error("not_found_error", "unknown model")
        try:
            messages = [ChatMessage("user", str(message["content"])) for message in document["messages"]]
            limit = int(document["max_tokens"])
        except (KeyError, TypeError, ValueError):
            return 400, _error("invalid_request_error", "malformed request")
        with self._one_at_a_time:
            completion = self._complete(messages, limit)
        return 200, self._message(messages, completion)

    def _complete(self, messages: list[ChatMessage], limit: int) -> Completion:
        prompt = self._generator.chat_prompt(messages)
        low_level = "Insights:" in messages[-1].content
        # The answer to the same question is the same: a job that repeats a request gets what it got before.
        seed = int(sha256_hex(prompt.encode())[:7], 16)
        sampling = Sampling(max_tokens=min(limit, LOW_LEVEL_TOKENS if low_level else HIGH_LEVEL_TOKENS),
                            temperature=0.4, top_p=0.9, top_k=40, repeat_penalty=1.15, seed=seed)
        request = GenerationRequest("stand-in", prompt, sampling, _LOW_LEVEL if low_level else _HIGH_LEVEL)
        return next(iter(self._generator.generate([request])))

    def _message(self, messages: list[ChatMessage], completion: Completion) -> dict[str, Any]:
        digest = sha256_hex("\n".join(message.content for message in messages).encode())
        return {
            "id": f"msg_standin_{digest[:16]}", "type": "message", "role": "assistant", "model": self._model,
            "content": [{"type": "text", "text": completion.text}],
            "stop_reason": "max_tokens" if completion.finish_reason == "length" else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": completion.usage.prompt_tokens or 0,
                      "output_tokens": completion.usage.completion_tokens or 0},
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self) -> None:
                caller = self.headers.get("authorization", "")
                status, document = stand_in._respond(self.path, caller, self._body())
                data = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.send_header("connection", "close")
                self.end_headers()
                self.wfile.write(data)

            def _body(self) -> bytes | None:
                length = self.headers.get("content-length", "")
                if not (length.isascii() and length.isdigit()) or int(length) > MAX_REQUEST_BYTES:
                    return None
                return self.rfile.read(int(length))

            def log_message(self, *_: Any) -> None:
                """Request lines belong in the audit log, not on stderr."""

        return Handler

    def _respond(self, path: str, caller: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
        if not secrets.compare_digest(caller.encode(), f"Bearer {self.secret}".encode()):
            return 401, _error("authentication_error", "not the caller this stand-in works for")
        if path != "/v1/messages":
            return 404, _error("not_found_error", "unknown path")
        try:
            document = json.loads(body or b"")
        except (ValueError, RecursionError):
            return 400, _error("invalid_request_error", "not JSON")
        if not isinstance(document, dict):
            return 400, _error("invalid_request_error", "not a JSON object")
        try:
            return self.answer(document)
        except ApplianceError as error:
            return 500, _error("api_error", type(error).__name__)


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}}
