"""What a job reads: validated before anything heavy starts, and the same on every attempt."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from appliance.artefact import Artefact, write_durably
from appliance.config import REFLECTOR_HOST, REFLECTOR_PORT, JobConfig
from appliance.errors import ConfigError, EngineError, InputError, PolicyError
from appliance.knowledge.ingest import knowledge_id, load_pages, split_pages
from appliance.policy.find import find_policy
from appliance.policy.model import Policy, load_policy
from appliance.records import Instance, Passage, Principle, sha256_hex
from appliance.reflect.credential import has_credential
from appliance.seeds import load_seeds

MANIFEST = "manifest.json"
COUNTS = ("requests", "total_bytes", "instances", "request_bytes")
"""Limits of how much may leave: a person may change them while a job waits."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Seeds, knowledge and policy, read and checked.

    Attributes:
        pages: K as it is on disk, by path; what the guard compares with.
        passages: K as the generator sees it.
        model: the GGUF file; None where a server has the model.
        initial: D_initial of an earlier job, None to make one.
        principles: those a person brought, empty without.
    """

    seeds: tuple[Instance, ...]
    pages: Mapping[str, str]
    passages: tuple[Passage, ...]
    policy: Policy
    model: Path | None
    initial: tuple[Instance, ...] | None = None
    principles: tuple[Principle, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What every attempt of one job must see alike.

    Attributes:
        model_sha256: of the GGUF file; None where a server has the model.
        reflector: ``stand_in``, ``external`` or ``none``; decided once, so that a job never mixes them.
        given_sha256: of D_initial and the principles that were brought, None without.
        policy_rules_sha256: of the policy without its counts of how much may leave, which may be raised while a job
            waits; None in a job of an earlier version.
        under: under which policy this attempt runs, where that is not the one the job began with; else None. Said when
            it goes on, never written.
    """

    seeds_sha256: str | None
    knowledge_id: str
    policy_sha256: str
    model_sha256: str | None
    reflector: str
    given_sha256: str | None = None
    policy_rules_sha256: str | None = None
    under: str | None = None


def load_inputs(config: JobConfig) -> Inputs:
    """Read everything a job needs from disk.

    Raises:
        InputError, ConfigError, PolicyError: names the file, the line and the fix.
    """
    pages = load_pages(config.knowledge)
    seeds = load_seeds(config.seeds)
    inputs = Inputs(seeds, pages, split_pages(pages), load_policy(policy_file(config)), _model(config),
                    _initial(config, seeds, pages), _principles(config))
    _check_public_text(config, inputs.policy)
    if config.psi.demos > len(inputs.seeds):
        raise ConfigError(f"psi.demos is {config.psi.demos} and there are only {len(inputs.seeds)} seeds")
    if reflects(config):
        _check_subsets(config, inputs)
    hosts = {(destination.host, destination.port) for destination in inputs.policy.destinations}
    if reflector_kind(config, inputs.policy) == "external" and (REFLECTOR_HOST, REFLECTOR_PORT) not in hosts:
        raise PolicyError(f"{config.policy}: destinations does not list {REFLECTOR_HOST}:{REFLECTOR_PORT}, "
                          f"where the reflector is; add it, or say destinations: [] for the stand-in on this machine")
    return inputs


def policy_file(config: JobConfig) -> Path:
    """The policy of a job: a file, or the name of a policy in ``policies/`` beside the job file or of the product.

    Raises:
        PolicyError: there is neither.
    """
    path = config.policy
    return path if path.exists() or path.suffix else find_policy(path.name, path.parent)


def _check_public_text(config: JobConfig, policy: Policy) -> None:
    """What is private cannot be declared public: its runs would leave without anybody having said so."""
    private = (config.seeds.resolve(), config.knowledge.resolve())
    for path in policy.knowledge.public_text:
        if any(path == place or path.is_relative_to(place) for place in private):
            raise PolicyError(f"{config.policy}: knowledge.public_text lists {path}, which is part of the seeds or of "
                              f"the knowledge base of this job; nothing of them is public")


def reflects(config: JobConfig) -> bool:
    """Whether this job asks the reflector at all."""
    return config.principles.source == "reflect"


def _check_subsets(config: JobConfig, inputs: Inputs) -> None:
    psi = config.psi
    pool, name = psi.initial_instances, "psi.initial_instances"
    if not psi.initial:
        if not inputs.policy.seeds_may_leave:
            raise PolicyError(f"{config.policy}: psi.initial is false, so scrubbed seeds would be drawn and leave; "
                              f"the policy does not allow that (seeds_may_leave: true)")
        pool, name = len(inputs.seeds), "the number of seeds"
    elif inputs.initial is not None:
        pool, name = len(inputs.initial), "the number of instances in psi.initial_file"
    if psi.sample and psi.subset_size > pool:
        raise ConfigError(f"psi.subset_size is {psi.subset_size}, more than {name}, {pool}")
    if psi.sample and psi.subsets > (different := math.comb(pool, psi.subset_size)):
        raise ConfigError(f"psi.subsets is {psi.subsets}, and of {name}, {pool}, only {different} different subsets of "
                          f"{psi.subset_size} can be drawn; lower psi.subsets")


