import time

import pytest

from appliance.quality.answer_kinds import question_starts
from appliance.quality.neighbours import FactIndex
from appliance.quality.questions import judge_question

FACT = "A refund takes up to 10 working days."
QUESTION = "How long does a refund take?"


@pytest.mark.parametrize(("reason", "question"), [
    (None, QUESTION),
    ("no_question", "How long does a refund take."),
    ("no_question", "I paid twice. How long does a refund take?"),
    ("question_length", "How long refund?"),
    ("question_form", "How long does a [refund] take?"),
    ("question_grammar", "How long a refund takes?"),
    ("question_tells_answer", "How long does a refund of 10 days take?"),
    ("question_tells_answer", "How long does a refund not take?"),
    ("question_voice", "How long does our refund take?"),
    ("question_voice", "How long does my refund take?"),
    ("question_off_fact", "How long does a haircut refund take?"),
    ("question_off_fact", "How long can a refund take?"),
    ("question_of_another_kind", "Where does a refund take place?"),
    ("question_too_vague", "How long is a refund?"),
])
def test_a_question_must_ask_for_its_fact(reason: str | None, question: str) -> None:
    assert judge_question(question, FACT) == reason


@pytest.mark.parametrize(("reason", "question", "fact"), [
    (None, "When is the office closed?", "The office is closed on Wednesday afternoons."),
    (None, "How many spaces does the yard have?", "The yard has 46 spaces."),
    (None, "Can I take photographs in the yard?", "Nobody may take photographs in the yard."),
    (None, "Where are the school bags left?", "The school bags are left under the stairs."),
    (None, "How often is the battery charged?", "The battery is charged every 2 months."),
    (None, "How are courses booked?", "Courses are booked by e-mail."),
    ("question_tells_answer", "When is a child seen on the same day?", "A child is seen on the same day."),
    ("question_off_fact", "Are tools sold on the second floor?", "Tools are sold on the first floor."),
    ("question_off_fact", "Is smoking allowed after the test?", "Smoking is allowed before the test."),
    ("question_off_fact", "How much does a visit cost?", "The second visit costs $140."),
    (None, "How much does the first visit cost?", "The first visit costs $140."),
    ("question_off_fact", "When can a tandem be reserved?", "A tandem must be reserved 2 days in advance."),
    ("question_too_vague", "Are frames in the workshop?", "Frames are not repaired in the workshop."),
    ("question_off_fact", "How long does it take to get a picture?", "Pictures are kept for 7 years."),
    ("question_of_another_kind", "Where is the list published?", "The list is published on the 20th of each month."),
    ("question_of_another_kind", "How much are bills in parts?", "Bills over $200 are paid in parts."),
    ("question_too_vague", "How often are cards replaced?", "Lost cards are replaced once a year."),
    ("question_grammar", "How long can a room be booked up?", "A room can be booked for 6 weeks."),
    ("question_needs_more_than_yes_or_no", "Can a bill be changed at the counter?",
     "A bill cannot be changed at the counter after 30 days."),
    ("question_grammar", "When must the manager report a card?", "A card must be reported to the manager in May."),
    ("question_grammar", "What time do the counter open?", "The counter opens at 9 am."),
    (None, "What time do the tours begin?", "Tours begin at 9 am."),
    ("question_off_fact", "Where will the drops be sold?", "The drops can be sold at the counter."),
    ("question_grammar", "Where is the drops sold?", "The drops are sold at the counter."),
    ("question_too_vague", "When are the booths every morning?", "The booths are given out every morning at 10 am."),
    (None, "Where is the drop sold?", "The drops are sold at the counter."),
    ("question_voice", "Can I use videos with new members?", "New members cannot use videos."),
    ("question_grammar", "When does the door codes change?", "The door codes change on Monday."),
    ("question_grammar", "How many places of the group are there?", "The group has 10 places."),
    ("question_needs_more_than_yes_or_no", "Are refunds paid by card?", "Refunds are paid by card only."),
])
def test_a_question_asks_for_the_kind_of_answer_its_fact_holds(reason: str | None, question: str, fact: str) -> None:
    assert judge_question(question, fact) == reason


@pytest.mark.parametrize(("fact", "start"), [
    ("A flu shot costs $25.", "How much does"), ("Pictures are kept for 7 years.", "How long are"),
    ("The yard has 46 spaces.", "How many spaces"), ("The shop opens at 9 am.", "What time does"),
    ("The rooms are in the basement.", "Where are"), ("The pool is closed every Friday.", "How often is"),
    ("Bills can be paid by card.", "How can"), ("A letter is ready within 3 days.", "When is"),
    ("Nobody may take photographs.", "Can")])
def test_the_first_words_of_a_question_follow_from_its_fact(fact: str, start: str) -> None:
    assert start == question_starts(fact)[0]


@pytest.mark.parametrize("fact", ["Physiotherapy requires a referral.", "Nothing about the house may be told."])
def test_a_fact_without_a_kind_of_answer_is_not_asked_for(fact: str) -> None:
    assert () == question_starts(fact)


def test_without_a_fact_only_the_form_counts() -> None:
    assert judge_question("Where is the desk?", None) is None
    assert judge_question("Where is the desk.", None) == "no_question"


def test_a_question_that_another_fact_answers_as_well_is_rejected() -> None:
    assert judge_question(QUESTION, FACT, FactIndex([FACT, "Parking is free for visitors."])) is None
    assert judge_question(QUESTION, FACT, FactIndex([FACT, "A refund takes a signature."])) == (
        "question_fits_another_fact")


def test_the_nearest_facts_are_those_a_full_comparison_finds() -> None:
    facts = ["A red bicycle costs money.", "A blue bicycle costs money.", "Bread is baked.", "A bicycle is blue."]
    assert [("A blue bicycle costs money.", 1.0)] == FactIndex(facts).nearest("What money does a blue bicycle cost?", 1)
    assert [] == FactIndex(facts).nearest("Who sings?", 3)
    assert not FactIndex(facts).picks_out("What does a bicycle cost?", facts[0])


def test_a_large_knowledge_base_does_not_slow_a_question_down() -> None:
    digits = "bcfhjkmnpqrtvwxz"
    names = ["".join(digits[n >> shift & 15] for shift in (12, 8, 4, 0)) + "o" for n in range(20_000)]
    facts = [f"The {name} on the shelf is kept for {n} days." for n, name in enumerate(names)]
    index, started = FactIndex(facts), time.perf_counter()
    for name, fact in zip(names[:50], facts, strict=False):
        assert index.picks_out(f"How long is the {name} on the shelf kept?", fact)
    assert (time.perf_counter() - started) / 50 < 0.1
