"""What left, counted from the log: the one place that figure comes from."""

from __future__ import annotations

from appliance.audit.reader import AuditReader
from appliance.events import EgressTotals


def egress_totals(reader: AuditReader, job: str) -> EgressTotals:
    """Requests and bytes of one job that passed the door, and of those the ones that left this machine.

    A request without an outcome counts as having left; one whose outcome is sure that no byte went out does not.
    """
    passed = left = passed_bytes = left_bytes = 0
    requests = {}
    stayed = set()
    for record in reader.records():
        if record.kind == "request" and record.fields["job"] == job:
            requests[record.seq] = record.fields
        elif record.kind == "outcome" and not record.fields["may_have_left"]:
            stayed.add(record.fields["request"])
    for seq, fields in requests.items():
        passed += 1
        passed_bytes += fields["payload_bytes"]
        if fields["leaves_machine"] and seq not in stayed:
            left += 1
            left_bytes += fields["payload_bytes"]
    return EgressTotals(passed, passed_bytes, left, left_bytes)
