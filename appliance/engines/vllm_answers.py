"""What vLLM's requests and answers say, field by field (vLLM 0.32, ``vllm/entrypoints/openai/completion``)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.engines.answer import Answer
from appliance.engines.base import ChatMessage, Completion, FinishReason, GenerationRequest, Score
from appliance.engines.constraint import gbnf_of
from appliance.errors import EngineError
from appliance.records import Usage

_PLACEHOLDER = re.compile(r"PSITURN(\d+)END")


@dataclass(frozen=True, slots=True)
class Served:
    """A model as ``/v1/models`` describes it.

    Attributes:
        root: what the server loaded, a path or a name.
        context_tokens: its ``max_model_len``.
    """

    root: str | None
    context_tokens: int | None


def read_models(answer: Mapping[str, Any]) -> dict[str, Served]:
    """The models of a server by the name it gives them.

    Raises:
        EngineError: not a list of models.
    """
    try:
        return {str(card["id"]): Served(card.get("root"), _optional_int(card.get("max_model_len")))
                for card in answer["data"]}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _malformed("/v1/models") from error


def completion_body(request: GenerationRequest, model: str, prompt: Sequence[int]) -> dict[str, Any]:
    """A request to ``/v1/completions``.

    Every field of the sampling is written out: what is left out comes from the model's ``generation_config.json``.

    Raises:
        EngineError: a schema with a keyword that not every engine can promise.
    """
    sampling = request.sampling
    body = {"model": model, "prompt": list(prompt), "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": sampling.top_k, "min_p": 0.0,
            "repetition_penalty": sampling.repeat_penalty, "presence_penalty": 0.0, "frequency_penalty": 0.0,
            "seed": sampling.seed, "stop": [string for string in sampling.stop if string], "logprobs": 0}
    # A schema goes as our own grammar: the server's JSON mode would also write line breaks between the members.
    gbnf = gbnf_of(request.constraint)
    if gbnf is not None:
        body["structured_outputs"] = {"grammar": gbnf}
    return body


def read_completion(answer: Mapping[str, Any], request: GenerationRequest, prompt_tokens: int) -> Completion:
    """The completion in an answer of ``/v1/completions``.

    Raises:
        EngineError: a field is missing or wrong, or the server gave up on the request.
    """
    try:
        choice = answer["choices"][0]
        whole, reason = choice["text"], choice["finish_reason"]
        tokens = int(answer["usage"]["completion_tokens"])
        text = _cut(whole, request.sampling.stop)
        mean = _mean_logprob(choice.get("logprobs"), len(text))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _malformed("/v1/completions") from error
    if reason not in ("stop", "length"):
        raise EngineError("the model server gave up on this request; resume the job when it is well again")
    finish: FinishReason = "stop" if reason == "stop" or text != whole else "length"
    return Completion(request.id, text, finish, Usage(prompt_tokens, tokens), mean)


def score_body(model: str, tokens: Sequence[int]) -> dict[str, Any]:
    """A request to ``/v1/completions`` that asks how probable each token of its prompt is.

    vLLM writes at least one token; a request for ``prompt_logprobs`` reads no cached prefix there.
    """
    return {"model": model, "prompt": list(tokens), "max_tokens": 1, "temperature": 0.0, "prompt_logprobs": 0}


def read_score(answer: Mapping[str, Any], request_id: str, prompt: Sequence[int], continuation: Sequence[int]) -> Score:
    """The score in an answer to `score_body` for prompt and continuation.

    Raises:
        EngineError: a field is missing or wrong.
    """
    tokens = [*prompt, *continuation]
    try:
        known = answer["choices"][0]["prompt_logprobs"]
        values = [_natural_log(known[at][str(tokens[at])]["logprob"]) for at in range(len(prompt), len(tokens))]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _malformed("/v1/completions") from error
    return Score(request_id, math.fsum(values), len(continuation), Usage(len(tokens), 0))


def read_tokens(answer: Mapping[str, Any]) -> list[int]:
    """The tokens in an answer of ``/tokenize``.

    Raises:
        EngineError: a field is missing or wrong.
    """
    try:
        return [int(token) for token in answer["tokens"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _malformed("/tokenize") from error


def read_text(answer: Mapping[str, Any]) -> str:
    """The text in an answer of ``/detokenize``.

    Raises:
        EngineError: the field is missing or wrong.
    """
    text = answer.get("prompt")
    if not isinstance(text, str):
        raise _malformed("/detokenize")
    return text


def placeholders(messages: Sequence[ChatMessage]) -> list[dict[str, str]]:
    """A conversation of the same roles, with a marker in the place of each text."""
    return [{"role": message.role, "content": f"PSITURN{turn}END"} for turn, message in enumerate(messages)]


def filled(template: str, messages: Sequence[ChatMessage]) -> str:
    """A rendered conversation of `placeholders`, with the texts put in; what a text contains is left as it is."""
    return _PLACEHOLDER.sub(lambda found: messages[int(found[1])].content, template)


def _cut(text: str, stop: Sequence[str]) -> str:
    """The server looks for stop strings token by token and in their order; here the first completed one counts."""
    answer = Answer(stop)
    answer.add(text.encode(), 0.0)
    return answer.text


def _mean_logprob(logprobs: Mapping[str, Any] | None, characters: int) -> float | None:
    """Mean over the tokens that begin inside the text, which leaves out the end of turn and the stop string."""
    if logprobs is None:
        return None
    values = [_natural_log(value) for value, offset in
              zip(logprobs["token_logprobs"], logprobs["text_offset"], strict=True) if offset < characters]
    return math.fsum(values) / len(values) if values else None


def _natural_log(value: Any) -> float:
    number = float(value)
    if math.isnan(number) or number > 0:
        raise ValueError
    return number


def _optional_int(value: Any) -> int | None:
    return None if value is None else int(value)


def _malformed(path: str) -> EngineError:
    return EngineError(f"the model server's answer to {path} lacks what vLLM puts there; use vLLM 0.32 or later")
