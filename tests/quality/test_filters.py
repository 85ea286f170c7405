import pytest

from appliance.quality.filters import judge
from appliance.records import Instance

INSTRUCTION = "Answer the patient's question."
FACT = "A refund takes up to 10 working days."
QUESTION = "How long does a refund take?"
REPLY = "A refund takes up to 10 working days."


def made(output: str = REPLY, given: str = QUESTION, instruction: str = INSTRUCTION) -> Instance:
    return Instance("x", instruction, given, output)


def test_a_grounded_reply_passes() -> None:
    assert judge(made(), fact=FACT) is None


@pytest.mark.parametrize(("reason", "instance"), [
    ("empty_output", made("  ")),
    ("instruction_length", made(instruction="Answer this now.")),
    ("instruction_length", made(instruction="word " * 151)),
    ("placeholder", made("Please call [phone number] about your refund.")),
    ("placeholder", made("Dear <PERSON_1>, a refund takes 10 working days.")),
    ("placeholder", made("Dear PERSON_1, a refund takes 10 working days.")),
    ("placeholder", made("Dear {{name}}, a refund takes 10 working days.")),
    ("placeholder", made(given="I am <PERSON_2>. How long does a refund take?")),
    ("label_in_text", made("It takes 10 days. Question: How long?")),
    ("label_in_text", made("Reply: A refund takes 10 working days.")),
    ("repetitive", made("You can pay it now or you can pay it now.")),
    ("output_length", made("10 days.")),
    ("output_length", made(" ".join(f"w{n}" for n in range(81)) + ".")),
    ("unfinished", made("A refund takes up to 10 working")),
    ("echoes_input", made("How long does a refund take?")),
])
def test_form_is_checked_without_a_fact(reason: str, instance: Instance) -> None:
    assert judge(instance) == reason


@pytest.mark.parametrize(("reason", "output"), [
    ("figure_not_in_fact", "A refund takes up to 10 working days or 12 weeks."),
    ("figure_not_in_fact", "A refund takes up to 10 hours."),
    ("figure_repeated", "A refund takes up to 10 working days, 10 working days."),
    ("another_duty", "A refund must take up to 10 working days."),
    ("figure_missing", "A refund takes up to a while in working days."),
    ("words_not_in_fact", "A refund takes up to 10 working days from the manager."),
    ("limit_missing", "A refund takes 10 working days."),
    ("negation", "A refund never takes up to 10 working days."),
    ("wrong_voice", "I take up to 10 working days to refund."),
    ("wrong_answer_type", "Yes, a refund takes up to 10 working days."),
])
def test_a_reply_must_say_what_the_fact_says(reason: str, output: str) -> None:
    assert judge(made(output), fact=FACT) == reason


def test_a_reply_must_not_drop_what_the_fact_is_about() -> None:
    fact, question = "The first visit of a new patient costs $140.", "How much does the first visit cost?"
    assert judge(made("The first visit costs $140.", question), fact=fact) == "fact_incomplete"


@pytest.mark.parametrize(("reason", "reply"), [
    (None, "No, test results are not given by phone."),
    ("negation", "Yes, test results are given by phone."),
    ("wrong_polarity", "Test results are not given by phone."),
])
def test_a_yes_or_no_question_gets_the_answer_of_the_fact(reason: str | None, reply: str) -> None:
    instance = made(reply, "Are test results given by phone?")
    assert judge(instance, fact="Test results are not given by phone.") == reason


def test_a_seed_that_comes_back_is_rejected() -> None:
    seed = Instance("s", INSTRUCTION, "Where is the lift to the upper floors of the building?", "Next to the pharmacy.")
    assert judge(made(given=seed.input), seeds=[seed]) == "copies_seed"
    assert judge(made("Next to the pharmacy."), seeds=[seed]) == "copies_seed"
    assert judge(made(), seeds=[seed]) is None


@pytest.mark.parametrize(("spelling", "other"), [("$25", "25 dollars"), ("8 am", "8:00 am"), ("24 hours", "24-hour"),
                                                 ("two hours", "2 hours"), ("1,200", "1200")])
def test_a_quantity_may_be_spelt_differently(spelling: str, other: str) -> None:
    fact, reply = f"A parking card covers {spelling}.", f"A parking card covers {other}."
    assert judge(made(reply, "How much does a parking card cover?"), fact=fact) is None
