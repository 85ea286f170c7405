import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, islice

import pytest

from appliance.config import PsiConfig
from appliance.engines.base import ChatMessage, Completion, GenerationRequest, GeneratorInfo, Score, ScoreRequest
from appliance.errors import InputError
from appliance.knowledge.facts import split_sentences
from appliance.methods.psi.composer import Candidate
from appliance.methods.psi.single.composer import SingleComposer
from appliance.methods.psi.single.ranking import NEUTRAL_QUESTION
from appliance.records import Instance, Passage, Principle, Usage

SEEDS = [Instance(f"seed-{number}", f"Answer this question number {number}.", f"I am {name}. Where is the {thing}?",
                  f"Dear {name}, the {thing} is {place}.")
         for number, (name, thing, place) in enumerate([
             ("Ada Roe", "lift", "in the hall"), ("Bob Poe", "scale", "by the door"),
             ("Cy Doe", "vending machine", "in the lobby"), ("Di Moe", "taxi stand", "across the street")])]
PASSAGES = [
    Passage("prices", "a.md", "Prices", "A flu shot costs $25. A blood test costs $35. A video visit costs $60."),
    Passage("times", "b.md", "Times", "A refund takes up to 10 working days. A referral is valid for 6 months.")]
PRINCIPLES = [Principle("H-1", "Be brief.", (), 1, True), Principle("H-2", "Call <PERSON_1> {now}.", (), 2, True)]
QUESTIONS = {"A flu shot": "How much does a flu shot cost?", "A blood": "How much does a blood test cost?",
             "A video": "How much does a video visit cost?", "A refund": "How long does a refund take?",
             "A referral": "How long is a referral valid?"}


def fact_of(prompt: str) -> str:
    return prompt.rsplit("Fact: ", 1)[1].split("\n")[0]


def answers(request: GenerationRequest) -> str:
    """Writes what a good model would write."""
    if "Question:" not in request.prompt:
        return f" {random.Random(request.sampling.seed).randrange(10**9)}, on the phone."
    if "Fact:" not in request.prompt:
        return " The desk is in the hall." if request.prompt.endswith("Reply:") else " the desk?"
    fact = fact_of(request.prompt)
    if request.prompt.endswith("Reply:"):
        return " " + fact
    start = request.prompt.rsplit("Question: ", 1)[1]
    question = next(question for start, question in QUESTIONS.items() if fact.startswith(start))
    return question.removeprefix(start) if question.startswith(start) else f" it so for {fact[2:].split()[0]}?"


class ScriptedGenerator:
    """A `Generator` that answers by a function, last request first, and remembers what it was asked."""

    def __init__(self, answer: Callable[[GenerationRequest], str] = answers, finish: str = "stop",
                 fit: Callable[[ScoreRequest], float] | None = None) -> None:
        self.answer, self.finish, self.asked, self.open = answer, finish, list[GenerationRequest](), 0
        self.fit, self.scored = fit or (lambda request: -9.0 if NEUTRAL_QUESTION in request.prompt else -1.0), 0

    def info(self) -> GeneratorInfo:
        return GeneratorInfo("scripted:1", None)

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        raise AssertionError("the composer writes plain text")

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(self, requests: Iterable[GenerationRequest]) -> Iterator[Completion]:
        self.open += 1
        try:
            asked = list(requests)
            self.asked += asked
            for request in reversed(asked):
                yield Completion(request.id, self.answer(request), self.finish, Usage(7, 3), -0.5)  # type: ignore[arg-type]
        finally:
            self.open -= 1

    def score(self, requests: Iterable[ScoreRequest]) -> Iterator[Score]:
        for request in reversed(list(requests)):
            self.scored += 1
            yield Score(request.id, self.fit(request) * 4, 4, Usage(5, 0))

    def close(self) -> None:
        pass


def composer(generator: ScriptedGenerator, seed: int = 5, **psi: int) -> SingleComposer:
    return SingleComposer(generator, SEEDS, PASSAGES, PsiConfig.model_validate(psi), seed)


def by_index(candidates: Iterable[Candidate]) -> dict[int, Candidate]:
    return {candidate.request_index: candidate for candidate in candidates}


def test_a_generated_instance_says_where_it_came_from() -> None:
    candidates = by_index(composer(ScriptedGenerator()).generate(range(5), PRINCIPLES))
    assert [None] * 5 == [candidates[index].reason for index in range(5)]
    facts = {candidate.fact for candidate in candidates.values()}
    assert len(facts) == 5
    for index, candidate in candidates.items():
        assert candidate.instance is not None
        made = candidate.instance.provenance
        assert ("H-1", "H-2") == made.principle_ids
        assert (index, "scripted:1", "single") == (made.request_index, made.engine, made.shape)
        assert {"question", "reply"} == set(made.sampling or {})
        assert {"temperature", "top_p", "seed"} == set((made.sampling or {})["reply"])
        assert (candidate.usage.prompt_tokens, candidate.usage.completion_tokens) == (
            made.prompt_tokens, made.completion_tokens)
        assert len(set(made.seed_ids)) == 3
        passage = next(passage for passage in PASSAGES if passage.id == made.passage_ids[0])
        assert candidate.fact is not None and candidate.fact in passage.text
        assert candidate.instance.output == candidate.fact
        assert candidate.instance.instruction in {seed.instruction for seed in SEEDS}


