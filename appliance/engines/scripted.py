"""A generator without a model: answers come from a script, everything else behaves as the real one does."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from appliance.engines.answer import Answer
from appliance.engines.base import (
    ChatMessage,
    Completion,
    FinishReason,
    GenerationRequest,
    GeneratorInfo,
    Score,
    ScoreRequest,
)
from appliance.engines.limits import check_answer_fits, check_continuation_fits, check_sampling
from appliance.errors import EngineError
from appliance.records import Usage

_TOKEN = re.compile(r"\s*\S+|\s+$")

AskedT = TypeVar("AskedT")
ResultT = TypeVar("ResultT")
Script = Callable[[GenerationRequest], str] | Sequence[str]


class ScriptedGenerator:
    """`Generator` for tests and demonstrations. A token is a word with the space before it.

    Answers are cut by ``stop`` and ``max_tokens`` and come back out of order, the last of each group first; the
    constraint of a request is the script's business. An exception that the script raises ends the iteration.

    Args:
        script: the answer to a request, or a list of answers that is repeated in request order.
        sequences: requests taken at once.
        context_tokens: a prompt with its answer must fit into this.
        mean_logprob: reported with every completion.
        fit: nats per token of a continuation, at most 0; None gives -1 for every one.

    Attributes:
        seen: every request to generate taken so far, in order.
        scored: every request to score taken so far, in order.
    """

    def __init__(self, script: Script, *, sequences: int = 4, context_tokens: int = 8192,
                 mean_logprob: float | None = None, fit: Callable[[ScoreRequest], float] | None = None) -> None:
        self._answer = script if callable(script) else _repeated(script)
        self._sequences = sequences
        self._context_tokens = context_tokens
        self._mean_logprob = mean_logprob
        self._fit = fit or (lambda _request: -1.0)
        self._busy = self._closed = False
        self.seen: list[GenerationRequest] = []
        self.scored: list[ScoreRequest] = []

    def info(self) -> GeneratorInfo:
        """See `Generator`."""
        settings = {"sequences": self._sequences, "context_tokens": self._context_tokens}
        return GeneratorInfo(name="scripted", parameters=None, settings=settings)

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        """See `Generator`; ChatML without a default system turn."""
        turns = "".join(f"<|im_start|>{turn.role}\n{turn.content}<|im_end|>\n" for turn in messages)
        return f"{turns}<|im_start|>assistant\n"

    def count_tokens(self, text: str) -> int:
        """See `Generator`."""
        return len(_TOKEN.findall(text))

    def generate(self, requests: Iterable[GenerationRequest]) -> Iterator[Completion]:
        """See `Generator`.

        Raises:
            ContextOverflow: a prompt with its answer cannot fit; names the request id.
            EngineError: closed, or another iterator is not finished.
        """
        return self._groups(requests, self._complete)

    def score(self, requests: Iterable[ScoreRequest]) -> Iterator[Score]:
        """See `Generator`.

        Raises:
            ContextOverflow: a prompt with its continuation cannot fit; names the request id.
            EngineError: closed, or another iterator is not finished.
        """
        return self._groups(requests, self._read)

    def close(self) -> None:
        """See `Generator`.

        Raises:
            EngineError: an iterator is not finished.
        """
        if self._busy:
            raise EngineError("this generator is still generating; close() its iterator first")
        self._closed = True

    def _groups(self, requests: Iterable[AskedT], answer: Callable[[AskedT], ResultT]) -> Iterator[ResultT]:
        if self._closed or self._busy:
            raise EngineError("this generator is closed" if self._closed else "this generator is already generating")
        self._busy = True
        try:
            source = iter(requests)
            while group := list(itertools.islice(source, self._sequences)):
                yield from [answer(request) for request in group][::-1]
        finally:
            self._busy = False

    def _complete(self, request: GenerationRequest) -> Completion:
        check_sampling(request.id, request.sampling)
        prompt_tokens = self.count_tokens(request.prompt)
        check_answer_fits(request.id, prompt_tokens, request.sampling.max_tokens, self._context_tokens)
        self.seen.append(request)
        answer, reason = _written(self._answer(request), request)
        usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=answer.tokens)
        return Completion(request.id, answer.text, reason, usage, self._mean_logprob)

    def _read(self, request: ScoreRequest) -> Score:
        prompt_tokens, tokens = self.count_tokens(request.prompt), self.count_tokens(request.continuation)
        check_continuation_fits(request.id, prompt_tokens, tokens, self._context_tokens)
        self.scored.append(request)
        fit = self._fit(request) if tokens else 0.0
        return Score(request.id, fit * tokens, tokens, Usage(prompt_tokens + tokens, 0))


def _written(text: str, request: GenerationRequest) -> tuple[Answer, FinishReason]:
    answer = Answer(request.sampling.stop)
    tokens = _TOKEN.findall(text)
    for token in tokens[:request.sampling.max_tokens]:
        answer.add(token.encode("utf-8"), 0.0)
        if answer.stopped:
            return answer, "stop"
    return answer, "length" if len(tokens) > request.sampling.max_tokens else "stop"


def _repeated(answers: Sequence[str]) -> Callable[[GenerationRequest], str]:
    endless = itertools.cycle(answers)
    return lambda _request: next(endless)
