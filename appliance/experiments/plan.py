"""An experiment: one job file and several variants of it, each an ordinary job of the same root.

The job store is the only state. A variant's job is named after experiment and variant, so that running the same file
again finds the jobs it made, resumes what is unfinished and makes only what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from appliance.artefact import Artefact
from appliance.config import GeneratorConfig, JobConfig, PsiConfig, absolute, load_job
from appliance.errors import ConfigError, InputError
from appliance.jobs.adjust import ADJUSTABLE
from appliance.jobs.checks import check_prompts, check_settings
from appliance.jobs.inputs import load_inputs
from appliance.jobs.rows import JobRow, JobState
from appliance.jobs.store import JobStore
from appliance.yaml_file import read_yaml
from appliance.yaml_problems import describe

# Table 3 of arXiv 2507.05991, Table 4's K on and off, and the control without principles.
ABLATIONS: Mapping[str, Mapping[str, Any]] = {
    "full": {}, "without_initial": {"psi.initial": False}, "without_sample": {"psi.sample": False},
    "without_cluster": {"principles.clusterer": "none"}, "without_knowledge": {"psi.knowledge": False},
    "without_principles": {"principles.source": "none"}}
_SHORT_NAME = re.compile(r"[A-Za-z0-9_.-]{1,36}")
# D_initial depends on these and on nothing else of a configuration.
_MAKES_INITIAL = ("random_seed", "seeds", "knowledge", "generator", "psi.initial_instances", "psi.shape", "psi.demos",
                  "psi.knowledge", "psi.passages", "psi.passages_per_request", "psi.language", "psi.temperature",
                  "psi.top_p", "psi.initial", "principles.source")


class ExperimentConfig(BaseModel):
    """One experiment file. Paths in it are relative to the file itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,23}$")
    job: Path
    """The job file that every variant changes."""
    preset: Literal["ablations"] | None = None
    """``ablations``: the paper's Table 3, K on and off, and the control without principles."""
    variants: dict[str, dict[str, Any]] = {}
    """Name of a variant to the keys it changes, such as ``principles.clusterer: raptor``; a variant of the preset
    changes these too."""
    grid: dict[str, list[Any]] = {}
    """Keys to lists of values: one variant for each combination."""
    leave_one_out: str | None = None
    """A variant: one more for each of its principles, without that one. These send nothing."""
    sizes: tuple[PositiveInt, ...] = ()
    """Sizes at which the first variant's dataset is also looked at: prefixes of one dataset, nothing is generated."""
    share_initial: bool = True
    """Variants that would make the same D_initial use that of the first one."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table.

    Attributes:
        changes: dotted keys of the job file to their values.
    """

    name: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment file, checked: every variant that is known before anything ran gives a job that makes sense."""

    config: ExperimentConfig
    path: Path
    base: JobConfig
    variants: tuple[Variant, ...]

    def job_name(self, variant: Variant) -> str:
        """The name of a variant's job."""
        return f"{self.config.name}.{variant.name}"

    def configured(self, variant: Variant) -> JobConfig:
        """The job configuration of a variant.

        Raises:
            ConfigError: a key that does not exist or a value that it cannot have; names the variant and the key.
        """
        document = self.base.to_json() | {"name": self.job_name(variant)}
        for key, value in variant.changes.items():
            _set(document, key, value, where=f"{self.path}: variant {variant.name}")
        try:
            return absolute(JobConfig.model_validate(document), self.path.parent)
        except ValidationError as error:
            raise ConfigError(f"{self.path}: variant {variant.name}: {describe(error, JobConfig)}") from error


def load_experiment(path: Path) -> Experiment:
    """Read an experiment file and the job file it names.

    Raises:
        ConfigError: either file, or a variant, says something it cannot mean.
    """
    config, _ = read_yaml(path, ExperimentConfig, ConfigError, "examples/clinic/experiment.yaml")
    path = path.resolve()
    base = load_job(path.parent / config.job.expanduser())
    variants = tuple(_variants(config))
    names = [variant.name for variant in variants]
    if not variants:
        raise ConfigError(f"{path}: no variant; give preset, variants or grid")
    if len(set(names)) < len(names):
        raise ConfigError(f"{path}: two variants have the same name; names in variants and grid must differ")
    if config.leave_one_out is not None and config.leave_one_out not in names:
        raise ConfigError(f"{path}: leave_one_out names no variant; there are {', '.join(names)}")
    experiment = Experiment(config, path, base, variants)
    for variant in variants:
        experiment.configured(variant)
    return experiment


