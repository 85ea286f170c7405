"""The live screen of one run: stages, progress, filters, energy and what passed the door, redrawn in place.

Words and marks carry the meaning and colour only repeats it. Every text goes through `Text`, which is never
parsed as markup.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from appliance.events import EgressTotals, JobStarted, Progress, StageFinished
from appliance.views import progress as words
from appliance.views.summary import summary_lines
from appliance.views.text import count, duration, printable

FRAMES_PER_S = 4
_BAR_WIDTH = 16
_STYLES = {"done": "green", "running": "bold", "waiting": "dim", "stopped": "red"}


@dataclass(frozen=True, slots=True)
class _StageLine:
    """What one line of the stage list shows; replaced whole, because another thread draws it."""

    name: str
    state: str = "waiting"
    began_s: float = 0.0
    latest: Progress | None = None
    finished: StageFinished | None = None


class LiveDisplay:
    """A `Display` for terminals.

    Args:
        stream: standard error, a terminal.
        console: for tests; otherwise made on the stream, where it honours NO_COLOR and TERM.
    """

    def __init__(self, stream: TextIO, console: Console | None = None) -> None:
        self._console = console or Console(file=stream, highlight=False, markup=False, emoji=False)
        self._live: Live | None = None
        self._title = ""
        self._stages: dict[str, _StageLine] = {}
        self._latest: Progress | None = None
        self._announced = ""

    def job_started(self, event: JobStarted) -> None:
        """Notices above, the live region below them."""
        for notice in event.notices:
            self.notice(notice)
        self._title = f"{event.job_id}  {'resumed' if event.resumed else 'started'}"
        self._stages = {name: _StageLine(name) for name in event.stages}
        self._live = Live(get_renderable=self.render, console=self._console, redirect_stdout=False,
                          refresh_per_second=FRAMES_PER_S)
        self._live.start()

    def stage_started(self, stage: str, wanted: int | None) -> None:
        """The stage's line says running."""
        nothing_yet = None if wanted is None else Progress(stage, 0, wanted)
        self._replace(_StageLine(stage, "running", began_s=time.monotonic(), latest=nothing_yet))

    def progress(self, event: Progress) -> None:
        """Remember; the next frame shows it."""
        line = self._stages.get(event.stage) or _StageLine(event.stage, began_s=time.monotonic())
        self._replace(replace(line, state="running", latest=event))
        self._latest = event

    def stage_finished(self, event: StageFinished) -> None:
        """The stage's line says done."""
        self._replace(_StageLine(event.stage, "done", finished=event))

    def notice(self, text: str) -> None:
        """The sentence, above the live region, wrapped between words."""
        self._print(text)

    def job_finished(self, summary: Mapping[str, Any]) -> None:
        """Leave the last frame standing and print the summary under it."""
        self.close()
        for line in ("", *summary_lines(summary)):
            self._print(line, as_it_is=True)

    def announce(self, text: str) -> None:
        """Part of the next frame: a signal handler must not wait for the terminal."""
        self._announced = text

    def close(self) -> None:
        """Stop redrawing; a second call does nothing. A stage that did not end is shown as stopped."""
        live, self._live = self._live, None
        self._stages = {name: replace(line, state="stopped") if line.state == "running" else line
                        for name, line in self._stages.items()}
        if live is not None:
            with suppress(OSError, ValueError):
                live.stop()

    def render(self) -> RenderableType:
        """One frame, at most 80 columns wide and a few lines high."""
        parts: list[RenderableType] = [Text(printable(self._title), style="bold"), self._stage_table()]
        parts += [Text(f"  {printable(fact)}", overflow="ellipsis", no_wrap=True) for fact in self._facts()]
        if self._announced:
            parts.append(Text(f"  {printable(self._announced)}", style="bold"))
        return Group(*parts)

    def _facts(self) -> tuple[str, ...]:
        latest = self._latest
        if latest is None:
            return ()
        kept = (words.kept(latest),) if words.kept(latest) else ()
        return (*kept, f"energy so far: {words.energy_so_far(latest.energy)}", *_door(latest.egress))

    def _stage_table(self) -> Table:
        table = Table.grid(padding=(0, 1, 0, 0))
        for column in range(4):
            table.add_column(no_wrap=True, overflow="ellipsis", justify="right" if column == 2 else "left")
        for line in tuple(self._stages.values()):
            mark = Text(f"  [{line.state}]", style=_STYLES[line.state])
            table.add_row(mark, Text(printable(line.name)), *_figures(line))
        return table

    def _replace(self, line: _StageLine) -> None:
        self._stages = {**self._stages, line.name: line}

    def _print(self, text: str, *, as_it_is: bool = False) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more; the job goes on
            self._console.print(Text(printable(text)), soft_wrap=as_it_is)


def _door(totals: EgressTotals) -> tuple[str, str]:
    return (f"passed the door: {words.passed_door(totals)}",
            f"left this machine: {words.left_machine(totals)}")


def _figures(line: _StageLine) -> tuple[RenderableType, RenderableType]:
    """Amount and pace (or time taken) of one stage."""
    if line.finished is not None:
        how = "finished earlier" if line.finished.reused else duration(line.finished.wall_s)
        return Text(count(line.finished.done)), Text(how)
    if line.state == "waiting":
        return Text(""), Text("")
    age = duration(time.monotonic() - line.began_s)
    if line.latest is None:
        return Text(""), Text(f"working, {age}")
    bar = ProgressBar(total=max(line.latest.wanted, 1), completed=line.latest.done, width=_BAR_WIDTH)
    pace = Table.grid(padding=(0, 1, 0, 0))
    pace.add_row(bar, Text(words.pace(line.latest) or age, no_wrap=True))
    return Text(words.amount(line.latest)), pace
