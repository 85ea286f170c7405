from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config import PsiConfig
from appliance.engines.answer import Answer
from appliance.engines.base import ChatMessage, GenerationRequest, GeneratorInfo
from appliance.engines.scripted import ScriptedGenerator
from appliance.errors import ConfigError, ContextOverflow, EngineError, InputError
from appliance.methods.psi.composer import Candidate
from appliance.methods.psi.shape import choose_shape, shape_notice
from appliance.methods.psi.table8.composer import Table8Composer
from appliance.methods.psi.table8.prompt import KNOWLEDGE_BEGIN, KNOWLEDGE_END, stop_strings, table8_prompt
from appliance.quality.task_list import Fields, task_list
from appliance.records import Instance, Passage, Principle

SEEDS = tuple(Instance(f"s{number}", instruction, given, output) for number, (instruction, given, output) in enumerate([
    ("Reply to the patient:", "My name is Ada Roe. Can I bring my son?", "Dear Ms. Roe, yes, you may bring one adult."),
    ("Say hello in a friendly way.", "", "Hello there, and welcome."),
    ("Explain the rule to the caller.", "Where do I park?", "There are spaces for visitors behind the house."),
    ("Answer in one sentence.", "When may I call?", "You may call us on every weekday from nine.")]))
PASSAGES = tuple(Passage(f"p{number}", f"{number}.md", f"Page {number}", text) for number, text in enumerate([
    "A flu shot costs $25.", "The desk opens at 8 am.", "Forms cost 18 dollars.", "Results take 24 hours."]))
PRINCIPLES = tuple(Principle(f"H-{number}", text, (), None, number == 1) for number, text in enumerate([
    "Be brief and exact.", "Name the {rule} that\nis meant: 100 %."]))
ANSWER = """ Sort the three words by their length.
4. Input:
zebra, ant, horse
4. Output:
ant, zebra, horse
###
5. Instruction: Draw a map of the town.
5. Input:
<noinput>
5. Output:
Here.
###
6. Instruction: Only this
###
7. Instruction: Name the capital city of France.
7. Input:
<noinput>
7. Output:
Paris is the capital of France.
###
8. Instruction: Unfinished"""


def psi(**changes: Any) -> PsiConfig:
    return PsiConfig.model_validate({"shape": "table8", **changes})


def composer(script: Any = ANSWER, **changes: Any) -> tuple[Table8Composer, ScriptedGenerator]:
    context_tokens = changes.pop("context_tokens", 8192)
    generator = ScriptedGenerator([script] if isinstance(script, str) else script, context_tokens=context_tokens)
    return Table8Composer(generator, SEEDS, PASSAGES, psi(**changes), 11), generator


def verdicts(candidates: Sequence[Candidate]) -> list[str | None]:
    return [candidate.reason for candidate in candidates]


def test_the_prompt_has_the_parts_of_table_8_in_order() -> None:
    prompt = table8_prompt(SEEDS[:2], PASSAGES[:1], PRINCIPLES)
    parts = ["20 diverse tasks", "\n1. ", "\n2. ", "\n3. ", "\n2. ", "\n3. The instructions are in English.", "\n4. ",
             "\n5. ", "\n6. ", "\n7. ", "- Be brief and exact.\n- Name the {rule} that is meant: 100 %.",
             KNOWLEDGE_BEGIN,
             "Page 0\nA flu shot costs $25.", KNOWLEDGE_END, "List of 20 tasks:",
             "1. Instruction: Reply to the patient\n", "2. Input:\n<noinput>"]
    at = 0
    for part in parts:
        at = prompt.index(part, at) + len(part)
    assert prompt.endswith("\n###")


def test_without_principles_and_knowledge_nothing_of_them_is_left() -> None:
    prompt = table8_prompt(SEEDS, [], (), ())
    assert "principles" not in prompt
    assert "knowledge" not in prompt
    assert "in the language of the examples" in prompt


def test_seeds_in_the_prompt_can_be_parsed_back() -> None:
    listed = table8_prompt(SEEDS, []).split("tasks:\n###\n")[1].removesuffix("\n###")
    expected = [Fields(seed.instruction.rstrip(":"), seed.input, seed.output) for seed in SEEDS]
    assert expected == task_list(listed, 1, False)


@given(st.text(alphabet="{}%$\\ aX0_!:", min_size=1, max_size=30).filter(lambda text: text.strip() != ""))
def test_braces_and_other_signs_are_only_text(text: str) -> None:
    prompt = table8_prompt([Instance("s", "Say.", text, "x")], [Passage("p", "a.md", "", text)],
                           [Principle("H", text, (), None, False)])
    assert prompt.count(text.strip()) >= 2


