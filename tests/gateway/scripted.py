"""A detector that finds what it is told to find."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from appliance.detection.detector import Span


class Scripted:
    """Finds the strings of a table, or does what it is told.

    Args:
        table: string to entity type; found wherever it stands, exactly.
        act: takes the place of the table.
    """

    def __init__(self, table: Mapping[str, str] | None = None, act: Callable[[str], Any] | None = None) -> None:
        self._table, self._act = table or {}, act
        self.calls: list[list[str]] = []

    def describe(self) -> Mapping[str, str]:
        return {"name": "scripted"}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        self.calls.append(list(texts))
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[Span]:
        if self._act is not None:
            return self._act(text)  # type: ignore[no-any-return]
        return [Span(match.start(), match.end(), entity, 0.9, "scripted") for value, entity in self._table.items()
                for match in re.finditer(re.escape(value), text)]
