"""The embedded generator: llama.cpp inside this process, many answers at once."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from appliance.engines.base import ChatMessage, Completion, GenerationRequest, GeneratorInfo, Score, ScoreRequest
from appliance.engines.batch import Batcher, Job
from appliance.engines.context import Context
from appliance.engines.cores import usable_cores
from appliance.engines.model import Model
from appliance.engines.prefix import PrefixCache
from appliance.engines.scoring import scoring_job
from appliance.engines.weights import Weights, locate, requantised, unchanged
from appliance.engines.writing import writing_job
from appliance.errors import EngineError

_HEADS = 4
"""Prompt heads kept in the cache: methods take turns between two or three kinds of prompt."""
_FORMAT_SUFFIX = re.compile(r"[.-](I?Q\d\w*|BF16|F16|F32)$", re.IGNORECASE)

ResultT = TypeVar("ResultT")
WeightFormat = Literal["auto", "as_is", "Q4_0", "Q8_0", "BF16"]

# Q4_1 has no batch kernels. Q8_0 holds its values almost exactly; Q4_0 is faster still, but rounds them a second
# time, which on the packaged model costs 0.17 nat a token against 0.01 (benchmarks/engine_throughput.py).
_FASTER: dict[str, WeightFormat] = {"Q4_1": "Q8_0"}


class LlamaCppGenerator:
    """M_g on llama.cpp with continuous batching. Not thread-safe, one `generate` at a time.

    Args:
        model: ``smollm2`` for the packaged model, or the path of any GGUF file.
        sequences: answers that grow at once.
        context_tokens: KV cells, shared by all of them and by the kept prompt heads.
        threads: None means the physical cores this process may use.
        cache_directory: where weights in a faster format may be kept; None uses the file as it is.
        weight_format: the format wanted there; ``auto`` converts only a format known to be slow.

    Raises:
        EngineError: llama.cpp, the model or the memory for it is missing; names the file and the fix.
    """

    def __init__(self, model: str | Path = "smollm2", *, sequences: int = 16, context_tokens: int = 8192,
                 threads: int | None = None, cache_directory: Path | None = None,
                 weight_format: WeightFormat = "auto") -> None:
        if sequences < 1 or context_tokens < 1 or (threads is not None and threads < 1):
            raise EngineError("sequences, context_tokens and threads must each be at least 1")
        self._threads = threads or usable_cores()
        self._sequences = sequences
        self._weights, self._model = _load(locate(model), cache_directory, weight_format, self._threads)
        try:
            self._context = Context(self._model, cells=context_tokens, sequences=sequences + _HEADS,
                                    threads=self._threads)
        except EngineError:
            self._model.close()
            raise
        heads = PrefixCache(self._context, range(sequences, sequences + _HEADS), memory=sequences)
        self._batcher = Batcher(self._context, heads, sequences)
        self._busy = self._closed = False

    @property
    def decoded_tokens(self) -> int:
        """Tokens the model has run over so far, prompts included; a reused head adds none."""
        return self._context.decoded_tokens

    @property
    def weights_path(self) -> Path:
        """The file that is loaded: the model's own or its copy in another format."""
        return self._weights.path

    def info(self) -> GeneratorInfo:
        """Model, engine and weights as they run."""
        source = self._weights.source
        return GeneratorInfo(
            name=f"llama.cpp:{_FORMAT_SUFFIX.sub('', source.stem)}",
            parameters=self._model.parameters,
            settings={
                "llama_cpp_python": importlib.metadata.version("llama-cpp-python"),
                "model_name": self._model.metadata("general.name"),
                "file": source.name,
                "file_sha256": self._weights.source_sha256,
                "weight_format": self._model.weight_format,
                "weights_sha256": self._weights.sha256,
                "weights_repacked": self._model.repacked,
                "threads": self._threads,
                "sequences": self._sequences,
                "context_tokens": self._context.cells,
            })

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        """See `Generator`; through the template in the GGUF.

        Raises:
            EngineError: the model has no template, or it refuses the conversation.
        """
        self._check_open()
        return self._model.chat_prompt(messages)

    def count_tokens(self, text: str) -> int:
        """See `Generator`; what `Usage.prompt_tokens` says for the same text as a prompt."""
        self._check_open()
        return len(self._model.tokenise(text))

    def generate(self, requests: Iterable[GenerationRequest]) -> Iterator[Completion]:
        """See `Generator`; takes no more requests than there are free slots.

        Raises:
            ContextOverflow: a prompt with its answer cannot fit; names the request id.
            EngineError: the engine failed, or another iterator of this generator is not finished.
        """
        return self._run(writing_job(request, self._model, self._limit) for request in requests)

    def score(self, requests: Iterable[ScoreRequest]) -> Iterator[Score]:
        """See `Generator`; takes no more requests than there are free slots.

        Raises:
            ContextOverflow: a prompt with its continuation cannot fit; names the request id.
            EngineError: the engine failed, or another iterator of this generator is not finished.
        """
        return self._run(scoring_job(request, self._model, self._limit) for request in requests)

    @property
    def _limit(self) -> int:
        return min(self._context.cells, self._model.trained_context_tokens)

    def _run(self, jobs: Iterator[Job[ResultT]]) -> Iterator[ResultT]:
        self._check_open()
        if self._busy:
            raise EngineError("this generator is already generating; finish or close() that iterator first")
        self._busy = True
        try:
            yield from self._batcher.run(jobs)
        finally:
            self._busy = False

    def close(self) -> None:
        """Free the model; harmless to repeat.

        Raises:
            EngineError: a `generate` is not finished.
        """
        if self._busy:
            raise EngineError("this generator is still generating; close() its iterator first")
        if not self._closed:
            self._closed = True
            self._context.close()
            self._model.close()

    def _check_open(self) -> None:
        if self._closed:
            raise EngineError("this generator is closed")


def _load(source: Path, cache_directory: Path | None, wanted: WeightFormat,
          threads: int) -> tuple[Weights, Model]:
    """The model of a file, or of its copy in a faster format where there is a folder for one."""
    model = Model(source)
    target = _FASTER.get(model.weight_format) if wanted == "auto" else None if wanted == "as_is" else wanted
    if cache_directory is None or target is None or target == model.weight_format:
        return unchanged(source), model
    try:
        weights = requantised(source, target, cache_directory, threads)
    except EngineError:
        if wanted != "auto":
            model.close()
            raise
        # A full disk, say: the file as it is gives the same text, more slowly.
        return unchanged(source), model
    model.close()
    return weights, Model(weights.path)
