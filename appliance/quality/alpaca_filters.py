"""The filters of Alpaca on the instruction of a task, in their order, and what has to be added to them.

Source: the rules of the Stanford Alpaca script, in our own words. They look at the instruction alone, so that an empty
output or a letter to ``[Name]`` would pass; those are rejected here too. The rule against a first character outside
ASCII is for English: other languages begin with such letters.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from appliance.quality.near_duplicates import tokens
from appliance.records import Instance

MAX_SHORT_WORDS, MAX_WORDS = 3, 150
_CANNOT = ("image", "images", "graph", "graphs", "picture", "pictures", "file", "files", "map", "maps", "draw", "plot",
           "go to", "video", "audio", "music", "flowchart", "diagram")
_BLACKLIST = re.compile(rf"\b(?:{'|'.join(_CANNOT)})\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"(?<![\w\]])\[(?:your|insert|[A-Z][a-z]+)(?: [A-Za-z']+){0,4}\](?!\()|<[A-Z]{3,}_\d+>|_{4,}",
                          re.MULTILINE)
_CHAT_TOKEN = re.compile(r"<\|\w+\|>|\[/?INST\]|</?s>")
_SPACED = re.compile(r"\S+")


def judge_task(instance: Instance, *, english: bool) -> str | None:
    """Why a task of a list is rejected, or None.

    Args:
        instance: one task.
        english: English is the only language that is wanted.
    """
    return next(_faults(instance, english), None)


def word_count(text: str) -> int:
    """Words between blanks, as the script counts; of a script without blanks, two signs are one word."""
    spaced = _SPACED.findall(text)
    signs = [token for token in tokens(text) if len(token) == 1 and not token.isascii()]
    return max(len(spaced), len(signs) // 2)


def _faults(instance: Instance, english: bool) -> Iterator[str]:
    instruction = instance.instruction
    count = word_count(instruction)
    if count <= MAX_SHORT_WORDS:
        yield "instruction_too_short"
    if count > MAX_WORDS:
        yield "instruction_too_long"
    if _BLACKLIST.search(instruction):
        yield "cannot_be_done_with_text"
    if instruction.startswith("Write a program"):
        yield "asks_for_program"
    if instruction[:1] in string.punctuation:
        yield "starts_with_punctuation"
    if english and not instruction[:1].isascii():
        yield "starts_outside_ascii"
    yield from _added(instance)


def _added(instance: Instance) -> Iterator[str]:
    if not instance.output.strip():
        yield "empty_output"
    for text in (instance.input, instance.output):
        if _PLACEHOLDER.search(text):
            yield "placeholder"
        if _CHAT_TOKEN.search(text):
            yield "chat_token"
