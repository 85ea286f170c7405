"""Prompt shapes for a small generator: one instance at a time, every example in exactly the format that is wanted.

A model of a few hundred million parameters does not follow the instance-generation prompt of `prompts`: it repeats
the requirements. It does continue a pattern. So an instance is written in steps, each one line that continues the same
lines of the seeds: a question that one fact answers, the reply, and for Eq. 1 how the person introduces themselves.
Plain text that the model continues, no chat template. Texts are joined, never formatted: braces in them are safe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.knowledge.facts import split_sentences
from appliance.quality.parse import one_line
from appliance.quality.terms import content_stems, is_negated
from appliance.records import Instance, Principle

MAX_PRINCIPLES_CHARS = 2400
OPENING_START_WORDS = 3

_SALUTATION = re.compile(r"^(?:(?:dear|hello|hi|good (?:morning|afternoon|evening)|(?:mr|mrs|ms|dr)\.)[^,!.]*"
                         r"(?:\.[^,!.]*)?[,!]\s+)+(?:and welcome!?\s+)?", re.IGNORECASE)
_YES_OR_NO = re.compile(r"^(?:yes|no)\b[,.]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Core:
    """A seed taken apart into the lines that the steps write.

    Attributes:
        opening: what the person says before asking; may be empty.
        question: the last question of the seed.
        reply: the sentence of the output that answers it, without salutation.
        fact: stands in for the fact behind the seed, which a seed does not carry: the reply without yes or no.
    """

    opening: str
    question: str
    reply: str
    fact: str


def core(seed: Instance) -> Core | None:
    """Take a seed apart; None if it asks no question or has no reply."""
    sentences = split_sentences(seed.input or seed.instruction)
    questions = [sentence for sentence in sentences if sentence.endswith("?")]
    replies = [_SALUTATION.sub("", sentence) for sentence in split_sentences(seed.output)]
    if not questions or not replies:
        return None
    lead, _, question = questions[-1].rpartition(": ")
    opening = " ".join([sentence for sentence in sentences if not sentence.endswith("?")] + [lead + ":"] * bool(lead))
    reply = max(replies, key=lambda sentence: len(content_stems(sentence) & content_stems(question)))
    return Core(opening, _capital(question), _capital(reply), _capital(_YES_OR_NO.sub("", reply)))


def opening_prompt(demos: Sequence[Core], start: str) -> str:
    """Eq. 1: the model continues how another person introduces themselves, beginning with `start`."""
    lines = "".join(f"- {demo.opening}\n" for demo in demos if demo.opening)
    return f"Different people introduce themselves and say why they write.\n\n{lines}- {start}"


def opening_starts(demos: Sequence[Core]) -> list[str]:
    """The first words of every opening among the seeds."""
    return [" ".join(demo.opening.split()[:OPENING_START_WORDS]) for demo in demos if demo.opening]


def question_prompt(demos: Sequence[Core], principles: Sequence[Principle], fact: str, start: str) -> str:
    """Eq. 4, first step: the model continues a question that begins with `start` and that `fact` answers."""
    examples = "".join(f"Fact: {demo.fact}\nQuestion: {demo.question}\n\n" for demo in demos)
    return f"{principle_lines(principles)}Each fact answers a person's question.\n\n{examples}" \
           f"Fact: {one_line(fact)}\nQuestion: {start}"


def reply_prompt(demos: Sequence[Core], principles: Sequence[Principle], fact: str, question: str) -> str:
    """Eq. 4, second step: the model answers the question from the fact."""
    examples = "".join(f"Fact: {demo.fact}\nQuestion: {demo.question}\nReply: {demo.reply}\n\n" for demo in demos)
    return (f"{principle_lines(principles)}Each question is answered politely, using only the fact.\n\n{examples}"
            f"Fact: {one_line(fact)}\nQuestion: {question}\nReply:")


def principle_lines(principles: Sequence[Principle]) -> str:
    """All principles as a numbered block, empty without any; long ones are cut so that every one gets its share."""
    if not principles:
        return ""
    share = MAX_PRINCIPLES_CHARS // len(principles)
    lines = (f"{number}. {_cut(one_line(principle.text), share)}"
             for number, principle in enumerate(principles, start=1))
    return "Principles:\n" + "\n".join(lines) + "\n\n"


def question_starts(fact: str) -> tuple[str, ...]:
    """First words of a question that a fact of this kind can answer, most fitting first."""
    if is_negated(fact):
        return ("Can I", "Do you", "Are")
    found = tuple(start for pattern, starts in _STARTS if pattern.search(fact) for start in starts)
    return found[:3] or ("What", "Do I", "Is")


_STARTS = tuple((re.compile(pattern, re.IGNORECASE), starts) for pattern, starts in (
    (r"[$€£]\s?\d|\d\s?(?:dollars|euros|pounds)\b|\bfree\b|\bcharge", ("How much",)),
    (r"\b\d+\s(?:\w+\s)?(?:minutes?|hours?|days?|weeks?|months?|years?)\b", ("How long",)),
    (r"\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m|p\.m)\b|\bo'clock\b", ("What time", "When")),
    (r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", ("When",)),
    (r"\b(?:is|are|stands?|located)\s(?:at|on|in|behind|beside|next to|opposite|near|above|below)\b", ("Where",)),
    (r"\b(?:can|may)\b", ("Can I", "How can I")),
    (r"\b(?:must|should|needs?|required?)\b", ("Do I need to", "What should I")),
))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str, limit_chars: int) -> str:
    return text if len(text) <= limit_chars else text[:limit_chars].rsplit(" ", 1)[0]
