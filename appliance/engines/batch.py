"""Continuous batching: many jobs advance at once, one decode call a round; a finished one makes room at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.engines.context import Context, NoRoom, Row
from appliance.engines.limits import named
from appliance.engines.prefix import PrefixCache
from appliance.errors import EngineError

ResultT = TypeVar("ResultT")
ResultT_co = TypeVar("ResultT_co", covariant=True)


class Work(Protocol[ResultT_co]):
    """What is done with the logits of one prompt: an answer that grows, or a continuation that is scored."""

    @property
    def first(self) -> Sequence[int]:
        """Tokens known from the start to follow the prompt."""

    @property
    def result(self) -> ResultT_co | None:
        """None until finished."""

    def read(self, logits: NDArray[np.float32]) -> int | None:
        """Take the row of the last prompt token, then that of each token after it; returns a token to feed next."""

    def close(self) -> None:
        """Free what it holds."""


class Job(Protocol[ResultT_co]):
    """A request that was checked, with the tokens of its prompt. It may begin more than once."""

    @property
    def id(self) -> str:
        """Of the request."""

    @property
    def prompt(self) -> list[int]:
        """At least one token."""

    @property
    def cells(self) -> int:
        """KV cells it may come to need, the prompt included."""

    def begin(self) -> Work[ResultT_co]:
        """Start from nothing."""


@dataclass(slots=True)
class _Slot:
    """A job under way: its sequence, what it must still feed to the model, and the rows it gets back."""

    job: Job[Any]
    work: Work[Any]
    sequence: int
    shared: int
    feed: list[int]
    position: int
    fed: int = 0
    rows: range = range(0)

    @property
    def cells(self) -> int:
        """KV cells this slot may come to own."""
        return self.job.cells - self.shared


class Batcher:
    """The loop. One `run` at a time.

    Args:
        context: its cache; sequences ``0..slots-1`` are used here, the prefix cache has its own.
        prefixes: kept from one `run` to the next.
        slots: jobs that advance at once.
    """

    def __init__(self, context: Context, prefixes: PrefixCache, slots: int) -> None:
        self._context, self._prefixes = context, prefixes
        self._free = list(range(slots))
        self._active: list[_Slot] = []
        self._waiting: deque[Job[Any]] = deque()
        self._crowded = False

    def run(self, jobs: Iterator[Job[ResultT]]) -> Iterator[ResultT]:
        """Finish every job. Takes no more of them than there are free slots.

        Raises:
            EngineError: the model failed, or a job asks for something impossible.
        """
        try:
            while True:
                self._take(jobs)
                self._admit()
                if not self._active:
                    return
                yield from self._round()
        except EngineError:
            self._forget()
            raise
        finally:
            self._waiting.clear()
            self._crowded = False
            for slot in list(self._active):
                self._release(slot)

    def _forget(self) -> None:
        """After a failure nobody knows what the cache holds: start from an empty one."""
        self._prefixes.clear()
        self._context.clear()

    def _take(self, jobs: Iterator[Job[Any]]) -> None:
        while len(self._waiting) < len(self._free):
            job = next(jobs, None)
            if job is None:
                return
            self._waiting.append(job)

    def _admit(self) -> None:
        while self._waiting and self._free and not self._crowded and self._make_room(self._waiting[0]):
            self._start(self._waiting.popleft())

    def _make_room(self, job: Job[Any]) -> bool:
        """Whether a job fits beside what runs; heads it does not need may go for it."""
        while job.cells - self._prefixes.shared(job.prompt) > self._room():
            if self._prefixes.shrink(job.prompt):
                continue
            if self._active:
                return False
            self._prefixes.clear()
            return True
        return True

    def _room(self) -> int:
        return self._context.cells - self._prefixes.cells - sum(slot.cells for slot in self._active)

    def _start(self, job: Job[Any]) -> None:
        others = (other.prompt for other in self._waiting)
        try:
            self._prefixes.learn(job.prompt, others, self._room() - job.cells)
        except NoRoom:
            self._prefixes.clear()
        with named(job.id):
            work = job.begin()
        sequence = self._free.pop(0)
        shared = self._prefixes.attach(job.prompt, sequence)
        feed = [] if work.result is not None else [*job.prompt[shared:], *work.first]
        self._active.append(_Slot(job, work, sequence, shared, feed, shared))

    def _round(self) -> list[Any]:
        """Decode once and let every slot read its rows; returns what finished."""
        rows = self._rows()
        try:
            self._context.decode(rows)
        except NoRoom:
            self._shed()
            return []
        return [done for slot in list(self._active) if (done := self._advance(slot)) is not None]

    def _rows(self) -> list[Row]:
        """This round's batch: slots with little to feed first, so that answers go on while prompts are read."""
        rows: list[Row] = []
        speaking = self._context.logit_rows
        for slot in sorted(self._active, key=lambda slot: len(slot.feed)):
            # The row of the last prompt token is the first that says something about what follows the prompt.
            silent = max(len(slot.job.prompt) - 1 - slot.position, 0)
            slot.fed = min(len(slot.feed), self._context.batch_tokens - len(rows), silent + speaking)
            silent = min(silent, slot.fed)
            speaking -= slot.fed - silent
            slot.rows = range(len(rows) + silent, len(rows) + slot.fed)
            rows += [Row(slot.feed[i], slot.position + i, slot.sequence, i >= silent) for i in range(slot.fed)]
        return rows

    def _shed(self) -> None:
        """No cells for a whole round: put the youngest job back, to begin again when another has finished.

        Raises:
            EngineError: one job alone finds no room.
        """
        self._prefixes.clear()
        if len(self._active) == 1 and self._crowded:
            raise EngineError(f"request {self._active[0].job.id}: no room in the KV cache for one answer")
        self._crowded = True
        if len(self._active) > 1:
            slot = self._active[-1]
            self._release(slot)
            self._waiting.appendleft(slot.job)

    def _advance(self, slot: _Slot) -> Any:
        """Take what the round brought for one slot; its result if it finished."""
        slot.position += slot.fed
        slot.feed = slot.feed[slot.fed:]
        for row in slot.rows:
            logits = self._context.logits(row)
            with named(slot.job.id):
                token = slot.work.read(logits)
            if token is not None:
                slot.feed.append(token)
        if slot.work.result is not None:
            self._release(slot)
            self._crowded = False
        return slot.work.result

    def _release(self, slot: _Slot) -> None:
        self._context.truncate(slot.sequence)
        slot.work.close()
        self._active.remove(slot)
        self._free.append(slot.sequence)
