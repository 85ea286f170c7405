import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from appliance.engines.base import ChatMessage, Completion, GenerationRequest, Grammar, JsonSchema, Sampling
from appliance.engines.context import Row
from appliance.engines.llama_cpp import LlamaCppGenerator
from appliance.errors import ContextOverflow, EngineError

HEAD = "A list of short, plain rules of a clinic, each followed by the question a patient would ask about it.\n\n"
RULES = ("Parking is free for two hours.", "A video visit costs 40 dollars.", "The door on Mill Lane has a ramp.",
         "X-ray results take five days.", "A referral is valid for six months.")


def request(name: object, tail: str = "The sea is", *, constraint: Grammar | JsonSchema | None = None,
            **sampling: object) -> GenerationRequest:
    return GenerationRequest(str(name), tail, Sampling(**{"max_tokens": 12, **sampling}),  # type: ignore[arg-type]
                             constraint)


def rule(number: int, **sampling: object) -> GenerationRequest:
    return request(number, f"{HEAD}Rule: {RULES[number % len(RULES)]}\nQuestion:", **sampling)


def one(generator: LlamaCppGenerator, asked: GenerationRequest) -> Completion:
    [completion] = generator.generate([asked])
    return completion


def by_id(completions: Iterator[Completion]) -> dict[str, str]:
    return {completion.id: completion.text for completion in completions}


def test_greedy_answers_are_the_same_together_and_alone(generator: LlamaCppGenerator,
                                                        single: LlamaCppGenerator) -> None:
    # Sums run in another order in wider batches, so a tie may break differently late in an answer.
    together = by_id(generator.generate(rule(number, max_tokens=8) for number in range(5)))
    assert together == by_id(single.generate(rule(number, max_tokens=8) for number in range(5)))


def test_greedy_answers_are_those_of_reading_everything_again_for_every_token(single: LlamaCppGenerator) -> None:
    single._batcher._forget()
    context, tokens = single._context, single._model.tokenise(RULES[0])
    written = b""
    for _ in range(8):
        context.clear()
        context.decode([Row(token, at, 0, at == len(tokens) - 1) for at, token in enumerate(tokens)])
        tokens.append(int(context.logits(len(tokens) - 1).argmax()))
        written += single._model.piece(tokens[-1])
    context.clear()
    assert written.decode() == one(single, request("a", RULES[0], max_tokens=8)).text


def test_forty_requests_on_four_slots_come_back_once_each(generator: LlamaCppGenerator) -> None:
    done = list(generator.generate(rule(n, max_tokens=1 + n % 3, temperature=1.0, seed=n) for n in range(40)))
    assert sorted(range(40)) == sorted(int(completion.id) for completion in done)
    assert all(completion.usage.completion_tokens <= 1 + int(completion.id) % 3 for completion in done)


def test_the_same_seed_gives_the_same_text_and_another_seed_another(generator: LlamaCppGenerator) -> None:
    texts = [one(generator, request("a", temperature=1.0, top_p=0.95, seed=seed)).text
             for seed in (7, 7, 8, 0xFFFFFFFF, 0xFFFFFFFF)]
    assert texts[0] == texts[1] != texts[2]
    assert texts[3] == texts[4]


def test_the_text_ends_before_a_stop_string(generator: LlamaCppGenerator) -> None:
    free = one(generator, request("a", max_tokens=16))
    word = free.text.split()[3]
    cut = one(generator, request("a", max_tokens=16, stop=("never written", word)))
    assert (free.text.partition(word)[0], "stop") == (cut.text, cut.finish_reason)


def test_reaching_max_tokens_is_length(generator: LlamaCppGenerator) -> None:
    done = one(generator, request("a", max_tokens=3))
    assert ("length", 3) == (done.finish_reason, done.usage.completion_tokens)
    assert generator.count_tokens("The sea is") == done.usage.prompt_tokens
    assert -20 < done.mean_logprob < 0


def test_the_model_may_end_its_own_turn(generator: LlamaCppGenerator) -> None:
    prompt = generator.chat_prompt([ChatMessage("user", "Say only the word: yes")])
    done = one(generator, request("a", prompt, max_tokens=60))
    assert "stop" == done.finish_reason
    assert "<|im_end|>" not in done.text


def test_the_chat_template_of_the_model_is_used(generator: LlamaCppGenerator) -> None:
    prompt = generator.chat_prompt([ChatMessage("system", "Be brief."), ChatMessage("user", "Hello")])
    assert ("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n"
            "<|im_start|>assistant\n") == prompt


