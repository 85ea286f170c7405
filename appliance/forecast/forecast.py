"""What a job would need before it is started: requests and bytes through the door, candidates, tokens, time, energy.

Every figure is a range with its basis: exact from the configuration, from earlier jobs of the same root with the same
model and shape, from a short probe, or unknown. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from appliance.config import REFLECTOR_HOST, JobConfig
from appliance.forecast.door import (
    BYTES_PER_TOKEN,
    answer_tokens,
    bytes_through,
    likely_requests,
    requests_through,
)
from appliance.forecast.estimate import Figure, StageForecast, added, stage_forecast, unknown
from appliance.forecast.probe import Probe
from appliance.forecast.samples import JobSample, StageSample
from appliance.jobs.inputs import Inputs, reflector_kind
from appliance.jobs.notices import few_facts
from appliance.units import joules_to_wh

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of one job.

    Attributes:
        reflector: ``external``, ``stand_in`` or ``none``.
        door_requests: that would pass the door.
        door_bytes: their bodies.
        reflector_input_tokens: read by M_L.
        reflector_output_tokens: written by M_L.
        candidates: of D_t.
        stages: ``expansion``, ``between`` (all that is neither), ``generation``, as far as the job has them.
        notes: what else a person should know before starting, one sentence each.
    """

    name: str
    model: str
    shape: str
    reflector: str
    destination: str
    door_requests: Figure
    door_bytes: Figure
    reflector_input_tokens: Figure
    reflector_output_tokens: Figure
    candidates: Figure
    local_tokens: Figure
    wall_s: Figure
    energy_joules: Figure
    emissions_kgco2e: Figure
    disk_bytes: Figure
    stages: Mapping[str, StageForecast]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, schema 1."""
        def plain(value: Any) -> Any:
            if isinstance(value, Figure):
                return value.to_json()
            if isinstance(value, StageForecast):
                return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
            return {key: plain(each) for key, each in value.items()} if isinstance(value, Mapping) else value

        return {"schema": SCHEMA} | {field.name: plain(getattr(self, field.name)) for field in fields(self)}


def forecast(config: JobConfig, inputs: Inputs, shape: str, earlier: Sequence[JobSample],
             probe: Probe | None) -> Forecast:
    """Put together what is known.

    Args:
        config: of the job.
        inputs: what it reads.
        shape: the prompt shape the job will have.
        earlier: finished jobs that compare; where there are some, the probe is not looked at.
        probe: None where none was made.
    """
    kind = reflector_kind(config, inputs.policy)
    stages = _stages(config, inputs, earlier, probe)
    requests = requests_through(config, kind)
    like = [job for job in earlier if (job.subsets, job.subset_size) == (config.psi.subsets, config.psi.subset_size)]
    size = bytes_through(config, inputs, kind, like, probe)
    energy = added((stage.energy_joules for stage in stages.values()), _basis(earlier, probe))
    wh_to_kg = config.carbon.intensity_kgco2e_per_kwh * config.carbon.pue / 1000
    made = Forecast(
        name=config.name, model=config.generator.model, shape=shape, reflector=kind,
        destination={"external": f"{config.reflector.model} at {REFLECTOR_HOST}", "none": "nobody"}.get(
            kind, "the stand-in on this machine"),
        door_requests=requests, door_bytes=size,
        reflector_input_tokens=Figure(
            None if size.low is None else size.low / BYTES_PER_TOKEN,
            None if size.high is None else size.high / BYTES_PER_TOKEN,
            f"estimated at {BYTES_PER_TOKEN} bytes a token"),
        reflector_output_tokens=answer_tokens(requests, config.reflector.max_tokens),
        candidates=stages["generation"].candidates,
        local_tokens=added((stage.tokens for stage in stages.values()), _basis(earlier, probe)),
        wall_s=added((stage.wall_s for stage in stages.values()), _basis(earlier, probe)), energy_joules=energy,
        emissions_kgco2e=energy.times(joules_to_wh(1) * wh_to_kg), disk_bytes=_disk(stages, earlier, probe),
        stages=stages, notes=())
    return _with_notes(made, config, inputs)


def _basis(earlier: Sequence[JobSample], probe: Probe | None) -> str:
    if earlier:
        return f"{len(earlier)} finished job(s) here with this model and shape"
    if probe is None:
        return "not measured: no finished job here to go by, and no probe"
    return "a short probe on these inputs" if probe.stages else "the probe finished no candidate in its time"


def _stages(config: JobConfig, inputs: Inputs, earlier: Sequence[JobSample],
            probe: Probe | None) -> dict[str, StageForecast]:
    basis = _basis(earlier, probe)

    def seen(name: str) -> list[StageSample]:
        if earlier:
            return [job.stages[name] for job in earlier if name in job.stages]
        return [probe.stages[name]] if probe and name in probe.stages else []

    made: dict[str, StageForecast] = {}
    reflecting = config.principles.source == "reflect"
    if reflecting and config.psi.initial and inputs.initial is None:
        made["expansion"] = stage_forecast(seen("expansion"), config.psi.initial_instances, basis)
    if reflecting:
        made["between"] = _between(config, earlier, external=reflector_kind(config, inputs.policy) == "external")
    made["generation"] = stage_forecast(seen("generation"), config.psi.instances, basis)
    return made


def _between(config: JobConfig, earlier: Sequence[JobSample], *, external: bool) -> StageForecast:
    """Drawing, reflection, clustering: the probe sends nothing, so only an earlier job can tell, by its requests."""
    samples = [job for job in earlier if job.external == external and job.passed_requests]
    nothing = Figure(0.0, 0.0, "counted with its requests")

    def scaled(name: str) -> Figure:
        rates = [value / job.passed_requests for job in samples if (value := getattr(job, name)) is not None]
        if not rates:
            return unknown("only a finished job of this root can tell")
        requests = likely_requests(config, samples)
        return Figure(min(rates) * requests[0], max(rates) * requests[1], f"{len(rates)} finished job(s) here")

    return StageForecast(nothing, nothing if external else scaled("between_tokens"), scaled("between_s"),
                         scaled("between_joules"), nothing)


def _disk(stages: Mapping[str, StageForecast], earlier: Sequence[JobSample], probe: Probe | None) -> Figure:
    """Rows, and the dataset, which holds those of generation once more; ledger and log are small beside them."""
    rows = [stage.row_bytes for name, stage in stages.items() if name != "between"]
    return added([*rows, stages["generation"].row_bytes], f"rows as in {_basis(earlier, probe)}"
                 if earlier or (probe and probe.stages)
                 else _basis(earlier, probe))


def _with_notes(made: Forecast, config: JobConfig, inputs: Inputs) -> Forecast:
    from dataclasses import replace

    return replace(made, notes=tuple(_notes(made, config, inputs)))


def _notes(made: Forecast, config: JobConfig, inputs: Inputs) -> list[str]:
    found = []
    if made.reflector == "external":
        found.append(f"{REFLECTOR_HOST} is on the policy's list of destinations. What passes every check is released "
                     f"without a person (release: {inputs.policy.release}); of a request that may have been sent and "
                     f"has no outcome the policy says {inputs.policy.unknown_outcome}.")
    elif made.reflector == "stand_in":
        why = "The policy lets nothing leave" if inputs.policy.nothing_leaves else "No credential"
        found.append(f"{why}: a stand-in on this machine plays the reflector. Nothing leaves; its principles "
                     f"are a demonstration.")
    if made.shape == "single":
        found.extend(few_facts(config, inputs))
    low, budget = made.candidates.low, config.budget
    if low is not None and made.shape == "single" and low > budget.requests:
        found.append(f"budget.requests is {budget.requests:,} and generation would need {low:,.0f} or more: the job "
                     f"would stop before it is done.")
    if made.local_tokens.low is not None and budget.tokens and made.local_tokens.low > budget.tokens:
        found.append(f"budget.tokens is {budget.tokens:,} and the job would need {made.local_tokens.low:,.0f} or more.")
    if made.energy_joules.low is not None and budget.energy_wh and (
            need := joules_to_wh(made.energy_joules.low)) > budget.energy_wh:
        found.append(f"budget.energy_wh is {budget.energy_wh:g} and the job would need {need:.3g} or more.")
    if made.candidates.low is not None and made.candidates.high is None:
        found.append(f"Nothing was accepted of what this forecast goes by ({made.candidates.basis}): too few to tell "
                     f"how long generation takes, or whether it gets there.")
    return found


def enough_disk(made: Forecast, folder: Path) -> bool | None:
    """Whether the disk of a folder has room for the most the job writes; None while that is unknown."""
    import shutil

    if made.disk_bytes.high is None:
        return None
    return shutil.disk_usage(folder).free > made.disk_bytes.high
