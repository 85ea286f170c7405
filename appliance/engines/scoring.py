"""One continuation that is read after its prompt, as work for the batch loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.engines.base import Score, ScoreRequest
from appliance.engines.limits import check_continuation_fits, named
from appliance.engines.model import Model
from appliance.engines.sampler import logprob
from appliance.engines.writing import prompt_tokens
from appliance.records import Usage


@dataclass(frozen=True, slots=True)
class ScoringJob:
    """See `appliance.engines.batch.Job`."""

    id: str
    prompt: list[int]
    continuation: list[int]

    @property
    def cells(self) -> int:
        """What the last token would predict is not asked for, so it is never decoded."""
        return len(self.prompt) + max(len(self.continuation) - 1, 0)

    def begin(self) -> Scoring:
        """Nothing read yet."""
        return Scoring(self)


class Scoring:
    """See `appliance.engines.batch.Work`."""

    def __init__(self, job: ScoringJob) -> None:
        self._job = job
        self._sum, self._read = 0.0, 0
        self.first: Sequence[int] = job.continuation[:-1]
        self.result: Score | None = self._score()

    def read(self, logits: NDArray[np.float32]) -> None:
        """Look up the token that comes next."""
        self._sum += logprob(logits, self._job.continuation[self._read])
        self._read += 1
        self.result = self._score()

    def close(self) -> None:
        """Nothing is held."""

    def _score(self) -> Score | None:
        tokens = len(self._job.continuation)
        if self._read < tokens:
            return None
        return Score(self._job.id, self._sum, tokens, Usage(len(self._job.prompt) + tokens, 0))


def scoring_job(request: ScoreRequest, model: Model, limit: int) -> ScoringJob:
    """A request, checked.

    Args:
        request: as it came.
        model: its tokenizer.
        limit: tokens a prompt and its continuation may have.

    Raises:
        ContextOverflow: a prompt with its continuation cannot fit; names the request id.
        EngineError: no tokenizer can read the texts.
    """
    prompt = prompt_tokens(request.id, request.prompt, model)
    with named(request.id):
        continuation = model.tokenise(request.continuation, start=False) if request.continuation else []
    check_continuation_fits(request.id, len(prompt), len(continuation), limit)
    return ScoringJob(request.id, prompt, continuation)