def test_a_grammar_shapes_the_answer(generator: LlamaCppGenerator) -> None:
    grammar = Grammar('root ::= "It is " ("free" | "dear") "."')
    done = one(generator, request("a", RULES[0], max_tokens=20, constraint=grammar))
    assert done.text in ("It is free.", "It is dear.")
    assert "stop" == done.finish_reason


def test_characters_of_several_tokens_come_out_whole(generator: LlamaCppGenerator) -> None:
    done = one(generator, request("a", max_tokens=40, constraint=Grammar('root ::= "\U0001f600 caf\u00e9 \u20ac"')))
    assert "\U0001f600 caf\u00e9 \u20ac" == done.text


def test_a_schema_gives_json_beside_free_text(generator: LlamaCppGenerator) -> None:
    schema = JsonSchema({"type": "object", "required": ["question", "urgent"], "properties": {
        "question": {"type": "string", "minLength": 5, "maxLength": 30}, "urgent": {"type": "boolean"}}})
    asked = [request(n, RULES[n], constraint=None if n % 2 else schema, max_tokens=80, temperature=1.0, seed=n)
             for n in range(4)]
    texts = by_id(generator.generate(asked))
    for number in ("0", "2"):
        document = json.loads(texts[number])
        assert ["question", "urgent"] == list(document)
        assert 5 <= len(document["question"]) <= 30


def test_a_shared_head_is_decoded_once_and_kept(generator: LlamaCppGenerator) -> None:
    generator._batcher._forget()
    before = generator.decoded_tokens
    done = list(generator.generate(rule(number, max_tokens=2) for number in range(5)))
    first = generator.decoded_tokens - before
    prompts = sum(completion.usage.prompt_tokens for completion in done)
    head = generator.count_tokens(HEAD)
    assert first < prompts - 3 * head
    list(generator.generate(rule(number, max_tokens=2) for number in range(5)))
    assert generator.decoded_tokens - before - first <= first - head


def test_two_kinds_of_prompt_keep_their_heads_when_they_take_turns(generator: LlamaCppGenerator) -> None:
    generator._batcher._forget()
    heads = [HEAD, "Replies of the front desk to patients, polite, short, and never more than what the rule says.\n\n"]

    def turn(head: str) -> int:
        before = generator.decoded_tokens
        list(generator.generate(request(n, f"{head}Rule: {RULES[n]}\nIt", max_tokens=1) for n in range(4)))
        return generator.decoded_tokens - before

    first = [turn(head) for head in heads]
    again = [turn(head) for head in heads * 2]
    saved = [generator.count_tokens(head) - 2 for head in heads]
    assert all(now <= before - less for now, before, less in zip(again, first * 2, saved * 2, strict=True))


def test_a_source_is_read_no_further_than_the_free_slots(generator: LlamaCppGenerator) -> None:
    taken = []

    def endless() -> Iterator[GenerationRequest]:
        for number in itertools.count():
            taken.append(number)
            yield rule(number, max_tokens=2)

    iterator = generator.generate(endless())
    next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert 4 >= len(taken)
    assert one(generator, request("a", max_tokens=3)).text == one(generator, request("a", max_tokens=3)).text


def test_two_iterators_at_once_are_refused_and_the_first_goes_on(generator: LlamaCppGenerator) -> None:
    first = generator.generate(rule(number, max_tokens=2 + number) for number in range(3))
    next(first)
    with pytest.raises(EngineError, match="already generating"):
        next(generator.generate([request("b")]))
    with pytest.raises(EngineError, match="still generating"):
        generator.close()
    assert 2 == len(list(first))


def test_a_prompt_that_cannot_fit_names_its_request_and_harms_nothing(generator: LlamaCppGenerator) -> None:
    expected = one(generator, request("a")).text
    with pytest.raises(ContextOverflow, match=r"request long: .* 2048"):
        list(generator.generate([request("a"), request("long", "sea " * 2100)]))
    with pytest.raises(ContextOverflow, match="request wide"):
        list(generator.generate([request("wide", max_tokens=2047)]))
    assert expected == one(generator, request("a")).text


