"""The generator behind a running vLLM server on this machine: many requests under way at once, one connection each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from appliance.engines import vllm_answers
from appliance.engines.base import ChatMessage, Completion, GenerationRequest, GeneratorInfo, Score, ScoreRequest
from appliance.engines.limits import check_answer_fits, check_continuation_fits, check_sampling, named
from appliance.engines.server import server_address
from appliance.engines.vllm_wire import Refused, Wire
from appliance.errors import EngineError
from appliance.records import Usage

TIMEOUT_S = 600.0
"""Longest wait for one answer: a queue of long prompts on a slow server is normal, an hour of silence is not."""
PATIENCE_S = 20.0
"""How long a server that is not there is asked again: a restart that is nearly done, not a model being loaded."""

AskedT = TypeVar("AskedT", GenerationRequest, ScoreRequest)
ResultT = TypeVar("ResultT")


class VllmGenerator:
    """M_g on vLLM. Not thread-safe, one iterator at a time; must not be called from inside a running event loop.

    The requests under way advance while the caller waits for the next result, and on the server all the time.
    Unlike llama.cpp's, vLLM's repetition penalty also looks at the prompt, and scoring shares no prompt heads.

    Args:
        server: ``unix:/path`` or ``http://LOOPBACK:PORT``.
        model: the name the server gives the model.
        sequences: requests under way at once.
        context_tokens: a prompt with its answer must fit into this, and into the server's own limit.
        timeout_s: bound on one exchange, seconds.
        patience_s: how long a server that is not ready is asked again, seconds.

    Raises:
        ConfigError: the address is not one of this machine.
        EngineError: the server does not answer, or serves no such model; lists those it has.
    """

    def __init__(self, server: str, model: str, *, sequences: int = 16, context_tokens: int = 8192,
                 timeout_s: float = TIMEOUT_S, patience_s: float = PATIENCE_S) -> None:
        if sequences < 1 or context_tokens < 1:
            raise EngineError("sequences and context_tokens must each be at least 1")
        address = server_address(server)
        self._server, self._name, self._sequences = server, model, sequences
        self._templates: dict[tuple[str, ...], str] = {}
        self._start: list[int] = []
        self._busy = self._closed = False
        self._loop = asyncio.new_event_loop()
        # One more than are under way: requests may be counted and rendered while they are made.
        self._wire = Wire(address, connections=sequences + 1, timeout_s=timeout_s, patience_s=patience_s)
        try:
            self._served, self._version = self._wait(self._find())
            self._start = self._wait(self._start_tokens())
        except BaseException:
            self.close()
            raise
        self._limit = min(context_tokens, self._served.context_tokens or context_tokens)

    def info(self) -> GeneratorInfo:
        """Server and model; the server does not tell how many parameters the model has."""
        return GeneratorInfo(name=f"vllm:{self._name}", parameters=None, settings={
            "vllm": self._version, "server": self._server, "model_root": self._served.root,
            "max_model_len": self._served.context_tokens, "sequences": self._sequences,
            "context_tokens": self._limit})

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        """See `Generator`; through the server's template, which is asked once for each sequence of roles.

        Raises:
            EngineError: the model has no template, or it refuses the conversation.
        """
        self._check_open()
        roles = tuple(message.role for message in messages)
        if roles not in self._templates:
            self._templates[roles] = self._wait(self._render(messages))
        return vllm_answers.filled(self._templates[roles], messages)

    def count_tokens(self, text: str) -> int:
        """See `Generator`; what `Usage.prompt_tokens` says for the same text as a prompt."""
        self._check_open()
        return len(self._wait(self._tokens(text)))

    def generate(self, requests: Iterable[GenerationRequest]) -> Iterator[Completion]:
        """See `Generator`; takes no more requests than there are places under way.

        Raises:
            ContextOverflow: a prompt with its answer cannot fit; names the request id.
            EngineError: the server failed, or another iterator of this generator is not finished.
        """
        return self._run(requests, self._complete)

    def score(self, requests: Iterable[ScoreRequest]) -> Iterator[Score]:
        """See `Generator`; takes no more requests than there are places under way.

        Raises:
            ContextOverflow: a prompt with its continuation cannot fit; names the request id.
            EngineError: the server failed, or another iterator of this generator is not finished.
        """
        return self._run(requests, self._read)

    def close(self) -> None:
        """Hang up; harmless to repeat. The server stays as it is.

        Raises:
            EngineError: an iterator is not finished.
        """
        if self._busy:
            raise EngineError("this generator is still generating; close() its iterator first")
        if not self._closed:
            self._closed = True
            self._wait(self._wire.close())
            self._loop.close()

    def _run(self, requests: Iterable[AskedT],
             ask: Callable[[AskedT], Coroutine[Any, Any, ResultT]]) -> Iterator[ResultT]:
        self._check_open()
        if self._busy:
            raise EngineError("this generator is already generating; finish or close() that iterator first")
        self._busy = True
        source, under_way = iter(requests), list[asyncio.Task[ResultT]]()
        try:
            while True:
                while len(under_way) < self._sequences and (request := next(source, None)) is not None:
                    under_way.append(self._loop.create_task(ask(request)))
                if not under_way:
                    return
                done, _ = self._wait(asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED))
                for task in [task for task in under_way if task in done]:
                    under_way.remove(task)
                    yield task.result()
        finally:
            self._cancel(under_way)
            self._busy = False

    def _cancel(self, tasks: list[asyncio.Task[ResultT]]) -> None:
        """Drop what is under way; hanging up tells the server."""
        for task in tasks:
            task.cancel()
        if tasks:
            self._wait(asyncio.wait(tasks))
        for task in tasks:
            if not task.cancelled():
                task.exception()  # seen: another request's failure is already on its way up

    def _wait(self, awaitable: Coroutine[Any, Any, ResultT]) -> ResultT:
        return self._loop.run_until_complete(awaitable)

    def _check_open(self) -> None:
        if self._closed:
            raise EngineError("this generator is closed")

    async def _complete(self, request: GenerationRequest) -> Completion:
        check_sampling(request.id, request.sampling)
        with named(request.id):
            prompt = await self._prompt(request.prompt)
        check_answer_fits(request.id, len(prompt), request.sampling.max_tokens, self._limit)
        with named(request.id):
            body = vllm_answers.completion_body(request, self._name, prompt)
            return vllm_answers.read_completion(await self._wire.post("/v1/completions", body), request, len(prompt))

    async def _read(self, request: ScoreRequest) -> Score:
        with named(request.id):
            prompt = await self._prompt(request.prompt)
            continuation = await self._tokens(request.continuation, start=False) if request.continuation else []
        if not continuation:
            return Score(request.id, 0.0, 0, Usage(len(prompt), 0))
        # The server writes one token of its own after what it reads.
        check_continuation_fits(request.id, len(prompt), len(continuation), self._limit - 1)
        with named(request.id):
            body = vllm_answers.score_body(self._name, [*prompt, *continuation])
            answer = await self._wire.post("/v1/completions", body)
            return vllm_answers.read_score(answer, request.id, prompt, continuation)

    async def _prompt(self, text: str) -> list[int]:
        tokens = await self._tokens(text)
        if not tokens:
            raise EngineError("an empty prompt, and this model has no start token")
        return tokens

    async def _tokens(self, text: str, *, start: bool = True) -> list[int]:
        body = {"model": self._name, "prompt": text, "add_special_tokens": start}
        tokens = vllm_answers.read_tokens(await self._wire.post("/tokenize", body))
        # A chat template may write the start token itself, and the tokenizer then adds a second one.
        return tokens[1:] if start and self._start and tokens[:2] == self._start * 2 else tokens

    async def _start_tokens(self) -> list[int]:
        """What the tokenizer puts before every prompt."""
        whole, bare = await self._tokens("a"), await self._tokens("a", start=False)
        return whole[:-len(bare)] if bare and whole[-len(bare):] == bare else []

    async def _find(self) -> tuple[vllm_answers.Served, str | None]:
        """The model and the server's version, None where it does not say."""
        models = vllm_answers.read_models(await self._wire.get("/v1/models"))
        if self._name not in models:
            raise EngineError(f"{self._server} serves no model {self._name}; generator.model must be one of: "
                              f"{', '.join(sorted(models)) or 'none'}")
        try:
            version = (await self._wire.get("/version")).get("version")
        except Refused:
            version = None
        return models[self._name], version

    async def _render(self, messages: Sequence[ChatMessage]) -> str:
        body = {"model": self._name, "messages": vllm_answers.placeholders(messages), "add_generation_prompt": True}
        try:
            tokens = vllm_answers.read_tokens(await self._wire.post("/tokenize", body))
        except Refused as error:
            roles = ", ".join(message.role for message in messages)
            raise EngineError(f"{self._server}: the model's chat template refuses messages with the roles: {roles} "
                              f"(status {error.status})") from error
        answer = await self._wire.post("/detokenize", {"model": self._name, "tokens": tokens})
        return vllm_answers.read_text(answer)
