"""The one table of an experiment, from the summaries and datasets of its jobs. What is not known is None."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from appliance.artefact import Artefact
from appliance.config import JobConfig
from appliance.experiments.plan import Experiment, Variant, left_out
from appliance.jobs.rows import JobRow, JobState
from appliance.jobs.store import JobStore
from appliance.records import Instance
from appliance.reports.statistics import closeness, distinct

SCHEMA = 1


def compare(store: JobStore, experiment: Experiment) -> dict[str, Any]:
    """One row for each variant that is known, finished or not, and one for each size that was asked for."""
    jobs = {row.name: row for row in reversed(store.list())}
    rows, sizes = [], []
    for place, variant in enumerate(_known(store, experiment, jobs)):
        job = jobs.get(experiment.job_name(variant))
        rows.append(_row(store, variant, job))
        if place == 0 and job is not None:
            sizes = [_prefix(store.job_directory(job.id), size) for size in experiment.config.sizes]
    return {"schema": SCHEMA, "experiment": experiment.config.name, "rows": rows, "sizes": sizes}


def _known(store: JobStore, experiment: Experiment, jobs: Mapping[str, JobRow]) -> list[Variant]:
    variants = list(experiment.variants)
    full = next((each for each in variants if each.name == experiment.config.leave_one_out), None)
    job = jobs.get(experiment.job_name(full)) if full else None
    return variants if job is None else [*variants, *left_out(store, job)]


def _row(store: JobStore, variant: Variant, job: JobRow | None) -> dict[str, Any]:
    row: dict[str, Any] = {"variant": variant.name, "changes": dict(variant.changes), "job": None, "state": "not begun",
                           "error": None}
    if job is None:
        return row
    directory = store.job_directory(job.id)
    return row | {"job": job.id, "state": job.state.value, "error": job.error_category, "initial": _initial(job),
                  **_measured(directory, job), **_texts(_accepted(directory))}


def _initial(job: JobRow) -> str:
    """Where D_initial came from, because its energy stands in the job that made it."""
    config = JobConfig.model_validate_json(job.config_json)
    if config.principles.source != "reflect":
        return "none"
    if not config.psi.initial:
        return "seeds"
    return "own" if config.psi.initial_file is None else "shared"


def _measured(directory: Path, job: JobRow) -> dict[str, Any]:
    summary = _summary(directory) if job.state is JobState.DONE else {}
    sizes, egress, energy = (summary.get(part, {}) for part in ("sizes", "egress", "energy"))
    stages: Sequence[Mapping[str, Any]] = summary.get("stages", ())
    qualities = energy.get("by_quality") or {}
    return {
        "accepted": sizes.get("accepted"), "candidates": sizes.get("candidates"), "principles": sizes.get("principles"),
        "passed_requests": egress.get("passed_requests"), "passed_bytes": egress.get("passed_bytes"),
        "left_machine_requests": egress.get("left_machine_requests"),
        "local_tokens": _sum(stages, "prompt_tokens", "completion_tokens"), "wall_s": _sum(stages, "wall_s"),
        "energy_joules": energy.get("energy_joules"), "emissions_kgco2e": energy.get("emissions_kgco2e"),
        "quality": "mixed" if len(qualities) > 1 else next(iter(qualities), None)}


def _sum(stages: Sequence[Mapping[str, Any]], *keys: str) -> Any:
    values = [stage.get(key) for stage in stages for key in keys]
    known = [value for value in values if value is not None]
    return sum(known) if values and len(known) == len(values) else None


def _summary(directory: Path) -> dict[str, Any]:
    try:
        summary = json.loads((directory / "summary.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return summary if isinstance(summary, dict) else {}


def _accepted(directory: Path) -> list[Instance]:
    return [Instance.from_row(row) for row in Artefact(directory / "generation.jsonl").rows()]


def _prefix(directory: Path, size: int) -> dict[str, Any]:
    """The first instances of one dataset, so that a smaller size is contained in every larger one."""
    accepted = _accepted(directory)
    if len(accepted) < size:
        return {"size": size, "available": len(accepted)}
    # Requests of one block finish in any order: the last accepted one need not have the highest index.
    asked = [each.provenance.request_index for each in accepted[:size]]
    requests = None if None in asked else 1 + max(index for index in asked if index is not None)
    return {"size": size, "available": len(accepted), "requests": requests,
            **_texts(accepted[:size])}


def _texts(instances: Sequence[Instance]) -> dict[str, Any]:
    return {
        "instruction_words": _mean_words([each.instruction for each in instances]),
        "input_words": _mean_words([each.input for each in instances]),
        "output_words": _mean_words([each.output for each in instances]),
        "distinct_2": distinct([each.output for each in instances], 2),
        "nearest_rouge_l": (closeness(instances) or {}).get("mean_of_max")}


def _mean_words(texts: Sequence[str]) -> float | None:
    return fmean(len(text.split()) for text in texts) if texts else None