def test_an_exception_of_the_source_comes_through_and_the_engine_goes_on(generator: LlamaCppGenerator) -> None:
    def failing() -> Iterator[GenerationRequest]:
        yield rule(0, max_tokens=2)
        raise KeyError("source")

    with pytest.raises(KeyError, match="source"):
        list(generator.generate(failing()))
    assert "length" == one(generator, request("a")).finish_reason


@pytest.mark.parametrize(("field", "value"), [
    ("max_tokens", 0), ("temperature", -0.1), ("temperature", float("nan")), ("top_p", 0.0), ("top_p", 1.5),
    ("top_k", -1), ("repeat_penalty", 0.0)])
def test_a_sampling_that_means_nothing_is_refused(generator: LlamaCppGenerator, field: str, value: float) -> None:
    with pytest.raises(EngineError, match=f"request a: .*{field}"):
        one(generator, request("a", **{field: value}))


def test_bad_grammars_prompts_and_schemas_name_the_request(generator: LlamaCppGenerator) -> None:
    for asked in (request("bad", constraint=Grammar("root ::= (")), request("bad", ""),
                  request("bad", constraint=JsonSchema({"type": "string", "pattern": "a"}))):
        with pytest.raises(EngineError, match="request bad: "):
            one(generator, asked)
    with pytest.raises(EngineError, match=r"request bad: .*surrogate"):
        one(generator, request("bad", "half \ud800"))
    assert "length" == one(generator, request("a")).finish_reason


def test_prompts_longer_than_a_batch_are_read_in_pieces(generator: LlamaCppGenerator) -> None:
    long = "The tide comes in and the tide goes out. " * 60
    assert 520 < generator.count_tokens(long)
    done = list(generator.generate([request(0, long, max_tokens=4), request(1, max_tokens=4)]))
    assert {"0", "1"} == {completion.id for completion in done}


@pytest.fixture
def cramped() -> Iterator[LlamaCppGenerator]:
    """A cache of 256 cells, of which a stranger holds 206 that the engine's accounting knows nothing of."""
    made = LlamaCppGenerator(sequences=4, context_tokens=256, threads=1)
    made._batcher._prefixes._heads.pop()
    made._context.prefill(7, [100] * 206, 0)
    yield made
    made.close()


def test_a_full_cache_lets_fewer_answers_grow_at_once(cramped: LlamaCppGenerator) -> None:
    done = list(cramped.generate(request(n, max_tokens=30) for n in range(4)))
    assert [30] * 4 == [completion.usage.completion_tokens for completion in done]
    assert {"0", "1", "2", "3"} == {completion.id for completion in done}


def test_a_cache_too_full_for_one_answer_is_an_error_with_its_request(cramped: LlamaCppGenerator) -> None:
    with pytest.raises(EngineError, match="request a: no room"):
        one(cramped, request("a", max_tokens=60))
    assert "length" == one(cramped, request("b", max_tokens=60)).finish_reason


def test_a_failed_decode_is_an_error_and_the_engine_goes_on(generator: LlamaCppGenerator) -> None:
    with pytest.raises(EngineError, match="failed on 1 tokens"):
        generator._context.decode([Row(10**8, 0, 0, True)])
    assert "length" == one(generator, request("a")).finish_reason


def test_what_ran_is_told(generator: LlamaCppGenerator) -> None:
    info = generator.info()
    assert ("llama.cpp:SmolLM2-135M-Instruct", 134_515_008) == (info.name, info.parameters)
    assert {"weight_format": "Q4_1", "threads": 1, "sequences": 4, "context_tokens": 2048}.items() <= (
        info.settings.items())
    assert info.settings["file_sha256"] == info.settings["weights_sha256"]


def test_a_closed_generator_says_so() -> None:
    made = LlamaCppGenerator(sequences=1, context_tokens=256, threads=1)
    made.close()
    made.close()
    for call in (lambda: made.count_tokens("a"), lambda: next(made.generate([request("a")]))):
        with pytest.raises(EngineError, match="closed"):
            call()


def test_the_library_writes_nothing_to_the_terminal() -> None:
    script = ("from appliance.engines.llama_cpp import LlamaCppGenerator as G\n"
              "from appliance.engines.base import GenerationRequest as R, Sampling as S\n"
              "g = G(sequences=2, context_tokens=256, threads=1)\n"
              "list(g.generate([R('a', 'The sea is', S(2))]))\n"
              "g.close()\n")
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, env={**os.environ})
    assert (0, b"", b"") == (ran.returncode, ran.stdout, ran.stderr)
