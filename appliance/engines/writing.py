"""One answer that grows token by token, as work for the batch loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.engines.answer import Answer
from appliance.engines.base import Completion, FinishReason, GenerationRequest
from appliance.engines.constraint import gbnf_of
from appliance.engines.limits import check_answer_fits, check_sampling, named
from appliance.engines.model import Model
from appliance.engines.sampler import Sampler, logprob
from appliance.errors import EngineError
from appliance.records import Usage


@dataclass(frozen=True, slots=True)
class WritingJob:
    """See `appliance.engines.batch.Job`."""

    request: GenerationRequest
    model: Model
    prompt: list[int]

    @property
    def id(self) -> str:
        """See `appliance.engines.batch.Job`."""
        return self.request.id

    @property
    def cells(self) -> int:
        """The answer may take all its tokens."""
        return len(self.prompt) + self.request.sampling.max_tokens

    def begin(self) -> Writing:
        """An answer without a token.

        Raises:
            EngineError: the constraint is not one.
        """
        return Writing(self)


class Writing:
    """See `appliance.engines.batch.Work`."""

    first: tuple[int, ...] = ()

    def __init__(self, job: WritingJob) -> None:
        self._job = job
        self._model = job.model
        self._sampler = Sampler(job.model, job.request.sampling, gbnf_of(job.request.constraint))
        self._answer = Answer(job.request.sampling.stop)
        self.result: Completion | None = None

    def read(self, logits: NDArray[np.float32]) -> int | None:
        """Draw the next token; None after the last."""
        token = self._sampler.draw(logits)
        piece = b"" if token in self._model.end_tokens else self._model.piece(token)
        self._answer.add(piece, logprob(logits, token))
        reason = self._finish(token)
        if reason is None:
            return token
        usage = Usage(prompt_tokens=len(self._job.prompt), completion_tokens=self._answer.tokens)
        self.result = Completion(self._job.id, self._answer.text, reason, usage, self._answer.mean_logprob())
        return None

    def close(self) -> None:
        """Free the grammar."""
        self._sampler.close()

    def _finish(self, token: int) -> FinishReason | None:
        if token in self._model.end_tokens or self._answer.stopped:
            return "stop"
        return "length" if self._answer.tokens >= self._job.request.sampling.max_tokens else None


def writing_job(request: GenerationRequest, model: Model, limit: int) -> WritingJob:
    """A request, checked.

    Args:
        request: as it came.
        model: its tokenizer.
        limit: tokens a prompt and its answer may have.

    Raises:
        ContextOverflow: a prompt with its answer cannot fit; names the request id.
        EngineError: the sampling or the prompt means nothing.
    """
    check_sampling(request.id, request.sampling)
    prompt = prompt_tokens(request.id, request.prompt, model)
    check_answer_fits(request.id, len(prompt), request.sampling.max_tokens, limit)
    return WritingJob(request, model, prompt)


def prompt_tokens(request_id: str, prompt: str, model: Model) -> list[int]:
    """Tokens of a prompt, at least one.

    Raises:
        EngineError: no tokenizer can read it, or nothing is left to predict from; names the request id.
    """
    with named(request_id):
        tokens = model.tokenise(prompt)
        if not tokens:
            raise EngineError("an empty prompt, and this model has no start token")
    return tokens
