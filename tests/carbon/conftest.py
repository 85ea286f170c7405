"""A counter whose every answer is written down beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from appliance.carbon.base import Reading
from appliance.errors import MeterError
from appliance.units import Quality


class ScriptedSource:
    """Answers with the next joules of its script, an error where the script has one; the last answer repeats."""

    def __init__(self, script: Iterable[float | Exception], source_id: str = "scripted",
                 quality: Quality = Quality.MEASURED) -> None:
        self.id = source_id
        self.quality = quality
        self.answered: list[float] = []
        self.closed = False
        self._script: Iterator[float | Exception] = iter(script)
        self._next: float | Exception = 0.0

    def read(self) -> Reading:
        self._next = next(self._script, self._next)
        if isinstance(self._next, Exception):
            raise self._next
        self.answered.append(self._next)
        return Reading(self._next, self.quality, 100.0)

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedSource]:
    return ScriptedSource


@pytest.fixture
def lost() -> MeterError:
    return MeterError("the counter is lost")
