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
from appliance.quality.terms import content_stems, one_line
from appliance.records import Instance, Principle

MAX_LINE_CHARS = 240
OPENING_START_WORDS = 3
QUESTION_START_WORDS = 2

_SALUTATION = re.compile(r"^(?:(?:dear|hello|hi|good (?:morning|afternoon|evening)|(?:mr|mrs|ms|dr)\.)[^,!.]*"
                         r"(?:\.[^,!.]*)?[,!]\s+)+(?:and welcome!?\s+)?", re.IGNORECASE)
_YES_OR_NO = re.compile(r"^(?:yes|no)\b[,.]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Core:
    """A seed taken apart into the lines that the steps write.

    Attributes:
        seed_id: where it comes from.
        instruction: the seed's, on one line.
        has_input: False where the instruction itself asks the question.
        opening: what the person says before asking; may be empty.
        question: the last question of the seed.
        reply: the sentence of the output that answers it, without salutation.
        fact: stands in for the fact behind the seed, which a seed does not carry: the reply without yes or no.
    """

    seed_id: str
    instruction: str
    has_input: bool
    opening: str
    question: str
    reply: str
    fact: str


def core(seed: Instance) -> Core | None:
    """Take a seed apart; None if it asks no question, or none that a sentence of its output answers."""
    sentences = split_sentences(seed.input or seed.instruction)
    questions = [sentence for sentence in sentences if sentence.endswith("?")]
    replies = [_SALUTATION.sub("", sentence) for sentence in split_sentences(seed.output)]
    if not questions or not replies:
        return None
    lead, _, question = questions[-1].rpartition(": ")
    opening = " ".join([sentence for sentence in sentences if not sentence.endswith("?")] + [lead + ":"] * bool(lead))
    reply = max(replies, key=lambda sentence: len(content_stems(sentence) & content_stems(question)))
    if not content_stems(reply) & content_stems(question):
        return None
    lines = (opening, _capital(question), _capital(reply), _capital(_YES_OR_NO.sub("", reply)))
    return Core(seed.id, one_line(seed.instruction), bool(seed.input), *(_cut(line, MAX_LINE_CHARS) for line in lines))


def different_first(cores: Sequence[Core]) -> list[Core]:
    """The same seeds, those first whose questions begin differently: a model copies the question words it sees."""
    kinds: dict[str, int] = {}
    ranked = []
    for place, each in enumerate(cores):
        start = " ".join(each.question.split()[:2]).casefold()
        kinds[start] = kinds.get(start, -1) + 1
        ranked.append((kinds[start], place, each))
    return [each for _, _, each in sorted(ranked, key=lambda item: item[:2])]


def opening_prompt(demos: Sequence[Core], start: str) -> str:
    """Eq. 1: the model continues how another person introduces themselves, beginning with `start`."""
    lines = "".join(f"- {demo.opening}\n" for demo in demos if demo.opening)
    return f"Different people introduce themselves and say why they write.\n\n{lines}- {start}"


def opening_starts(demos: Sequence[Core]) -> list[str]:
    """The first words of every opening among the seeds."""
    return [" ".join(demo.opening.split()[:OPENING_START_WORDS]) for demo in demos if demo.opening]


def question_prompt(demos: Sequence[Core], principles: str, fact: str | None, start: str) -> str:
    """First step: the model continues a question that begins with `start` and that `fact`, if any, answers."""
    if fact is None:
        examples = "".join(f"Question: {demo.question}\n\n" for demo in demos)
        return f"{principles}Different people ask different questions.\n\n{examples}Question: {start}"
    examples = "".join(f"Fact: {demo.fact}\nQuestion: {demo.question}\n\n" for demo in demos)
    return (f"{principles}Each fact answers a person's question.\n\n{examples}"
            f"Fact: {one_line(fact)}\nQuestion: {start}")


def reply_prompt(demos: Sequence[Core], principles: str, fact: str | None, question: str) -> str:
    """Second step: the model answers the question, from the fact where there is one."""
    if fact is None:
        examples = "".join(f"Question: {demo.question}\nReply: {demo.reply}\n\n" for demo in demos)
        return f"{principles}Each question is answered politely.\n\n{examples}Question: {question}\nReply:"
    examples = "".join(f"Fact: {demo.fact}\nQuestion: {demo.question}\nReply: {demo.reply}\n\n" for demo in demos)
    return (f"{principles}Each question is answered politely, using only the fact.\n\n{examples}"
            f"Fact: {one_line(fact)}\nQuestion: {question}\nReply:")


def answered_prompt(demos: Sequence[Core], question: str) -> str:
    """What a fact is scored after: does it answer the question?"""
    examples = "".join(f"Question: {demo.question}\nFact: {demo.fact}\n\n" for demo in demos)
    return f"A person asks a question and gets the fact that answers it.\n\n{examples}Question: {question}\nFact:"


def demo_starts(demos: Sequence[Core]) -> tuple[str, ...]:
    """How questions of the seeds begin, where no fact says how one could."""
    return tuple(dict.fromkeys(" ".join(demo.question.split()[:QUESTION_START_WORDS]) for demo in demos)) or ("What",)


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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str, limit_chars: int) -> str:
    return text if len(text) <= limit_chars else text[:limit_chars].rsplit(" ", 1)[0]
