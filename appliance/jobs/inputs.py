"""What a job reads: validated before anything heavy starts, and the same on every attempt."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from appliance.artefact import Artefact
from appliance.config import REFLECTOR_HOST, REFLECTOR_PORT, JobConfig
from appliance.errors import ConfigError, EngineError, InputError, PolicyError
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.jobs.guarding import guard_over, read_public_text
from appliance.jobs.manifest import MANIFEST, Manifest, named_sha256, read_manifest, rows_sha256, rules_sha256, settle
from appliance.knowledge.ingest import folder_state, knowledge_id, load_pages, split_pages, unchanged
from appliance.policy.find import find_policy
from appliance.policy.model import Policy, load_policy
from appliance.records import Instance, Passage, Principle
from appliance.reflect.credential import has_credential
from appliance.seeds import load_seeds


@dataclass(frozen=True, slots=True)
class Inputs:
    """Seeds, knowledge and policy, read and checked.

    Attributes:
        pages: K as it is on disk, by path; what the guard compares with.
        passages: K as the generator sees it.
        model: the GGUF file; None where a server has the model.
        knowledge: the indexes of K, made when they are first asked for and kept in memory only.
        initial: D_initial of an earlier job, None to make one.
        principles: those a person brought, empty without.
        public_text: what the policy declares public.
    """

    seeds: tuple[Instance, ...]
    pages: Mapping[str, str]
    passages: tuple[Passage, ...]
    policy: Policy
    model: Path | None
    knowledge: Callable[[], KnowledgeGuard] = field(compare=False)
    initial: tuple[Instance, ...] | None = None
    principles: tuple[Principle, ...] = ()
    public_text: tuple[str, ...] = ()

    @property
    def public_share(self) -> float:
        """Of the runs of K, how many may leave because they stand in a public text, 0 to 1."""
        return self.knowledge().public_share if self.public_text else 0.0


def load_inputs(config: JobConfig) -> Inputs:
    """Read everything a job needs from disk.

    Raises:
        InputError, ConfigError, PolicyError: names the file, the line and the fix.
    """
    # Before the pages are read: what changes from now on is not what the indexes are made of.
    state = folder_state(config.knowledge)
    pages, seeds, policy = load_pages(config.knowledge), load_seeds(config.seeds), load_policy(policy_file(config))
    passages, public = split_pages(pages), read_public_text(config.policy, policy, (config.seeds, config.knowledge))

    @cache
    def knowledge() -> KnowledgeGuard:
        # Where the policy lets seeds be drawn, they are scrubbed, not compared with.
        return guard_over(pages, passages, policy, identity=knowledge_id(pages), public=public,
                          seeds=() if policy.seeds_may_leave else seeds,
                          fresh=lambda: unchanged(config.knowledge, state))

    inputs = Inputs(seeds, pages, passages, policy, _model(config), knowledge, _initial(config, seeds, pages),
                    _principles(config), public)
    _check(config, inputs)
    return inputs


def _check(config: JobConfig, inputs: Inputs) -> None:
    if inputs.public_text:
        # A public text that has most of K is refused now, not hours later when the door asks for the indexes.
        inputs.knowledge()
    if config.psi.demos > len(inputs.seeds):
        raise ConfigError(f"psi.demos is {config.psi.demos} and there are only {len(inputs.seeds)} seeds")
    if reflects(config):
        _check_subsets(config, inputs)
    hosts = {(destination.host, destination.port) for destination in inputs.policy.destinations}
    if reflector_kind(config, inputs.policy) == "external" and (REFLECTOR_HOST, REFLECTOR_PORT) not in hosts:
        raise PolicyError(f"{config.policy}: destinations does not list {REFLECTOR_HOST}:{REFLECTOR_PORT}, "
                          f"where the reflector is; add it, or say destinations: [] for the stand-in on this machine")


def policy_file(config: JobConfig) -> Path:
    """The policy of a job: a file, or the name of a policy in ``policies/`` beside the job file or of the product.

    Raises:
        PolicyError: there is neither.
    """
    path = config.policy
    return path if path.exists() or path.suffix else find_policy(path.name, path.parent)


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
    made = read_manifest(path.with_name(MANIFEST))
    if made is None or path.name != "expansion.jsonl":
        raise InputError(f"psi.initial_file: {path} is not expansion.jsonl in the folder of a job, beside {MANIFEST}")
    if (made.seeds_sha256, made.knowledge_id) != (rows_sha256(seeds), knowledge_id(pages)):
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

    now = Manifest(
        seeds_sha256=rows_sha256(inputs.seeds),
        knowledge_id=knowledge_id(inputs.pages), policy_sha256=inputs.policy.sha256,
        model_sha256=None if inputs.model is None else file_sha256(inputs.model),
        reflector=reflector_kind(config, inputs.policy),
        given_sha256=rows_sha256((*(inputs.initial or ()), *inputs.principles)),
        policy_rules_sha256=rules_sha256(inputs.policy),
        named_sha256=named_sha256(inputs.public_text, inputs.policy))
    return settle(directory / MANIFEST, now, inputs.policy)
