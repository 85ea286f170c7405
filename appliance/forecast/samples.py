"""What earlier jobs of a root tell about a new one: the same model, the same prompt shape, K used or not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.config import JobConfig
from appliance.jobs.rows import JobRow, JobState
from appliance.jobs.store import JobStore

NEWEST = 10
"""Older jobs than this many say nothing new."""


@dataclass(frozen=True, slots=True)
class StageSample:
    """What one stage of one job, or of a probe, needed.

    Attributes:
        requests: to M_g; None where it is not known.
        tokens: read and written by M_g.
        row_bytes: of all rows it wrote, None where it is not known.
    """

    candidates: int
    accepted: int
    requests: int | None
    wall_s: float | None
    tokens: int | None
    energy_joules: float | None
    row_bytes: int | None


@dataclass(frozen=True, slots=True)
class JobSample:
    """One finished job.

    Attributes:
        stages: ``expansion`` and ``generation``, where it had them.
        between_s: seconds of all its other stages, None where one of them is not known.
        between_joules: the same for energy.
        between_tokens: the same for tokens of M_g, which plays the reflector where there is no external one.
        external: the reflector was the external one.
        passed_requests: through the door.
        passed_bytes: through the door.
        subset_size: instances in each request of the reflection.
    """

    id: str
    stages: Mapping[str, StageSample]
    between_s: float | None
    between_joules: float | None
    between_tokens: float | None
    external: bool
    passed_requests: int
    passed_bytes: int
    subsets: int
    subset_size: int


def job_samples(root: Path, config: JobConfig, model_sha256: str | None, shape: str) -> tuple[JobSample, ...]:
    """The newest finished jobs of a root that compare with a configuration, newest first.

    Args:
        root: where the jobs lie.
        config: of the new job.
        model_sha256: of the model file; None compares by the name of the model on its server.
        shape: the prompt shape the new job will have.

    Raises:
        ApplianceError: the store is damaged or of another version.
    """
    with JobStore.read_only(root) as store:
        done = [job for job in reversed(store.list()) if job.state is JobState.DONE]
        found = (_sample(job, store.job_directory(job.id)) for job in done
                 if _compares(job, store.job_directory(job.id), config, model_sha256, shape))
        return tuple(sample for _, sample in zip(range(NEWEST), (each for each in found if each), strict=False))


def _compares(job: JobRow, folder: Path, config: JobConfig, model_sha256: str | None, shape: str) -> bool:
    then = _read(folder / "manifest.json")
    was = json.loads(job.config_json)
    psi, generator = was.get("psi", {}), was.get("generator", {})
    same_model = (then.get("model_sha256") == model_sha256 if model_sha256
                  else generator.get("model") == config.generator.model)
    return (bool(then) and same_model and _shape(folder) == shape
            and psi.get("knowledge", True) == config.psi.knowledge)


def _shape(folder: Path) -> str | None:
    """The shape the first instance of a job was written in."""
    for name in ("generation.jsonl", "expansion.jsonl"):
        try:
            with (folder / name).open(encoding="utf-8") as rows:
                shape = json.loads(rows.readline()).get("provenance", {}).get("shape")
        except (OSError, ValueError, AttributeError):
            continue
        if isinstance(shape, str):
            return shape
    return None


def _sample(job: JobRow, folder: Path) -> JobSample | None:
    """None where the summary is gone or of another kind: an old job must not keep a new one from being forecast."""
    summary = _read(folder / "summary.json")
    try:
        psi = json.loads(job.config_json)["psi"]
        stages = {stage["name"]: stage for stage in summary["stages"]}
        sizes, rejected, egress = summary["sizes"], summary["rejected"], summary["egress"]
        accepted = {"expansion": sizes["initial"], "generation": sizes["accepted"]}
        samples = {name: _stage(stages[name], accepted[name], sum(rejected.get(name, {}).values()), folder)
                   for name in accepted if name in stages and accepted[name]}
        between = [stage for name, stage in stages.items() if name not in (*accepted, "overhead")]
        return JobSample(job.id, samples, _sum(between, "wall_s"), _sum(between, "energy_joules"),
                         _tokens(between), _read(folder / "manifest.json").get("reflector") == "external",
                         egress["passed_requests"], egress["passed_bytes"],
                         psi["subsets"], psi["subset_size"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def _stage(stage: Mapping[str, Any], accepted: int, rejected: int, folder: Path) -> StageSample:
    tokens = stage["prompt_tokens"] + stage["completion_tokens"]
    rows = [folder / f"{stage['name']}{suffix}.jsonl" for suffix in ("", ".rejected")]
    row_bytes = sum(path.stat().st_size for path in rows if path.exists())
    return StageSample(accepted + rejected, accepted, None, stage["wall_s"], tokens or None, stage["energy_joules"],
                       row_bytes or None)


def _sum(stages: list[Mapping[str, Any]], key: str) -> float | None:
    values = [stage[key] for stage in stages]
    return None if None in values else float(sum(values))


def _tokens(between: list[Mapping[str, Any]]) -> float | None:
    read, written = _sum(between, "prompt_tokens"), _sum(between, "completion_tokens")
    return None if read is None or written is None else read + written


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
