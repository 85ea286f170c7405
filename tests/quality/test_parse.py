import pytest

from appliance.quality.parse import Fields, task_list

GOOD = ("4. Instruction: Sort the\nwords.\n4. Input:\nb a\n4. Output:\na b\n###\n"
        "5. Instruction: Say hello.\n5. Input:\n<noinput>\n5. Output:\nHello.")


def test_a_task_list_becomes_instances() -> None:
    assert task_list(GOOD, 4, truncated=False) == [Fields("Sort the words.", "b a", "a b"),
                                                   Fields("Say hello.", "", "Hello.")]


def test_the_last_task_of_a_truncated_list_is_dropped() -> None:
    assert task_list(GOOD, 4, truncated=True) == [Fields("Sort the words.", "b a", "a b")]


@pytest.mark.parametrize("text", [
    "4. Instruction: Only this.", "4. Input:\nb\n4. Instruction: a\n4. Output:\nc",
    "5. Instruction: a\n5. Input:\nb\n5. Output:\nc", "4. Instruction:\n4. Input:\nb\n4. Output:\nc",
    "4. Instruction: a\n4. Input:\nb\n4. Output:\n",
    "Sure!\n4. Instruction: a\n4. Input:\nb\n4. Output:\nc", "", "###"])
def test_what_does_not_parse_is_dropped(text: str) -> None:
    assert task_list(text, 4, truncated=False) == []


def test_a_broken_task_does_not_take_its_neighbours_along() -> None:
    assert task_list("nonsense\n###\n" + GOOD, 3, truncated=False) == [
        Fields("Sort the words.", "b a", "a b"), Fields("Say hello.", "", "Hello.")]


def test_numbers_and_labels_inside_a_field_do_not_split_it() -> None:
    text = "4. Instruction: Say 4. Input: twice.\n4. Input:\nx\n4. Output:\nIn 2020. Output: y"
    assert task_list(text, 4, truncated=False) == [
        Fields("Say 4. Input: twice.", "x", "In 2020. Output: y")]
