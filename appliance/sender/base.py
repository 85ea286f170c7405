"""The `Sender` seam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one recorded request.

    Attributes:
        log_index: the request record.
        status: HTTP status, None when no whole answer arrived.
        headers: ordered pairs of the answer.
        body: the answer's bytes, empty when none arrived.
        error: category when no whole answer arrived (``unresolved``, ``refused``, ``tls``, ``timeout``, ``reset``,
            ``too_large``, ``protocol``), else None. Never text from the wire.
        may_have_left: False only if it is certain that not one byte of the request went out.
        elapsed_ms: milliseconds from the first step to the last.
    """

    log_index: int
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: str | None
    may_have_left: bool
    elapsed_ms: int


class Sender(Protocol):
    """Sends what the log holds, and nothing else."""

    def send(self, log_index: int) -> Outcome:
        """Read record and payload back from the log and send them.

        Raises:
            AuditError: the record is not a request, or its payload is missing or altered; nothing was sent.
            EgressDenied: the record names a destination this sender may not reach; nothing was sent.
        """
