"""A detector in a process that can be killed."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import IO, Any

from appliance.detection.detector import Span, check_spans
from appliance.errors import DetectorFailed
from appliance.policy.model import Policy

START_DEADLINE_S = 120.0
"""Building the detector reads a hundred megabytes of code and weights; on a busy machine that takes many seconds."""

QUESTION_CHARS = 20_000
"""Texts are asked about together up to this length in total. The deadline is for one text of any length the policy
allows, so a question of short ones has to be small beside it: these take well under a second."""

_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1",
                "TRANSFORMERS_OFFLINE": "1"}
_MAX_SAYS_CHARS = 600


class DetectorProcess:
    """A detector in a process of its own, with a deadline for each text.

    A thread would not do: a regular expression of the standard library holds the interpreter lock while it runs, so a
    watching thread would not even wake up, and a thread cannot be stopped. A process can be killed whatever it does,
    and its crash is an end of file here. After a deadline it is killed, so a late answer does not exist; the next text
    starts a fresh one. It gets no environment of ours and its error stream is discarded, because tracebacks quote
    texts. Many texts are asked about in questions of `QUESTION_CHARS`, each with the whole deadline.

    Args:
        policy: handed to the process; ``detector.deadline_s`` is the deadline of each text, seconds.
        command: the process; by default `appliance.detection.service` in this interpreter.
    """

    def __init__(self, policy: Policy, command: Sequence[str] | None = None,
                 start_deadline_s: float = START_DEADLINE_S) -> None:
        self._policy = policy
        # -P keeps the current directory off the module path, -B leaves no files behind.
        self._command = list(command or (sys.executable, "-P", "-B", "-m", "appliance.detection.service"))
        self._start_deadline_s = start_deadline_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._about: dict[str, str] = {}
        self._asked = 0

    def describe(self) -> Mapping[str, str]:
        """See `Detector`; starts the process if it does not run yet."""
        with self._lock:
            self._running()
            return dict(self._about)

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Detector`."""
        found: list[list[Span]] = []
        for question in questions(texts):
            with self._lock:
                found += self._detect(question)
        return found

    def _detect(self, texts: Sequence[str]) -> list[list[Span]]:
        process = self._running()
        self._asked += 1
        answer = self._ask(process, {"id": self._asked, "texts": list(texts)}, self._policy.detector.deadline_s)
        found = answer.get("spans")
        if answer.get("id") != self._asked or not isinstance(found, list) or len(found) != len(texts):
            self._stop()
            raise DetectorFailed(f"the detector failed ({_category(answer)}); nothing was released")
        try:
            return [check_spans(text, [Span(*row) for row in rows]) for text, rows in zip(texts, found, strict=True)]
        except TypeError:
            raise DetectorFailed("the detector answered something that is not a span; nothing was released") from None

    def close(self) -> None:
        """End the process; a later call starts it again."""
        with self._lock:
            self._stop()

    def kill(self) -> None:
        """End the process at once, also under a question of another thread, which then fails."""
        process = self._process
        if process is not None:
            process.kill()

    def __enter__(self) -> DetectorProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        try:
            process = subprocess.Popen(  # noqa: S603 - this interpreter, or what a test hands in
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT, close_fds=True,
                start_new_session=True)  # a Ctrl-C at the terminal is for the job, not for it
        except OSError as error:
            raise DetectorFailed(f"the detector cannot be started ({error.strerror}); nothing was released") from error
        self._process = process
        self._finalizer = weakref.finalize(self, _end, process)
        answer = self._ask(process, {"policy": self._policy.model_dump(mode="json")}, self._start_deadline_s)
        about = answer.get("ready")
        if not isinstance(about, dict) or not about:
            self._stop()
            raise DetectorFailed(f"the detector cannot be built ({_reason(answer)}); nothing was released")
        described = {str(key): str(value) for key, value in about.items()}
        if self._about and described != self._about:
            self._stop()
            raise DetectorFailed("the detector that started again is not the one the records name; nothing was "
                                 "released. psi resume goes on with the new one")
        self._about = described
        return process

    def _ask(self, process: subprocess.Popen[bytes], question: Mapping[str, Any], deadline_s: float) -> dict[str, Any]:
        expired = threading.Event()

        def kill() -> None:
            expired.set()
            process.kill()

        # Killing is what ends the blocked write or read below, so no wait here is longer than the deadline.
        timer = threading.Timer(deadline_s, kill)
        timer.daemon = True
        timer.start()
        try:
            line = _exchange(process, json.dumps(question).encode() + b"\n")
        finally:
            timer.cancel()
        if expired.is_set() or not line.endswith(b"\n"):
            self._stop()
            raise DetectorFailed(f"the detector did not answer within {deadline_s:g} s; nothing was released"
                                 if expired.is_set() else "the detector died; nothing was released")
        return self._decode(line)

    def _decode(self, line: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            self._stop()
            raise DetectorFailed("the detector answered nonsense; nothing was released")
        return answer

    def _stop(self) -> None:
        if self._process is not None:
            self._finalizer()
            self._process = None


def questions(texts: Sequence[str], most_chars: int = QUESTION_CHARS) -> list[list[str]]:
    """The texts in order, in groups of at most so many characters; a longer text is a group of its own."""
    groups: list[list[str]] = []
    chars = 0
    for text in texts:
        chars += len(text)
        if not groups or chars > most_chars:
            groups.append([])
            chars = len(text)
        groups[-1].append(text)
    return groups


def _exchange(process: subprocess.Popen[bytes], question: bytes) -> bytes:
    stdin, stdout = _pipes(process)
    try:
        stdin.write(question)
        stdin.flush()
        return stdout.readline()
    except (OSError, ValueError):
        return b""


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None and process.stdout is not None
    return process.stdin, process.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in _pipes(process):
        with contextlib.suppress(OSError):  # unsent bytes of a killed process
            pipe.close()


def _category(answer: Mapping[str, Any]) -> str:
    """The class name of the error over there; anything else could be text of a record."""
    name = answer.get("error")
    return name if isinstance(name, str) and name.isidentifier() and len(name) <= 64 else "nonsense"


def _reason(answer: Mapping[str, Any]) -> str:
    """Why a detector was not built. It has seen no text yet, so its message can only name files and packages."""
    says = answer.get("says")
    return says if isinstance(says, str) and says.isprintable() and len(says) <= _MAX_SAYS_CHARS else _category(answer)
