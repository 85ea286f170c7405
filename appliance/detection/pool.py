"""Several detector processes that share one batch over the cores, and fail as one."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from appliance.detection.detector import Span
from appliance.detection.process import START_DEADLINE_S, DetectorProcess, questions
from appliance.errors import DetectorFailed
from appliance.policy.model import Policy

MAX_PROCESSES = 8
"""Each holds about 300 MB; more of them only by an explicit number."""

CHARS_WORTH_A_START = 150_000
"""What one process reads while another one starts, about 3 s: for less, a further process comes too late."""


class DetectorPool:
    """A `Detector` over processes that start when there is enough to read for them.

    Args:
        policy: see `DetectorProcess`.
        processes: at the most; by default the cores this process may use, up to `MAX_PROCESSES`.
        command: see `DetectorProcess`.
        start_deadline_s: see `DetectorProcess`, seconds.
    """

    def __init__(self, policy: Policy, processes: int | None = None, command: Sequence[str] | None = None,
                 start_deadline_s: float = START_DEADLINE_S) -> None:
        count = processes or min(len(os.sched_getaffinity(0)), MAX_PROCESSES)
        self._members = [DetectorProcess(policy, command, start_deadline_s) for _ in range(count)]
        self._lock = threading.Lock()

    def describe(self) -> Mapping[str, str]:
        """See `Detector`; all processes are the same, so one is asked."""
        return self._members[0].describe()

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Detector`. If one process fails, all are ended and nothing is returned."""
        with self._lock:
            batch = _Batch(questions(texts), self._members)
            members = self._members[:1 + sum(map(len, texts)) // CHARS_WORTH_A_START]
            try:
                if len(members) == 1:
                    batch.work(members[0])
                else:
                    _together(batch, members)
                return batch.result()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """End the processes; a later call starts them again."""
        for member in self._members:
            member.close()

    def __enter__(self) -> DetectorPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _together(batch: _Batch, members: Sequence[DetectorProcess]) -> None:
    """All of them at work on one batch, each under a thread of its own."""
    with ThreadPoolExecutor(len(members), "detector") as threads:
        try:
            list(threads.map(batch.work, members))
        except BaseException as error:
            batch.fail(error)  # a Ctrl-C: leaving this block waits for the threads, which would read to the end
            raise


class _Batch:
    """The questions of one call, taken by whichever process is free."""

    def __init__(self, asked: Sequence[Sequence[str]], members: Sequence[DetectorProcess]) -> None:
        self._asked = asked
        self._members = members
        self._answers: list[list[list[Span]] | None] = [None] * len(asked)
        self._next = 0
        self._lock = threading.Lock()
        self._failure: BaseException | None = None

    def work(self, member: DetectorProcess) -> None:
        """Ask one process until nothing is left or one of them has failed."""
        while (number := self._take()) is not None:
            try:
                self._answers[number] = member.detect(self._asked[number])
            except BaseException as error:
                self.fail(error)
                return

    def fail(self, error: BaseException) -> None:
        """End the batch: nothing further is asked, and what is being read is not waited for."""
        with self._lock:
            if self._failure is not None:
                return
            self._failure = error
        for other in self._members:
            other.kill()  # whatever it is reading, nobody will use it

    def result(self) -> list[list[Span]]:
        """The answers in the order of the questions.

        Raises:
            DetectorFailed: the first failure of any process.
        """
        if self._failure is not None:
            raise self._failure
        complete = [answer for answer in self._answers if answer is not None]
        if len(complete) != len(self._asked):
            raise DetectorFailed("a part of the texts was not read; nothing was released")
        return [spans for answer in complete for spans in answer]

    def _take(self) -> int | None:
        with self._lock:
            if self._failure is not None or self._next == len(self._asked):
                return None
            self._next += 1
            return self._next - 1
