"""Everything the store knows about one job, as plain lines."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from appliance.views.jobs import JobView
from appliance.views.text import printable


class JobDetails(Static):
    """Label and value per line; long values wrap, so that paths can be read whole."""

    def show(self, job: JobView) -> None:
        """Show this job."""
        lines = [f"{label:<12}{printable(value)}" for label, value in _facts(job) if value]
        self.update(Content("\n".join(lines)))


def _facts(job: JobView) -> tuple[tuple[str, str], ...]:
    return (
        ("job", job.id),
        ("state", job.state),
        ("next step", job.next_step),
        ("error", job.error or ""),
        ("stage", f"{job.stage or '-'} ({job.progress} done)"),
        ("attempt", str(job.attempt)),
        ("made", job.created_utc),
        ("updated", job.updated_utc),
        ("job file", job.config_path),
        ("folder", job.directory),
    )
