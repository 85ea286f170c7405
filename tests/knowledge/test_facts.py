import pytest

from appliance.knowledge.facts import MAX_WORDS, split_facts, split_sentences
from appliance.records import Passage


def facts(text: str) -> tuple[str, ...]:
    return split_facts(Passage("p", "page.md", "Title", text))


def test_wrapped_lines_become_whole_sentences() -> None:
    assert facts("A routine visit\ncosts $85. A video visit costs $60.") == (
        "A routine visit costs $85.", "A video visit costs $60.")


def test_markdown_leaves_no_trace() -> None:
    text = "## Prices\n\n- A **routine** visit costs [$85](x.md).\n2. A `video` visit costs $60.\n\n| a | b |\n"
    assert facts(text) == ("A routine visit costs $85.", "A video visit costs $60.")


@pytest.mark.parametrize("sentence", [
    "It is valid for 6 months.", "After that the parking costs $3.", "For everyone else it costs $10.",
    "However, the desk stays open.", "This applies to new patients.", "If so, call the desk first."])
def test_a_sentence_that_points_back_is_not_a_fact(sentence: str) -> None:
    assert facts(f"A referral is free of charge. {sentence}") == ("A referral is free of charge.",)


@pytest.mark.parametrize("sentence", ["These shoes are here.", "Is the desk open today?", "Open now.",
                                      "Monday to Friday, 8 am to 6 pm", "word " * (MAX_WORDS + 1) + "end."])
def test_questions_fragments_and_endless_sentences_are_not_facts(sentence: str) -> None:
    assert facts(sentence) == ()


def test_words_that_only_begin_like_a_pointer_are_kept() -> None:
    assert facts("Itemised bills are free of charge.") == ("Itemised bills are free of charge.",)


def test_an_abbreviation_or_an_initial_does_not_end_a_sentence() -> None:
    assert split_sentences("Dr. Amara Osei is in. Mr. J. Doe waits. She left.") == [
        "Dr. Amara Osei is in.", "Mr. J. Doe waits.", "She left."]


def test_a_possessive_at_the_end_does_end_a_sentence() -> None:
    assert split_sentences("I am at the doctor's. Can I come in?") == ["I am at the doctor's.", "Can I come in?"]


def test_an_empty_passage_has_no_facts() -> None:
    assert facts("") == ()
