"""Scores of the embedded engine are the model's own probabilities, and cost little where prompts share a head."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.engines.base import ChatMessage, GenerationRequest, Sampling, ScoreRequest
from appliance.engines.llama_cpp import LlamaCppGenerator

HEAD = "A list of short, plain rules of a clinic, each followed by the question a patient would ask about it.\n\n"
RULES = ("Parking is free for two hours.", "A video visit costs 40 dollars.", "The door on Mill Lane has a ramp.",
         "X-ray results take five days.", "A referral is valid for six months.")
# llama.cpp rounds activations to 8 bits in blocks: a sum in another order flips a rounding now and then.
NOISE_NATS_PER_TOKEN = 0.1


def asked(number: int) -> ScoreRequest:
    return ScoreRequest(str(number), f"{HEAD}Rule: {RULES[number % 5]}\nQuestion:", f" How is it with item {number}?")


def by_id(generator: LlamaCppGenerator, requests: list[ScoreRequest]) -> dict[str, float]:
    return {score.id: score.logprob_sum / score.tokens for score in generator.score(requests)}


def plainly(generator: LlamaCppGenerator, prompt: list[int], continuation: list[int]) -> float:
    """The same sum by llama.cpp's own functions: one sequence, one batch, the logits of every token."""
    import llama_cpp

    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = 512
    parameters.n_threads = parameters.n_threads_batch = 1
    context = llama_cpp.llama_init_from_model(generator._model.handle, parameters)
    tokens = prompt + continuation
    batch = llama_cpp.llama_batch_init(len(tokens), 0, 1)
    batch.n_tokens = len(tokens)
    for at, token in enumerate(tokens):
        batch.token[at], batch.pos[at], batch.n_seq_id[at], batch.seq_id[at][0], batch.logits[at] = token, at, 1, 0, 1
    assert 0 == llama_cpp.llama_decode(context, batch)
    size = generator._model.vocabulary_size
    logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits(context), (len(tokens), size)).astype(np.float64)
    llama_cpp.llama_batch_free(batch)
    llama_cpp.llama_free(context)
    return sum(logits[at - 1, tokens[at]] - np.log(np.exp(logits[at - 1]).sum())
               for at in range(len(prompt), len(tokens)))


def test_a_score_is_what_llama_cpp_says_of_the_whole_text_at_once(single: LlamaCppGenerator) -> None:
    single._batcher._forget()
    request = asked(0)
    [score] = single.score([request])
    prompt = single._model.tokenise(request.prompt)
    continuation = single._model.tokenise(request.continuation, start=False)
    assert len(continuation) == score.tokens
    assert plainly(single, prompt, continuation) == pytest.approx(score.logprob_sum, abs=1e-3)


def test_scores_are_the_same_together_and_alone(generator: LlamaCppGenerator, single: LlamaCppGenerator) -> None:
    requests = [asked(number) for number in range(7)]
    together, alone = by_id(generator, requests), by_id(single, requests)
    assert together.keys() == alone.keys()
    assert max(abs(together[name] - alone[name]) for name in alone) < NOISE_NATS_PER_TOKEN


def test_a_text_longer_than_a_batch_is_read_in_pieces(single: LlamaCppGenerator) -> None:
    words = "The tide comes in and the tide goes out. " * 27
    whole = ScoreRequest("whole", "Sea.", words * 2)
    [score] = single.score([whole])
    halves = [ScoreRequest("first", "Sea.", words), ScoreRequest("second", f"Sea.{words}", words)]
    parts = list(single.score(halves))
    assert 520 < score.tokens
    assert abs(score.tokens - sum(part.tokens for part in parts)) <= 1
    assert abs(score.logprob_sum - sum(part.logprob_sum for part in parts)) < NOISE_NATS_PER_TOKEN * score.tokens


def test_what_the_model_wrote_scores_as_it_said(single: LlamaCppGenerator) -> None:
    prompt = asked(0).prompt
    [written] = single.generate([GenerationRequest("a", prompt, Sampling(12))])
    [score] = single.score([ScoreRequest("a", prompt, written.text)])
    assert written.usage.completion_tokens == score.tokens
    assert written.mean_logprob == pytest.approx(score.mean_logprob, abs=NOISE_NATS_PER_TOKEN)


def test_an_answer_from_the_rule_is_more_probable_than_one_against_it(generator: LlamaCppGenerator) -> None:
    prompt = generator.chat_prompt([ChatMessage("user", "Rule: A video visit costs 40 dollars. "
                                                        "How much is a video visit? Answer from the rule.")])
    fit = by_id(generator, [ScoreRequest("right", prompt, "A video visit costs 40 dollars."),
                            ScoreRequest("wrong", prompt, "A video visit costs 95 dollars.")])
    assert fit["wrong"] < fit["right"]


def test_a_shared_head_is_read_once(generator: LlamaCppGenerator) -> None:
    generator._batcher._forget()
    before = generator.decoded_tokens
    scores = list(generator.score(asked(number) for number in range(20)))
    read = sum(score.usage.prompt_tokens or 0 for score in scores)
    assert generator.decoded_tokens - before < read - 18 * generator.count_tokens(HEAD)


def test_a_special_token_may_be_scored_as_the_end_of_a_turn(generator: LlamaCppGenerator) -> None:
    [score] = generator.score([ScoreRequest("a", generator.chat_prompt([ChatMessage("user", "Say yes")]),
                                            "Yes.<|im_end|>")])
    assert generator.count_tokens("Yes.") + 1 == score.tokens
