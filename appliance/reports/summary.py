"""The summary of a finished job, recomputed from its artefacts, its energy ledger and the audit log.

Every figure that is not known is None; nothing unknown becomes 0.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.artefact import Artefact
from appliance.audit.reader import AuditReader
from appliance.carbon.ledger import Ledger
from appliance.carbon.paper import break_even_wh_per_request, counterfactual
from appliance.carbon.report import report
from appliance.config import REFLECTOR_HOST, JobConfig
from appliance.events import EgressTotals

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the summary is made from.

    Attributes:
        directory: the job's folder with the artefacts of its stages.
        audit: the audit log's folder.
        reused: stages an earlier attempt had finished.
    """

    job_id: str
    name: str
    attempts: int
    config: JobConfig
    seeds: int
    passages: int
    external: bool
    directory: Path
    audit: Path
    ledger: Ledger
    egress: EgressTotals
    reused: frozenset[str]

    def rows(self, stage: str) -> list[dict[str, Any]]:
        """All rows of one artefact."""
        return list(Artefact(self.directory / f"{stage}.jsonl").rows())


def summarise_job(facts: Facts) -> dict[str, Any]:
    """The summary as ``psi run --json`` prints it, schema 1."""
    drawn = facts.rows("anonymise")[0]
    clusters = facts.rows("summarise")
    principles = [row["principle"] for row in clusters if row["principle"]]
    generated = facts.rows("generation")
    return {
        "schema": SCHEMA,
        "job": {"id": facts.job_id, "name": facts.name, "attempts": facts.attempts, "state": "done"},
        "engine": _engine(facts),
        "detector": _detector(facts),
        "sizes": _sizes(facts, principles, generated),
        "rejected": {stage: dict(Counter(row["reason"] for row in facts.rows(f"{stage}.rejected")).most_common())
                     for stage in ("expansion", "generation")},
        "masked": drawn["masked"],
        "withheld": dict(Counter(drawn["refused"].values()).most_common()),
        "principles": [{key: principle[key] for key in ("id", "text", "demonstration")} for principle in principles],
        "egress": _egress(facts),
        **_energy(facts, len(generated)),
        "files": _files(facts),
    }


def _sizes(facts: Facts, principles: list[dict[str, Any]], generated: list[dict[str, Any]]) -> dict[str, int]:
    psi = facts.config.psi
    return {
        "seeds": facts.seeds, "passages": facts.passages, "initial": len(facts.rows("expansion")),
        "subsets": psi.subsets, "subset_size": psi.subset_size,
        "low_principles": sum(len(row["principles"]) for row in facts.rows("reflection")),
        "high_principles": len(principles), "accepted": len(generated),
        "candidates": len(generated) + len(facts.rows("generation.rejected")),
    }


def _detector(facts: Facts) -> dict[str, str | None]:
    """What looked for private values, as the first record of the job says."""
    for record in AuditReader(facts.audit).records():
        if record.kind == "request" and record.fields["job"] == facts.job_id:
            about = record.fields["detector"]
            return {"name": f"{about['name']}: {about.get('pipeline', 'unknown')}",
                    "limits": f"cannot find {about.get('cannot_find', 'unknown')}"}
    return {"name": None, "limits": None}


def _engine(facts: Facts) -> dict[str, Any]:
    """What wrote the instances, as it described itself when it was loaded."""
    path = facts.directory / "engine.json"
    described: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {"name": None}
    return described


def _egress(facts: Facts) -> dict[str, Any]:
    totals = facts.egress
    return {"passed_requests": totals.passed_requests, "passed_bytes": totals.passed_bytes,
            "left_machine_requests": totals.left_machine_requests,
            "left_machine_bytes": totals.left_machine_bytes,
            "destination": REFLECTOR_HOST if facts.external else "stand-in on this machine"}


def _energy(facts: Facts, accepted: int) -> dict[str, Any]:
    carbon = facts.config.carbon
    measured = report(facts.ledger, intensity_kgco2e_per_kwh=carbon.intensity_kgco2e_per_kwh, pue=carbon.pue).to_json()
    requests, joules = facts.egress.passed_requests, measured["total"]["energy_joules"]
    paper = counterfactual(accepted, requests, carbon.intensity_kgco2e_per_kwh, carbon.intensity_source).to_json()
    return {
        "stages": [{**stage, "reused": stage["name"] in facts.reused} for stage in measured["stages"]],
        "energy": {**measured["total"], "failed_attempts_joules": measured["failed_attempts"]["energy_joules"],
                   "unmetered": measured["unmetered"], "intensity_kgco2e_per_kwh": carbon.intensity_kgco2e_per_kwh,
                   "intensity_source": carbon.intensity_source, "pue": carbon.pue},
        "paper": paper | {"break_even_wh_per_request":
                          None if joules is None else break_even_wh_per_request(joules, accepted, requests)},
    }


def _files(facts: Facts) -> dict[str, str]:
    names = {"dataset": "dataset.jsonl", "principles": "principles.json", "initial": "expansion.jsonl",
             "energy_ledger": "energy.jsonl", "summary": "summary.json"}
    return {key: str(facts.directory / name) for key, name in names.items()} | {"audit_log": str(facts.audit)}
