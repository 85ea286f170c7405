"""Splitting a passage of K into facts: sentences that can be understood without the ones around them.

A small model does better with one fact than with a page, and a sentence such as *After that it is free.* is worse
than none: the model fills the gap with something invented.
"""

from __future__ import annotations

import re

from appliance.records import Passage

MIN_WORDS = 4
MAX_WORDS = 40

_ABBREVIATION = re.compile(r"\b(?:(?i:dr|mr|mrs|ms|prof|st|nr|vs|approx|e\.g|i\.e)|[A-Z])\.$")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9$€£])")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")

# A sentence that begins with one of these points at an earlier sentence. Closed-class words of English.
_POINTS_BACK = re.compile(
    r"(?:it|its|they|their|them|this|that|these|those|he|she|his|her|such|both|neither|either|then|there|here|"
    r"otherwise|however|also|instead|therefore|thus|and|but|or|so|yet|afterwards|"
    r"(?:after|before|in|for|during|at|if) (?:this|that|these|those|so|not|everyone|others)|all others|one of|"
    r"the (?:others|same|latter|former))\b", re.IGNORECASE)


def split_facts(passage: Passage) -> tuple[str, ...]:
    """The self-contained statements of a passage, in order, without Markdown.

    Headings, tables, questions, fragments and sentences that point back at an earlier one are left out.

    Args:
        passage: one passage of K, Markdown or plain text.

    Returns:
        Sentences of `MIN_WORDS` to `MAX_WORDS` words, each on one line and ending in a full stop.
    """
    return tuple(sentence for block in _blocks(passage.text) for sentence in split_sentences(block)
                 if _stands_alone(sentence))


def split_sentences(text: str) -> list[str]:
    """Sentences of running text; a full stop after an abbreviation or an initial does not end one."""
    sentences: list[str] = []
    for piece in _SENTENCE_END.split(" ".join(text.split())):
        if sentences and _ABBREVIATION.search(sentences[-1]):
            sentences[-1] += " " + piece
        elif piece:
            sentences.append(piece)
    return sentences


def _blocks(text: str) -> list[str]:
    """Paragraphs and list items, unwrapped and without markup."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith(("#", "|", ">", "```", "---")):
            blocks.append([])
        elif _LIST_ITEM.match(line):
            blocks.append([_LIST_ITEM.sub("", line)])
        else:
            blocks[-1].append(line.strip())
    return [_plain(" ".join(lines)) for lines in blocks if lines]


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))


def _stands_alone(sentence: str) -> bool:
    return (MIN_WORDS <= len(sentence.split()) <= MAX_WORDS and sentence.endswith(".")
            and not sentence.endswith("..") and not _POINTS_BACK.match(sentence))
