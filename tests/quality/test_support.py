from __future__ import annotations

import pytest

from appliance.quality.support import Support
from appliance.records import Instance, Passage

FEES = Passage("p1", "fees.md", "Fees", "A flu shot costs $25 at the clinic. X-ray results take up to 24 hours. "
               "Employer forms cost 18 dollars. Nurse Pilar Quintero signs the forms. The desk opens at 8:00 am.")
DEMO = Instance("s", "Reply to the patient's message.", "Can I bring my wife?", "Yes, you may bring one adult.")
GERMAN = Passage("p2", "preise.md", "Preise", "Eine Grippeimpfung kostet in der Praxis 25 Euro. Die Anmeldung öffnet "
                 "um 8 Uhr, und das Ergebnis der Röntgenaufnahme dauert höchstens 24 Stunden.")


def verdict(instruction: str, given: str, output: str, passage: Passage = FEES) -> str | None:
    return Support([passage], [DEMO]).fault(Instance("t", instruction, given, output), [passage], [DEMO])


@pytest.mark.parametrize(("output", "reason"), [
    ("A flu shot costs $25 at the clinic.", None), ("The flu shot costs 25 dollars.", None),
    ("A flu shot costs $30 at the clinic.", "figure_not_in_passages"),
    ("A flu shot costs $25, and Nurse Miller gives it.", "name_not_in_passages"),
    ("A flu shot costs $25; ask Nurse Pilar Quintero, Mr. Brandt, if I'm away.", "name_not_in_passages"),
    ("A flu shot costs $25; Nurse Quintero signs the form.", None),
    ("Bring comfortable running shoes, water and towels to training.", "words_not_in_passages"),
    ("Dear patient,\n\n1. The flu shot costs $25.\n2. Forms cost $18.\n\nKind Regards", None)])
def test_a_task_about_k_takes_its_answer_from_k(output: str, reason: str | None) -> None:
    assert reason == verdict("Answer the patient's question.", "What does a flu shot cost at the clinic?", output)


def test_figures_with_another_unit_are_other_figures() -> None:
    question = ("Say how long X-ray results take.", "")
    assert verdict(*question, "X-ray results take up to 24 hours.") is None
    assert verdict(*question, "X-ray results take up to 24 days.") == "figure_not_in_passages"


def test_what_the_input_says_is_supported() -> None:
    assert verdict("Reply to the patient's message.", "I am Tomas Brandt. My flu shot at the clinic is on 3 May.",
                   "Dear Mr. Brandt, the flu shot on 3 May costs $25.") is None


@pytest.mark.parametrize(("instruction", "given", "output"), [
    ("Name the year in which the Second World War ended.", "", "The Second World War ended in 1945."),
    ("Sort these words by their length.", "zebra, ant, horse", "ant, zebra, horse"),
    ("Write two lines of verse about autumn.", "", "Red leaves fall on Hyde Park,\nand 100 swans wait for the dark.")])
def test_a_task_about_something_else_is_not_judged(instruction: str, given: str, output: str) -> None:
    assert verdict(instruction, given, output) is None


def test_without_passages_nothing_is_judged() -> None:
    task = Instance("t", "Answer the patient's question.", "What does a flu shot cost at the clinic?", "$99, by Mr Fo.")
    assert Support([], [DEMO]).fault(task, [], [DEMO]) is None


def test_a_task_about_a_passage_that_was_not_shown_has_no_support() -> None:
    parking = Passage("p3", "parking.md", "Parking", "Visitors park behind the house; a garage permit costs $4.")
    support = Support([FEES, parking, GERMAN], [DEMO])
    task = Instance("t", "Answer the question.", "What does a garage permit cost?", "The garage permit costs $9.")
    assert support.fault(task, [FEES], [DEMO]) == "figure_not_in_passages"
    assert support.fault(task, [parking], [DEMO]) == "figure_not_in_passages"
    true = Instance("t", task.instruction, task.input, "The garage permit costs $4.")
    assert support.fault(true, [parking], [DEMO]) is None
    assert support.fault(true, [FEES], [DEMO]) == "figure_not_in_passages"


@pytest.mark.parametrize(("output", "reason"), [
    ("Eine Grippeimpfung kostet 25 Euro, und die Anmeldung der Praxis öffnet um 8 Uhr.", None),
    ("Eine Grippeimpfung kostet 30 Euro.", "figure_not_in_passages")])
def test_german_nouns_are_no_names(output: str, reason: str | None) -> None:
    assert reason == verdict("Beantworte die Frage.", "Was kostet eine Grippeimpfung in der Praxis?", output, GERMAN)
