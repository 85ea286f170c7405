"""Two texts beside each other, so that every line shows the same place of both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

OPEN, CLOSE = "\ue000", "\ue001"
"""Around what is marked. Private characters: `printable` takes them out of every text, so these are ours."""
GAP = " | "

# A word with the blanks before it and at most one mark, which is not broken here, whatever stands in it.
_WORD = re.compile(rf"[ ]*+(?:[^ {OPEN}]*+{OPEN}[^{CLOSE}]*+{CLOSE}[^ {OPEN}]*+|[^ {OPEN}]++)|[ ]++")
_LINE = re.compile(rf"(?:{OPEN}[^{CLOSE}]*+{CLOSE}|[^\n{OPEN}]++)*+")
# Vowels and final consonants of Hangul melt into the syllable before them.
_NO_WIDTH = frozenset({*range(0x1160, 0x1200), *range(0xD7B0, 0xD7FC)})


def columns(text: str) -> int:
    """How many columns of a terminal a text takes; marks are one each. East Asian Width, Unicode UAX 11."""
    return len(text) if text.isascii() else sum(map(_column, text))


def _column(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me") or ord(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def beside(left: str, right: str, width: int) -> Iterator[tuple[str, str]]:
    """Pairs of lines that show the same place of two marked texts, each at most `width` columns.

    Lines and words are paired by their number, because outside the marks the texts are the same; where they are not,
    the rest of that line, or of the text, just follows on both sides.

    Args:
        left: safe to print but for line ends, `OPEN` and `CLOSE` around what is marked.
        right: the same with something else inside the marks.
        width: of each column, at least 2.
    """
    for one, other in zip_longest(_lines(left), _lines(right), fillvalue=""):
        yield from _line_beside(_WORD.findall(one), _WORD.findall(other), width)


def _lines(text: str) -> list[str]:
    """Split at line ends that no mark encloses."""
    lines, position = [], 0
    while position <= len(text):
        line = _LINE.match(text, position)
        end = line.end() if line else len(text)
        lines.append(text[position:end])
        position = end + 1
    return lines


def _line_beside(left: Sequence[str], right: Sequence[str], width: int) -> Iterator[tuple[str, str]]:
    one = other = ""
    for number, (word, beside_it) in enumerate(zip_longest(left, right, fillvalue="")):
        longer = _joined(one, word, number), _joined(other, beside_it, number)
        if (one or other) and max(map(columns, longer)) > width:
            yield one, other
            longer = _joined("", word, number), _joined("", beside_it, number)
        *full, (one, other) = zip_longest(_pieces(longer[0], width), _pieces(longer[1], width), fillvalue="")
        yield from full
    yield one, other


def _joined(row: str, word: str, number: int) -> str:
    """A word behind others; only the first of a line keeps its indentation."""
    return row + word if row or number == 0 else word.lstrip(" ")


def _pieces(text: str, width: int) -> list[str]:
    """At most `width` columns each; broken at line ends, after a blank where there is one, or anywhere."""
    pieces = []
    for line in text.split("\n"):
        start = used = blank = 0
        for at, character in enumerate(line):
            size = _column(character)
            if used + size > width:
                cut = blank if blank > start else at
                pieces.append(line[start:cut].rstrip(" "))
                start, used = cut, columns(line[cut:at])
            used += size
            if character == " ":
                blank = at + 1
        pieces.append(line[start:])
    return pieces
