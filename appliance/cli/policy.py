"""`psi policy`: check a policy, have it explained, list those there are, compare two. Nothing is sent or changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli.options import HERE, AsJson, Root

if TYPE_CHECKING:
    from appliance.policy.model import Policy
    from appliance.setup.policies import Examined

SCHEMA = 1
USAGE = 2

app = typer.Typer(name="policy", no_args_is_help=True, rich_markup_mode=None,
                  help="Check, explain, list and compare policies: what is masked, what blocks, what may leave.")

Name = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A policy by name, or the path of its file.")]


@app.command()
def check(policies: Annotated[list[str], typer.Argument(metavar="NAME|FILE...",
                                                        help="Policies by name, or the paths of their files.")],
          root: Root = HERE, as_json: AsJson = False) -> None:
    """Say what is wrong, with file, line, key and fix, and what lets more through than the defaults.

    What is wrong stands on standard output, under the policy it is about. Exit code 2 if any policy cannot be used.
    """
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.failure import say
    from appliance.setup.policies import detector_types, examine_policy
    from appliance.views.policy_lines import check_lines

    types = cache(detector_types)
    found = [examine_policy(each, root.absolute(), types) for each in policies]
    if as_json:
        usable = not any(each.problems for each in found)
        emit_json({"schema": SCHEMA, "ok": usable, "policies": list(map(_row, found))})
    else:
        emit("\n".join(line for each in found for line in check_lines(each)))
    if wrong := sum(bool(each.problems) for each in found):
        say(f"error: {wrong} of {len(found)} {'policy' if len(found) == 1 else 'policies'} cannot be used")
    raise typer.Exit(USAGE if wrong else 0)


@app.command()
def explain(policy: Name = "default", root: Root = HERE, as_json: AsJson = False) -> None:
    """Say in sentences what a policy does, and what it cannot do."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.detection.presidio import CANNOT_FIND, CANNOT_FIND_WITHOUT_MODEL
    from appliance.policy.explanation import explain as sections_of
    from appliance.policy.find import find_policy
    from appliance.policy.model import load_policy
    from appliance.policy.openings import openings
    from appliance.views.policy_lines import explanation_lines

    file = find_policy(policy, root.absolute())
    loaded = load_policy(file)
    sections = sections_of(loaded, CANNOT_FIND if loaded.detector.model == "builtin" else CANNOT_FIND_WITHOUT_MODEL)
    if as_json:
        emit_json({"schema": SCHEMA, **_identity(loaded, file), "openings": _openings(openings(loaded)),
                   "sections": [{"title": each.title, "sentences": list(each.sentences)} for each in sections]})
    else:
        emit("\n".join(explanation_lines(loaded, file, sections)))


@app.command(name="list")
def list_policies(root: Root = HERE, as_json: AsJson = False) -> None:
    """The policies that can be named: those in ROOT/policies, and those that come with the product."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.failure import say
    from appliance.policy.find import policies
    from appliance.setup.policies import read_policy
    from appliance.views.policy_lines import list_lines

    found = [read_policy(name, root.absolute()) for name in policies(root.absolute())]
    if as_json:
        emit_json({"schema": SCHEMA, "policies": list(map(_row, found))})
    elif found:
        emit("\n".join(list_lines(found)))
    else:
        say(f"no policies in {root.absolute() / 'policies'}; `psi init` writes one")


@app.command()
def diff(first: Name, second: Name, root: Root = HERE, as_json: AsJson = False) -> None:
    """What two policies say differently, and which of them lets more through.

    Terms of lists are counted, never shown.
    """
    from dataclasses import asdict

    from appliance.cli.attempt import emit, emit_json
    from appliance.policy.difference import differences
    from appliance.policy.find import find_policy
    from appliance.policy.model import load_policy
    from appliance.views.policy_lines import difference_lines

    files = [find_policy(each, root.absolute()) for each in (first, second)]
    loaded = [load_policy(file) for file in files]
    found = list(differences(*loaded))
    if as_json:
        emit_json({"schema": SCHEMA, "first": _identity(loaded[0], files[0]), "second": _identity(loaded[1], files[1]),
                   "differences": [asdict(each) for each in found]})
    else:
        emit("\n".join(difference_lines(first, second, found)))


def _identity(policy: Policy, file: Path) -> dict[str, Any]:
    return {"name": policy.name, "version": policy.version, "sha256": policy.sha256, "file": str(file)}


def _openings(found: Any) -> list[dict[str, Any]]:
    return [{"key": each.key, "says": each.says, "danger": each.danger, "warning": each.loud} for each in found]


def _row(examined: Examined) -> dict[str, Any]:
    policy = examined.policy
    return {"asked_for": examined.name_or_path, "file": None if examined.file is None else str(examined.file),
            "name": policy and policy.name, "version": policy and policy.version, "sha256": policy and policy.sha256,
            "problems": list(examined.problems), "openings": _openings(examined.openings),
            "destinations": None if policy is None else [f"{item.host}:{item.port}" for item in policy.destinations],
            "unchecked": examined.unchecked}
