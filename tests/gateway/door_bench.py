"""A door with real parts: real log, real sender, real Presidio, and an upstream on loopback that records raw bytes."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.audit.log import AuditLog
from appliance.config import ReflectorConfig
from appliance.detection.detector import Detector
from appliance.gateway.door import Door
from appliance.gateway.exchange import Destination, Exchange
from appliance.gateway.guard import Guard
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.release import ReleasedSubset
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.records import Instance
from appliance.reflect.anthropic_client import AnthropicReflector
from appliance.sender.https import HttpsSender

MODEL = "claude-sonnet-5-5"
KNOWLEDGE = "Repeat prescriptions are ready after two working days; controlled medicines need a visit in person."
ANSWER = "Reasoning: they are short.\nInsights:\n- Answer the question that was asked.\n- Keep to the facts given."


def message(text: str) -> bytes:
    """A Messages API answer."""
    return json.dumps({
        "id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "stop_reason": "end_turn",
        "stop_sequence": None, "content": [{"type": "text", "text": text}],
        "usage": {"input_tokens": 7, "output_tokens": 11}}).encode()


class Upstream:
    """Records every request byte for byte and answers from a script; the last entry repeats."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.script: list[tuple[int, bytes]] = [(200, message(ANSWER))]
        self.headers: dict[str, str] = {}
        self.before_answer: Callable[[], None] = lambda: None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := connection.recv(65536)):
                return  # the other side died before it had asked anything
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
        while len(body) < length:
            body += connection.recv(65536)
        self.received.append(head + b"\r\n\r\n" + body)
        self.before_answer()
        status, answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        extra = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        connection.sendall(f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(answer)}\r\n"
                           f"{extra}\r\n".encode() + answer)


class Bench:
    """Everything a test of the door needs to build one and look behind it."""

    def __init__(self, directory: Path, upstream: Upstream, detector: Detector) -> None:
        self.directory = directory
        self.upstream = upstream
        self.detector = detector
        self.policy = Policy(name="test", version=1, unknown_outcome="resend_once")
        self.log = AuditLog.open(directory)
        self.waits: list[float] = []
        self.url = f"http://127.0.0.1:{upstream.port}"

    def door(self, **changes: Any) -> Door:
        policy = self.policy
        scrubber = Scrubber(self.detector, policy)
        target = Destination("http", "127.0.0.1", self.upstream.port, leaves_machine=False)
        knowledge = KnowledgeGuard([KNOWLEDGE], policy.knowledge, identity="k")
        guard = changes.pop("guard", None) or Guard(policy, scrubber, knowledge, MODEL)
        parts: dict[str, Any] = {
            "job_id": "job-1", "policy": policy, "guard": guard, "log": self.log, "destination": target,
            "sender": HttpsSender(self.log.reader, allowed=frozenset({("http", "127.0.0.1", self.upstream.port)}),
                                  credentials={"anthropic": "sk-secret"}, timeout_s=10.0),
            "facts": {"policy_sha256": policy.sha256}, "wait": self.waits.append}
        return Door(scrubber=scrubber, guard=guard, exchange=Exchange(**(parts | changes)))

    def kinds(self) -> list[str]:
        return [record.kind for record in self.log.reader.records()]


def instance(name: str, given: str, output: str = "We will help you as soon as we can.") -> Instance:
    """A short instance for one test."""
    return Instance(name, "Reply to the message.", given, output)


VISITOR = instance("a", "This is Mr. Tomas Brandt, call me on 212-555-0142. Do you have parking?")


def reflector(bench: Bench, door: Door | None = None) -> AnthropicReflector:
    """The real client over a door, as a job has it."""
    return AnthropicReflector(door or bench.door(), ReflectorConfig(model=MODEL), bench.url, demonstration=True)


def released(bench: Bench, door: Door) -> ReleasedSubset:
    """What the door gives out of one instance with a name and a number in it."""
    admission = door.admit([VISITOR])
    assert {} == admission.refused
    return door.release_subset("d-1", admission.clean)


class DiesInSend:
    """A sender whose process dies after the record was written."""

    def send(self, log_index: int) -> Any:
        raise KeyboardInterrupt
