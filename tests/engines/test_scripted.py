import itertools

import pytest

from appliance.engines.base import ChatMessage, GenerationRequest, Sampling, ScoreRequest
from appliance.engines.scripted import ScriptedGenerator
from appliance.errors import ContextOverflow, EngineError


def request(name: str, **sampling: object) -> GenerationRequest:
    return GenerationRequest(name, f"prompt {name}", Sampling(**{"max_tokens": 9, **sampling}))  # type: ignore[arg-type]


def test_every_request_comes_back_once_and_out_of_order() -> None:
    generator = ScriptedGenerator(lambda asked: f"answer {asked.id}", sequences=2)
    done = list(generator.generate(request(name) for name in "abc"))
    assert ["b", "a", "c"] == [one.id for one in done]
    assert {"answer a", "answer b", "answer c"} == {one.text for one in done}
    assert ["a", "b", "c"] == [asked.id for asked in generator.seen]


def test_an_endless_source_is_read_only_as_far_as_needed() -> None:
    generator = ScriptedGenerator(["x"], sequences=3)
    iterator = generator.generate(request(str(number)) for number in itertools.count())
    next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert 3 == len(generator.seen)


def test_stop_strings_and_length_are_kept() -> None:
    generator = ScriptedGenerator(["one two three\nfour"])
    assert [("one two three", "stop")] == [
        (one.text, one.finish_reason) for one in generator.generate([request("a", stop=("\n",))])]
    [cut] = generator.generate([request("a", max_tokens=2)])
    assert ("one two", "length", 2) == (cut.text, cut.finish_reason, cut.usage.completion_tokens)


def test_too_long_a_prompt_names_its_request() -> None:
    generator = ScriptedGenerator(["x"], context_tokens=10)
    with pytest.raises(ContextOverflow, match="request a:"):
        list(generator.generate([request("a")]))


def test_two_iterators_at_once_are_refused() -> None:
    generator = ScriptedGenerator(["x"])
    first = generator.generate([request("a"), request("b")])
    next(first)
    with pytest.raises(EngineError, match="already generating"):
        next(generator.generate([request("c")]))
    assert 1 == len(list(first))
    assert 1 == len(list(generator.generate([request("c")])))


def test_after_close_nothing_is_generated() -> None:
    generator = ScriptedGenerator(["x"])
    generator.close()
    with pytest.raises(EngineError, match="closed"):
        next(generator.generate([request("a")]))


def test_a_chat_ends_where_the_assistant_begins() -> None:
    prompt = ScriptedGenerator(["x"]).chat_prompt([ChatMessage("user", "Hello there")])
    assert "<|im_start|>user\nHello there<|im_end|>\n<|im_start|>assistant\n" == prompt


def test_scores_come_from_the_script() -> None:
    generator = ScriptedGenerator(["x"], fit=lambda asked: -2.0 if "40" in asked.continuation else -5.0)
    right = ScoreRequest("right", "It costs 40.", "It is 40 dollars")
    wrong = ScoreRequest("wrong", "It costs 40.", "It is 9")
    scores = {one.id: one for one in generator.score([right, wrong])}
    assert (-8.0, 4, -2.0) == (scores["right"].logprob_sum, scores["right"].tokens, scores["right"].mean_logprob)
    assert (-15.0, 3) == (scores["wrong"].logprob_sum, scores["wrong"].tokens)
    assert [right, wrong] == generator.scored
