"""A generator that asks between two results whether to go on, so that a stop need not wait for a whole block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from appliance.engines.base import (
    ChatMessage,
    Completion,
    GenerationRequest,
    Generator,
    GeneratorInfo,
    Score,
    ScoreRequest,
)


class StoppableGenerator:
    """Another `Generator`, with a check before each completion or score it hands on.

    Args:
        inner: what generates; still owned, and closed, by whoever made it.
        check: raises to stop; the engine is free again when it does.
    """

    def __init__(self, inner: Generator, check: Callable[[], None]) -> None:
        self._inner = inner
        self._check = check

    def info(self) -> GeneratorInfo:
        """See `Generator`."""
        return self._inner.info()

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        """See `Generator`."""
        return self._inner.chat_prompt(messages)

    def count_tokens(self, text: str) -> int:
        """See `Generator`."""
        return self._inner.count_tokens(text)

    def generate(self, requests: Iterable[GenerationRequest]) -> Iterator[Completion]:
        """See `Generator`; raises what the check raises."""
        for completion in self._inner.generate(requests):
            self._check()
            yield completion

    def score(self, requests: Iterable[ScoreRequest]) -> Iterator[Score]:
        """See `Generator`; raises what the check raises."""
        for score in self._inner.score(requests):
            self._check()
            yield score

    def close(self) -> None:
        """Nothing is owned here."""
