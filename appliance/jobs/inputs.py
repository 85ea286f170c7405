"""What a job reads: validated before anything heavy starts, and the same on every attempt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from appliance.artefact import write_durably
from appliance.config import REFLECTOR_HOST, REFLECTOR_PORT, JobConfig
from appliance.errors import ConfigError, EngineError, InputError, PolicyError
from appliance.gateway.policy import Policy, load_policy
from appliance.knowledge.ingest import knowledge_id, load_pages, split_pages
from appliance.records import Instance, Passage, sha256_hex
from appliance.reflect.credential import has_credential
from appliance.seeds import load_seeds


@dataclass(frozen=True, slots=True)
class Inputs:
    """Seeds, knowledge and policy, read and checked.

    Attributes:
        pages: K as it is on disk, by path; what the guard compares with.
        passages: K as the generator sees it.
        model: the GGUF file.
    """

    seeds: tuple[Instance, ...]
    pages: Mapping[str, str]
    passages: tuple[Passage, ...]
    policy: Policy
    model: Path


@dataclass(frozen=True, slots=True)
class Manifest:
    """What every attempt of one job must see alike.

    Attributes:
        reflector: ``stand_in`` or ``external``; decided once, so that a job never mixes the two.
    """

    seeds_sha256: str
    knowledge_id: str
    policy_sha256: str
    model_sha256: str
    reflector: str


def load_inputs(config: JobConfig) -> Inputs:
    """Read everything a job needs from disk.

    Raises:
        InputError, ConfigError, PolicyError: names the file, the line and the fix.
    """
    pages = load_pages(config.knowledge)
    inputs = Inputs(load_seeds(config.seeds), pages, split_pages(pages), load_policy(config.policy), _model(config))
    if config.psi.demos > len(inputs.seeds):
        raise ConfigError(f"psi.demos is {config.psi.demos} and there are only {len(inputs.seeds)} seeds")
    if config.psi.subset_size > config.psi.initial_instances:
        raise ConfigError("psi.subset_size is larger than psi.initial_instances")
    if config.psi.subsets > config.psi.initial_instances:
        raise ConfigError("psi.subsets is larger than psi.initial_instances; most subsets would be the same")
    hosts = {(destination.host, destination.port) for destination in inputs.policy.destinations}
    if reflector_kind(config) == "external" and (REFLECTOR_HOST, REFLECTOR_PORT) not in hosts:
        raise PolicyError(f"{config.policy}: destinations does not list {REFLECTOR_HOST}:{REFLECTOR_PORT}, "
                          f"where the reflector is")
    return inputs


def _model(config: JobConfig) -> Path:
    from appliance.engines.weights import locate

    try:
        return locate(config.generator.model)
    except EngineError as error:
        raise InputError(f"generator.model: {error}") from error


def reflector_kind(config: JobConfig) -> str:
    """``external`` or ``stand_in``.

    Raises:
        ConfigError: the external reflector is asked for and there is no credential.
    """
    if config.reflector.use == "stand_in":
        return "stand_in"
    if has_credential(config.reflector):
        return "external"
    if config.reflector.use == "external":
        raise ConfigError("reflector.use is external and there is no credential; "
                          "set reflector.credential_file or ANTHROPIC_API_KEY")
    return "stand_in"


def settle_manifest(directory: Path, config: JobConfig, inputs: Inputs) -> Manifest:
    """Write the manifest on the first attempt, compare with it on every later one.

    Raises:
        InputError: seeds, knowledge, policy or model changed since the job began; rows made from the old ones are kept.
    """
    from appliance.engines.weights import file_sha256

    path = directory / "manifest.json"
    now = Manifest(
        seeds_sha256=sha256_hex(json.dumps([seed.to_row() for seed in inputs.seeds], sort_keys=True).encode()),
        knowledge_id=knowledge_id(inputs.pages), policy_sha256=inputs.policy.sha256,
        model_sha256=file_sha256(inputs.model), reflector=reflector_kind(config))
    if not path.exists():
        write_durably(path, json.dumps(asdict(now), indent=2).encode() + b"\n")
        return now
    then = Manifest(**json.loads(path.read_bytes()))
    changed = [name for name, field in (("seeds", "seeds_sha256"), ("knowledge", "knowledge_id"),
                                        ("policy", "policy_sha256"),
                                        ("the model", "model_sha256"), ("reflector (credential)", "reflector"))
               if getattr(now, field) != getattr(then, field)]
    if changed:
        raise InputError(f"{' and '.join(changed)} changed since this job began; "
                         f"put back what it began with to resume, or start a new job")
    return then
