"""`psi cancel`: end an unfinished job for good, and delete the table of its values; and which tables there are."""

from __future__ import annotations

from pathlib import Path

from appliance.gateway.vault import Vault
from appliance.jobs.rows import JobRow
from appliance.jobs.store import JobStore


def cancel(store: JobStore, job: JobRow) -> None:
    """Nobody can resume the job from here on, so nobody needs to draw its stand-ins again.

    What it made stays in its folder, and what it sent in the audit log. Cancelling once more deletes a table that could
    not be deleted the first time.

    Args:
        store: open for writing.
        job: one that is not done.

    Raises:
        InputError: it is done.
        JobLocked: another process runs it.
        StorageError: the table cannot be deleted.
    """
    store.cancel(job.id)
    Vault(store.root).delete(job.id)


def kept_tables(root: Path) -> tuple[str, ...]:
    """Ids of the jobs of a root whose table of values lies in its vault."""
    return Vault(root).jobs()
