"""The jobs as a table that keeps its cursor on the same job while rows come and change.

`DataTable` is right for jobs, tens to hundreds of rows; it would freeze on the audit trail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.widgets import DataTable

from appliance.views.job_lines import minute
from appliance.views.jobs import JobView
from appliance.views.text import printable, shortened

WIDE = 100
_Cell = Callable[[JobView], str]
_ID_WIDTH = 28
_COLUMNS: tuple[tuple[str, int, _Cell], ...] = (
    ("job", _ID_WIDTH, lambda job: shortened(job.id, _ID_WIDTH)),
    ("state", 17, lambda job: job.state),
    ("stage", 14, lambda job: shortened(printable(job.stage or "-"), 14)),
    ("stages", 6, lambda job: job.progress),
)
# Only where there is room: the details hold them too.
_MORE_COLUMNS: tuple[tuple[str, int, _Cell], ...] = (
    ("try", 3, lambda job: str(job.attempt)),
    ("updated (UTC)", 16, lambda job: minute(job.updated_utc)),
)


class JobTable(DataTable[Text]):
    """Columns by width, one row per job, newest first."""

    BINDINGS: ClassVar = [
        Binding("j", "cursor_down", "Down"),
        Binding("k", "cursor_up", "Up"),
        Binding("g", "scroll_top", "First"),
        Binding("G", "scroll_bottom", "Last"),
        Binding("enter", "select_cursor", "Details"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, cursor_type="row", zebra_stripes=False)
        self._shown: dict[str, JobView] = {}
        self._columns_shown: tuple[tuple[str, int, _Cell], ...] = ()

    @property
    def job_id(self) -> str | None:
        """The job under the cursor, None in an empty table."""
        if not self.is_valid_row_index(self.cursor_row):
            return None
        return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value

    def show(self, jobs: tuple[JobView, ...]) -> None:
        """Show these jobs; only what differs is touched."""
        wanted = {job.id: job for job in jobs}
        columns = _COLUMNS + _MORE_COLUMNS if self.app.size.width >= WIDE else _COLUMNS
        if columns != self._columns_shown or list(wanted) != list(self._shown):
            self._rebuild(wanted, columns)
            return
        for job in jobs:
            if job != self._shown[job.id]:
                for heading, _, cell in columns:
                    self.update_cell(job.id, heading, Text(cell(job)))
        self._shown = wanted

    def _rebuild(self, jobs: dict[str, JobView], columns: tuple[tuple[str, int, _Cell], ...]) -> None:
        under_cursor = self.job_id
        self.clear(columns=True)
        for heading, width, _ in columns:
            self.add_column(Text(heading), width=width, key=heading)
        for job in jobs.values():
            self.add_row(*(Text(cell(job)) for _, _, cell in columns), key=job.id)
        self._shown, self._columns_shown = jobs, columns
        if under_cursor in jobs:
            self.move_cursor(row=self.get_row_index(under_cursor))

    def on_resize(self, _event: events.Resize) -> None:
        """More room, more columns."""
        self.show(tuple(self._shown.values()))
