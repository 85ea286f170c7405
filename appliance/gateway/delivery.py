"""One recorded request to the sender, and what comes back into the log before anyone sees it.

::

    payload fsynced -> record fsynced -> sender reads them back and sends -> credential taken out -> answer fsynced
    -> outcome record
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from appliance.audit.log import AuditLog
from appliance.errors import ApplianceError, AuditError
from appliance.gateway import answers
from appliance.gateway.canaries import CanaryWatch
from appliance.sender.base import Outcome, Sender

# Of an answer's headers, what is worth keeping: the rest is the peer's, of any size, and could hold anything.
KEPT_HEADERS = frozenset({"content-type", "request-id", "retry-after", "anthropic-organization-id", "date"})
MAX_HEADER_CHARS = 1024


class Delivery:
    """Requests of which everything was checked, one attempt at a time.

    Args:
        watch: looks for canaries in answers.
        secrets: what must not be kept should an answer echo it, asked for with each answer.
    """

    def __init__(self, log: AuditLog, sender: Sender, watch: CanaryWatch,
                 secrets: Callable[[], Sequence[str]]) -> None:
        self._log, self._sender, self._watch, self._secrets = log, sender, watch, secrets

    def deliver(self, body: bytes, fields: Mapping[str, Any]) -> tuple[int, Outcome]:
        """Record one attempt, make it, and record what came of it.

        Args:
            body: what is sent.
            fields: of its record.

        Returns:
            The index of the record, and the answer as it is kept.

        Raises:
            AuditError: the log cannot be written; nothing left, unless the request is in it.
            DoorLatched: the answer holds a canary.
            ApplianceError: the sender refused before it connected.
        """
        secrets = self._secrets()  # before anything moves: without them no answer could be kept
        self._log.put_payload(body)
        index = self._log.append("request", fields)
        try:
            outcome = self._sender.send(index)
        except ApplianceError as error:
            # The sender refused before it connected. Saying so keeps the record from counting as sent.
            refusal = Outcome(index, None, (), b"", type(error).__name__, may_have_left=False, elapsed_ms=0)
            with suppress(AuditError):
                self._record(refusal, {})
            raise
        return index, self._kept(outcome, secrets)

    def _kept(self, outcome: Outcome, secrets: Sequence[str]) -> Outcome:
        """Make an answer durable, without the credential; one with a canary shuts the door instead."""
        body, echoed = answers.redact(outcome.body, secrets)
        # Cut afterwards: of a secret that the cut goes through, the beginning would be kept.
        headers = tuple((name.lower(), answers.redact(value.encode(), secrets)[0].decode()[:MAX_HEADER_CHARS])
                        for name, value in outcome.headers if name.lower() in KEPT_HEADERS)
        canary = self._watch.holds([*answers.texts(body), *(value for _, value in headers)])
        coding = next((value for name, value in outcome.headers if name.lower() == "content-encoding"), "identity")
        why = "canary" if canary else "content_encoding" if coding.strip().lower() != "identity" else None
        if why is not None:
            # Compressed, nobody can say what is in it; with a canary, it is a piece of K.
            body, headers = json.dumps({"withheld": why}).encode(), ()
        notes = {"withheld": why} if why else {"redacted": True} if echoed else {}
        kept = replace(outcome, body=body, headers=headers)
        if canary is not None:
            # Shut before anything is recorded: neither a full disk nor a kill between the two leaves the door open.
            latched = self._watch.shut(canary, "answer")
            with suppress(AuditError):
                self._record(kept, notes)
            raise latched
        self._record(kept, notes)
        return replace(outcome, body=body, headers=headers if why is None else (("content-encoding", why),))

    def _record(self, outcome: Outcome, notes: Mapping[str, Any]) -> None:
        self._log.append("outcome", {
            "request": outcome.log_index, "status": outcome.status,
            "headers": [list(pair) for pair in outcome.headers],
            "payload_sha256": self._log.put_payload(outcome.body), "payload_bytes": len(outcome.body),
            "error": outcome.error, "may_have_left": outcome.may_have_left, "elapsed_ms": outcome.elapsed_ms, **notes})