@pytest.mark.parametrize(("text", "kept"), [
    ("In 2020. It was\n20. March", None), ("21 March\n2021. A year", None), ("x\n###\n21. Instruction: y", "x"),
    ("x\n**21. Instruction:** y", "x"), ("x\n\nTask 21: y", "x\n")])
def test_the_list_stops_after_twenty_tasks_and_not_in_a_year(text: str, kept: str | None) -> None:
    answer = Answer(stop_strings())
    for character in text:
        if not answer.stopped:
            answer.add(character.encode(), 0.0)
    assert (kept or text) == answer.text


def test_each_task_is_a_candidate_with_its_own_verdict() -> None:
    compose, generator = composer()
    candidates = list(compose.generate([7], PRINCIPLES))
    assert [None, "cannot_be_done_with_text", "malformed", None, "malformed"] == verdicts(candidates)
    assert [True, True, True, True, False] == [candidate.more for candidate in candidates]
    assert {(7, 17)} == {(candidate.request_index, candidate.asked) for candidate in candidates}
    usage, = [candidate.usage for candidate in candidates if candidate.usage.prompt_tokens]
    assert generator.count_tokens(generator.seen[0].prompt) == usage.prompt_tokens


def test_provenance_says_how_it_was_made() -> None:
    compose, generator = composer(temperature=0.9)
    whole = list(compose.generate([7], PRINCIPLES))
    made = [candidate.instance for candidate in whole if candidate.instance]
    assert ["generated-7-0", "generated-7-1", "generated-7-3"] == [each.id for each in made]
    found = made[0].provenance
    assert ("table8", 7, "scripted", True) == (found.shape, found.request_index, found.engine, found.demonstration)
    assert ("H-0", "H-1") == found.principle_ids
    assert (3, 2) == (len(found.seed_ids), len(found.passage_ids))
    asked = generator.seen[0]
    assert {"tasks": {"temperature": 0.9, "top_p": 0.95, "seed": asked.sampling.seed}} == found.sampling
    for identity, shown in ((found.seed_ids, [seed.output for seed in SEEDS]),
                            (found.passage_ids, [passage.text for passage in PASSAGES])):
        assert {text for name, text in zip([*"0123"], shown, strict=True) if any(name in one for one in identity)} == {
            text for text in shown if text in asked.prompt}
    prompt_tokens = whole[0].usage.prompt_tokens
    assert prompt_tokens is not None
    assert found.prompt_tokens in (prompt_tokens // 5, prompt_tokens // 5 + 1)


def test_requests_depend_on_their_index_alone() -> None:
    def prompts(indices: list[int], **changes: Any) -> dict[str, GenerationRequest]:
        compose, generator = composer(**changes)
        list(compose.expand(indices))
        return {request.id: request for request in generator.seen}

    together, apart = prompts([0, 1, 2, 3, 4, 5]), prompts([5, 2])
    assert {name: together[name] for name in apart} == apart
    assert len({request.prompt for request in together.values()}) > 4
    assert len({request.sampling.seed for request in together.values()}) == 6


def test_eq_1_has_no_principles_and_eq_4_all_of_them() -> None:
    compose, generator = composer()
    list(compose.expand([0]))
    list(compose.generate([0], PRINCIPLES))
    initial, generated = generator.seen
    assert "Be brief and exact." not in initial.prompt
    assert "Be brief and exact." in generated.prompt
    assert initial.prompt.startswith("<|im_start|>user\n")
    assert initial.prompt.endswith("<|im_start|>assistant\n4. Instruction:")


def test_knowledge_can_be_switched_off() -> None:
    compose, generator = composer(knowledge=False)
    candidate = next(iter(compose.expand([0])))
    assert KNOWLEDGE_BEGIN not in generator.seen[0].prompt
    assert candidate.instance is not None
    assert () == candidate.instance.provenance.passage_ids


def test_a_model_without_a_template_continues_the_list() -> None:
    class Base(ScriptedGenerator):
        def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
            raise EngineError("no template")

    generator = Base([ANSWER])
    candidates = list(Table8Composer(generator, SEEDS, PASSAGES, psi(), 1).expand([0]))
    assert generator.seen[0].prompt.startswith("Please think of")
    assert generator.seen[0].prompt.endswith("###\n4. Instruction:")
    assert candidates[0].instance is not None


@pytest.mark.parametrize("answer", ["I am sorry, I cannot do that.", "", " 1. Begin each instruction with a verb"])
def test_an_answer_without_a_task_is_one_unparsable_candidate(answer: str) -> None:
    compose, _ = composer(answer)
    candidate, = compose.expand([3])
    assert (3, None, "unparsable") == (candidate.request_index, candidate.instance, candidate.reason)
    assert not candidate.more


def listed(output: str) -> str:
    return "".join(f" Name the number {n} in words.\n{n}. Input:\n<noinput>\n{n}. Output:\n{output}\n###\n"
                   f"{n + 1}. Instruction:" for n in range(4, 60))


def test_an_answer_ends_with_the_twentieth_task() -> None:
    compose, _ = composer(listed("It is this."))
    assert [None] * 17 == verdicts(list(compose.expand([0])))


def test_an_answer_that_hits_the_limit_loses_its_last_task() -> None:
    compose, _ = composer(listed("It is this. " * 100))
    assert [None] * 9 + ["truncated"] == verdicts(list(compose.expand([0])))


def test_passages_can_be_those_nearest_to_the_examples() -> None:
    class Nearest:
        def __init__(self) -> None:
            self.asked: list[tuple[str, int]] = []

        def nearest(self, text: str, limit: int) -> tuple[Passage, ...]:
            self.asked.append((text, limit))
            return PASSAGES[3:]

    nearest, generator = Nearest(), ScriptedGenerator([ANSWER])
    compose = Table8Composer(generator, SEEDS, PASSAGES, psi(passages="retrieved", demos=1), 11, nearest)
    instance = next(candidate.instance for candidate in compose.expand([0]) if candidate.instance)
    shown, = instance.provenance.seed_ids
    texts = [f"{seed.instruction}\n{seed.input}\n{seed.output}" for seed in SEEDS if seed.id == shown]
    assert [(text, 2) for text in texts] == nearest.asked
    assert ("p3",) == instance.provenance.passage_ids


@pytest.mark.parametrize(("answer", "reason"), [
    ("Reply to the caller now.\n4. Input:\nMy name is Ada Roe. Can I bring my son?\n4. Output:\nYes.", "copies_seed"),
    ("Begin each instruction with another verb, so that the set is as diverse as possible.\n4. Input:\n<noinput>\n4. "
     "Output:\nYes.", "copies_prompt"),
    ("Say what the flu shot costs.\n4. Input:\nflu shot price\n4. Output:\nThe flu shot costs $99.",
     "figure_not_in_passages"),
    ("Say what the flu shot costs.\n4. Input:\n<noinput>\n4. Output:\n\n", "empty_output")])
def test_faults_of_a_task(answer: str, reason: str) -> None:
    compose, _ = composer(answer, passages_per_request=4)
    assert [reason] == verdicts(list(compose.expand([0])))


def test_a_prompt_that_cannot_fit_is_noticed_before_the_first_request() -> None:
    compose, generator = composer(context_tokens=1300, passages_per_request=4)
    with pytest.raises(ContextOverflow, match=r"(?s)3 examples, 4 passages, 2 principles.*generator\.context_tokens.*"
                                              r"psi\.passages_per_request.*psi\.demos"):
        list(compose.generate([0], PRINCIPLES))
    assert [] == generator.seen


def test_an_answer_gets_the_room_that_is_left() -> None:
    compose, generator = composer(context_tokens=2000)
    list(compose.expand(range(8)))
    rooms = {request.sampling.max_tokens for request in generator.seen}
    assert len(rooms) == 1
    assert 1024 <= rooms.pop() < 2000


def test_what_cannot_work_is_said_at_once() -> None:
    with pytest.raises(InputError, match="no seeds"):
        Table8Composer(ScriptedGenerator([""]), (), PASSAGES, psi(), 1)
    with pytest.raises(InputError, match="no passages"):
        Table8Composer(ScriptedGenerator([""]), SEEDS, (), psi(), 1)
    with pytest.raises(ConfigError, match=r"psi\.demos is 20"):
        composer(demos=20)
    with pytest.raises(ConfigError, match="retrieved"):
        composer(passages="retrieved")


@pytest.mark.parametrize(("shape", "parameters", "chosen", "why"), [
    ("auto", 134_515_008, "single", "0.13 billion parameters, below the 3 billion"),
    ("auto", 7_241_732_096, "table8", "7.2 billion parameters, not below"),
    ("auto", 3_000_000_000, "table8", "not below"),
    ("auto", None, "table8", "size of m is not known"), ("single", 7_000_000_000, "single", "psi.shape says"),
    ("table8", 1, "table8", "psi.shape says")])
def test_the_shape_follows_the_configuration_or_the_size(shape: str, parameters: int | None, chosen: str,
                                                         why: str) -> None:
    info = GeneratorInfo("m", parameters)
    assert chosen == choose_shape(psi(shape=shape), info)
    assert f"Prompt shape {chosen}" in shape_notice(psi(shape=shape), info)
    assert why in shape_notice(psi(shape=shape), info)
