"""`psi door`: whether anything may leave at all, and a person's word that it may again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.options import HERE, AsJson, Root
from appliance.errors import InputError

SCHEMA = 1

app = typer.Typer(name="door", no_args_is_help=True, rich_markup_mode=None,
                  help="See whether the door is open, and open it after a canary shut it.")


@app.command()
def status(root: Root = HERE, as_json: AsJson = False) -> None:
    """Whether the door is open; exit code 3 if it is shut."""
    from appliance.audit.reader import AuditReader
    from appliance.cli.attempt import emit, emit_json
    from appliance.gateway.canaries import door_state
    from appliance.jobs.assembly import audit_directory
    from appliance.knowledge.canaries import CanaryFile
    from appliance.views.canary_lines import door_lines

    state = door_state(AuditReader(audit_directory(root.absolute())))
    planted = len(CanaryFile(root.absolute()).load())
    if as_json:
        emit_json({"schema": SCHEMA, "open": state is None, "canaries": planted, "shut": state})
    else:
        emit("\n".join(door_lines(state, planted)))
    raise typer.Exit(0 if state is None else 3)


@app.command("open")
def open_door(reason: Annotated[str, typer.Option(help="Why it may be opened; goes into the audit log word for word.")],
              root: Root = HERE, as_json: AsJson = False) -> None:
    """Open the door again after a canary shut it.

    Find out first how the canary got where it was seen: the audit log says in which job, and in what.
    """
    from appliance.cli.attempt import emit_json
    from appliance.cli.failure import say
    from appliance.jobs.decision import open_door

    _require_root(root)
    opened = open_door(root.absolute(), reason)
    if as_json:
        emit_json({"schema": SCHEMA, "open": True, "was_shut": opened})
    else:
        say("the door is open again; the audit log says who opened it and why" if opened else
            "the door was open already")


def _require_root(root: Path) -> None:
    from appliance.jobs.assembly import audit_directory

    if not audit_directory(root).is_dir():
        raise InputError(f"{root.absolute()}: there is no audit log here; name the root with --root")