def test_every_prompt_of_eq_4_holds_all_principles_and_its_fact() -> None:
    generator = ScriptedGenerator()
    list(composer(generator).generate(range(8), PRINCIPLES))
    assert generator.asked
    for request in generator.asked:
        assert "1. Be brief.\n2. Call <PERSON_1> {now}.\n" in request.prompt
        assert any(fact_of(request.prompt) in passage.text for passage in PASSAGES)


def test_no_prompt_of_eq_1_holds_a_principle_and_the_message_has_an_opening() -> None:
    generator = ScriptedGenerator()
    candidates = by_index(composer(generator).expand(range(20)))
    assert all("Principles" not in request.prompt for request in generator.asked)
    instances = [candidate.instance for candidate in candidates.values() if candidate.reason is None]
    assert len(instances) == 20
    for instance in instances:
        assert instance is not None and instance.input.startswith("I am ") and instance.input.endswith("?")
        assert () == instance.provenance.principle_ids
        assert 1 == len(instance.provenance.passage_ids)
    assert len({instance.input for instance in instances if instance}) == 20


@pytest.mark.parametrize("start", [1, 3, 8, 21])
def test_a_resumed_stage_makes_the_same_candidates(start: int) -> None:
    whole = by_index(composer(ScriptedGenerator()).expand(range(30)))
    rest = by_index(composer(ScriptedGenerator()).expand(range(start, 30)))
    assert {index: whole[index] for index in range(start, 30)} == rest
    whole = by_index(composer(ScriptedGenerator()).generate(range(30), PRINCIPLES))
    rest = by_index(composer(ScriptedGenerator()).generate(range(start, 30), PRINCIPLES))
    assert {index: whole[index] for index in range(start, 30)} == rest


def test_an_opening_that_copies_a_seed_is_left_out() -> None:
    opening = " Roe and I would like to know a few things about it."
    seeds = [Instance("seed-0", "Answer this question now.", f"I am Ada{opening} Where is the lift?",
                      "The lift is in the hall.")]
    generator = ScriptedGenerator(lambda request: opening if "Fact:" not in request.prompt else answers(request))
    made = list(SingleComposer(generator, seeds, PASSAGES, PsiConfig(), 1).expand(range(5)))
    assert 5 == len([each.instance for each in made if each.instance and "I am" not in each.instance.input])


def test_another_seed_makes_other_candidates() -> None:
    first = by_index(composer(ScriptedGenerator(), seed=1).expand(range(20)))
    second = by_index(composer(ScriptedGenerator(), seed=2).expand(range(20)))
    assert first != second


def test_indices_are_taken_as_needed_and_leaving_frees_the_engine() -> None:
    generator, taken = ScriptedGenerator(), list[int]()

    def indices() -> Iterator[int]:
        for index in count():
            taken.append(index)
            yield index

    candidates = composer(generator).generate(indices(), PRINCIPLES)
    assert len(list(islice(candidates, 2))) == 2
    assert len(taken) < 20
    assert 1 == generator.open
    candidates.close()  # type: ignore[attr-defined]
    assert 0 == generator.open


def test_usage_is_the_sum_of_every_generation() -> None:
    generator = ScriptedGenerator()
    candidates = list(composer(generator).generate(range(8), PRINCIPLES))
    assert 7 * len(generator.asked) + 5 * generator.scored == sum(
        candidate.usage.prompt_tokens or 0 for candidate in candidates)
    assert 3 * len(generator.asked) == sum(candidate.usage.completion_tokens or 0 for candidate in candidates)


@pytest.mark.parametrize(("answer", "reason"), [
    (lambda request: " I like trains.", "no_question"),
    (lambda request: " would a submarine dive?", "question_off_fact"),
    (lambda request: " <PERSON_1>'s flu shot cost now?", "question_form"),
])
def test_without_a_usable_question_there_is_no_instance(answer: Callable[[GenerationRequest], str],
                                                        reason: str) -> None:
    candidates = [candidate for candidate in composer(ScriptedGenerator(answer)).generate(range(5), PRINCIPLES)
                  if candidate.fact and "costs" in candidate.fact]
    assert 3 == len(candidates)
    assert {(None, reason)} == {(candidate.instance, candidate.reason) for candidate in candidates}


