"""Plain lines for pipes, logs and simple terminals: nothing is ever drawn over, nothing needs colour."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from appliance.events import JobStarted, NoDisplay, Progress, StageFinished
from appliance.views import progress as words
from appliance.views.summary import summary_lines
from appliance.views.text import count, duration, printable

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
# A stage of hours would fill a log at a line a second: wait 2 % of its age, so that lines stay a few hundred.
PAUSE_PER_AGE = 0.02


class PlainDisplay:
    """One line per stage start and end, and at most one a second in between.

    Args:
        stream: standard error.
        clock: seconds, monotonic.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._stage_began_s = clock()
        self._next_line_s = 0.0

    def job_started(self, event: JobStarted) -> None:
        """Job id, stages and the first notices."""
        verb = "resumed" if event.resumed else "started"
        self._line(f"job {event.job_id} {verb}: {', '.join(event.stages)}")
        for notice in event.notices:
            self._line(notice)

    def stage_started(self, stage: str, wanted: int | None) -> None:
        """One line."""
        self._stage_began_s = self._next_line_s = self._clock()
        self._line(f"{stage}: started" + ("" if wanted is None else f", {count(wanted)} wanted"))

    def progress(self, event: Progress) -> None:
        """One line, unless the last one is too fresh."""
        now_s = self._clock()
        if now_s < self._next_line_s:
            return
        pause_s = (now_s - self._stage_began_s) * PAUSE_PER_AGE
        self._next_line_s = now_s + min(max(pause_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        facts = (words.amount(event), words.pace(event), words.kept(event), words.energy_so_far(event.energy),
                 f"passed the door {words.passed_door(event.egress)}",
                 f"left this machine {words.left_machine(event.egress)}")
        self._line(f"{event.stage}: " + "; ".join(fact for fact in facts if fact))

    def stage_finished(self, event: StageFinished) -> None:
        """One line."""
        how = "finished earlier" if event.reused else f"finished in {duration(event.wall_s)}"
        self._line(f"{event.stage}: {how}, {count(event.done)} rows")

    def notice(self, text: str) -> None:
        """The sentence, as it is."""
        self._line(text)

    def job_finished(self, summary: Mapping[str, Any]) -> None:
        """The summary."""
        for line in ("", *summary_lines(summary)):
            self._line(line)

    def announce(self, text: str) -> None:
        """One line, from inside a signal handler."""
        write_at_once(self._stream, text)

    def close(self) -> None:
        """Nothing to give back."""

    def _line(self, text: str) -> None:
        try:
            self._stream.write(printable(text) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return  # nobody reads any more; the job goes on


class SilentDisplay(NoDisplay):
    """Shows nothing but what a signal handler has to say.

    Args:
        stream: where that goes, standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def announce(self, text: str) -> None:
        """One line on the stream."""
        write_at_once(self._stream, text)


def write_at_once(stream: TextIO, text: str) -> None:
    """One line straight to the file descriptor; a stream without one, or a closed one, shows nothing."""
    try:
        os.write(stream.fileno(), f"psi: {text}\n".encode())
    except (OSError, ValueError):
        return
