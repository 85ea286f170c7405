"""A model's vocabulary and chat template without its weights: enough to measure prompts before a job starts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from appliance.engines import native
from appliance.engines.base import ChatMessage, Completion, GenerationRequest, GeneratorInfo, Score, ScoreRequest
from appliance.engines.gguf import read_head
from appliance.engines.model import Model
from appliance.errors import ContextOverflow, EngineError
from appliance.records import Usage


class Vocabulary(Model):
    """A GGUF of which llama.cpp has read the vocabulary only; of any size, in about a tenth of a second."""

    def __init__(self, path: Path) -> None:
        head = read_head(path)
        self._native = native.library()
        self.path = path
        self.repacked = False
        parameters = self._native.llama_model_default_params()
        parameters.vocab_only = True
        native.log.drain()
        self.handle: Any = self._native.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self.handle:
            raise EngineError(f"{path}: llama.cpp cannot read this model's vocabulary; the file may be newer than the "
                              f"installed llama-cpp-python: {native.log.drain()}")
        self.vocabulary: Any = self._native.llama_model_get_vocab(self.handle)
        self.vocabulary_size: int = self._native.llama_vocab_n_tokens(self.vocabulary)
        self.parameters = head.parameters
        # Without weights llama.cpp does not say; the head does.
        self.trained_context_tokens = head.trained_context_tokens or 1 << 30
        self._pieces: dict[int, bytes] = {}


class PromptMeasure:
    """A `Generator` that writes nothing and remembers how long the prompts were.

    Args:
        path: a GGUF file.
        context_tokens: what a prompt and its answer have to fit into, beside the model's own limit.

    Attributes:
        longest_tokens: the longest prompt with its answer so far.
        limit_tokens: what would have fitted.
    """

    def __init__(self, path: Path, context_tokens: int) -> None:
        self._model = Vocabulary(path)
        self._name = f"llama.cpp:{path.stem}"
        self.limit_tokens = min(context_tokens, self._model.trained_context_tokens)
        self.longest_tokens = 0

    def info(self) -> GeneratorInfo:
        """See `Generator`."""
        return GeneratorInfo(self._name, self._model.parameters, {"context_tokens": self.limit_tokens})

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        """See `Generator`."""
        return self._model.chat_prompt(messages)

    def count_tokens(self, text: str) -> int:
        """See `Generator`."""
        return len(self._model.tokenise(text))

    def generate(self, requests: Iterable[GenerationRequest]) -> Iterator[Completion]:
        """Measure every prompt; the answers are empty.

        Raises:
            ContextOverflow: a prompt with its answer does not fit.
        """
        for request in requests:
            tokens = self.count_tokens(request.prompt)
            self._take(tokens + request.sampling.max_tokens, request.sampling.max_tokens)
            yield Completion(request.id, "", "length", Usage(tokens, 0))

    def score(self, requests: Iterable[ScoreRequest]) -> Iterator[Score]:
        """Measure every prompt; nothing is probable.

        Raises:
            ContextOverflow: a prompt with its continuation does not fit.
        """
        for request in requests:
            tokens, more = self.count_tokens(request.prompt), self.count_tokens(request.continuation)
            self._take(tokens + more, more)
            yield Score(request.id, 0.0, more, Usage(tokens + more, 0))

    def close(self) -> None:
        """Free the vocabulary."""
        self._model.close()

    def _take(self, tokens: int, answer_tokens: int) -> None:
        self.longest_tokens = max(self.longest_tokens, tokens)
        if tokens > self.limit_tokens:
            raise ContextOverflow(f"a prompt of {tokens - answer_tokens} tokens with an answer of up to "
                                  f"{answer_tokens} does not fit into {self.limit_tokens} tokens")
