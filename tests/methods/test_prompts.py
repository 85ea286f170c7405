from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.methods.psi import shapes
from appliance.methods.psi.prompts import KNOWLEDGE_BEGIN, KNOWLEDGE_END, instance_prompt
from appliance.quality.parse import Fields, task_list
from appliance.records import Instance, Passage, Principle

SEEDS = [Instance("s1", "Reply to the patient:", "My name is Ada Roe. Can I bring my son?",
                  "Dear Ms. Roe, yes, you may bring one adult. Nurse Poe knows."),
         Instance("s2", "Say hello.", "", "Hello.")]


def principle(text: str, number: int = 1) -> Principle:
    return Principle(f"H-{number}", text, (), None, True)


def words(text: str) -> int:
    return len(text.split())


def test_the_instance_prompt_has_the_parts_of_table_8_in_order() -> None:
    prompt = instance_prompt(SEEDS, [Passage("p", "a.md", "A", "A visit costs $85.")], [principle("Be brief.")])
    parts = ["20 different tasks", "Requirements:", "- Be brief.", KNOWLEDGE_BEGIN, "A visit costs $85.",
             KNOWLEDGE_END, "List of 20 tasks:", "1. Instruction: Reply to the patient\n", "2. Input:\n<noinput>"]
    places = [prompt.index(part) for part in parts]
    assert places == sorted(places)
    assert prompt.endswith("###\n3. Instruction:")


def test_without_principles_it_is_the_prompt_of_eq_1() -> None:
    assert "principles" not in instance_prompt(SEEDS, [])


def test_seeds_in_the_prompt_can_be_parsed_back() -> None:
    listed = instance_prompt(SEEDS, []).split("tasks:\n###\n")[1].removesuffix("\n###\n3. Instruction:")
    assert task_list(listed, 1, truncated=False) == [
        Fields("Reply to the patient", SEEDS[0].input, SEEDS[0].output), Fields("Say hello.", "", "Hello.")]


@given(st.text(alphabet="{}%$\\ aX0_!:", min_size=1, max_size=30).filter(lambda text: text.strip() != ""))
def test_braces_and_other_signs_are_only_text(text: str) -> None:
    passage = Passage("p", "a.md", "A", text)
    assert text.strip() in instance_prompt([], [passage], [principle(text)])
    assert " ".join(text.split()) in shapes.question_prompt((), "", text, "What")
    assert " ".join(text.split()) in shapes.principle_lines([principle(text)], words, 1000)


def test_a_seed_is_taken_apart() -> None:
    assert shapes.core(SEEDS[0]) == shapes.Core("My name is Ada Roe.", "Can I bring my son?",
                                                "Yes, you may bring one adult.", "You may bring one adult.")


def test_a_seed_that_asks_nothing_is_no_example() -> None:
    assert shapes.core(SEEDS[1]) is None


def test_a_question_after_a_colon_stands_alone() -> None:
    seed = Instance("s", "Help.", "Caller: Ada Roe asks: Where is the lift?", "The lift is in the hall.")
    assert shapes.core(seed) == shapes.Core("Caller: Ada Roe asks:", "Where is the lift?",
                                            "The lift is in the hall.", "The lift is in the hall.")


@pytest.mark.parametrize(("fact", "start"), [
    ("A flu shot costs $25.", "How much"), ("A refund takes up to 10 working days.", "How long"),
    ("The desk opens at 7:30 am.", "What time"), ("The desk is closed on Sundays.", "When"),
    ("The office is on the second floor.", "Where"), ("Bills can be paid by card.", "Can I"),
    ("A guardian must come along.", "Do I need to"), ("Results are not given by phone.", "Can I"),
    ("A referral covers the visit.", "What")])
def test_a_fact_decides_how_its_question_begins(fact: str, start: str) -> None:
    assert shapes.question_starts(fact)[0] == start


@pytest.mark.parametrize("text", ["word " * 400, "чужой язык " * 300, "a\nb\n\n## c", "Call <PERSON_1> at {phone}."])
def test_odd_principles_stay_one_line_each_and_fit(text: str) -> None:
    principles = [principle(f"P{number} {text}", number) for number in range(9)]
    block = shapes.principle_lines(principles, words, 200)
    assert words(block) <= 200
    assert [line.split()[:2] for line in block.splitlines()[1:10]] == [
        [f"{number + 1}.", f"P{number}"] for number in range(9)]


@pytest.mark.parametrize("count", [words, len])
def test_no_principles_leave_no_trace(count: Callable[[str], int]) -> None:
    assert shapes.principle_lines([], count, 10) == ""
