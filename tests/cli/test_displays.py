"""The displays: what they say, how often, on which terminal, and that nothing from outside steers them."""

from __future__ import annotations

import io
import os
import pty
from collections.abc import Mapping

import pytest
from rich.console import Console
from rich.text import Text

from appliance.cli.display import DisplayKind, choose_display
from appliance.cli.live import LiveDisplay
from appliance.cli.plain import PlainDisplay, SilentDisplay
from appliance.events import Display, EgressTotals, EnergyTotals, JobStarted, Progress, StageFinished
from appliance.units import Quality

STARTED = JobStarted("clinic-20261120-a1b2c3", "clinic", False, ("expand", "generation"),
                     ("A stand-in plays the reflector.", "The detector knows [bold]names[/bold]\x1b[2J."))


def step(done: int, **more: object) -> Progress:
    facts: dict[str, object] = {
        "rate_per_s": 3.2, "eta_s": 184.0, "accepted": done, "rejected": {"too_short": 7, "empty": 5},
        "energy": EnergyTotals(14_760.0, 0.000984, Quality.MODELLED), "egress": EgressTotals(7, 18_234, 0, 0)}
    return Progress("expand", done, 1000, **{**facts, **more})  # type: ignore[arg-type]


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_plain_lines_say_everything_once() -> None:
    stream = io.StringIO()
    display = PlainDisplay(stream, Clock())
    display.job_started(STARTED)
    display.stage_started("expand", 1000)
    display.progress(step(412))
    display.notice("waiting for the reflector")
    display.stage_finished(StageFinished("expand", 1000, 312.0, reused=False))
    display.stage_finished(StageFinished("generation", 5, 0.0, reused=True))
    display.close()
    assert [
        "job clinic-20261120-a1b2c3 started: expand, generation",
        "A stand-in plays the reflector.",
        "The detector knows [bold]names[/bold][2J.",
        "expand: started, 1,000 wanted",
        "expand: 412/1,000; 3.2/s, 3 min 04 s left; kept 412, dropped 12 (most: too_short 7); "
        "4.1 Wh (modelled), 0.000984 kgCO2e; passed the door 7 requests, 18.2 kB; left this machine 0",
        "waiting for the reflector",
        "expand: finished in 5 min 12 s, 1,000 rows",
        "generation: finished earlier, 5 rows"] == stream.getvalue().splitlines()


def test_what_is_unknown_is_left_out_or_called_unknown() -> None:
    stream = io.StringIO()
    PlainDisplay(stream, Clock()).progress(Progress("expand", 1, 10))
    assert "expand: 1/10; energy unknown; passed the door 0 requests, 0 B; left this machine 0\n" == stream.getvalue()


def test_at_most_one_line_a_second_and_fewer_as_a_stage_gets_old() -> None:
    stream, clock = io.StringIO(), Clock()
    display = PlainDisplay(stream, clock)
    display.stage_started("expand", None)
    for tick in range(100_000):  # 10,000 s in steps of 0.1 s
        clock.now_s = 100.0 + tick / 10
        display.progress(step(tick))
    lines = stream.getvalue().count("\n")
    assert 100 < lines < 500
    first_ten_seconds = sum(int(line.split()[1].split("/")[0].replace(",", "")) < 100
                            for line in stream.getvalue().splitlines()[1:])
    assert 9 <= first_ten_seconds <= 10


class NobodyReads(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("display", [
    PlainDisplay(NobodyReads()), LiveDisplay(io.StringIO(), Console(file=io.StringIO())),
    SilentDisplay(io.StringIO())], ids=["plain", "live", "none"])
def test_no_display_ever_raises(display: Display) -> None:
    display.progress(step(1))
    display.stage_finished(StageFinished("expand", 1, 1.0, reused=False))
    display.job_started(STARTED)
    display.stage_started("expand", None)
    display.stage_started("new", 0)
    display.progress(Progress("new", 0, 0))
    display.progress(step(1))
    display.notice("")
    display.job_finished({})
    display.close()
    display.close()


def live_frame(width: int = 80, **environment: str) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, height=24, force_terminal=True, highlight=False, markup=False,
                      emoji=False, _environ={"TERM": "xterm-256color", **environment})
    display = LiveDisplay(stream, console)
    display.job_started(STARTED)
    display.stage_started("expand", 1000)
    display.progress(step(412))
    display.announce("stopping")
    frame = display.render()
    display.close()
    stream.seek(0)
    stream.truncate()
    console.print(frame)
    return stream.getvalue()


