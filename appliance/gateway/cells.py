"""Where one cell of a table, or one line of a list, ends and the next begins: no value goes on behind it.

A model that reads a table as prose takes the end of one cell and the beginning of the next for one name. What stands
between cells stays, so that a table is one after masking, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WRAPPED_FROM_CHARS = 50
"""A line that long may have been wrapped, and a name goes on in the next; a shorter one was ended on purpose."""

_BETWEEN = re.compile(r"\s*\|[\s|]*|\s*\t\s*|[ ]*\n\s*|(?<=[^\s\d])[,;](?=\S)|[,;](?=[^\s\d])|(?<=\d{4})[,;](?=\d)")
_BARE = re.compile(r"[,;](?=\S)")
_LEAST_BARE = 2


def in_cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a range of a text that lie in one cell or line each; mostly the range as it is."""
    position = start
    for match in _BETWEEN.finditer(text, start, end):
        if start < match.start() and match.end() < end and _separates(text, match, position, end):
            yield position, match.start()
            position = match.end()
    yield position, end


def _separates(text: str, between: re.Match[str], start: int, end: int) -> bool:
    begins = text.rfind("\n", 0, between.start()) + 1
    ends = text.find("\n", between.end())
    if between[0][0] in ",;":
        line = text[begins:ends if ends >= 0 else len(text)]
        return len(_BARE.findall(line)) >= _LEAST_BARE
    if "\n" not in between[0] or between[0].count("\n") > 1 or "|" in between[0]:
        return True
    if between.start() - begins >= WRAPPED_FROM_CHARS:
        return False
    # "Ask Amara / Osei", wrapped early: one word on each side, and neither is a line of its own.
    before, behind = text[start:between.start()], text[between.end():end]
    whole_line = start == begins or end == (ends if ends >= 0 else len(text))
    return whole_line or " " in before or " " in behind.partition("\n")[0]
