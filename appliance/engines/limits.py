"""What every engine refuses alike: a sampling that means nothing, a text longer than the context."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator

from appliance.engines.base import Sampling
from appliance.errors import ContextOverflow, EngineError


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


def check_answer_fits(request_id: str, prompt_tokens: int, max_tokens: int, limit: int) -> None:
    """Refuse a prompt that leaves no room for its answer.

    Raises:
        ContextOverflow: names the request id, the numbers and the fix.
    """
    if prompt_tokens + max_tokens > limit:
        raise ContextOverflow(f"request {request_id}: {prompt_tokens} prompt tokens and up to {max_tokens} new ones do "
                              f"not fit into {limit}; shorten the prompt, lower max_tokens or raise context_tokens")


def check_continuation_fits(request_id: str, prompt_tokens: int, tokens: int, limit: int) -> None:
    """Refuse a prompt that leaves no room for the continuation to score.

    Raises:
        ContextOverflow: names the request id, the numbers and the fix.
    """
    if prompt_tokens + tokens > limit:
        raise ContextOverflow(f"request {request_id}: {prompt_tokens} prompt tokens and {tokens} of the continuation "
                              f"do not fit into {limit}; shorten one of them or raise context_tokens")


@contextlib.contextmanager
def named(request_id: str) -> Iterator[None]:
    """Put the id of a request before the message of an error."""
    try:
        yield
    except EngineError as error:
        raise EngineError(f"request {request_id}: {error}") from error
