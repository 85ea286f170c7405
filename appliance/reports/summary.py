"""The summary of a finished job, recomputed from its artefacts, its energy ledger and the audit log.

Every figure that is not known is None; nothing unknown becomes 0.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
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
_DESTINATIONS = {"external": REFLECTOR_HOST, "stand_in": "stand-in on this machine", "none": None}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the summary is made from.

    Attributes:
        reflector: ``external``, ``stand_in`` or ``none``.
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
    reflector: str
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
    drawn: dict[str, Any] = next(iter(facts.rows("anonymise")), {"subsets": [], "refused": {}, "masked": {},
                                                                   "invisible": 0})
    principles = facts.rows("principles")
    generated = facts.rows("generation")
    return {
        "schema": SCHEMA,
        "job": {"id": facts.job_id, "name": facts.name, "attempts": facts.attempts, "state": "done"},
        "engine": _engine(facts),
        "detector": _detector(facts),
        "method": _method(facts.config, generated),
        "sizes": _sizes(facts, drawn, principles, generated),
        "rejected": {stage: dict(Counter(row["reason"] for row in facts.rows(f"{stage}.rejected")).most_common())
                     for stage in ("expansion", "generation")},
        "masked": drawn["masked"],
        "invisible": drawn.get("invisible"),
        "withheld": dict(Counter(drawn["refused"].values()).most_common()),
        "principles": [{key: principle[key] for key in ("id", "text", "demonstration", "origin")}
                       for principle in principles],
        "egress": _egress(facts),
        **_energy(facts, len(generated)),
        "files": _files(facts),
    }


def _method(config: JobConfig, generated: list[dict[str, Any]]) -> dict[str, Any]:
    """What was switched: the ablations of Table 3 and the rest that a comparison needs."""
    source = config.principles.source
    shape = next((row["provenance"].get("shape") for row in generated), None)
    return {"name": config.method, "shape": shape, "initial": config.psi.initial,
            "sample": config.psi.sample, "clusterer": config.principles.clusterer, "knowledge": config.psi.knowledge,
            "principles": source if isinstance(source, str) else "brought",
            "left_out": list(config.principles.leave_out)}


def _sizes(facts: Facts, drawn: Mapping[str, Any], principles: list[dict[str, Any]],
           generated: list[dict[str, Any]]) -> dict[str, int]:
    subsets = drawn["subsets"]
    return {
        "seeds": facts.seeds, "passages": facts.passages, "initial": len(facts.rows("expansion")),
        "subsets": len(subsets), "subset_size": max((len(subset["instance_ids"]) for subset in subsets), default=0),
        "low_principles": sum(len(row["principles"]) for row in facts.rows("reflection")),
        "high_principles": sum(row["principle"] is not None for row in facts.rows("summarise")),
        "principles": len(principles), "accepted": len(generated),
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
            "destination": _DESTINATIONS[facts.reflector]}


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
