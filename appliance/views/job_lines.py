"""The list of jobs as plain lines, for `psi jobs`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appliance.views.jobs import JobView
from appliance.views.text import printable

_HEADINGS = ("job", "state", "stage", "stages", "try", "updated (UTC)")


def job_lines(views: Sequence[JobView]) -> Iterator[str]:
    """A heading, one line per job, and under it why it stopped and what to do about it."""
    rows = [_HEADINGS, *(_cells(view) for view in views)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    yield _line(_HEADINGS, widths)
    for view, row in zip(views, rows[1:], strict=True):
        yield _line(row, widths)
        if view.error is not None:
            yield f"    {printable(view.error)}"
        if view.next_step:
            yield f"    {view.next_step}"


def _cells(view: JobView) -> tuple[str, ...]:
    return (view.id, view.state, printable(view.stage or "-"), view.progress, str(view.attempt),
            minute(view.updated_utc))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def minute(moment_utc: str) -> str:
    """``2026-11-20 18:07`` from a moment in RFC 3339."""
    return moment_utc[:16].replace("T", " ")