@pytest.mark.parametrize(("reply", "because"), [
    (" Please call <PERSON_1> for the price.", "placeholder"), (" It costs $99 here.", "figure_not_in_fact"),
    ("", "empty_output"), (" Answer: it depends.", "label_in_text")])
def test_a_bad_reply_is_replaced_by_the_fact_and_says_so(reply: str, because: str) -> None:
    generator = ScriptedGenerator(lambda request: reply if request.prompt.endswith("Reply:") else answers(request))
    for candidate in composer(generator).generate(range(5), PRINCIPLES):
        assert candidate.instance is not None and candidate.reason is None
        assert candidate.fact == candidate.instance.output
        made = (candidate.instance.provenance.sampling or {})["reply"]
        assert ("fact", because) == (made["replaced_by"], made["because"])


def test_the_fact_with_other_endings_is_no_reply() -> None:
    generator = ScriptedGenerator(lambda request: answers(request).replace("costs", "cost").replace("takes", "take"))
    outputs = {candidate.instance.output for candidate in composer(generator).generate(range(5), PRINCIPLES)
               if candidate.instance}
    assert outputs <= {sentence for passage in PASSAGES for sentence in split_sentences(passage.text)}


def test_the_question_that_makes_its_fact_most_probable_is_asked() -> None:
    def two(request: GenerationRequest) -> str:
        asked = request.prompt.endswith("How much does") and request.sampling.temperature
        return " it cost for a flu shot?" if asked else answers(request)

    seeds, passages = SEEDS, [Passage("p", "a.md", "A", "A flu shot costs $25.")]
    for wanted in ("How much does it cost for a flu shot?", "How much does a flu shot cost?"):
        def fit(request: ScoreRequest, wanted: str = wanted) -> float:
            return -1.0 if f"Question: {wanted}" in request.prompt else -5.0
        generator = ScriptedGenerator(two, fit=fit)
        made = next(SingleComposer(generator, seeds, passages, PsiConfig(), 5).generate([0], PRINCIPLES)).instance
        assert made is not None and made.input == wanted


def test_a_question_that_does_not_raise_its_fact_is_dropped() -> None:
    generator = ScriptedGenerator(fit=lambda request: -1.0)
    assert {(None, "question_off_fact")} == {
        (candidate.instance, candidate.reason) for candidate in composer(generator).generate(range(5), PRINCIPLES)}


def test_without_knowledge_question_and_reply_come_from_the_seeds_alone() -> None:
    generator = ScriptedGenerator()
    made = SingleComposer(generator, SEEDS, [], PsiConfig(knowledge=False), 5)
    for candidates in (made.generate(range(5), PRINCIPLES), made.expand(range(5))):
        for candidate in candidates:
            assert candidate.instance is not None and (None, None) == (candidate.reason, candidate.fact)
            assert candidate.instance.input.endswith("Where is the desk?")
            assert () == candidate.instance.provenance.passage_ids
    assert all("Fact:" not in request.prompt for request in generator.asked)
    assert 0 == generator.scored


def test_a_task_without_input_asks_in_its_instruction() -> None:
    seeds = [Instance("seed-0", "Where is the lift of the house?", "", "The lift is in the hall.")]
    made = next(SingleComposer(ScriptedGenerator(), seeds, PASSAGES, PsiConfig(), 5).generate([0], PRINCIPLES)).instance
    assert made is not None
    assert made.instruction in QUESTIONS.values() and "" == made.input


def test_a_text_that_ran_out_of_tokens_is_rejected() -> None:
    candidates = composer(ScriptedGenerator(finish="length")).generate(range(5), PRINCIPLES)
    assert {("unfinished", None)} == {(candidate.reason, candidate.instance) for candidate in candidates}


@pytest.mark.parametrize("demos", [0, 1, 4, 9])
def test_any_number_of_demos_works(demos: int) -> None:
    candidates = list(composer(ScriptedGenerator(), demos=demos).generate(range(5), ()))
    assert {min(demos, 4)} == {len(candidate.instance.provenance.seed_ids)
                               for candidate in candidates if candidate.instance}
    assert 5 == len(list(composer(ScriptedGenerator(), demos=demos).expand(range(5))))


def test_nothing_to_compose_from_is_refused() -> None:
    with pytest.raises(InputError, match="no seeds"):
        SingleComposer(ScriptedGenerator(), [], PASSAGES, PsiConfig(), 1)
    with pytest.raises(InputError, match="none of the 1 seeds"):
        silent = [Instance("s", "Say hello to them.", "", "Hello.")]
        SingleComposer(ScriptedGenerator(), silent, PASSAGES, PsiConfig(), 1)
    with pytest.raises(InputError, match="none of the 1 passages"):
        SingleComposer(ScriptedGenerator(), SEEDS, [Passage("p", "a.md", "A", "It is so.")], PsiConfig(), 1)
