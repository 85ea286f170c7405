"""Progress of something that counts up: redrawn on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TextIO

from appliance.cli.display import can_redraw
from appliance.views.text import count, duration, number, printable

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
REDRAW_PAUSE_S = 0.2


class Counting:
    """A callable for ``progress(done, wanted)``; silent where everything is over soon.

    Args:
        what: such as ``passages embedded``.
        stream: standard error.
        clock: seconds, monotonic.
        quiet_s: nothing is shown for so long after the first call.
    """

    def __init__(self, what: str, stream: TextIO, clock: Callable[[], float] = time.monotonic,
                 quiet_s: float = FIRST_PAUSE_S) -> None:
        self._what = what
        self._stream = stream
        self._clock = clock
        self._quiet_s = quiet_s
        self._redraw = can_redraw(stream, os.environ)
        self._pause_s = REDRAW_PAUSE_S if self._redraw else FIRST_PAUSE_S
        self._first: tuple[float, int] | None = None
        self._next_s = 0.0
        self._drawn = False

    def __call__(self, done: int, wanted: int) -> None:
        """Show how far it is, unless the last line is too fresh."""
        now_s = self._clock()
        if self._first is None:
            self._first = (now_s, done)
            self._next_s = now_s + self._quiet_s
        if now_s < self._next_s:
            return
        self._write(self.line(done, wanted, now_s))
        if not self._redraw:
            self._pause_s = min(self._pause_s * 1.5, LONGEST_PAUSE_S)
        self._next_s = now_s + self._pause_s

    def line(self, done: int, wanted: int, now_s: float) -> str:
        """Such as ``passages embedded: 640/2,000, 31/s, 44 s left``."""
        began_s, first = self._first or (now_s, done)
        rate_per_s = (done - first) / (now_s - began_s) if now_s > began_s else 0.0
        pace = f", {number(rate_per_s)}/s, {duration((wanted - done) / rate_per_s)} left" if rate_per_s else ""
        return f"{self._what}: {count(done)}/{count(wanted)}{pace}"

    def close(self) -> None:
        """Leave the line; a second call does nothing."""
        if self._drawn:
            self._put("\n")
            self._drawn = False

    def _write(self, line: str) -> None:
        if self._redraw:
            self._drawn = True
            self._put(f"\r\x1b[K{printable(line)}")
        else:
            self._put(f"psi: {printable(line)}\n")

    def _put(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            return  # nobody reads any more; the work goes on
