"""One request's way out, in the order of effects that makes the door worth its name.

::

    scan the final bytes -> payload fsynced -> record fsynced -> sender reads them back and sends
    -> answer fsynced -> outcome record

Anything that goes wrong before the sender is called means that nothing left. A body that already has an answer in this
job's log is answered from the log: nothing is sent twice because a process died.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from appliance.audit.log import AuditLog
from appliance.audit.record import Record
from appliance.errors import ApplianceError, AuditError, AwaitingApproval, EgressDenied, SendFailed
from appliance.gateway.guard import Guard
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.release import Released, ReleasedSubset
from appliance.policy.model import Policy
from appliance.records import sha256_hex
from appliance.sender.base import Outcome, Sender

MAX_ATTEMPTS = 4
RETRY_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
MAX_WAIT_S = 30.0
# Of an answer's headers, what is worth keeping: the rest is the peer's, of any size, and could hold anything.
KEPT_HEADERS = frozenset({"content-type", "request-id", "retry-after", "anthropic-organization-id", "date"})
MAX_HEADER_CHARS = 1024
_DECIDE = "psi resume JOB --send-again REASON records that decision"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the reflector lives; `leaves_machine` is False only for the stand-in on loopback."""

    scheme: str
    host: str
    port: int
    leaves_machine: bool


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One HTTP request as it will stand in the record: the credential by name, the rest exactly."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the reflector, durable in the audit log before anyone sees it."""

    log_index: int
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Exchange:
    """Everything between a built request and its answer, for one job.

    Args:
        facts: what every record of this job repeats: detector, policy hash, knowledge id.
        wait: sleeps between attempts; raises to give up early when the operator stops the job.
    """

    def __init__(self, *, job_id: str, policy: Policy, guard: Guard, log: AuditLog, sender: Sender,
                 destination: Destination, facts: Mapping[str, Any], wait: Callable[[float], None]) -> None:
        self._job_id = job_id
        self._policy = policy
        self._guard = guard
        self._log = log
        self._sender = sender
        self._destination = destination
        self._facts = dict(facts)
        self._wait = wait
        self._check_destination()

    def _check_destination(self) -> None:
        target = self._destination
        allowed = {(item.host, item.port) for item in self._policy.destinations}
        if target.leaves_machine and (target.scheme != "https" or (target.host, target.port) not in allowed):
            raise EgressDenied(f"the policy does not allow {target.scheme}://{target.host}:{target.port}; "
                               f"add it to destinations if it should")

    def pass_through(self, request: OutboundRequest, released: Released, pseudonyms: Pseudonyms | None) -> Answer:
        """Check, record, send, record the outcome. One record per attempt.

        Args:
            request: as it will stand in the record.
            released: what it was built from.
            pseudonyms: of the drawn set; the values behind them must not be in the bytes.

        Raises:
            EgressDenied: the door stayed shut; a ``refused`` record says why.
            AwaitingApproval: an earlier attempt may have been sent and the policy wants a person to decide.
            SendFailed: every attempt failed.
            AuditError: the log cannot be written; nothing left.
        """
        earlier = self._log.reader.attempts(self._job_id, sha256_hex(request.body))
        answered = self._answered_before(earlier)
        if answered is not None:
            return answered
        try:
            self._guard.check_body(request.body, pseudonyms)
            self._check_repeat(request, [record for record, outcome in earlier if _may_have_been_sent(outcome)])
        except EgressDenied as error:
            self._log.append("refused", {"job": self._job_id, "purpose": _purpose(released),
                                         "reason": type(error).__name__,
                                         "body_sha256": sha256_hex(request.body)})
            raise
        return self._attempts(request, released, earlier[0][0].seq if earlier else None)

    def _answered_before(self, earlier: Sequence[tuple[Record, Record | None]]) -> Answer | None:
        """The answer this body already has in this job, from the log."""
        for record, outcome in earlier:
            if outcome is not None and outcome.fields["status"] == 200:
                body = self._log.reader.payload(outcome.fields["payload_sha256"])
                headers = tuple((name, value) for name, value in outcome.fields["headers"])
                if _is_message(body):
                    return Answer(record.seq, 200, headers, body)
        return None

    def _check_repeat(self, request: OutboundRequest, unanswered: Sequence[Record]) -> None:
        """What may have been sent and was never answered goes once more, or waits for a person, by policy."""
        if not unanswered:
            return
        first = unanswered[0].seq
        if self._log.reader.allows_repeat(self._job_id, unanswered[-1].seq):
            return
        if self._policy.unknown_outcome == "ask":
            raise AwaitingApproval(sha256_hex(request.body),
                                   f"request {first} may have been sent before the job was interrupted; "
                                   f"the policy leaves sending it again to a person: {_DECIDE}")
        if len(unanswered) > 1:
            raise AwaitingApproval(sha256_hex(request.body),
                                   f"request {first} and its one repeat were both interrupted: {_DECIDE}")

    def _attempts(self, request: OutboundRequest, released: Released, repeats: int | None) -> Answer:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            index, outcome = self._attempt(request, released, repeats)
            if outcome.status is not None and outcome.status not in RETRY_STATUSES:
                return Answer(index, outcome.status, outcome.headers, outcome.body)
            if outcome.status is None and outcome.may_have_left:
                # Nobody knows whether it was read: sending it again by itself is not ours to decide.
                raise SendFailed(f"request {index} went out and no whole answer came back ({outcome.error}); "
                                 f"psi resume goes on as the policy says")
            if attempt < MAX_ATTEMPTS:
                self._wait(_pause_s(outcome, attempt))
            repeats = index if repeats is None else repeats
        what = f"HTTP {outcome.status}" if outcome.status is not None else outcome.error
        raise SendFailed(f"the reflector at {self._destination.host} did not answer in {MAX_ATTEMPTS} attempts "
                         f"(last: {what}); resume the job when it can be reached")

    def _attempt(self, request: OutboundRequest, released: Released, repeats: int | None) -> tuple[int, Outcome]:
        digest = self._log.put_payload(request.body)
        index = self._log.append("request", self._request_fields(request, released, digest, repeats))
        try:
            outcome = self._sender.send(index)
        except ApplianceError as error:
            # The sender refused before it connected. Saying so keeps the record from counting as sent.
            refusal = Outcome(index, None, (), b"", type(error).__name__, may_have_left=False, elapsed_ms=0)
            with suppress(AuditError):
                self._record(refusal)
            raise
        self._record(outcome)
        return index, outcome

    def _record(self, outcome: Outcome) -> None:
        self._log.append("outcome", {
            "request": outcome.log_index, "status": outcome.status,
            "headers": [[name.lower(), value[:MAX_HEADER_CHARS]] for name, value in outcome.headers
                        if name.lower() in KEPT_HEADERS],
            "payload_sha256": self._log.put_payload(outcome.body), "payload_bytes": len(outcome.body),
            "error": outcome.error, "may_have_left": outcome.may_have_left, "elapsed_ms": outcome.elapsed_ms})

    def _request_fields(self, request: OutboundRequest, released: Released, digest: str,
                        repeats: int | None) -> dict[str, Any]:
        target = self._destination
        return {
            **self._facts, "job": self._job_id, "purpose": _purpose(released),
            "destination": {"scheme": target.scheme, "host": target.host, "port": target.port},
            "leaves_machine": target.leaves_machine, "method": request.method, "path": request.path,
            "headers": [list(pair) for pair in request.headers], "payload_sha256": digest,
            "payload_bytes": len(request.body), "decision": self._policy.release, "repeats": repeats,
            "masked": dict(released.masked) if isinstance(released, ReleasedSubset) else {},
            "released": released.subset_id if isinstance(released, ReleasedSubset) else released.cluster_id,
        }


def _may_have_been_sent(outcome: Record | None) -> bool:
    """Whether the request went out, or may have, and no answer is known."""
    return outcome is None or (outcome.fields["status"] is None and outcome.fields["may_have_left"])


def _is_message(body: bytes) -> bool:
    """Whether an answer is one that can be used; anything else is worth asking for again."""
    try:
        document = json.loads(body)
        texts = [block["text"] for block in document["content"] if block["type"] == "text"]
        return bool("".join(texts).strip()) and isinstance(document["usage"]["output_tokens"], int)
    except (ValueError, RecursionError, TypeError, KeyError):
        return False


def _purpose(released: Released) -> str:
    return "low_level_principles" if isinstance(released, ReleasedSubset) else "high_level_principle"


def _pause_s(outcome: Outcome, attempt: int) -> float:
    """What the reflector asked for, or 1, 2, 4 seconds; never more than `MAX_WAIT_S`."""
    for name, value in outcome.headers:
        if name.lower() == "retry-after" and value.isascii() and value.isdigit():
            return min(float(value), MAX_WAIT_S)
    return min(2.0 ** (attempt - 1), MAX_WAIT_S)
