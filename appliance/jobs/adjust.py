"""`psi resume --set`: change a setting of an unfinished job where that keeps its finished work valid.

Everything a job has made so far was made under the configuration it began with. Only what decides how far it goes,
how long it waits and how fast it runs may change; anything else is a new job. Each change is written down in the job's
folder before it takes effect.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from appliance.artefact import Artefact
from appliance.config import JobConfig
from appliance.errors import ConfigError, InputError
from appliance.jobs.checks import settings_problems
from appliance.jobs.decision import operator
from appliance.jobs.rows import JobRow, rfc3339, utc_now
from appliance.jobs.store import JobStore
from appliance.yaml_problems import describe, without_truth_values

ADJUSTABLE = ("psi.instances", "budget.requests", "budget.tokens", "budget.energy_wh", "reflector.timeout_s",
              "generator.threads", "generator.sequences", "generator.context_tokens")
"""Keys that may change while a job is unfinished."""
ADJUSTMENTS = "adjustments.jsonl"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change of one setting.

    Attributes:
        when_utc: RFC 3339.
        who: login name of the person, or their user number.
        before: the value until then; None is one that was left out.
    """

    when_utc: str
    who: str
    key: str
    before: Any
    after: Any

    @property
    def sentence(self) -> str:
        """For the person who asked for it."""
        before, after = ("none" if value is None else value for value in (self.before, self.after))
        return f"{self.key} is {after} from now on; it was {before}"


def adjust(store: JobStore, job: JobRow, assignments: Sequence[str]) -> tuple[Adjustment, ...]:
    """Change settings of a job that is not finished and that nobody runs.

    Args:
        store: open for writing.
        job: as it was read.
        assignments: ``KEY=VALUE``, each key one of `ADJUSTABLE`; ``none`` takes a budget away again.

    Returns:
        What changed; a value that was set already is no change.

    Raises:
        ConfigError: a key that may not change, or a value the job file would not take; nothing changed.
        InputError: the job is finished, or generation is and more instances are wanted.
        JobLocked: another process runs the job.
    """
    if job.state.finished:
        raise InputError(f"job {job.id} is {job.state}; nothing is left to change. Start a new job")
    document = json.loads(job.config_json)
    changes = _changes(document, dict(map(_parsed, assignments)))
    config = _checked(document, changes)
    if not changes:
        return ()
    _refuse_more_of_finished(store, job, config.psi.instances)
    record = Artefact(store.job_directory(job.id) / ADJUSTMENTS)
    store.adjust(job, config.to_json(), lambda: record.append([asdict(change) for change in changes]))
    return changes


def _parsed(assignment: str) -> tuple[str, Any]:
    key, equals, text = assignment.partition("=")
    key = key.strip()
    if not equals or not text.strip():
        raise ConfigError("--set takes KEY=VALUE, such as --set budget.requests=5000")
    if key not in ADJUSTABLE:
        raise ConfigError(f"--set: {key} cannot change while a job is unfinished, because what it made so far would "
                          f"no longer fit; these can: {', '.join(ADJUSTABLE)}. For another {key} start a new job")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set: {key}: not a value") from error
    return key, None if value == "none" else value


def _changes(document: dict[str, Any], wanted: dict[str, Any]) -> tuple[Adjustment, ...]:
    when, who = rfc3339(utc_now()), operator()
    found = []
    for key, value in wanted.items():
        section, name = key.split(".")
        before = document.get(section, {}).get(name)
        if before != value or isinstance(value, bool):
            found.append(Adjustment(when, who, key, before, value))
    return tuple(found)


def _checked(document: dict[str, Any], changes: Sequence[Adjustment]) -> JobConfig:
    for change in changes:
        section, name = change.key.split(".")
        document.setdefault(section, {})[name] = change.after
    try:
        config = JobConfig.model_validate(without_truth_values(JobConfig, document))
    except ValidationError as error:
        raise ConfigError(f"--set: {describe(error, JobConfig)}") from error
    if changes and (found := "; ".join(settings_problems(config))):
        raise ConfigError(f"--set: {found}")
    return config


def _refuse_more_of_finished(store: JobStore, job: JobRow, instances: int) -> None:
    before = JobConfig.model_validate_json(job.config_json).psi.instances
    if instances > before and any(stage.name == "generation" and stage.state == "done"
                                  for stage in store.stages(job.id)):
        raise InputError(f"job {job.id} has finished generation with {before} instances; it cannot be asked for more. "
                         f"Start a new job")
