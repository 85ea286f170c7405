"""A known number in any grouping: ``078*05*1120``, ``(078)(05)(1120)``, ``078|O5|ll20``."""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_DIGITS = 7
"""A shorter number stands in a row of others by chance."""

_GROUP = re.compile(r"(?<![^\W_])[\dOoIl]{1,20}(?![^\W_])")
_FIGURES = str.maketrans("OoIl", "0011")
_MOST_BETWEEN = 3


class KnownNumbers:
    """Numbers by their digits alone."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._most = 0

    def add(self, entity: str, value: str) -> None:
        """Look for this value from now on, if it is a number and nothing else."""
        digits = "".join(filter(str.isdecimal, value))
        if len(digits) >= MIN_DIGITS and not any(map(str.isalpha, value)):
            self._known.setdefault(digits, (entity, value))
            self._most = max(self._most, len(digits))

    def find(self, folded: str) -> Iterator[tuple[int, int, str, str]]:
        """Every place of a folded text where one stands: start, end, type and the known value."""
        groups = [match.span() for match in _GROUP.finditer(folded)] if self._known else []
        for number, (start, _) in enumerate(groups):
            digits, last = "", start
            for first, end in groups[number:number + self._most]:
                between = folded[last:first]
                digits += folded[first:end].translate(_FIGURES)
                if len(between) > _MOST_BETWEEN or any(map(str.isalnum, between)) or len(digits) > self._most:
                    break
                last = end
                if digits in self._known and sum(map(str.isdecimal, folded[start:end])) >= len(digits) / 2:
                    yield start, end, *self._known[digits]
