"""Where one cell of a table, or one line of a list, ends and the next begins: no value goes on behind it.

A model that reads a table as prose takes the end of one cell and the beginning of the next for one name. What stands
between cells stays, so that a table is one after masking, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WRAPPED_FROM_CHARS = 50
"""A line that long may have been wrapped, and a name goes on in the next; a shorter one was ended on purpose."""

_BETWEEN = re.compile(r"\s*\|[\s|]*|\s*\t\s*|[ ]*\n\s*|(?<=[^\s\d])[,;](?=\S)|[,;](?=[^\s\d])|(?<=\d{4})[,;](?=\d)|, ")
_POSSESSIVE = re.compile(r"[^\W\d_]+['’]s\b")
_BARE = re.compile(r"[,;](?=\S)")
_LEAST_BARE = 2
_SAYS_LITTLE = re.compile(r"[A-Za-z]|\d{1,3}")
_ENDS_OF_CELLS = ",;|\t\n"


def in_cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a range of a text that lie in one cell or line each; mostly the range as it is."""
    position = start
    for match in _BETWEEN.finditer(text, start, end):
        if start < match.start() and match.end() < end and _separates(text, match, position, end):
            yield position, match.start()
            position = match.end()
    yield position, end


def is_plain_cell(text: str, start: int, end: int) -> bool:
    """Whether a range is a whole cell of a row, of one letter or a short number: a row's number, F or M."""
    if not _SAYS_LITTLE.fullmatch(text, start, end):
        return False
    alone = (start == 0 or text[start - 1] in _ENDS_OF_CELLS) and (end == len(text) or text[end] in _ENDS_OF_CELLS)
    return alone and _is_row(_line(text, start))


def _line(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1:end if end >= 0 else len(text)]


def _is_row(line: str) -> bool:
    return len(_BARE.findall(line)) >= _LEAST_BARE


def _separates(text: str, between: re.Match[str], start: int, end: int) -> bool:
    begins = text.rfind("\n", 0, between.start()) + 1
    ends = text.find("\n", between.end())
    if between[0] == ", ":
        # "Femi Oyelaran, Bola's husband" are two people; "Smith, John's son" is of one.
        return " " in text[start:between.start()] and _POSSESSIVE.match(text, between.end()) is not None
    if between[0][0] in ",;":
        return _is_row(_line(text, between.start()))
    if "\n" not in between[0] or between[0].count("\n") > 1 or "|" in between[0]:
        return True
    if _is_row(_line(text, begins)) and _is_row(_line(text, between.end())):
        return True
    if between.start() - begins >= WRAPPED_FROM_CHARS:
        return False
    # "Ask Amara / Osei", wrapped early: one word on each side, and neither is a line of its own.
    before, behind = text[start:between.start()], text[between.end():end]
    whole_line = start == begins or end == (ends if ends >= 0 else len(text))
    return whole_line or " " in before or " " in behind.partition("\n")[0]