def check_variants(experiment: Experiment) -> None:
    """Check every variant as `psi run` checks a job.

    Raises:
        ConfigError, InputError: names the variant, the key and the fix.
    """
    prompts: list[tuple[GeneratorConfig, PsiConfig]] = []
    for variant in experiment.variants:
        config = experiment.configured(variant)
        try:
            check_settings(config)
            inputs = load_inputs(config)
            if (config.generator, config.psi) not in prompts:
                check_prompts(config, inputs)
                prompts.append((config.generator, config.psi))
        except (ConfigError, InputError) as error:
            raise type(error)(f"{experiment.path}: variant {variant.name}: {error}") from error


def _variants(config: ExperimentConfig) -> Iterator[Variant]:
    preset = ABLATIONS if config.preset else {}
    for name in dict.fromkeys((*preset, *config.variants)):
        yield Variant(name, {**preset.get(name, {}), **config.variants.get(name, {})})
    for number, values in enumerate(product(*config.grid.values()) if config.grid else (), start=1):
        pairs = dict(zip(config.grid, values, strict=True))
        yield Variant(_grid_name(pairs, number), pairs)


def _grid_name(pairs: Mapping[str, Any], number: int) -> str:
    """What a combination is called: its keys and values where they make a short name, else its number."""
    name = ".".join(f"{key.rpartition('.')[2]}-{value}" for key, value in pairs.items())
    return name if _SHORT_NAME.fullmatch(name) else f"grid-{number}"


def _set(document: dict[str, Any], key: str, value: Any, where: str) -> None:
    *sections, last = key.split(".")
    part: Any = document
    for section in sections:
        part = part.get(section) if isinstance(part, dict) else None
    if not isinstance(part, dict) or last not in part or key == "name":
        raise ConfigError(f"{where}: {key} is not a key that a variant can change")
    part[last] = value


def left_out(store: JobStore, full: JobRow) -> list[Variant]:
    """One variant for each principle that a job worked under, without that principle; none before it is done."""
    if full.state is not JobState.DONE:
        return []
    directory = store.job_directory(full.id)
    ids = [row["id"] for row in Artefact(directory / "principles.jsonl").rows()]
    if len(ids) == 1:
        return [Variant(f"without_{ids[0]}", {"principles.source": "none"})]
    source = str(directory / "principles.json")
    return [Variant(f"without_{principle_id}", {"principles.source": source, "principles.leave_out": [principle_id]})
            for principle_id in ids]


def with_shared_initial(store: JobStore, first: JobRow, config: JobConfig) -> JobConfig:
    """The configuration, using the D_initial of `first` where it would make the same one."""
    made = JobConfig.model_validate_json(first.config_json)
    # Half a D_initial would make another variant than the one that was asked for.
    whole = any(stage.name == "expansion" and stage.state == "done" for stage in store.stages(first.id))
    if not whole or config.psi.initial_file is not None or _initial_key(made) != _initial_key(config):
        return config
    path = store.job_directory(first.id) / "expansion.jsonl"
    return config.model_copy(update={"psi": config.psi.model_copy(update={"initial_file": path})})


def _initial_key(config: JobConfig) -> Sequence[Any]:
    document = config.to_json()
    return [document[section][name] if name else document[section]
            for section, _, name in (key.partition(".") for key in _MAKES_INITIAL)]


def _fixed(config: JobConfig) -> dict[str, Any]:
    """What may not change once a job exists; the rest is what `psi resume --set` may have raised."""
    document = config.to_json()
    for section, _, name in (key.partition(".") for key in ADJUSTABLE):
        del document[section][name]
    return document


def job_of(store: JobStore, experiment: Experiment, config: JobConfig) -> JobRow:
    """The job of a variant: the one an earlier run made, or a new one.

    Raises:
        InputError: a job of that name exists and was made from something else.
    """
    found = [row for row in store.list() if row.name == config.name and row.state is not JobState.CANCELLED]
    if not found:
        return store.create(config.name, experiment.path, config.to_json())
    if _fixed(JobConfig.model_validate_json(found[0].config_json)) != _fixed(config):
        raise InputError(f"{experiment.path}: job {found[0].id} was made from another version of this file or of its "
                         f"job file; give the experiment a new name")
    return found[0]