def test_the_last_frame_says_which_stage_was_stopped() -> None:
    display = LiveDisplay(io.StringIO(), console := Console(file=io.StringIO(), width=80, markup=False))
    display.job_started(STARTED)
    display.stage_started("expand", 1000)
    display.close()
    console.print(display.render())
    assert "[stopped] expand" in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_live_frame_fits_80_columns_and_says_it_in_words() -> None:
    lines = live_frame(NO_COLOR="1").splitlines()
    plain = [strip(line) for line in lines]
    assert max(map(len, plain)) <= 80
    assert len(plain) <= 20
    assert "clinic-20261120-a1b2c3  started" == plain[0]
    assert plain[1].startswith("  [running] expand") and plain[1].endswith("3.2/s, 3 min 04 s left")
    assert "412/1,000" in plain[1]
    assert "  [waiting] generation" == plain[2]
    assert ["  kept 412, dropped 12 (most: too_short 7)",
            "  energy so far: 4.1 Wh (modelled), 0.000984 kgCO2e",
            "  passed the door: 7 requests, 18.2 kB",
            "  left this machine: 0",
            "  stopping"] == plain[3:]


def strip(line: str) -> str:
    return Text.from_ansi(line).plain.rstrip()


def test_colour_only_where_it_is_wanted() -> None:
    # 3x and 4x are the colours of a select-graphic-rendition sequence; bold and dim are not colours.
    assert "\x1b[3" in live_frame() or "\x1b[1;3" in live_frame() or "\x1b[38" in live_frame()
    assert "\x1b[3" not in live_frame(NO_COLOR="1")
    assert "\x1b[1;3" not in live_frame(NO_COLOR="1")


def test_a_narrow_terminal_cuts_instead_of_breaking() -> None:
    assert max(len(strip(line)) for line in live_frame(width=40).splitlines()) <= 40


def test_the_live_display_prints_the_summary_below_its_last_frame() -> None:
    stream = io.StringIO()
    display = LiveDisplay(stream, Console(file=stream, width=80, force_terminal=True, markup=False))
    display.job_started(STARTED)
    display.job_finished({"job": {"id": "x", "state": "done"}, "files": {"dataset": "/long" * 30}})
    shown = [strip(line) for line in stream.getvalue().splitlines()]
    assert "Job x: done" in shown
    assert any("/long" * 30 in line for line in shown)
    assert "[2J" in "".join(shown) and "\x1b[2J" not in stream.getvalue()


TTY_CASES: list[tuple[DisplayKind, bool, Mapping[str, str], type]] = [
    (DisplayKind.AUTO, True, {"TERM": "xterm"}, LiveDisplay),
    (DisplayKind.AUTO, True, {"TERM": "dumb"}, PlainDisplay),
    (DisplayKind.AUTO, True, {}, PlainDisplay),
    (DisplayKind.AUTO, False, {"TERM": "xterm"}, PlainDisplay),
    (DisplayKind.LIVE, False, {"TERM": "xterm"}, PlainDisplay),
    (DisplayKind.LIVE, True, {"TERM": "xterm"}, LiveDisplay),
    (DisplayKind.PLAIN, True, {"TERM": "xterm"}, PlainDisplay),
    (DisplayKind.NONE, True, {"TERM": "xterm"}, SilentDisplay),
]


@pytest.mark.parametrize(("kind", "terminal", "environment", "expected"), TTY_CASES)
def test_each_place_gets_the_display_it_can_show(kind: DisplayKind, terminal: bool, environment: Mapping[str, str],
                                                 expected: type) -> None:
    ends = pty.openpty() if terminal else os.pipe()
    with os.fdopen(ends[0], "rb", buffering=0), os.fdopen(ends[1], "w") as stream:
        assert expected is type(choose_display(kind, stream, environment))
