"""Ages in a table whose first line says so: numbers alone in their cells, with nothing beside them that tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

_IS_AGE = re.compile(r"(?:[a-z]{1,20}[_ ])?(?:age|alter)(?:[_ ]?(?:in[_ ])?\(?(?:years?|yrs?|y)\)?)?", re.IGNORECASE)
_AGE = re.compile(r"(?:[a-z]{1,20}[_ ])?(?:age|alter)(?:[_ ]?(?:in[_ ])?\(?(?:years?|yrs?|y)\)?)?", re.IGNORECASE)
_AGE = re.compile(r"\d{1,3}")
_QUOTED = re.compile(r'"[^"\n]*"')
_SEPARATORS = "|\t;,"
_MOST_COLUMNS = 20
"""So many of a header that say age are followed; without a bound, a wide header would be gone through for every row."""

Cell = tuple[int, int]


def ages_in_columns(text: str) -> Iterator[Cell]:
    """Where numbers of up to three digits stand below a cell that says age, in rows right below its own.

    Args:
        text: any text; rows are lines, cells end with a bar, a tab, a semicolon or a comma.
    """
    start = width = 0
    separator, columns = "", list[int]()
    for line in text.splitlines(keepends=True):
        cells = _cells(line, separator) if columns else []
        if len(cells) < 2:  # one cell is no row: the table is over
            separator, columns, width = _header(line)
        # A row with more cells than the header has a separator within a value before it or behind it.
        for column in {place for index in columns for place in (index, index + len(cells) - width)} if cells else ():
            if 0 <= column < len(cells) and _AGE.fullmatch(line, *cells[column]):
                yield start + cells[column][0], start + cells[column][1]
        start += len(line)


def _header(line: str) -> tuple[str, list[int], int]:
    """What parts the cells, which of them say age, and how many there are."""
    for separator in _SEPARATORS:
        cells = _cells(line, separator)
        if columns := [index for index, cell in enumerate(cells) if len(cells) > 1 and _IS_AGE.fullmatch(line, *cell)]:
            return separator, columns[:_MOST_COLUMNS], len(cells)
    return "", [], 0


def _cells(line: str, separator: str) -> list[Cell]:
    """Where its cells begin and end, without blanks and quotes around them."""
    plain = _QUOTED.sub(lambda quoted: quoted[0].replace(separator, " "), line)
    cells, start = [], 0
    for cell in plain.split(separator):
        inner = cell.strip(" \t\r\n\"'")
        first = start + cell.find(inner) if inner else start
        cells.append((first, first + len(inner)))
        start += len(cell) + 1
    return cells
