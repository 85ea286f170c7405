from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.quality.task_list import Fields, task_list

GOOD = (" Sort the\nwords.\n4. Input:\nb a\n4. Output:\na b\n###\n"
        "5. Instruction: Say hello.\n5. Input:\n<noinput>\n5. Output:\nHello.")
SORT, HELLO = Fields("Sort the words.", "b a", "a b"), Fields("Say hello.", "", "Hello.")

# Lines that no label, separator, rule or heading can be confused with, and that are not another way to say no input.
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split())).filter(
    lambda text: text and "#" not in text and ":" not in text and text.casefold() not in ("n/a", "none", "none.")
    and "no" + "input" not in text.casefold() and not set(text) <= set("-=_* ") and not text.startswith(("**", "Task")))
blocks = st.lists(lines, min_size=1, max_size=3).map("\n".join)
tasks = st.lists(st.builds(Fields, lines, st.one_of(st.just(""), blocks), blocks), min_size=1, max_size=6)


def plain(number: int, task: Fields) -> str:
    return (f"{number}. Instruction: {task.instruction}\n{number}. Input:\n{task.input or '<noinput>'}\n"
            f"{number}. Output:\n{task.output}")


def bold(number: int, task: Fields) -> str:
    return (f"**{number}. Instruction:** {task.instruction}\n\n**{number}. Input:** {task.input or '<noinput>'}\n\n"
            f"**{number}. Output:**\n{task.output}")


def headed(number: int, task: Fields) -> str:
    return (f"**Task {number}**\n\n**Instruction:** {task.instruction}\n**Input:** {task.input or '<noinput>'}\n"
            f"**Output:** {task.output}")


def numbered_once(number: int, task: Fields) -> str:
    return f"{number}. Instruction: {task.instruction}\nInput: {task.input or 'N/A'}\nOutput: {task.output}"


@pytest.mark.parametrize("written", [plain, bold, headed, numbered_once])
@pytest.mark.parametrize("between", ["\n###\n", "\n\n###\n\n", "\n\n", " ###\n"])
@given(listed=tasks, first=st.integers(1, 12))
def test_what_is_written_in_any_of_the_forms_is_read_back(written: object, between: str, listed: list[Fields],
                                                          first: int) -> None:
    text = between.join(written(number, task) for number, task in enumerate(listed, start=first))  # type: ignore[operator]
    assert listed == task_list(text, first, truncated=False)


@given(listed=tasks, cut=st.integers(0, 400))
def test_of_a_list_cut_anywhere_only_whole_tasks_are_read(listed: list[Fields], cut: int) -> None:
    text = "\n###\n".join(plain(number, task) for number, task in enumerate(listed, start=4))[:cut]
    read = [task for task in task_list(text, 4, truncated=True) if isinstance(task, Fields)]
    assert listed[:len(read)] == read


@given(st.text(max_size=300), st.booleans())
def test_any_text_can_be_read(text: str, truncated: bool) -> None:
    for task in task_list(text, 4, truncated):
        assert task in ("malformed", "truncated") or (isinstance(task, Fields) and task.instruction)


@pytest.mark.parametrize("begin", ["", "4. Instruction:", "Here are the tasks:\n\n4. Instruction:"])
def test_the_label_may_be_given_or_written_again(begin: str) -> None:
    assert [SORT, HELLO] == task_list(begin + GOOD, 4, truncated=False)


def test_the_last_task_of_a_truncated_list_is_dropped_unless_it_ended() -> None:
    assert [SORT, "truncated"] == task_list(GOOD, 4, truncated=True)
    assert [SORT, HELLO] == task_list(GOOD + "\n###\n", 4, truncated=True)


@pytest.mark.parametrize("task", [
    "4. Input:\nb\n4. Instruction: a\n4. Output:\nc", "4. Instruction: a\n5. Input:\nb\n4. Output:\nc",
    "4. Instruction:\n4. Input:\nb\n4. Output:\nc", "4. Instruction: a\n4. Output:\nc",
    "4. Instruction: a\n4. Input:\nb\n4. Output:\nc\n4. Output:\nd", "Task 4: a\n4. Output:\nb"])
def test_a_broken_task_is_counted_and_does_not_take_its_neighbours_along(task: str) -> None:
    read = task_list(f"{task}\n###\n5. Instruction: Say hello.\n5. Input:\n<noinput>\n5. Output:\nHello.", 4, False)
    assert HELLO == read[-1]
    assert {"malformed"} == set(read[:-1]) or [HELLO] == read


@pytest.mark.parametrize("text", ["", "###", "I cannot help with that.", "The requirements:\n1. Begin\n2. Vary",
                                  "4. Instruction: Only this.", "Instruction: a\nInput: b"])
def test_what_is_no_list_of_tasks_gives_nothing(text: str) -> None:
    assert [] == task_list(text, 4, truncated=False)


def test_an_empty_output_is_read_as_one() -> None:
    assert [Fields("Say.", "x", "")] == task_list("4. Instruction: Say.\n4. Input: x\n4. Output:\n###", 4, False)


def test_numbers_labels_and_headings_inside_a_field_do_not_split_it() -> None:
    output = "In 2020. Output: y\n### Steps\nInput: 5\n*Output*: 10\n20. March"
    text = f"4. Instruction: Say 4. Input: twice.\n4. Input:\n**x**\n4. Output:\n{output}\n###\nThat was all."
    assert [Fields("Say 4. Input: twice.", "**x**", output)] == task_list(text, 4, truncated=False)


@pytest.mark.parametrize("output", ["7", "21 March 2020", "*really*", "- a\n- b"])
def test_a_short_output_stays_as_it_is(output: str) -> None:
    assert [Fields("Say.", "", output)] == task_list(f"4. Instruction: Say.\n4. Input: <noinput>\n4. Output: {output}",
                                                     4, False)


@pytest.mark.parametrize("nothing", ["<noinput>", "<NoInput>", "< no input >", "noinput", "<no input>.", "N/A", "None"])
def test_no_input_is_empty(nothing: str) -> None:
    assert [HELLO] == task_list(f"5. Instruction: Say hello.\n5. Input: {nothing}\n5. Output:\nHello.", 5, False)
