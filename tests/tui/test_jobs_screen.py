"""The jobs screen at the two sizes everything must fit: what it shows, what keys do, and that it only looks."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from appliance.jobs.store import JobState, JobStore
from tui.app import PsiApp
from tui.screens.help import HelpScreen
from tui.screens.jobs import JobsScreen
from tui.widgets.job_details import JobDetails
from tui.widgets.job_table import JobTable

SIZES = ((80, 24), (120, 36))
REFRESH_S = 0.05
WAIT_S = 10.0
Script = Callable[[PsiApp, Pilot[None]], Coroutine[Any, Any, None]]


def show(root: Path, script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        app = PsiApp(root, refresh_s=REFRESH_S)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())


async def until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    for _ in range(int(WAIT_S / REFRESH_S)):
        if happened():
            return
        await pilot.pause(REFRESH_S)
    raise AssertionError("it never happened")


def table(app: PsiApp) -> JobTable:
    return app.screen_stack[1].query_one(JobTable)


def cells(app: PsiApp) -> list[list[str]]:
    return [[cell.plain for cell in table(app).get_row_at(row)] for row in range(table(app).row_count)]


def text_of(app: PsiApp, selector: str) -> str:
    return str(app.screen_stack[1].query_one(selector, Static).content)


def details(app: PsiApp) -> JobDetails:
    return app.screen_stack[1].query_one(JobDetails)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three jobs; the newest failed with a hostile message, the middle one is done, the oldest is queued."""
    with JobStore.open(tmp_path) as store:
        ids = [store.create(name, "/etc/psi/job.yaml", {}).id for name in ("oldest", "middle", "newest")]
        with store.claim(ids[1]) as claim:
            claim.plan_stages(("expand",))
            claim.stage_started("expand")
            claim.stage_finished("expand", 1, 1.0)
            claim.finish(JobState.DONE)
        with store.claim(ids[2]) as claim:
            claim.plan_stages(("expand", "reflect"))
            claim.stage_started("expand")
            claim.finish(JobState.FAILED, "StalledError", "kept 3 of 10 \x1b[2J [bold]rows[/bold] [/]")
    return tmp_path


@pytest.mark.parametrize("size", SIZES)
def test_every_job_is_listed_newest_first_and_fits(root: Path, size: tuple[int, int]) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        assert [("failed", "expand", "0/2"), ("done", "expand", "1/1"), ("queued", "-", "0/?")] == [
            (row[1], row[2], row[3]) for row in cells(app)]
        assert (4 if size[0] < 100 else 6) == len(table(app).columns)
        assert table(app).virtual_size.width <= size[0]
        assert 0 == table(app).max_scroll_x
        assert "jobs: 3   running: 0" in text_of(app, "#heading")

    show(root, script, size)


def test_more_room_brings_more_columns_and_less_takes_them_away(root: Path) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        await pilot.press("j")
        for width, columns in ((120, 6), (80, 4)):
            await pilot.resize_terminal(width, 30)
            await until(pilot, lambda columns=columns: len(table(app).columns) == columns)  # type: ignore[misc]
            assert 1 == table(app).cursor_row

    show(root, script)


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_store_says_what_to_do_next(tmp_path: Path, size: tuple[int, int]) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await pilot.pause(0.2)
        assert app.screen.query_one("#empty").display
        assert not table(app).display
        assert f"psi run examples/clinic/job.yaml --root {tmp_path}" in text_of(app, "#empty")
        await pilot.press("enter", "j", "G", "g", "k", "escape")
        assert not details(app).display
        assert not (tmp_path / "jobs").exists()
        with JobStore.open(tmp_path) as store:
            store.create("clinic", "job.yaml", {})
        await until(pilot, lambda: table(app).row_count == 1)
        assert table(app).display and not app.screen.query_one("#empty").display
        await pilot.press("enter")
        assert details(app).display

    show(tmp_path, script, size)


def test_the_cursor_moves_with_j_k_g_and_G(root: Path) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        for key, row in (("j", 1), ("j", 2), ("j", 2), ("k", 1), ("g", 0), ("G", 2), ("k", 1), ("g", 0), ("k", 0)):
            await pilot.press(key)
            assert row == table(app).cursor_row, key

    show(root, script)


