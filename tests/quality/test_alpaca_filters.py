from __future__ import annotations

import pytest

from appliance.quality.alpaca_filters import judge_task, word_count
from appliance.quality.copies import Copies
from appliance.records import Instance


def task(instruction: str, given: str = "", output: str = "Fine.") -> Instance:
    return Instance("t", instruction, given, output)


@pytest.mark.parametrize(("instruction", "reason"), [
    ("Name a planet.", "instruction_too_short"), ("Name a small planet.", None),
    ("word " * 150, None), ("word " * 151, "instruction_too_long"),
    ("Describe the image for me.", "cannot_be_done_with_text"), ("Tell me what Imagery means.", None),
    ("Please Go To the shop now.", "cannot_be_done_with_text"),
    ("Make a FLOWCHART of the day.", "cannot_be_done_with_text"),
    ("Say why drawing is useful.", None), ("Write a program that counts words.", "asks_for_program"),
    ("Now write a program for me.", None), ("\"Hello\" is it a greeting?", "starts_with_punctuation"),
    ("Éclairs are what, please?", "starts_outside_ascii"), ("", "instruction_too_short")])
def test_the_rules_of_alpaca_in_english(instruction: str, reason: str | None) -> None:
    assert reason == judge_task(task(instruction), english=True)


@pytest.mark.parametrize("instruction", [
    "Übersetze diesen Satz ins Englische.", "¿Cuánto cuesta una vacuna?", "Сколько стоит прививка от гриппа?",
    "请按长度排列下面这些词语。",
    "インフルエンザの予防接種はいくらですか？", "ما مدة صلاحية الإحالة الطبية؟", "हिन्दी में एक वाक्य लिखो।"])
def test_other_languages_pass(instruction: str) -> None:
    assert judge_task(task(instruction), english=False) is None


def test_a_word_count_of_spaced_text_is_that_of_the_script() -> None:
    for text in ("a b  c\nd", "it's x-ray 5", "", "...", "naïve café"):
        assert len(text.split()) == word_count(text)


@pytest.mark.parametrize(("instance", "reason"), [
    (task("Say hello to them.", output=" \n"), "empty_output"),
    (task("Write to the patient.", output="Dear [Patient Name], come in."), "placeholder"),
    (task("Write to the patient.", output="Signed,\n[Your name]"), "placeholder"),
    (task("Write to the patient.", given="From <PERSON_1>."), "placeholder"),
    (task("Give a Markdown link.", output="[Home](index.html) and list[0] and [a for a in b]"), None),
    (task("Say hello to them.", output="Hello.<|im_end|>"), "chat_token")])
def test_what_the_script_lets_through_and_should_not(instance: Instance, reason: str | None) -> None:
    assert reason == judge_task(instance, english=True)


def test_copies_are_long_runs_or_whole_texts() -> None:
    copies = Copies(["We keep lost property at the front desk for 21 days and then give it away to charity.",
                     "Thank you."])
    assert copies.holds("Note: we keep LOST property, at the front desk, for 21 days and then give more.")
    assert not copies.holds("We keep lost property at the front desk for 21 days.")
    assert copies.holds("We keep lost property at the front desk for 21 days and then give it away to charity")
    assert not copies.holds("Thank you.")
    assert not copies.holds("")
    assert Copies(["one two three four"]).holds("One, two, three, four!")
