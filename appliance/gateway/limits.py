"""What one job may show at the most, counted from the audit log: a resumed job goes on where it stopped.

Counted are requests, bytes, instances and the short runs of K that all requests of a job hold together, so that K does
not leave drop by drop; and each request is read together with the end of the one before it, so that no run of K and no
value is split between the two. Attempts of which it is sure that no byte went out do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from appliance.audit.reader import AuditReader
from appliance.errors import LimitReached, ResidualFound
from appliance.gateway import schema
from appliance.gateway.guard import Guard
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.policy.model import Policy
from appliance.records import sha256_hex


@dataclass(frozen=True, slots=True)
class Used:
    """What a job has shown, the request in question included.

    Attributes:
        short_runs: distinct short runs of K.
    """

    requests: int
    bytes: int
    instances: int
    short_runs: int

    def to_json(self) -> dict[str, int]:
        """For the record."""
        return asdict(self)


class _Shown(NamedTuple):
    """What one request shows: the short runs of K in it, and its text without what the appliance wrote around it."""

    runs: set[int]
    text: str


class JobLimits:
    """The limits of one job's policy.

    Args:
        reader: of the audit log.
        guard: knows the short runs of K, and looks at what two requests hold together.
    """

    def __init__(self, job_id: str, policy: Policy, reader: AuditReader, guard: Guard) -> None:
        self._job_id = job_id
        self._policy = policy
        self._reader = reader
        self._guard, self._knowledge = guard, guard.knowledge
        self._shown: dict[str, _Shown] = {}

    def check(self, body: bytes, instances: int, pseudonyms: Pseudonyms | None) -> Used:
        """Count one more request.

        Args:
            body: that passed `schema.read`.
            instances: how many instances of a drawn set it shows.
            pseudonyms: of the drawn set.

        Returns:
            What will have been shown once it is sent.

        Raises:
            LimitReached: more than the policy allows.
            ResidualFound, DetectorFailed: as for `Guard.check_border`, about the requests before it.
        """
        document = schema.read(body)
        self._check_model(document["model"])
        earlier = self._earlier()
        asked = self._read(body)
        shown = asked.runs.union(*(self._payload(fields).runs for fields in earlier))
        used = Used(len(earlier) + 1, len(body) + sum(fields["payload_bytes"] for fields in earlier),
                    instances + sum(fields.get("instances", 0) for fields in earlier), len(shown))
        self._check_counts(used)
        # A repeat follows what it followed the first time.
        before = [self._payload(fields).text for fields in earlier if fields["payload_sha256"] != sha256_hex(body)]
        self._guard.check_border("\n".join(before), asked.text, pseudonyms)
        return used

    def _check_model(self, model: str) -> None:
        allowed = self._policy.limits.models
        if allowed != "any" and model not in allowed:
            raise LimitReached("limits.models", "the policy does not list the model this job asks for; add it to the "
                                                "policy or change reflector.model, and start a new job")

    def _check_counts(self, used: Used) -> None:
        limits = self._policy.limits
        for key, what, count, most in (
                ("limits.requests", "requests", used.requests, limits.requests),
                ("limits.total_bytes", "bytes", used.bytes, limits.total_bytes),
                ("limits.instances", "instances", used.instances, limits.instances),
                ("knowledge.short_runs_per_job", "short runs of the knowledge base", used.short_runs,
                 self._policy.knowledge.short_runs_per_job)):
            if count > most:
                raise LimitReached(key, f"with this request the job would have shown {count:,} {what} and its policy "
                                        f"allows {most:,}; nothing was sent. Raise it in the policy if it should, and "
                                        f"resume the job")

    def _earlier(self) -> list[Mapping[str, Any]]:
        """The requests of this job that may have left, oldest first."""
        requests: dict[int, Mapping[str, Any]] = {}
        for record in self._reader.records():
            if record.kind == "request" and record.fields.get("job") == self._job_id:
                requests[record.seq] = record.fields
            elif record.kind == "outcome" and not record.fields.get("may_have_left", True):
                requests.pop(record.fields["request"], None)
        return list(requests.values())

    def _payload(self, fields: Mapping[str, Any]) -> _Shown:
        sha256 = str(fields["payload_sha256"])
        if sha256 not in self._shown:
            self._shown[sha256] = self._read(self._reader.payload(sha256))
        return self._shown[sha256]

    def _read(self, body: bytes) -> _Shown:
        try:
            texts = schema.texts(schema.read(body))
        except ResidualFound:
            # Of an earlier version, or not ours: read as it stands rather than not at all.
            texts = [body.decode("utf-8", "replace")]
        released = "\n".join(map(self._knowledge.template.without, texts))
        return _Shown(self._knowledge.short_runs([released]), released)
