"""Prompt shapes for a small generator: one instance at a time, every example in exactly the format that is wanted.

A model of a few hundred million parameters does not follow the prompt of Table 8 (arXiv 2507.05991): it repeats
the requirements. It does continue a pattern. So an instance is written in steps, each one line that continues the same
lines of the seeds: a question that one fact answers, the reply, and for Eq. 1 how the person introduces themselves.
Plain text that the model continues, no chat template. Texts are joined, never formatted: braces in them are safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.knowledge.facts import split_sentences
from appliance.quality.terms import content_stems, is_negated, one_line
from appliance.records import Instance, Principle

MAX_LINE_CHARS = 240
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
    lines = (opening, _capital(question), _capital(reply), _capital(_YES_OR_NO.sub("", reply)))
    return Core(*(_cut(line, MAX_LINE_CHARS) for line in lines))


def opening_prompt(demos: Sequence[Core], start: str) -> str:
    """Eq. 1: the model continues how another person introduces themselves, beginning with `start`."""
    lines = "".join(f"- {demo.opening}\n" for demo in demos if demo.opening)
    return f"Different people introduce themselves and say why they write.\n\n{lines}- {start}"


def opening_starts(demos: Sequence[Core]) -> list[str]:
    """The first words of every opening among the seeds."""
    return [" ".join(demo.opening.split()[:OPENING_START_WORDS]) for demo in demos if demo.opening]


def question_prompt(demos: Sequence[Core], principles: str, fact: str, start: str) -> str:
    """First step of Eq. 4: the model continues a question that begins with `start` and that `fact` answers."""
    examples = "".join(f"Fact: {demo.fact}\nQuestion: {demo.question}\n\n" for demo in demos)
    return (f"{principles}Each fact answers a person's question.\n\n{examples}"
            f"Fact: {one_line(fact)}\nQuestion: {start}")


def reply_prompt(demos: Sequence[Core], principles: str, fact: str, question: str) -> str:
    """Second step of Eq. 4: the model answers the question from the fact."""
    examples = "".join(f"Fact: {demo.fact}\nQuestion: {demo.question}\nReply: {demo.reply}\n\n" for demo in demos)
    return (f"{principles}Each question is answered politely, using only the fact.\n\n{examples}"
            f"Fact: {one_line(fact)}\nQuestion: {question}\nReply:")


def principle_lines(principles: Sequence[Principle], count_tokens: Callable[[str], int], limit_tokens: int) -> str:
    """All principles as a numbered block, empty without any.

    Long ones are cut to an equal share until the block fits, so that every principle stays in the prompt.

    Args:
        principles: P^H.
        count_tokens: how the generator counts.
        limit_tokens: the block gets no longer, unless there are so many that one word each is too much.
    """
    share_chars = max((len(one_line(principle.text)) for principle in principles), default=0)
    block = _numbered(principles, share_chars)
    while count_tokens(block) > limit_tokens and share_chars > 1:
        share_chars = share_chars * 2 // 3
        block = _numbered(principles, share_chars)
    return block


def _numbered(principles: Sequence[Principle], share_chars: int) -> str:
    lines = [f"{number}. {_cut(one_line(principle.text), share_chars)}\n"
             for number, principle in enumerate(principles, start=1)]
    return "".join(["Principles:\n", *lines, "\n"]) if lines else ""


def question_starts(fact: str) -> tuple[str, ...]:
    """First words of a question that a fact of this kind can answer, most fitting first."""
    if is_negated(fact):
        return ("Can I", "Do you", "Are")
    found = dict.fromkeys(start for pattern, starts in _STARTS if pattern.search(fact) for start in starts)
    return tuple(found)[:3] or ("What", "Do I", "Is")


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
