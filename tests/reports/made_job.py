"""A job's folder as the runner leaves it, made with the real store, artefacts, ledger and audit log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.artefact import Artefact
from appliance.audit.log import AuditLog
from appliance.carbon.ledger import LEDGER_NAME, OVERHEAD, Ledger, LedgerRow
from appliance.config import JobConfig
from appliance.jobs.store import JobState, JobStore
from appliance.records import Instance, Principle, Provenance
from appliance.reports.dataset import Origin
from appliance.units import Quality

SEED_TEXT = "Could you tell Erika Mustermann that her refill is ready?"
PASSAGE_TEXT = "The back door code is 4711 and changes on the first of the month."
SHA = {name: name[0] * 64 for name in ("seeds", "knowledge", "policy", "model")}


@dataclass(frozen=True)
class Made:
    root: Path
    job: str
    directory: Path
    config: dict[str, Any]

    def origin(self, state: str = "done") -> Origin:
        return Origin("clinic", self.job, state, self.config, self.directory, self.root / "audit_logs" / "appliance")


def instance(number: int, **changes: Any) -> Instance:
    made = Provenance(("seed-1", "seed-2"), (f"page.md#{number % 2}",), ("H-1", "U-1"), number, "scripted:model",
                      "single", {"reply": {"temperature": 0.7, "top_p": 0.95, "seed": number}}, 30, 10)
    texts = {"id": f"generated-{number}", "instruction": "Answer the question.",
             "input": f"When is room {number} open?", "output": f"Room {number} opens at nine."}
    return Instance(**{**texts, "provenance": made, **changes})


PRINCIPLES = (Principle("H-1", "Name the | place_and time.", ("L-1-1",), 0, False),
              Principle("U-1", "Be brief.", (), None, False, "person"))


def make_job(root: Path, instances: Sequence[Instance] = tuple(map(instance, range(3))), *, rejected: int = 2,
             state: JobState = JobState.DONE, principles: Sequence[Principle] = PRINCIPLES) -> Made:
    config = JobConfig.model_validate({"name": "clinic", "seeds": root / "private" / "seeds.jsonl",
                                       "knowledge": root / "private" / "k", "policy": root / "p.yaml",
                                       "psi": {"instances": 3}, "random_seed": 7}).to_json()
    with JobStore.open(root) as store:
        job = store.create("clinic", root / "job.yaml", config).id
        with store.claim(job) as claim:
            claim.finish(state, None if state is JobState.DONE else "StalledError", "3 of 10")
        made = Made(root, job, store.job_directory(job), config)
    _artefacts(made, instances, rejected, principles)
    _ledger(made)
    _log(made)
    _documents(made)
    return made


def _artefacts(made: Made, instances: Sequence[Instance], rejected: int, principles: Sequence[Principle]) -> None:
    def artefact(name: str) -> Artefact:
        return Artefact(made.directory / f"{name}.jsonl")

    artefact("expansion").append([instance(number, id=f"initial-{number}", input=SEED_TEXT).to_row()
                                  for number in range(4)])
    artefact("reflection").append([{"subset": "d-1", "principles": [], "log_index": 0}])
    artefact("principles").append([principle.to_row() for principle in principles])
    artefact("generation").append([each.to_row() for each in instances])
    artefact("generation.rejected").append([
        {"request_index": 50 + number, "reason": "unsupported" if number else "no_question",
         "prompt_tokens": 20, "completion_tokens": 20}
        | ({"instance": instance(50 + number, output=PASSAGE_TEXT).to_row()} if number else {})
        for number in range(rejected)])


def _ledger(made: Made) -> None:
    def row(seq: int, stage: str, energy_joules: float | None, kind: Any = "energy", **more: Any) -> LedgerRow:
        return LedgerRow(seq, made.job, 1, stage, "rapl", Quality.MODELLED, energy_joules, 1.0, float(seq),
                         f"2026-01-01T00:00:{seq:02}.000+00:00", "boot", kind=kind, **more)

    Ledger(made.directory / LEDGER_NAME).append([
        row(0, OVERHEAD, None, "started", interval_s=1.0), row(1, "expansion", 100.0, prompt_tokens=90),
        row(2, "generation", 400.0, prompt_tokens=130, completion_tokens=70),
        row(3, OVERHEAD, None, "ended", outcome="finished")])


def _log(made: Made) -> None:
    log = AuditLog.open(made.root / "audit_logs" / "appliance")
    for job in (made.job, "another"):
        data = f"body of {job}".encode()
        body = log.put_payload(data)
        sent = log.append("request", {
            "job": job, "purpose": "low_level_principles", "payload_sha256": body, "payload_bytes": len(data),
            "destination": {"scheme": "https", "host": "api.anthropic.com", "port": 443}, "leaves_machine": True,
            "detector": {"name": "presidio"}, "appliance": "0.0.9"})
        log.append("outcome", {"request": sent, "status": 200, "may_have_left": True})


def _documents(made: Made) -> None:
    documents = {
        "engine": {"name": "scripted:model", "parameters": 8_000_000_000,
                   "settings": {"file": "model.gguf", "file_sha256": SHA["model"], "threads": 2,
                                "server": "unix:/run/somebody/vllm.sock"}},
        "manifest": {"seeds_sha256": SHA["seeds"], "knowledge_id": SHA["knowledge"], "policy_sha256": SHA["policy"],
                     "reflector": "external"},
        "summary": {"schema": 1, "sizes": {"seeds": 30, "passages": 15}}}
    for name, document in documents.items():
        (made.directory / f"{name}.json").write_text(json.dumps(document))
