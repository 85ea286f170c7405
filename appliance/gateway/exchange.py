"""One request's way out, in the order of effects that makes the door worth its name.

::

    door open -> no answer in the log yet -> canaries -> the final bytes -> neighbours -> head -> limits -> repeats
    -> what the record would say -> each attempt as `appliance.gateway.delivery` has it

Anything that goes wrong before the sender is called means that nothing left. A body that already has an answer in this
job's log is answered from the log: nothing is sent twice because a process died.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from appliance.audit.log import AuditLog
from appliance.audit.record import Record
from appliance.errors import AwaitingApproval, EgressDenied, LimitReached, SendFailed
from appliance.gateway import answers, schema
from appliance.gateway.canaries import CanaryWatch, DoorLatch
from appliance.gateway.delivery import Delivery
from appliance.gateway.guard import Guard
from appliance.gateway.limits import JobLimits, Used
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.release import Released, ReleasedSubset
from appliance.policy.model import Policy
from appliance.records import sha256_hex
from appliance.sender.base import Outcome, Sender

MAX_ATTEMPTS = 4
RETRY_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
MAX_WAIT_S = 30.0
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
        facts: what every request of this job has in its record: detector, policy hash, knowledge id.
        wait: sleeps between attempts; raises to give up early when the operator stops the job.
        watch: looks for canaries; None looks for none and still obeys a door that is shut.
        secrets: what must not be kept should an answer echo it, asked for with each answer.
    """

    def __init__(self, *, job_id: str, policy: Policy, guard: Guard, log: AuditLog, sender: Sender,
                 destination: Destination, facts: Mapping[str, Any], wait: Callable[[float], None],
                 watch: CanaryWatch | None = None, secrets: Callable[[], Sequence[str]] = tuple) -> None:
        self._job_id = job_id
        self._policy = policy
        self._guard = guard
        self._log = log
        self._destination = destination
        self._facts = dict(facts)
        self._under = {"policy_name": policy.name, "policy_version": policy.version, "policy_sha256": policy.sha256}
        self._wait = wait
        self._watch = watch or CanaryWatch((), DoorLatch(log), job_id)
        self._delivery = Delivery(log, sender, self._watch, secrets)
        self._limits = JobLimits(job_id, policy, log.reader, guard)
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
            DoorLatched: the door was shut before this request, or a canary in it or in its answer shut it.
            EgressDenied: nothing is sent any more; a ``refused`` record says why.
            AwaitingApproval: an earlier attempt may have been sent and the policy wants a person to decide.
            SendFailed: every attempt failed.
            AuditError: the log cannot be written; nothing left.
        """
        self._watch.check_open()
        earlier = self._log.reader.attempts(self._job_id, sha256_hex(request.body))
        answered = self._answered_before(earlier)
        if answered is not None:
            return answered
        with self._refusals(request, released):
            fields = self._checked(request, released, pseudonyms, earlier)
        return self._attempts(request, released, fields, pseudonyms)

    @contextmanager
    def _refusals(self, request: OutboundRequest, released: Released) -> Iterator[None]:
        """Record why the door stays shut."""
        try:
            yield
        except EgressDenied as error:
            limit = {"limit": error.limit} if isinstance(error, LimitReached) else {}
            self._log.append("refused", {**self._under, "job": self._job_id, "purpose": _purpose(released),
                                         "reason": type(error).__name__,
                                         "body_sha256": sha256_hex(request.body), **limit})
            raise

    def _checked(self, request: OutboundRequest, released: Released, pseudonyms: Pseudonyms | None,
                 earlier: Sequence[tuple[Record, Record | None]]) -> dict[str, Any]:
        """Look at everything that would leave; the fields of its record."""
        # Canaries first: what else is wrong with these bytes does not matter then.
        self._watch.look(answers.texts(request.body), "request")
        self._guard.check_body(request.body, pseudonyms)
        self._guard.check_neighbours(_texts(released), pseudonyms)
        schema.check_head(request.method, request.path, request.headers, len(request.body),
                          (self._destination.host, self._destination.port))
        used = self._limits.check(request.body, _instances(released), pseudonyms)
        self._check_repeat(request, [record for record, outcome in earlier if _may_have_been_sent(outcome)])
        fields = self._request_fields(request, released, used, earlier[0][0].seq if earlier else None)
        self._watch.look([json.dumps(fields, ensure_ascii=False)], "record")
        return fields

    def _answered_before(self, earlier: Sequence[tuple[Record, Record | None]]) -> Answer | None:
        """The answer this body already has in this job, from the log."""
        for record, outcome in earlier:
            if outcome is not None and outcome.fields["status"] == 200:
                body = self._log.reader.payload(outcome.fields["payload_sha256"])
                headers = tuple((name, value) for name, value in outcome.fields["headers"])
                if answers.usable(body, headers, self._policy.answers):
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

    def _attempts(self, request: OutboundRequest, released: Released, fields: dict[str, Any],
                  pseudonyms: Pseudonyms | None) -> Answer:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            if attempt > 1:
                self._watch.check_open()
                with self._refusals(request, released):
                    self._guard.knowledge.check_fresh()
                    fields["used"] = self._limits.check(request.body, _instances(released), pseudonyms).to_json()
            index, outcome = self._delivery.deliver(request.body, fields)
            if outcome.status is not None and outcome.status not in RETRY_STATUSES:
                if outcome.status == 200:
                    answers.text_of(outcome.body, outcome.headers, self._policy.answers)
                return Answer(index, outcome.status, outcome.headers, outcome.body)
            if outcome.status is None and outcome.may_have_left:
                # Nobody knows whether it was read: sending it again by itself is not ours to decide.
                raise SendFailed(f"request {index} went out and no whole answer came back ({outcome.error}); "
                                 f"psi resume goes on as the policy says")
            if attempt < MAX_ATTEMPTS:
                self._wait(_pause_s(outcome, attempt))
            fields["repeats"] = index if fields["repeats"] is None else fields["repeats"]
        what = f"HTTP {outcome.status}" if outcome.status is not None else outcome.error
        raise SendFailed(f"the reflector at {self._destination.host} did not answer in {MAX_ATTEMPTS} attempts "
                         f"(last: {what}); resume the job when it can be reached")

    def _request_fields(self, request: OutboundRequest, released: Released, used: Used,
                        repeats: int | None) -> dict[str, Any]:
        target = self._destination
        return {
            **self._facts, **self._under, "job": self._job_id, "purpose": _purpose(released),
            "destination": {"scheme": target.scheme, "host": target.host, "port": target.port},
            "leaves_machine": target.leaves_machine, "method": request.method, "path": request.path,
            "headers": [list(pair) for pair in request.headers], "payload_sha256": sha256_hex(request.body),
            "payload_bytes": len(request.body), "decision": self._policy.release, "repeats": repeats,
            "masked": dict(released.masked) if isinstance(released, ReleasedSubset) else {},
            "invisible": released.invisible if isinstance(released, ReleasedSubset) else 0,
            "released": released.subset_id if isinstance(released, ReleasedSubset) else released.cluster_id,
            "instances": _instances(released), "used": used.to_json(), "knowledge": self._guard.knowledge.describe(),
        }


def _may_have_been_sent(outcome: Record | None) -> bool:
    """Whether the request went out, or may have, and no answer is known."""
    return outcome is None or (outcome.fields["status"] is None and outcome.fields["may_have_left"])


def _instances(released: Released) -> int:
    return len(released.instances) if isinstance(released, ReleasedSubset) else 0


def _texts(released: Released) -> list[str]:
    if isinstance(released, ReleasedSubset):
        return ["\n".join(filter(None, instance.texts().values())) for instance in released.instances]
    return list(released.principles)


def _purpose(released: Released) -> str:
    return "low_level_principles" if isinstance(released, ReleasedSubset) else "high_level_principle"


def _pause_s(outcome: Outcome, attempt: int) -> float:
    """What the reflector asked for, or 1, 2, 4 seconds; never more than `MAX_WAIT_S`."""
    for name, value in outcome.headers:
        if name.lower() == "retry-after" and value.isascii() and value.isdigit():
            return min(float(value), MAX_WAIT_S)
    return min(2.0 ** (attempt - 1), MAX_WAIT_S)