def _initial(config: JobConfig, seeds: Sequence[Instance], pages: Mapping[str, str]) -> tuple[Instance, ...] | None:
    """D_initial of another job of the same seeds and K: the guard and the names it masks come from these."""
    path = config.psi.initial_file
    if path is None or not config.psi.initial or not reflects(config):
        return None
    if not path.is_file():
        raise InputError(f"psi.initial_file: {path} does not exist; it is expansion.jsonl in the folder of a job")
    made = _read_manifest(path.with_name(MANIFEST))
    if made is None or path.name != "expansion.jsonl":
        raise InputError(f"psi.initial_file: {path} is not expansion.jsonl in the folder of a job, beside {MANIFEST}")
    if (made.seeds_sha256, made.knowledge_id) != (_rows_sha256(seeds), knowledge_id(pages)):
        raise InputError(f"psi.initial_file: {path} was made from other seeds or another knowledge base than this job "
                         f"has, so nothing here knows what is private in it; make a new D_initial")
    try:
        instances = tuple(map(_instance, Artefact(path).rows()))
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"psi.initial_file: {path} is not the expansion.jsonl of a job") from error
    if not instances:
        raise InputError(f"psi.initial_file: {path} has no instances")
    return instances


def _instance(row: dict[str, Any]) -> Instance:
    instance = Instance.from_row(row)
    if not all(isinstance(text, str) for text in (instance.id, *instance.texts().values())):
        raise TypeError("a field of an instance is not text")
    return instance


def _read_manifest(path: Path) -> Manifest | None:
    """None where there is none.

    Raises:
        InputError: it is damaged.
    """
    try:
        return Manifest(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: this file is damaged, so nobody can say what the job began with; restore it from a "
                         f"backup, or start a new job") from error


def _principles(config: JobConfig) -> tuple[Principle, ...]:
    if not isinstance(config.principles.source, Path):
        return ()
    from appliance.methods.psi.bring import load_principles

    brought = load_principles(config.principles.source)
    if unknown := sorted(set(config.principles.leave_out) - {principle.id for principle in brought}):
        raise ConfigError(f"principles.leave_out names {', '.join(unknown)}, which {config.principles.source} does not "
                          f"have; it has {', '.join(principle.id for principle in brought)}")
    return brought


def _model(config: JobConfig) -> Path | None:
    from appliance.engines.weights import locate

    if config.generator.engine == "vllm":
        return None
    try:
        return locate(config.generator.model)
    except EngineError as error:
        raise InputError(f"generator.model: {error}") from error


def reflector_kind(config: JobConfig, policy: Policy) -> str:
    """``external``, ``stand_in``, or ``none`` for a job that does not ask it.

    A policy that says ``destinations: []`` takes the stand-in even where there is a credential.

    Raises:
        ConfigError: the external reflector is asked for and there is no credential.
    """
    if not reflects(config):
        return "none"
    if config.reflector.use == "stand_in" or (config.reflector.use == "auto" and policy.nothing_leaves):
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

    path = directory / MANIFEST
    now = Manifest(
        seeds_sha256=_rows_sha256(inputs.seeds),
        knowledge_id=knowledge_id(inputs.pages), policy_sha256=inputs.policy.sha256,
        model_sha256=None if inputs.model is None else file_sha256(inputs.model),
        reflector=reflector_kind(config, inputs.policy),
        given_sha256=_rows_sha256((*(inputs.initial or ()), *inputs.principles)),
        policy_rules_sha256=_rules_sha256(inputs.policy))
    then = _read_manifest(path)
    if then is None:
        document = asdict(now)
        del document["under"]
        write_durably(path, json.dumps(document, indent=2).encode() + b"\n")
        return now
    if then.policy_rules_sha256 is not None and then.policy_rules_sha256 == now.policy_rules_sha256:
        # Only counts differ: whoever raised them has settled what the job stopped for. Records name the new policy.
        other = then.policy_sha256 != now.policy_sha256
        then = replace(then, policy_sha256=now.policy_sha256, under=_named(inputs.policy) if other else None)
    changed = [name for name, field in (("seeds", "seeds_sha256"), ("knowledge", "knowledge_id"),
                                        ("policy", "policy_sha256"),
                                        ("the model", "model_sha256"), ("reflector (credential)", "reflector"),
                                        ("psi.initial_file or principles.source", "given_sha256"))
               if getattr(now, field) != getattr(then, field)]
    if changed:
        raise InputError(f"{' and '.join(changed)} changed since this job began; "
                         f"put back what it began with to resume, or start a new job")
    return then


def _named(policy: Policy) -> str:
    limits = ", ".join(f"{name} {getattr(policy.limits, name):,}" for name in COUNTS)
    return (f"{policy.name} version {policy.version}, SHA-256 {policy.sha256[:12]}: {limits}, short runs "
            f"{policy.knowledge.short_runs_per_job:,}")


def _rules_sha256(policy: Policy) -> str:
    """Of everything in a policy that is no count of how much may leave."""
    return sha256_hex(policy.model_dump_json(exclude={"version": True, "limits": set(COUNTS),
                                                      "knowledge": {"short_runs_per_job": True}}).encode())


def _rows_sha256(values: Sequence[Instance | Principle]) -> str | None:
    rows = [value.to_row() for value in values]
    return sha256_hex(json.dumps(rows, sort_keys=True).encode()) if rows else None
