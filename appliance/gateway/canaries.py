"""A canary seen on its way out, or on its way back, shuts the door for good: until a person opens it with a reason.

The audit log says so (``latched``, ``opened``), and so does a file beside it, because a full disk may take one and not
the other. Either keeps the door shut; deleting the file opens nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from appliance.artefact import fsync_directory, write_durably
from appliance.audit.log import AuditLog
from appliance.audit.reader import AuditReader
from appliance.errors import AuditError, DoorLatched
from appliance.gateway.disguises import SPELLING, unread, views
from appliance.knowledge.canaries import Canaries, Canary

DOOR_SHUT = "DOOR_SHUT"
UNKNOWN = "unknown"
"""In the place of a canary's id: a text holds one, or might, and nobody can say which."""
_OPEN = 'psi door open --reason "WHY" opens it again, once somebody knows how it got there'


def door_state(reader: AuditReader) -> Mapping[str, Any] | None:
    """Why the door is shut: canary, place and job; None if it is open.

    Raises:
        LogBroken: the log is not what was written.
    """
    shut: Mapping[str, Any] | None = None
    for record in reader.records():
        if record.kind == "latched":
            shut = {**record.fields, "time_utc": record.time_utc}
        elif record.kind == "opened":
            shut = None
    return shut or _file_state(reader)


def _file_state(reader: AuditReader) -> Mapping[str, Any] | None:
    path = reader.directory / DOOR_SHUT
    try:
        document = json.loads(path.read_bytes())
        return document if isinstance(document, dict) else {}
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {"canary": UNKNOWN, "where": "unknown", "job": None}


def latched_message(state: Mapping[str, Any]) -> str:
    """What a person reads while the door is shut."""
    return (f"the door is shut: canary {state.get('canary', UNKNOWN)} was seen in {state.get('where', 'unknown')} "
            f"(job {state.get('job') or 'unknown'}); nothing leaves. {_OPEN}")


def canary_in(texts: Iterable[str], canaries: Canaries) -> str | None:
    """The id of a canary in some texts, in any spelling or across their borders; None if there is none.

    Args:
        texts: in the order in which they stand.
        canaries: those that are planted, read by `SPELLING`.
    """
    if not len(canaries):
        return None
    listed = list(texts)
    together = "".join(listed)
    return next((found for text in (*listed, together) for view in views(text)
                 if (found := canaries.found_in(view)) is not None), None)


class DoorLatch:
    """Whether anything may leave at all; the same for every job and every process on this log.

    Args:
        log: where shutting and opening is recorded.
    """

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._reader = log.reader
        # What this latch shut itself: enough where the disk took neither the file nor the record.
        self._shut: Mapping[str, Any] | None = None

    def check(self) -> None:
        """See that the door is open, by the log as it is now: another job may have shut it since the last look.

        Raises:
            DoorLatched: it is not.
            LogBroken: the log is not what was written.
        """
        state = self._shut or door_state(self._reader)
        if state is not None:
            raise DoorLatched(latched_message(state))

    def shut(self, canary: str, where: str, job: str | None) -> DoorLatched:
        """Shut it durably.

        Args:
            canary: the id, never the words.
            where: ``request``, ``instance``, ``answer`` or ``record``.
            job: which job it happened in.

        Returns:
            What to raise.
        """
        self._shut = {"canary": canary, "where": where, "job": job}
        # Each on its own: a disk that refuses one may still take the other, and this process stays shut anyway.
        with suppress(OSError):
            write_durably(self._reader.directory / DOOR_SHUT, json.dumps(self._shut).encode() + b"\n")
        with suppress(AuditError):
            self._log.append("latched", self._shut)
        return DoorLatched(latched_message(self._shut))

    def reopen(self, by: str, reason: str) -> bool:
        """Open it on a person's word, which is recorded first.

        Returns:
            False if it was open.

        Raises:
            AuditError: the decision cannot be recorded; the door stays shut.
            OSError: the file beside the log cannot be removed; the door stays shut.
        """
        state = door_state(self._reader)
        if state is None:
            return False
        self._log.append("opened", {"by": by, "reason": reason, "canary": state.get("canary", UNKNOWN)})
        path = self._reader.directory / DOOR_SHUT
        if path.exists():
            path.unlink()
            fsync_directory(path.parent)
        self._shut = None
        return True


class CanaryWatch:
    """Looks for canaries wherever something passes, and shuts the door when one is there.

    Args:
        canaries: those that are planted.
        latch: what is shut.
        job: named in the record.
    """

    def __init__(self, canaries: Sequence[Canary], latch: DoorLatch, job: str | None) -> None:
        self._canaries = Canaries(canaries, SPELLING)
        self._latch = latch
        self._job = job

    def check_open(self) -> None:
        """See that nothing has shut the door.

        Raises:
            DoorLatched: something has.
        """
        self._latch.check()

    def holds(self, texts: Iterable[str]) -> str | None:
        """See `canary_in`; `UNKNOWN` where there might be one, because a text unfolds to more than is decoded."""
        listed = list(texts)
        found = canary_in(listed, self._canaries)
        return UNKNOWN if found is None and len(self._canaries) and any(map(unread, listed)) else found

    def look(self, texts: Iterable[str], where: str) -> None:
        """Shut the door if a canary is in any of these texts; what unfolds too far is the detector's to refuse.

        Raises:
            DoorLatched: one is.
        """
        if (found := canary_in(texts, self._canaries)) is not None:
            raise self.shut(found, where)

    def shut(self, canary: str, where: str) -> DoorLatched:
        """Shut the door because of a canary that `holds` found; what to raise."""
        return self._latch.shut(canary, where, self._job)
