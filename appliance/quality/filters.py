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
    duties,
    figures,
    is_negated,
    limits,
    longest_shared_run,
    quantities,
)
from appliance.records import Instance

MIN_INSTRUCTION_WORDS, MAX_INSTRUCTION_WORDS = 4, 150
MIN_OUTPUT_WORDS, MAX_OUTPUT_WORDS = 3, 80
MAX_COPIED_WORDS = 8
MIN_COVERAGE = 0.7

PLACEHOLDER = re.compile(r"[\[\]{}<>]|\b[A-Z]{3,}_\d+\b|_{3,}|\.{4,}|\bX{2,}\b|…\s*$")
LABEL = re.compile(r"(?:^|\s)(?:instruction|input|output|question|answer|reply|response|message|fact|knowledge|"
                    r"principles?|task|assistant|user|system)\s?:|###|<\|", re.IGNORECASE)
_FINISHED = re.compile(r"[.!?][\"')]?$")
YES_NO = re.compile(r"^(?:can|could|may|must|should|will|would|do|does|did|is|are|was|were|has|have|am)\b",
                     re.IGNORECASE)
_YES = re.compile(r"^yes\b", re.IGNORECASE)
_NO = re.compile(r"^no\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|mine|I['’]\w+)\b")
_COURTESY = content_stems("dear hello hi thank thanks welcome sorry happy glad sure help")


def judge(instance: Instance, *, fact: str | None = None, seeds: Sequence[Instance] = ()) -> str | None:
    """Why an instance is rejected, or None.

    Args:
        instance: what was generated.
        fact: the one fact of K it was written from; None where only form and topic can be checked.
        seeds: copying one of them is a reason.
    """
    grounding = _grounding(instance, fact) if fact is not None else iter(())
    return next(chain(_form(instance), _copies(instance, seeds), _echo(instance), grounding), None)


def _form(instance: Instance) -> Iterator[str]:
    count = len(instance.instruction.split())
    if not instance.output.strip():
        yield "empty_output"
    if not MIN_INSTRUCTION_WORDS <= count <= MAX_INSTRUCTION_WORDS:
        yield "instruction_length"
    for text in (instance.input, instance.output):
        if PLACEHOLDER.search(text):
            yield "placeholder"
        if LABEL.search(text):
            yield "label_in_text"
        if repeats(text):
            yield "repetitive"
    if not MIN_OUTPUT_WORDS <= len(instance.output.split()) <= MAX_OUTPUT_WORDS:
        yield "output_length"
    if not _FINISHED.search(instance.output):
        yield "unfinished"


def repeats(text: str) -> bool:
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
    question, reply = instance.input or instance.instruction, instance.output
    known, said = content_stems(fact), content_stems(reply)
    asked = content_stems(question)
    if quantities(reply) - quantities(fact):
        yield "figure_not_in_fact"
    if len(figures(reply)) > len(figures(fact)):
        yield "figure_repeated"
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
    if duties(fact) != duties(reply):
        yield "another_duty"
    if is_negated(reply) != is_negated(fact):
        yield "negation"
    if _FIRST_PERSON.search(reply) or "?" in reply:
        yield "wrong_voice"
    yield from _polarity(question, reply, fact)


def _polarity(question: str, reply: str, fact: str) -> Iterator[str]:
    """A yes/no question gets a yes or a no, the one the fact gives; other questions get neither."""
    answered_yes, answered_no = bool(_YES.match(reply)), bool(_NO.match(reply))
    if not YES_NO.match(question):
        if answered_yes or answered_no:
            yield "wrong_answer_type"
    elif not (answered_no if is_negated(fact) else answered_yes):
        yield "wrong_polarity"
