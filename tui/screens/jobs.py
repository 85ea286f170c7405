"""The list of jobs, read again every second in a thread, with the details of one beside or below it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from appliance.errors import ApplianceError
from appliance.views.jobs import JobView, read_jobs
from appliance.views.text import printable
from tui.widgets.job_details import JobDetails
from tui.widgets.job_table import JobTable

_NO_JOBS = """No jobs here yet.

Start one in another terminal:

    psi run examples/clinic/job.yaml --root {root}

It shows up on this screen by itself."""


class JobsScreen(Screen[None]):
    """What runs, what ran, what stopped and why.

    Args:
        root: the folder that holds ``jobs``.
        refresh_s: seconds between two looks at the store.
    """

    BINDINGS: ClassVar = [Binding("escape", "close_details", "Close", show=False)]

    @dataclass
    class Read(Message):
        """The store was read.

        Attributes:
            jobs: newest first.
        """

        jobs: tuple[JobView, ...]

    @dataclass
    class Unreadable(Message):
        """The store could not be read; `reason` is what the operator can do about it."""

        reason: str

    def __init__(self, root: Path, refresh_s: float) -> None:
        super().__init__()
        self._root = root
        self._refresh_s = refresh_s
        self._jobs: dict[str, JobView] = {}

    def compose(self) -> ComposeResult:
        """Heading, list, details, keys."""
        yield Static(id="heading")
        yield Static(id="problem")
        with Container(id="jobs"):
            yield Static(Content(_NO_JOBS.format(root=printable(self._root))), id="empty")
            yield JobTable(id="table")
            yield JobDetails(id="details")
        yield Footer()

    def on_mount(self) -> None:
        """Look now and then every second."""
        self.query_one("#problem").display = False
        self.query_one(JobDetails).display = False
        self._show(())
        self._look()
        self.set_interval(self._refresh_s, self._look)

    @work(thread=True, exclusive=True, group="store")
    def _look(self) -> None:
        """In a thread: a slow disk must not freeze the screen."""
        try:
            self.post_message(self.Read(read_jobs(self._root)))
        except ApplianceError as error:
            self.post_message(self.Unreadable(str(error)))

    @on(Read)
    def _jobs_were_read(self, message: Read) -> None:
        self.query_one("#problem").display = False
        self._show(message.jobs)

    @on(Unreadable)
    def _store_is_unreadable(self, message: Unreadable) -> None:
        """Keep what was read last, and say that it is old."""
        problem = self.query_one("#problem", Static)
        problem.update(Content(f"ERROR {printable(message.reason)}"))
        problem.display = True

    def _show(self, jobs: tuple[JobView, ...]) -> None:
        self._jobs = {job.id: job for job in jobs}
        running = sum(job.alive for job in jobs)
        self.query_one("#heading", Static).update(
            Content(f"PSI Appliance   jobs: {len(jobs)}   running: {running}   {printable(self._root)}"))
        self.query_one("#empty").display = not jobs
        table = self.query_one(JobTable)
        table.display = bool(jobs)
        table.show(jobs)
        if jobs and self.focused is None:
            table.focus()
        self._show_details()

    @on(JobTable.RowSelected)
    def _toggle_details(self) -> None:
        details = self.query_one(JobDetails)
        details.display = not details.display
        self._show_details()

    @on(JobTable.RowHighlighted)
    def _show_details(self) -> None:
        job = self._jobs.get(self.query_one(JobTable).job_id or "")
        details = self.query_one(JobDetails)
        if job is None:
            details.display = False
        elif details.display:
            details.show(job)

    def action_close_details(self) -> None:
        """Back to the list."""
        self.query_one(JobDetails).display = False
