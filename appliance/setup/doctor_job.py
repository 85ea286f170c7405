"""What `psi doctor JOBFILE` looks at: everything a run would check, each as a line of its own."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.config import REFLECTOR_HOST, REFLECTOR_PORT, JobConfig, load_job
from appliance.errors import ApplianceError, ConfigError, PolicyError
from appliance.jobs.checks import (
    check_prompts,
    located,
    model_problems,
    package_problems,
    settings_problems,
)
from appliance.jobs.inputs import load_inputs, policy_file, reflector_kind, reflects
from appliance.knowledge.ingest import load_pages
from appliance.policy.model import Policy, load_policy
from appliance.policy.openings import openings
from appliance.reflect.credential import ENVIRONMENT, read_credential
from appliance.seeds import load_seeds
from appliance.setup.findings import Finding, Verdict, examined, fail, failed, ok, warn
from appliance.setup.starter_text import MARK


def job_file(file: Path) -> Iterator[Finding]:
    """The job file and everything it names."""
    try:
        config = load_job(file)
    except ConfigError as error:
        yield failed("job file", error)
        return
    yield ok("job file", f"{file}: {config.name}")
    found = [*_parts(config, file)]
    yield from found
    if not any(finding.verdict is Verdict.FAIL for finding in found):
        yield from examined("together", lambda: _together(config, file))


def _parts(config: JobConfig, file: Path) -> Iterator[Finding]:
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("settings", lambda: _settings(config, file)), ("model", lambda: _model(config, file)),
        ("seeds", lambda: _seeds(config)), ("knowledge", lambda: _knowledge(config)),
        ("policy", lambda: _policy(config)), ("reflector", lambda: _reflector(config)))
    for topic, check in checks:
        yield from examined(topic, check)


def _settings(config: JobConfig, file: Path) -> Iterator[Finding]:
    problems = [*settings_problems(config), *package_problems(config)]
    for problem in problems:
        yield failed("settings", ConfigError(located(file, problem)))
    if not problems:
        yield ok("settings", f"T = {config.psi.subsets}, |d| = {config.psi.subset_size}, "
                             f"{config.psi.initial_instances:,} initial, {config.psi.instances:,} wanted")


def _model(config: JobConfig, file: Path) -> Iterator[Finding]:
    problems = list(model_problems(config))
    for problem in problems:
        yield failed("model", ConfigError(located(file, problem)))
    if config.generator.engine != "llama_cpp":
        yield ok("model", f"{config.generator.model} on {config.generator.server or 'no server'}")
        return
    if not problems:
        from appliance.engines.gguf import read_head
        from appliance.engines.weights import locate

        path = locate(config.generator.model)
        head = read_head(path)
        yield ok("model", f"{config.generator.model}: {head.parameters / 1e6:,.0f} million parameters, "
                          f"{path.stat().st_size / 1e9:.2f} GB, whole")
        trained, wanted = head.trained_context_tokens, config.generator.context_tokens
        if trained and wanted // config.generator.sequences > trained:
            yield warn("model", f"was trained for {trained:,} tokens of context", "a prompt gets no more than that")


def _seeds(config: JobConfig) -> Iterator[Finding]:
    seeds = load_seeds(config.seeds)
    if any(MARK in seed.id for seed in seeds):
        yield warn("seeds", f"{config.seeds}: these are examples", "replace them by your own")
    else:
        yield ok("seeds", f"{len(seeds)} seed instances in {config.seeds}")


def _knowledge(config: JobConfig) -> Iterator[Finding]:
    pages = load_pages(config.knowledge)
    examples = [name for name, text in pages.items() if MARK in text]
    if examples:
        yield warn("knowledge", f"{config.knowledge / examples[0]}: this page is an example", "replace it by your own")
    else:
        yield ok("knowledge", f"{len(pages)} pages in {config.knowledge}")


def _policy(config: JobConfig) -> Iterator[Finding]:
    file = policy_file(config)
    policy = load_policy(file)
    terms = sum(map(len, policy.deny_list.values()))
    if terms:
        yield ok("policy", f"{policy.name} version {policy.version} in {file}, {terms} terms on its deny list")
    else:
        yield warn("policy", f"{file}: nothing is on its deny list",
                   "list people, organisations and projects: no pattern can know them")
    yield from _openings(policy, file)
    yield from _destination(config, policy)


def _openings(policy: Policy, file: Path) -> Iterator[Finding]:
    found = [opening for opening in openings(policy) if opening.key != "deny_list"]
    for opening in found:
        if opening.loud:
            yield warn("policy", f"{opening.key}: {opening.says}; {opening.danger}",
                       f"if nobody meant that, take it out of {file}")
    if quiet := [opening.key for opening in found if not opening.loud]:
        yield ok("policy", f"more permissive than the defaults in {', '.join(dict.fromkeys(quiet))}; "
                           f"psi policy explain {file} says how")


def _destination(config: JobConfig, policy: Policy) -> Iterator[Finding]:
    if not reflects(config):
        return
    hosts = {(destination.host, destination.port) for destination in policy.destinations}
    if (REFLECTOR_HOST, REFLECTOR_PORT) in hosts:
        yield ok("policy", f"lets requests go to {REFLECTOR_HOST}")
    elif reflector_kind(config, policy) == "external":
        yield fail("policy", f"{config.policy}: destinations does not list {REFLECTOR_HOST}:{REFLECTOR_PORT}",
                   "add it, say destinations: [], or set reflector.use: stand_in")
    elif policy.nothing_leaves:
        yield ok("policy", "lets nothing leave, whatever API key there is")
    else:
        yield ok("policy", f"does not let requests go to {REFLECTOR_HOST}; the stand-in needs none")


def _reflector(config: JobConfig) -> Iterator[Finding]:
    kind = _kind(config)
    if kind == "none":
        yield ok("reflector", "not asked")
        return
    if kind == "stand_in":
        yield ok("reflector", "a stand-in on this machine: its principles are a demonstration, nothing leaves")
        return
    yield ok("reflector", f"{config.reflector.model} at {REFLECTOR_HOST}; it was not asked")
    yield from credential(config)


def _kind(config: JobConfig) -> str:
    try:
        policy = load_policy(policy_file(config))
    except PolicyError:
        policy = Policy(name="unknown", version=1)  # what is wrong with it has a line of its own
    return reflector_kind(config, policy)


def credential(config: JobConfig) -> Iterator[Finding]:
    """The credential's own file, and who can read it."""
    path = config.reflector.credential_file
    if path is None:
        yield ok("credential", f"in the environment variable {ENVIRONMENT}")
        return
    read_credential(config.reflector)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield warn("credential", f"{path} can be read by its group (mode {mode:04o})", f"chmod 600 {path}")
    else:
        yield ok("credential", f"{path}, mode {mode:04o}")


def _together(config: JobConfig, file: Path) -> Iterator[Finding]:
    """What can only be seen once every part is read: sizes against each other, prompts against the context."""
    try:
        inputs = load_inputs(config)
        check_prompts(config, inputs)
    except ApplianceError as error:
        yield failed("together", ConfigError(located(file, str(error))))
        return
    yield ok("together", f"{len(inputs.passages)} passages; sizes fit, and the longest prompt fits the context")
