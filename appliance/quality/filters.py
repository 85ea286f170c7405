"""Named reasons to reject a generated instance. No rule knows the domain; doubt rejects.

The length limits of the instruction are Alpaca's, used for D_initial and D_t alike so that comparisons are like for
like. The rest replaces what a larger model would not need: a small one writes fluent text about the wrong thing, so
figures, negation and content words of an answer have to come from the fact it was given or from the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from appliance.quality.terms import (
    content_stems,
    is_negated,
    limits,
    longest_shared_run,
    quantities,
    words,
)
from appliance.records import Instance

MIN_INSTRUCTION_WORDS, MAX_INSTRUCTION_WORDS = 4, 150
MIN_OUTPUT_WORDS, MAX_OUTPUT_WORDS = 3, 80
MIN_QUESTION_WORDS, MAX_QUESTION_WORDS = 4, 20
MAX_COPIED_WORDS = 8
MIN_COVERAGE = 0.5

_PLACEHOLDER = re.compile(r"[\[\]{}<>]|\b[A-Z]{3,}_\d+\b|_{3,}|\.{4,}|\bX{2,}\b|…\s*$")
_LABEL = re.compile(r"(?:^|\s)(?:instruction|input|output|question|answer|reply|response|message|fact|knowledge|"
                    r"principles?|task|assistant|user|system)\s?:|###|<\|", re.IGNORECASE)
_FINISHED = re.compile(r"[.!?][\"')]?$")
_YES_NO = re.compile(r"^(?:can|could|may|must|should|will|would|do|does|did|is|are|was|were|has|have|am)\b",
                     re.IGNORECASE)
_YES = re.compile(r"^yes\b", re.IGNORECASE)
_NO = re.compile(r"^no\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|mine|I['’]\w+)\b")
_THIRD_VIEW = re.compile(r"\b(?:our|ours|we|us)\b", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:only|except|unless|but|half|less|fewer)\b", re.IGNORECASE)
_COURTESY = content_stems("dear hello hi thank thanks welcome sorry happy glad sure help")
_ASKING = content_stems("cost take last long find able possible")


def judge(instance: Instance, *, fact: str | None = None, seeds: Sequence[Instance] = ()) -> str | None:
    """Why an instance is rejected, or None.

    Args:
        instance: what was generated.
        fact: the one fact of K it was written from; None where only form and topic can be checked.
        seeds: copying one of them is a reason.
    """
    grounding = _grounding(instance, fact) if fact is not None else iter(())
    return next(chain(_form(instance), _copies(instance, seeds), _echo(instance), grounding), None)


def judge_question(question: str, fact: str, other_facts: Sequence[str] = ()) -> str | None:
    """Why a question is not one that this fact, and no other, answers; or None.

    Args:
        question: one line.
        fact: the fact it should ask for.
        other_facts: every other fact of K; the question must point at none of them more than at `fact`.
    """
    return next(_question_faults(question, fact, other_facts), None)


def _form(instance: Instance) -> Iterator[str]:
    count = len(instance.instruction.split())
    if not instance.output.strip():
        yield "empty_output"
    if not MIN_INSTRUCTION_WORDS <= count <= MAX_INSTRUCTION_WORDS:
        yield "instruction_length"
    for text in (instance.input, instance.output):
        if _PLACEHOLDER.search(text):
            yield "placeholder"
        if _LABEL.search(text):
            yield "label_in_text"
        if _repeats(text):
            yield "repetitive"
    if not MIN_OUTPUT_WORDS <= len(instance.output.split()) <= MAX_OUTPUT_WORDS:
        yield "output_length"
    if not _FINISHED.search(instance.output):
        yield "unfinished"


def _repeats(text: str) -> bool:
    """Four words in a row that come twice: how a small model runs in circles."""
    listed = re.findall(r"\w+", text.casefold())
    grams = [tuple(listed[start:start + 4]) for start in range(len(listed) - 3)]
    return len(set(grams)) < len(grams)


def _copies(instance: Instance, seeds: Sequence[Instance]) -> Iterator[str]:
    for seed in seeds:
        for text, example in ((instance.input, seed.input), (instance.output, seed.output)):
            shared = longest_shared_run(text, example)
            if text and (shared >= MAX_COPIED_WORDS or shared == len(re.findall(r"\w+", text))):
                yield "copies_seed"


def _echo(instance: Instance) -> Iterator[str]:
    given, output = instance.input or instance.instruction, instance.output
    if longest_shared_run(given, output) >= MAX_COPIED_WORDS or (
            output.endswith("?") and content_stems(output) <= content_stems(given)):
        yield "echoes_input"


def _grounding(instance: Instance, fact: str) -> Iterator[str]:
    question, reply = instance.input, instance.output
    known, said = content_stems(fact), content_stems(reply)
    asked = content_stems(question)
    if quantities(reply) - quantities(fact):
        yield "figure_not_in_fact"
    if quantities(fact) - quantities(reply):
        yield "figure_missing"
    if said - known - asked - _COURTESY:
        yield "words_not_in_fact"
    if known - said - asked:
        yield "fact_incomplete"
    if not said & known or len(said & known) < MIN_COVERAGE * len(known):
        yield "low_overlap"
    if limits(fact) - limits(reply):
        yield "limit_missing"
    if is_negated(reply) != is_negated(fact):
        yield "negation"
    if _FIRST_PERSON.search(reply) or "?" in reply:
        yield "wrong_voice"
    yield from _polarity(question, reply, fact)


def _polarity(question: str, reply: str, fact: str) -> Iterator[str]:
    """A yes/no question gets a yes or a no, the one the fact gives; other questions get neither."""
    answered_yes, answered_no = bool(_YES.match(reply)), bool(_NO.match(reply))
    if not _YES_NO.match(question):
        if answered_yes or answered_no:
            yield "wrong_answer_type"
    elif not (answered_no if is_negated(fact) else answered_yes):
        yield "wrong_polarity"


def _question_faults(question: str, fact: str, other_facts: Sequence[str]) -> Iterator[str]:
    asked, known = content_stems(question), content_stems(fact)
    if not question.endswith("?") or question.count("?") != 1 or re.search(r"[.!;:]\s", question):
        yield "no_question"
    if not MIN_QUESTION_WORDS <= len(question.split()) <= MAX_QUESTION_WORDS:
        yield "question_length"
    if _PLACEHOLDER.search(question) or _LABEL.search(question) or _repeats(question):
        yield "question_form"
    if quantities(question) or is_negated(question):
        yield "question_tells_answer"
    if _THIRD_VIEW.search(question) or len(words(question)) != len(question.replace("-", " ").split()):
        yield "question_voice"
    if not asked & known or len(asked - known - _ASKING) > 0:
        yield "question_off_fact"
    if len(asked & known) < MIN_COVERAGE * len(known):
        yield "question_too_vague"
    if longest_shared_run(question, fact) >= MAX_COPIED_WORDS or (known <= asked and not quantities(fact)
                                                                  and not _YES_NO.match(question)):
        yield "question_copies_fact"
    if _YES_NO.match(question) and _LIMITED.search(fact):
        yield "question_needs_more_than_yes_or_no"
    if any(_points_at(asked, other) >= _points_at(asked, fact) for other in other_facts):
        yield "question_fits_another_fact"


def _points_at(asked: frozenset[str], fact: str) -> float:
    """How well a question's words pick out a fact: Dice coefficient of their content stems."""
    known = content_stems(fact)
    return 2 * len(asked & known) / (len(asked) + len(known)) if asked and known else 0.0
