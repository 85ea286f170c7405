"""One energy source as the meter sees it: live or silent, and what it used since its last good reading."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable

from appliance.carbon.base import EnergySource, Reading
from appliance.carbon.ledger import OPENING, joules, microjoules
from appliance.errors import MeterError

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 60.0


class Channel:
    """A source with its state.

    While live it is read by whoever holds the meter's lock, else by its own attempt.

    Attributes:
        live: it has answered and has not failed since.
        note: why there is no energy, None where there is.
        visit: the visit to a stage during which it last answered.
        power_watts: at its last good reading, None while silent.
    """

    def __init__(self, source: EnergySource) -> None:
        self.source = source
        self.live = False
        self.note: str | None = OPENING
        self.visit = 0
        self.power_watts: float | None = None
        self._last: Reading | None = None
        self._answer: Reading | None = None
        self._attempt: threading.Thread | None = None
        self._retry_at = 0.0
        self._retry_s = FIRST_RETRY_S

    def used(self, visit: int) -> tuple[float | None, dict[str, float]]:
        """Joules since the last good reading, in all and by part; None, and a note, where unknown."""
        if not self.live:
            return None, {}
        try:
            reading = _checked(self.source.read())
        except Exception as error:  # a source must never end the job, whatever is wrong with it
            self._fall_silent(error)
            return None, {}
        self.note = None
        return self._advance(reading, visit)

    def _advance(self, reading: Reading, visit: int) -> tuple[float | None, dict[str, float]]:
        last, self._last = self._last, reading
        self.visit, self.power_watts = visit, reading.power_watts
        if last is None:
            return None, {}
        delta = microjoules(reading.energy_joules) - microjoules(last.energy_joules)
        if delta < 0:
            self.note = "its counter went backwards; counting starts again from here"
            return None, {}
        parts = {name: joules(microjoules(value) - microjoules(last.parts.get(name, 0.0)))
                 for name, value in reading.parts.items()}
        return joules(delta), parts

    def _fall_silent(self, error: Exception) -> None:
        self.live, self.power_watts = False, None
        self.note = str(error) if isinstance(error, MeterError) else f"{type(error).__name__} in the source"
        self._retry_at = time.monotonic() + self._retry_s

    def may_try(self, now: float) -> bool:
        """Whether it is silent, not being tried, and its turn has come."""
        trying = self._attempt is not None and self._attempt.is_alive()
        return not self.live and not trying and now >= self._retry_at

    def start_try(self, answered: Callable[[Channel], None]) -> None:
        """Read the source in a thread of its own; calls back from there if it answers."""
        self._attempt = threading.Thread(target=self._try, args=(answered,), daemon=True,
                                         name=f"psi-meter-{self.source.id}")
        self._attempt.start()

    def _try(self, answered: Callable[[Channel], None]) -> None:
        try:
            self._answer = _checked(self.source.read())
        except Exception as error:  # as in `used`
            self._retry_s = min(2 * self._retry_s, LAST_RETRY_S)
            self._fall_silent(error)
        else:
            answered(self)

    def go_live(self, visit: int) -> tuple[float | None, dict[str, float]]:
        """Charge from the attempt's answer on; what was counted while silent, None at the first opening."""
        answer = self._answer
        assert answer is not None
        self.live, self.note, self._retry_s = True, None, FIRST_RETRY_S
        return self._advance(answer, visit)

    def wait(self, timeout_s: float) -> None:
        """Wait for a running attempt to end."""
        if self._attempt is not None:
            self._attempt.join(max(0.0, timeout_s))

    def close(self) -> None:
        """Close the source, unless an attempt still hangs in it."""
        if self._attempt is None or not self._attempt.is_alive():
            with contextlib.suppress(Exception):
                self.source.close()


def _checked(reading: Reading) -> Reading:
    if not math.isfinite(reading.energy_joules):
        raise MeterError("its counter is not a number")
    return reading
