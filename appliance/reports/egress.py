"""What left for one dataset, read from the audit log: counts, destination, and which records prove it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.audit.egress import egress_totals
from appliance.audit.reader import AuditReader
from appliance.audit.record import Record, line_hash
from appliance.errors import AuditError
from appliance.events import EgressTotals
from appliance.reports.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Egress:
    """The records of one job in the audit log.

    Attributes:
        destinations: ``host:port`` of every request that left, or the stand-in; in the order of first use.
        records: first and last seq that belong to the job, None where it has none.
        head: line hash of that last record. It covers every record before it, and later jobs do not change it.
        appliances: versions that wrote the requests.
        detectors: what looked for private values.
    """

    totals: EgressTotals
    destinations: tuple[str, ...]
    records: tuple[int, int] | None
    head: str | None
    appliances: tuple[str, ...]
    detectors: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def read_egress(dataset: Dataset) -> Egress | None:
    """What the log says about a job; None where it cannot say: no log, no job, or a log that is not intact."""
    audit, job = dataset.origin.audit, dataset.origin.job_id
    if audit is None or job is None or not audit.is_dir():
        return None
    try:
        found = _read(audit, job)
    except AuditError:
        return None
    # A job with principles from the door and no record of it belongs to another log.
    return None if found.records is None and dataset.reflected else found


def _read(audit: Path, job: str) -> Egress:
    reader = AuditReader(audit)
    mine: list[Record] = []
    seqs: set[int] = set()
    for record in reader.records():
        if record.fields.get("job") == job or record.fields.get("request") in seqs:
            mine.append(record)
            seqs.add(record.seq)
    requests = [record.fields for record in mine if record.kind == "request"]
    return Egress(
        egress_totals(reader, job),
        _once(map(_destination, requests)),
        (mine[0].seq, mine[-1].seq) if mine else None, line_hash(mine[-1].encode()) if mine else None,
        _once(str(fields["appliance"]) for fields in requests),
        _once(str(fields["detector"].get("name")) for fields in requests))


def _destination(request: Mapping[str, Any]) -> str:
    target = request["destination"]
    return f"{target['host']}:{target['port']}" if request["leaves_machine"] else "stand-in on this machine"


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
