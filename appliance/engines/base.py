"""The `Generator` seam: M_g as every method sees it, shaped by both llama.cpp and vLLM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from appliance.records import Usage

FinishReason = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn.

    Attributes:
        max_tokens: at most this many new tokens; reaching it ends with finish reason ``length``.
        temperature: 0 is greedy.
        top_k: 0 switches it off.
        seed: the same request with the same seed gives the same text on the same engine and batch shape.
        stop: the text ends before the first of these strings; they are not part of the text.
    """

    max_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    repeat_penalty: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """The answer is one JSON document of this schema."""

    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The answer matches this GBNF grammar, start symbol ``root``."""

    gbnf: str


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One prompt to complete.

    Attributes:
        id: comes back with the completion; results arrive in completion order, not request order.
        prompt: the text to continue, special tokens of the model's chat template included where wanted.
        constraint: shape of the answer, or None for free text.
    """

    id: str
    prompt: str
    sampling: Sampling
    constraint: JsonSchema | Grammar | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What the engine wrote for one request.

    Attributes:
        mean_logprob: mean natural-log probability of the written tokens under the unmodified model distribution,
            None where the engine does not report it.
    """

    id: str
    text: str
    finish_reason: FinishReason
    usage: Usage
    mean_logprob: float | None = None


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """A text whose probability after a prompt is asked for.

    The continuation is tokenised on its own, without a start token, as if the engine had written it after the prompt:
    no token spans the border. A space between the two therefore belongs to the continuation.

    Attributes:
        id: comes back with the score; results arrive in completion order, not request order.
        prompt: as in `GenerationRequest`.
        continuation: may be empty; nothing is added at its end.
    """

    id: str
    prompt: str
    continuation: str


@dataclass(frozen=True, slots=True)
class Score:
    """How probable a continuation is under the unmodified model.

    With quantised weights the same request may differ by a few hundredths of a nat a token, depending on what is read
    beside it: thresholds need that much room.

    Attributes:
        logprob_sum: natural-log probability of all its tokens given the prompt; 0.0 for an empty one.
        tokens: of the continuation.
        usage: prompt and continuation were read, nothing was written.
    """

    id: str
    logprob_sum: float
    tokens: int
    usage: Usage

    @property
    def mean_logprob(self) -> float | None:
        """Nats a token, comparable between continuations of different length; None without a token."""
        return self.logprob_sum / self.tokens if self.tokens else None


@dataclass(frozen=True, slots=True)
class GeneratorInfo:
    """What ran, for manifests and reports.

    Attributes:
        name: engine and model in one word, such as ``llama.cpp:SmolLM2-135M-Instruct``.
        parameters: weights in the model, None when unknown.
        settings: everything else worth keeping: versions, weight format, threads, sequences, context, file hash.
    """

    name: str
    parameters: int | None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Generator(Protocol):
    """The local model M_g. Not thread-safe: one caller at a time."""

    def info(self) -> GeneratorInfo:
        """What runs."""

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        """The prompt text of a conversation, ending where the assistant's turn begins."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text as this model would read it."""

    def generate(self, requests: Iterable[GenerationRequest]) -> Iterator[Completion]:
        """Complete every request, several at once; yields each as it finishes.

        Stopping the iteration (``close()`` on the iterator) frees the engine at once.

        Raises:
            ContextOverflow: one prompt with its answer cannot fit; names the request id.
            EngineError: the engine failed.
        """

    def score(self, requests: Iterable[ScoreRequest]) -> Iterator[Score]:
        """Read every continuation after its prompt, several at once; yields each score as it is known.

        Requests that share the head of their prompt share the work for it. Stopping works as in `generate`.

        Raises:
            ContextOverflow: one prompt with its continuation cannot fit; names the request id.
            EngineError: the engine failed.
        """

    def close(self) -> None:
        """Free the model."""
