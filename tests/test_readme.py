"""The README says what is true: commands exist, exit codes are those of the error tree, rooms are on disk."""

from __future__ import annotations

import re
from pathlib import Path

from appliance import errors

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z-]+)", README + (ROOT / "CONTRIBUTING.md").read_text()))
    assert {"run", "test", "soak"} <= named <= targets | {"clean"}


def test_every_psi_command_it_names_exists() -> None:
    from appliance.cli.main import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.typer_instance.info.name or group.name for group in app.registered_groups if group.typer_instance}
    named = set(re.findall(r"^psi ([a-z]+)", README, re.MULTILINE))
    assert named
    assert named <= known


def test_the_exit_codes_are_those_of_the_error_tree() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    raised = {kind.exit_code for kind in vars(errors).values()
              if isinstance(kind, type) and issubclass(kind, errors.ApplianceError)}
    assert listed == raised | {0}


def test_the_error_tree_in_the_docstring_is_the_tree() -> None:
    kinds = {name for name, kind in vars(errors).items()
             if isinstance(kind, type) and issubclass(kind, errors.ApplianceError)}
    drawn = set(re.findall(r"\b([A-Z][A-Za-z]+)\s+\d", errors.__doc__ or ""))
    assert kinds == drawn


def test_every_room_it_draws_is_there() -> None:
    rooms = re.findall(r"^  ([a-z]+)/ ", README, re.MULTILINE)
    assert len(rooms) >= 12
    assert all((ROOT / "appliance" / name).is_dir() for name in rooms)
