"""A policy file examined as a whole: what is wrong in it, with file, line and fix, and what it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.errors import DetectorFailed, PolicyError
from appliance.policy.find import find_policy, policies
from appliance.policy.model import Policy, load_policy
from appliance.policy.openings import Opening, openings
from appliance.setup.findings import Finding, ok, warn
from appliance.yaml_file import line_of

Types = Callable[[], frozenset[str]]
"""What the detector of this installation knows; asked once, because building it takes seconds."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One policy.

    Attributes:
        name_or_path: as it was asked for.
        file: None where no file has that name.
        policy: None where it cannot be read.
        problems: each with file, line where there is one, key and fix; a policy with any is not to be used.
        openings: what it lets through beyond the defaults.
        unchecked: what could not be looked at, and why; None where everything was.
    """

    name_or_path: str
    file: Path | None
    policy: Policy | None
    problems: tuple[str, ...]
    openings: tuple[Opening, ...] = ()
    unchecked: str | None = None


def read_policy(name_or_path: str, root: Path) -> Examined:
    """Find and read one policy; whatever is wrong is in the result."""
    file: Path | None = None
    try:
        file = find_policy(name_or_path, root)
        policy = load_policy(file)
    except PolicyError as error:
        return Examined(name_or_path, file, None, (str(error),))
    return Examined(name_or_path, file, policy, tuple(_missing_files(policy, file)), openings(policy))


def examine_policy(name_or_path: str, root: Path, types: Types) -> Examined:
    """Read one policy and look whether it can mean what it says here."""
    found = read_policy(name_or_path, root)
    if found.policy is None or found.file is None:
        return found
    try:
        unknown = _unknown_types(found.policy, found.file, types())
    except DetectorFailed as error:
        return replace(found, unchecked=f"its entity types: {str(error).partition(';')[0]}")
    return replace(found, problems=(*found.problems, *unknown))


def detector_types() -> frozenset[str]:
    """The entity types the detector of this installation knows.

    Raises:
        DetectorFailed: it cannot be built, or does not say.
    """
    from appliance.detection.process import DetectorProcess

    with DetectorProcess(Policy(name="check", version=1)) as detector:
        known = frozenset(detector.describe().get("entities", "").split())
    if not known:
        raise DetectorFailed("the detector does not say which types it knows")
    return known


def _unknown_types(policy: Policy, file: Path, known: frozenset[str]) -> Iterator[str]:
    known |= {*policy.deny_list, "DEFAULT"}
    for plugin in policy.detector.plugins:
        known |= set(plugin.labels.values())
    used = {"entities": () if policy.entities == "all" else policy.entities, "block_entities": policy.block_entities,
            "operators": tuple(policy.operators)}
    for key, names in used.items():
        for name in sorted(set(names) - known):
            line = line_of(file, f"operators.{name}" if key == "operators" else key)
            yield (f"{file}{f':{line}' if line else ''}: {key}: the detector does not know the type {name}"
                   f"{_meant(name, known)}")


def _meant(name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), 1, 0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known - {'DEFAULT'}))}"


def _missing_files(policy: Policy, file: Path) -> Iterator[str]:
    named = {"detector.plugins": [plugin.path for plugin in policy.detector.plugins if not plugin.path.is_dir()],
             "knowledge.public_text": [path for path in policy.knowledge.public_text if not path.is_file()]}
    for key, missing in named.items():
        line = line_of(file, key)
        for path in missing:
            yield f"{file}{f':{line}' if line else ''}: {key}: {path} does not exist; mend the path, or take it out"


def doctor_policies(root: Path) -> Iterator[Finding]:
    """The policies a job can name, for `psi doctor`; which one holds is for the job's key ``policy`` to say."""
    found = [read_policy(name, root) for name in policies(root)]
    for each in found:
        for problem in each.problems:
            yield warn("policies", f"{each.name_or_path} cannot be used: {problem}", "a job that names it is refused")
    usable = [each.name_or_path for each in found if not each.problems]
    if usable:
        yield ok("policies", f"{', '.join(usable)}: a job names one of these, or a file")
    else:
        yield warn("policies", "none can be named", "give a job the path of a policy file; psi init writes one")
