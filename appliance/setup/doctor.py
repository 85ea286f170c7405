"""`psi doctor` as a list of checks, the quick ones first. None sends anything, and none leaves anything behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from appliance.setup import doctor_machine as machine
from appliance.setup import doctor_root
from appliance.setup.findings import Check, Finding, examined
from appliance.setup.policies import doctor_policies


def examine(root: Path, file: Path | None) -> Iterator[Finding]:
    """Every check in turn; a finding is there as soon as its check is done.

    Args:
        root: where jobs and audit log lie, or would lie.
        file: a job file to examine as well.
    """
    checks: list[tuple[str, Check]] = [
        ("python", machine.python), ("packages", machine.packages), ("clock", machine.clock),
        ("terminal", machine.terminal), ("disk", lambda: machine.resources(doctor_root.existing(root))),
        ("root", lambda: doctor_root.writable(root)), ("audit log", lambda: doctor_root.audit_log(root)),
        ("door", lambda: doctor_root.door(root)),
        ("job store", lambda: doctor_root.job_store(root)), ("llama.cpp", machine.engine),
        ("models", machine.packaged_models), ("detector", machine.detector),
        ("policies", lambda: doctor_policies(root)), ("energy", machine.energy)]
    if file is not None:
        from appliance.setup.doctor_job import job_file

        checks.append(("job file", lambda: job_file(file)))
    for topic, check in checks:
        yield from examined(topic, check)
