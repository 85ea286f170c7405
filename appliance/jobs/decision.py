"""A person's decisions about the door: on record before anything moves."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from appliance.audit.log import AuditLog
from appliance.errors import AwaitingReview, InputError
from appliance.gateway.canaries import DoorLatch
from appliance.jobs.assembly import audit_directory
from appliance.jobs.store import JobRow, JobState, JobStore

MAX_REASON_CHARS = 500


def allow_sending_again(store: JobStore, job: JobRow, reason: str) -> None:
    """Record that what this job left open may be sent once more.

    Args:
        store: where the job is.
        job: one that waits for a person.
        reason: why; goes into the audit log word for word.

    Raises:
        InputError: the job waits for nobody, or there is no reason.
        AuditError: the decision cannot be recorded.
    """
    if job.state is not JobState.AWAITING_APPROVAL or job.error_category == AwaitingReview.__name__:
        raise InputError(f"job {job.id} is {job.state} and waits for no decision")
    if not reason.strip() or len(reason) > MAX_REASON_CHARS:
        raise InputError(f"a decision needs a reason of at most {MAX_REASON_CHARS} characters")
    log = AuditLog.open(audit_directory(store.root))
    log.append("decision", {"job": job.id, "by": operator(), "reason": reason.strip()})


def open_door(root: Path, reason: str) -> bool:
    """Open the door of a root after a canary shut it; recorded before it opens.

    Args:
        root: of the appliance.
        reason: why; goes into the audit log word for word.

    Returns:
        False if it was open.

    Raises:
        InputError: there is no reason.
        AuditError: the decision cannot be recorded; the door stays shut.
    """
    if not reason.strip() or len(reason) > MAX_REASON_CHARS:
        raise InputError(f"opening the door needs a reason of at most {MAX_REASON_CHARS} characters")
    return DoorLatch(AuditLog.open(audit_directory(root))).reopen(operator(), reason.strip())


def operator() -> str:
    """The operating system's name for who runs this; environment variables could say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
