"""The first lines of a run: who the reflector is, what the detector cannot find, what the model is good for."""

from __future__ import annotations

from appliance.config import PACKAGED_MODELS, REFLECTOR_HOST, JobConfig
from appliance.jobs.inputs import Inputs
from appliance.jobs.manifest import Manifest
from appliance.knowledge.facts import split_facts
from appliance.policy.model import Policy
from appliance.policy.openings import openings

INSTANCES_PER_FACT = 0.4
"""Accepted instances for each fact of K, as measured on the example; a fact is asked about again, but says the same."""


def first_lines(config: JobConfig, inputs: Inputs, manifest: Manifest) -> tuple[str, ...]:
    """One plain sentence each, shown before anything runs."""
    lines = [
        f"{len(inputs.seeds)} seed instances and {len(inputs.passages)} passages of knowledge"
        f"{'' if config.psi.knowledge else ', not used (psi.knowledge: false)'}; "
        f"aiming for {config.psi.instances} accepted instances.",
        _reflector(config, inputs, manifest),
    ]
    if manifest.under is not None:
        lines.append(f"The policy's counts changed since this job began. From here on it runs under {manifest.under}.")
    if manifest.reflector != "none":
        lines.append(_detector(inputs.policy))
        lines.extend(policy_warnings(inputs.policy))
        lines.extend(public_text(inputs))
    packaged = config.generator.model in PACKAGED_MODELS
    if config.psi.shape == "single" or (config.psi.shape == "auto" and packaged):
        lines.extend(few_facts(config, inputs))
    if packaged:
        lines.append("The embedded 135M model shows that the machinery works; it is not a source of training data. "
                     "Point generator.model at a larger GGUF for that.")
    return tuple(lines)


def few_facts(config: JobConfig, inputs: Inputs) -> list[str]:
    """A warning where K cannot carry as many instances as shape single is asked for."""
    if not config.psi.knowledge:
        return []
    facts = len({fact for passage in inputs.passages for fact in split_facts(passage)})
    if config.psi.instances <= facts * INSTANCES_PER_FACT:
        return []
    return [f"The knowledge base has {facts:,} facts that stand alone. Of shape single about every second one gives an "
            f"instance, so {config.psi.instances:,} may be out of reach: add pages, or lower psi.instances."]


def _reflector(config: JobConfig, inputs: Inputs, manifest: Manifest) -> str:
    if manifest.reflector == "none":
        given = "no principles, the control" if config.principles.source == "none" else "the principles you brought"
        return f"Reflector: not asked; generation works under {given}. Nothing leaves."
    if manifest.reflector == "external":
        return (f"Reflector: {config.reflector.model} at {REFLECTOR_HOST}. {_drawn(config)} will leave this machine, "
                f"and one request more for each cluster of principles, each recorded in the audit log first.")
    why = ("the policy lets nothing leave" if inputs.policy.nothing_leaves else
           "the job asks for it" if config.reflector.use == "stand_in" else "no credential")
    return (f"Reflector: {why}, so a stand-in on this machine answers through the same door. "
            f"Nothing leaves; its principles are a demonstration.")


def _detector(policy: Policy) -> str:
    if policy.detector.model == "builtin":
        return ("Detector: patterns, the policy's deny list, names that stand in the seeds, and the name model. No "
                "detector finds every name: list yours in the policy.")
    return ("Detector: patterns and the policy's deny list. It finds identifiers, titled names, names that stand in "
            "the seeds and what the policy lists; other names pass unseen. List them in the policy.")


def policy_warnings(policy: Policy) -> list[str]:
    """What the policy lets leave in clear or unread, because somebody may not have meant it."""
    return [f"WARNING: policy {policy.name} version {policy.version}, {opening.key}: {opening.says}; {opening.danger}."
            for opening in openings(policy) if opening.loud]


def public_text(inputs: Inputs) -> list[str]:
    """How much of K counts as nobody's, because a public text has it."""
    if not inputs.policy.knowledge.public_text:
        return []
    if not inputs.public_share:
        return ["knowledge.public_text has no run of the knowledge base; it opens nothing."]
    return [f"WARNING: knowledge.public_text has {100 * inputs.public_share:.2g}% of the knowledge base's runs of "
            f"{inputs.policy.knowledge.run_chars} characters; these may be quoted and leave."]


def _drawn(config: JobConfig) -> str:
    kind = "instances" if config.psi.initial else "of your seeds"
    if not config.psi.sample:
        return f"One scrubbed request with as many {kind} as fit"
    return f"{config.psi.subsets} scrubbed subsets of {config.psi.subset_size} {kind}"