@pytest.mark.parametrize("size", SIZES)
def test_details_show_why_it_stopped_and_follow_the_cursor(root: Path, size: tuple[int, int]) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        assert not details(app).display
        await pilot.press("enter")
        await pilot.pause()
        shown = str(details(app).content).splitlines()
        assert "error       StalledError: kept 3 of 10 [2J [bold]rows[/bold] [/]" in shown
        assert f"next step   psi resume {cells(app)[0][0]}" in shown
        assert details(app).region.bottom <= size[1] - 1
        assert table(app).region.height > 0
        await pilot.press("j")
        await pilot.pause()
        assert "state       done" in str(details(app).content)
        await pilot.press("escape")
        assert not details(app).display
        await pilot.press("enter")
        assert details(app).display
        await pilot.press("enter")
        assert not details(app).display

    show(root, script, size)


def test_the_cursor_and_the_details_stay_on_their_job_when_others_come_and_change(root: Path) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        await pilot.press("G", "enter")
        oldest = table(app).job_id
        assert oldest is not None and oldest.startswith("oldest")
        with JobStore.open(root) as store:
            store.create("newer-still", "job.yaml", {})
            await until(pilot, lambda: table(app).row_count == 4)
            await pilot.pause()
            assert (oldest, 3) == (table(app).job_id, table(app).cursor_row)
            assert details(app).display
            with store.claim(oldest) as claim:
                claim.plan_stages(("expand", "reflect"))
                claim.stage_started("expand")
                await until(pilot, lambda: cells(app)[3][1:4] == ["running", "expand", "0/2"])
                await until(pilot, lambda: "state       running" in str(details(app).content))
                assert "running: 1" in text_of(app, "#heading")
            await until(pilot, lambda: cells(app)[3][1] == "interrupted")
        assert f"next step   psi resume {oldest}" in str(details(app).content)

    show(root, script)


def test_help_opens_over_everything_and_closes(root: Path) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        for closing in ("escape", "question_mark", "enter"):
            await pilot.press("question_mark")
            assert isinstance(app.screen, HelpScreen)
            await pilot.press(closing)
            assert isinstance(app.screen, JobsScreen)
        assert not details(app).display

    show(root, script)


def test_q_quits(root: Path) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await pilot.press("q")
        assert app._exit

    show(root, script)


def test_a_store_that_breaks_is_said_and_what_was_read_stays(root: Path) -> None:
    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        path = root / "jobs/jobs.db"
        whole = path.read_bytes()
        path.write_bytes(b"no database" * 1000)
        problem = app.screen.query_one("#problem")
        await until(pilot, lambda: problem.display)
        assert "ERROR" in text_of(app, "#problem") and "damaged" in text_of(app, "#problem")
        assert 3 == table(app).row_count
        path.write_bytes(whole)
        await until(pilot, lambda: not problem.display)

    show(root, script)


def test_looking_changes_nothing(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table(app).row_count == 3)
        await pilot.press("enter", "j", "question_mark", "escape", "G")
        await pilot.pause(0.3)

    show(root, script)
    assert before == {path: data for path, data in
                      ((path, path.read_bytes()) for path in root.rglob("*") if path.is_file())
                      if not path.name.endswith(("-wal", "-shm"))}


@pytest.mark.parametrize("no_color", [True, False])
def test_no_color_never_meets_an_ansi_theme(root: Path, monkeypatch: pytest.MonkeyPatch, no_color: bool) -> None:
    """Black on black otherwise (Textualize/textual, seen as mistralai/mistral-vibe issue 1030)."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")

    async def script(app: PsiApp, pilot: Pilot[None]) -> None:
        app.theme = "ansi-dark"
        await pilot.pause()
        assert no_color is not app.current_theme.ansi
        assert no_color is not app.native_ansi_color

    show(root, script)


def test_no_color_wins_over_the_theme_of_the_environment(root: Path) -> None:
    code = ("import sys\nfrom pathlib import Path\nfrom tui.app import PsiApp\n"
            "print(PsiApp(Path(sys.argv[1])).current_theme.ansi)")
    colourful = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    for environment, ansi in ((colourful, "True"), ({**colourful, "NO_COLOR": "1"}, "False")):
        told = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True,
                              env={**environment, "TEXTUAL_THEME": "ansi-dark"})
        assert ansi == told.stdout.strip()
