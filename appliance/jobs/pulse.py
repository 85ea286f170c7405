"""Turns a stage's bare counts into what a person wants to see: rate, time to go, energy, what passed the door."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from appliance.events import Display, EgressTotals, EnergyTotals, Progress

# Fewer tell nothing: loading and the first block weigh more than the pace.
MIN_MADE = 3


class StagePulse:
    """The `appliance.stage.Pulse` of one stage in one attempt."""

    def __init__(self, stage: str, display: Display, energy: Callable[[], EnergyTotals],
                 egress: Callable[[], EgressTotals]) -> None:
        self._stage = stage
        self._display = display
        self._energy = energy
        self._egress = egress
        self._started_s = time.monotonic()
        self._first: int | None = None

    def __call__(self, done: int, wanted: int, *, accepted: int | None = None,
                 rejected: Mapping[str, int] | None = None) -> None:
        """See `appliance.stage.Pulse`."""
        if self._first is None:
            self._first = done
        elapsed_s = time.monotonic() - self._started_s
        made = done - self._first
        rate = made / elapsed_s if made >= MIN_MADE and elapsed_s > 0 else None
        self._display.progress(Progress(
            self._stage, done, wanted, rate, (wanted - done) / rate if rate else None, accepted, dict(rejected or {}),
            self._energy(), self._egress()))
