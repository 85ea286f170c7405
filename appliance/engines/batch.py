"""Continuous batching: many answers grow at once, one decode call a round; a finished one makes room at once."""

from __future__ import annotations

import contextlib
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.engines.answer import Answer
from appliance.engines.base import Completion, FinishReason, GenerationRequest, Grammar, Sampling
from appliance.engines.constraint import json_schema_to_gbnf
from appliance.engines.context import Context, NoRoom, Row
from appliance.engines.model import Model
from appliance.engines.prefix import PrefixCache
from appliance.engines.sampler import Sampler, logprob
from appliance.errors import ContextOverflow, EngineError
from appliance.records import Usage


@dataclass(frozen=True, slots=True)
class _Job:
    """A request that was taken and checked, with the tokens of its prompt."""

    request: GenerationRequest
    prompt: list[int]

    @property
    def cells(self) -> int:
        return len(self.prompt) + self.request.sampling.max_tokens


@dataclass(slots=True)
class _Slot:
    """One answer that grows: its sequence, what it must still feed to the model, and what it wrote."""

    job: _Job
    sequence: int
    shared: int
    sampler: Sampler
    answer: Answer
    feed: list[int]
    position: int
    fed: int = 0
    row: int | None = None

    @property
    def cells(self) -> int:
        """KV cells this slot may come to own."""
        return self.job.cells - self.shared


class Batcher:
    """The loop. One `run` at a time.

    Args:
        model: its vocabulary.
        context: its cache; sequences ``0..slots-1`` are used here, the prefix cache has its own.
        prefixes: kept from one `run` to the next.
        slots: answers that grow at once.
    """

    def __init__(self, model: Model, context: Context, prefixes: PrefixCache, slots: int) -> None:
        self._model, self._context, self._prefixes = model, context, prefixes
        self._free = list(range(slots))
        self._active: list[_Slot] = []
        self._waiting: deque[_Job] = deque()
        self._crowded = False

    def run(self, requests: Iterator[GenerationRequest]) -> Iterator[Completion]:
        """Complete every request. Takes no more of them than there are free slots.

        Raises:
            ContextOverflow: a prompt with its answer cannot fit; names the request id.
            EngineError: the model failed, or a request asks for something impossible.
        """
        try:
            while True:
                self._take(requests)
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

    def _take(self, requests: Iterator[GenerationRequest]) -> None:
        while len(self._waiting) < len(self._free):
            request = next(requests, None)
            if request is None:
                return
            self._waiting.append(self._checked(request))

    def _checked(self, request: GenerationRequest) -> _Job:
        check_sampling(request.id, request.sampling)
        with _named(request):
            job = _Job(request, self._model.tokenise(request.prompt))
        limit = min(self._context.cells, self._model.trained_context_tokens)
        if not job.prompt:
            raise EngineError(f"request {request.id}: an empty prompt, and this model has no start token")
        if job.cells > limit:
            raise ContextOverflow(
                f"request {request.id}: {len(job.prompt)} prompt tokens and up to {request.sampling.max_tokens} "
                f"new ones do not fit into {limit}; shorten the prompt, lower max_tokens or raise context_tokens")
        return job

    def _admit(self) -> None:
        while self._waiting and self._free and not self._crowded and self._make_room(self._waiting[0]):
            self._start(self._waiting.popleft())

    def _make_room(self, job: _Job) -> bool:
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

    def _start(self, job: _Job) -> None:
        others = (other.prompt for other in self._waiting)
        try:
            self._prefixes.learn(job.prompt, others, self._room() - job.cells)
        except NoRoom:
            self._prefixes.clear()
        sampler = self._sampler(job.request)
        sequence = self._free.pop(0)
        shared = self._prefixes.attach(job.prompt, sequence)
        self._active.append(_Slot(job, sequence, shared, sampler, Answer(job.request.sampling.stop),
                                  job.prompt[shared:], shared))

    def _sampler(self, request: GenerationRequest) -> Sampler:
        constraint = request.constraint
        with _named(request):
            gbnf = (None if constraint is None else constraint.gbnf if isinstance(constraint, Grammar)
                    else json_schema_to_gbnf(constraint.schema))
            return Sampler(self._model, request.sampling, gbnf)

    def _round(self) -> list[Completion]:
        """Decode once and draw one token for every slot whose prompt is through; returns what finished."""
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
        for slot in sorted(self._active, key=lambda slot: len(slot.feed)):
            slot.fed = min(len(slot.feed), self._context.batch_tokens - len(rows))
            complete = slot.fed == len(slot.feed)
            rows += [Row(slot.feed[i], slot.position + i, slot.sequence, complete and i == slot.fed - 1)
                     for i in range(slot.fed)]
            slot.row = len(rows) - 1 if complete else None
        return rows

    def _shed(self) -> None:
        """No cells for a whole round: put the youngest answer back, to begin again when another has finished.

        Raises:
            EngineError: one answer alone finds no room.
        """
        self._prefixes.clear()
        if len(self._active) == 1 and self._crowded:
            raise EngineError(f"request {self._active[0].job.request.id}: no room in the KV cache for one answer")
        self._crowded = True
        if len(self._active) > 1:
            slot = self._active[-1]
            self._release(slot)
            self._waiting.appendleft(slot.job)

    def _advance(self, slot: _Slot) -> Completion | None:
        """Take what the round brought for one slot; its completion if it finished."""
        slot.position += slot.fed
        slot.feed = slot.feed[slot.fed:]
        if slot.row is None:
            return None
        token = self._draw(slot, slot.row)
        reason = self._finish(slot, token)
        if reason is None:
            slot.feed = [token]
            return None
        self._release(slot)
        self._crowded = False
        usage = Usage(prompt_tokens=len(slot.job.prompt), completion_tokens=slot.answer.tokens)
        return Completion(slot.job.request.id, slot.answer.text, reason, usage, slot.answer.mean_logprob())

    def _draw(self, slot: _Slot, row: int) -> int:
        logits = self._context.logits(row)
        with _named(slot.job.request):
            token = slot.sampler.draw(logits)
        piece = b"" if token in self._model.end_tokens else self._model.piece(token)
        slot.answer.add(piece, logprob(logits, token))
        return token

    def _finish(self, slot: _Slot, token: int) -> FinishReason | None:
        if token in self._model.end_tokens or slot.answer.stopped:
            return "stop"
        return "length" if slot.answer.tokens >= slot.job.request.sampling.max_tokens else None

    def _release(self, slot: _Slot) -> None:
        self._context.truncate(slot.sequence)
        slot.sampler.close()
        self._active.remove(slot)
        self._free.append(slot.sequence)


@contextlib.contextmanager
def _named(request: GenerationRequest) -> Iterator[None]:
    """Put the id of a request before the message of an error."""
    try:
        yield
    except EngineError as error:
        raise EngineError(f"request {request.id}: {error}") from error


def check_sampling(request_id: str, sampling: Sampling) -> None:
    """Refuse a sampling that means nothing.

    Raises:
        EngineError: names the request id and the field.
    """
    wrong = [name for name, right in (
        ("max_tokens", sampling.max_tokens >= 1),
        ("temperature", 0 <= sampling.temperature < math.inf),
        ("top_p", 0 < sampling.top_p <= 1),
        ("top_k", sampling.top_k >= 0),
        ("repeat_penalty", 0 < sampling.repeat_penalty < math.inf)) if not right]
    if wrong:
        raise EngineError(f"request {request_id}: sampling out of range: {', '.join(wrong)}")
