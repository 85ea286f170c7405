"""What would pass the door: requests, bytes and the tokens of the answers."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from appliance.config import JobConfig
from appliance.forecast.estimate import Figure, unknown
from appliance.forecast.probe import Probe
from appliance.forecast.samples import JobSample
from appliance.jobs.inputs import Inputs
from appliance.reflect.prompts import high_level_prompt, low_level_prompt

BYTES_PER_TOKEN = 4
EXACT = "from the job file"
_DRAWS = 200
_PAIR_BYTES = len("Pair 10\\nInstruction: \\nInput: \\nOutput: \\n\\n")


def likely_requests(config: JobConfig, samples: Sequence[JobSample]) -> tuple[int, int]:
    """T and as many more as earlier jobs needed; with another clustering, as many as there can be."""
    bound = requests_through(config, "external")
    subsets = config.psi.subsets if config.psi.sample else 1
    extra = [job.passed_requests - job.subsets for job in samples if job.passed_requests >= job.subsets]
    if not extra or bound.low is None or bound.high is None:
        return int(bound.low or 0), int(bound.high or 0)
    low, high = (min(max(subsets + each, bound.low), bound.high) for each in (min(extra), max(extra)))
    return int(low), int(high)


def requests_through(config: JobConfig, kind: str) -> Figure:
    """How many: T for the subsets; one for each cluster, asked once more where the answer is empty or far too long."""
    if kind == "none":
        return Figure(0, 0, EXACT)
    subsets = config.psi.subsets if config.psi.sample else 1
    if config.principles.clusterer == "none":
        return Figure(subsets, subsets, EXACT)
    return Figure(subsets + 1, subsets + 2 * config.principles.maximum,
                  f"{subsets} for the subsets, 1 to {config.principles.maximum} for the clusters, each of these asked "
                  f"again at most once")


def bytes_through(config: JobConfig, inputs: Inputs, kind: str, like: Sequence[JobSample],
                  probe: Probe | None) -> Figure:
    """The bodies of these requests, from jobs like this one, else drawn from the sizes of instances."""
    if kind == "none":
        return Figure(0, 0, EXACT)
    if rates := [job.passed_bytes / job.passed_requests for job in like if job.passed_requests]:
        low, high = likely_requests(config, like)
        return Figure(min(rates) * low, max(rates) * high, f"{len(rates)} finished job(s) here with the same T and |d|")
    sizes, whose = _instance_bytes(inputs, probe)
    subsets, size = (config.psi.subsets, config.psi.subset_size) if config.psi.sample else (1, 0)
    if not sizes or not config.psi.sample:
        return unknown("as many instances as policy.limits.request_bytes holds" if sizes else "no instances")
    draws = random.Random(0)
    totals = sorted(sum(draws.choice(sizes) for _ in range(subsets * size)) for _ in range(_DRAWS))
    frame = subsets * (_body_bytes(config, low_level_prompt([])) + size * _PAIR_BYTES)
    low, high = frame + totals[_DRAWS // 20], frame + totals[-_DRAWS // 20]
    basis = f"drawn from the sizes of {whose}"
    if config.principles.clusterer != "none":
        empty = _body_bytes(config, high_level_prompt([]))
        low += empty
        # Every bullet at its longest, once in each of two overlapping clusters, and every cluster asked twice.
        high += 2 * (config.principles.maximum * empty + 2 * subsets * config.reflector.max_tokens * BYTES_PER_TOKEN)
        basis += "; the clusters' requests bounded by reflector.max_tokens"
    return Figure(low, high, basis)


def _instance_bytes(inputs: Inputs, probe: Probe | None) -> tuple[list[int], str]:
    if probe and len(probe.instance_bytes) >= 5:
        return list(probe.instance_bytes), f"{len(probe.instance_bytes)} instances the probe wrote"
    given, whose = (inputs.initial, "psi.initial_file") if inputs.initial else (inputs.seeds, "your seeds")
    return [sum(len(text.encode()) for text in each.texts().values()) for each in given], whose


def _body_bytes(config: JobConfig, prompt: str) -> int:
    return len(json.dumps({"model": config.reflector.model, "max_tokens": config.reflector.max_tokens,
                           "messages": [{"role": "user", "content": prompt}]}).encode())


def answer_tokens(requests: Figure, max_tokens: int) -> Figure:
    """The most that M_L can write."""
    if requests.high == 0:
        return Figure(0, 0, EXACT)
    high = None if requests.high is None else requests.high * max_tokens
    return Figure(None, high, "bounded by reflector.max_tokens")
