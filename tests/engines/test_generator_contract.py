"""What every method relies on holds on every engine: llama.cpp, the client of vLLM (scripted server), the script."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from model_server import ModelServer

from appliance.engines.base import ChatMessage, GenerationRequest, Generator, Sampling, ScoreRequest
from appliance.engines.scripted import ScriptedGenerator
from appliance.engines.vllm import VllmGenerator
from appliance.errors import ContextOverflow, EngineError

TEXT = " one two three four five six seven eight nine ten eleven twelve thirteen"


async def counting(_body: dict[str, Any], _prompt: str) -> str:
    return TEXT


@pytest.fixture(params=["llama_cpp", "scripted", "vllm"])
def engine(request: pytest.FixtureRequest) -> Iterator[Generator]:
    """Four requests at once."""
    if request.param == "llama_cpp":
        yield request.getfixturevalue("generator")
    elif request.param == "scripted":
        yield ScriptedGenerator([TEXT], sequences=4, context_tokens=100, mean_logprob=-0.5)
    else:
        server = ModelServer(counting)
        made = VllmGenerator(server.address, server.model, sequences=4, context_tokens=100)
        yield made
        made.close()
        server.close()


def asked(name: object, prompt: str = "Count: zero", **sampling: Any) -> GenerationRequest:
    return GenerationRequest(str(name), prompt, Sampling(**{"max_tokens": 5, **sampling}))


def scored(name: object, continuation: str = " one two three") -> ScoreRequest:
    return ScoreRequest(str(name), "Count: zero", continuation)


def test_every_request_comes_back_once(engine: Generator) -> None:
    done = list(engine.generate(asked(number, f"Count: {number}") for number in range(11)))
    assert {str(number) for number in range(11)} == {one.id for one in done}
    assert 11 == len(done)
    for one in done:
        assert engine.count_tokens(f"Count: {one.id}") == one.usage.prompt_tokens
        assert one.mean_logprob is not None and one.mean_logprob < 0


def test_every_score_comes_back_once_and_reads_everything(engine: Generator) -> None:
    done = list(engine.score(scored(number, f" one two {number}") for number in range(11)))
    assert {str(number) for number in range(11)} == {one.id for one in done}
    for one in done:
        assert one.logprob_sum < 0 < one.tokens
        assert (engine.count_tokens("Count: zero") + one.tokens, 0) == (
            one.usage.prompt_tokens, one.usage.completion_tokens)
        assert one.mean_logprob == one.logprob_sum / one.tokens


def test_nothing_is_as_probable_as_can_be_and_has_no_mean(engine: Generator) -> None:
    [one] = engine.score([scored("a", "")])
    assert (0.0, 0, None) == (one.logprob_sum, one.tokens, one.mean_logprob)


@pytest.mark.parametrize("kind", ["generate", "score"])
def test_an_endless_source_is_read_no_further_than_there_are_places(engine: Generator, kind: str) -> None:
    taken = []

    def endless() -> Iterator[Any]:
        for number in itertools.count():
            taken.append(number)
            yield asked(number) if kind == "generate" else scored(number)

    iterator = getattr(engine, kind)(endless())
    next(iterator)
    iterator.close()
    assert 1 <= len(taken) <= 4
    assert 1 == len(list(engine.generate([asked("after")])))


def test_one_iterator_at_a_time_of_either_kind(engine: Generator) -> None:
    first = engine.score([scored("a"), scored("b")])
    next(first)
    for second in (engine.generate([asked("c")]), engine.score([scored("c")])):
        with pytest.raises(EngineError, match="already generating"):
            next(second)
    with pytest.raises(EngineError, match="still generating"):
        engine.close()
    assert 1 == len(list(first))


def test_length_and_stop(engine: Generator) -> None:
    [cut] = engine.generate([asked("a", max_tokens=3)])
    assert ("length", 3) == (cut.finish_reason, cut.usage.completion_tokens)
    [free] = engine.generate([asked("a", max_tokens=12)])
    word = free.text.split()[2]
    [stopped] = engine.generate([asked("a", max_tokens=12, stop=("never written", word))])
    assert (free.text.partition(word)[0], "stop") == (stopped.text, stopped.finish_reason)


def test_what_cannot_fit_names_its_request_and_harms_nothing(engine: Generator) -> None:
    with pytest.raises(ContextOverflow, match="request long: "):
        list(engine.generate([asked("a"), asked("long", "sea " * 2100)]))
    with pytest.raises(ContextOverflow, match="request wide: "):
        list(engine.generate([asked("wide", max_tokens=2047)]))
    with pytest.raises(ContextOverflow, match=r"request much: .*continuation"):
        list(engine.score([scored("a"), scored("much", " sea" * 2100)]))
    assert 1 == len(list(engine.generate([asked("after")])))


@pytest.mark.parametrize("field", ["max_tokens", "temperature", "top_p", "top_k", "repeat_penalty"])
def test_a_sampling_that_means_nothing_is_refused(engine: Generator, field: str) -> None:
    with pytest.raises(EngineError, match=f"request a: .*{field}"):
        list(engine.generate([asked("a", **{field: -1})]))


def test_an_exception_of_the_source_comes_through_and_the_engine_goes_on(engine: Generator) -> None:
    def failing() -> Iterator[GenerationRequest]:
        yield asked("a")
        raise KeyError("source")

    with pytest.raises(KeyError, match="source"):
        list(engine.generate(failing()))
    assert 1 == len(list(engine.generate([asked("after")])))


def test_requests_may_ask_the_engine_while_they_are_made(engine: Generator) -> None:
    def composed() -> Iterator[GenerationRequest]:
        for number in range(6):
            prompt = engine.chat_prompt([ChatMessage("user", f"Count from {number}")])
            yield asked(engine.count_tokens(prompt) and number, prompt)

    assert 6 == len(list(engine.generate(composed())))


def test_a_chat_keeps_its_texts_and_ends_where_the_assistant_begins(engine: Generator) -> None:
    prompt = engine.chat_prompt([ChatMessage("system", "Be brief, PSITURN1END."), ChatMessage("user", "Hello,  you .")])
    assert ("<|im_start|>system\nBe brief, PSITURN1END.<|im_end|>\n<|im_start|>user\nHello,  you .<|im_end|>\n"
            "<|im_start|>assistant\n") == prompt
