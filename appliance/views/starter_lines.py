"""What `psi init` found and wrote, as plain lines."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from appliance.setup.starter import Started
from appliance.views.text import printable

WIDTH = 80


def starter_lines(made: Started) -> Iterator[str]:
    """Files, what is left to do, and the next two commands."""
    yield f"In {printable(made.folder)}:"
    for path in made.wrote:
        yield f"  wrote  {_name(made, path)}{'   example, to be replaced' if path in made.examples else ''}"
    for path in made.kept:
        yield f"  kept   {_name(made, path)}   it was there already"
    for label, path in (("seeds", made.seeds), ("knowledge", made.knowledge)):
        if path not in made.wrote and not any(example.is_relative_to(path) for example in made.examples):
            yield f"  found  {_name(made, path)}   your {label}"
    yield ""
    todo = "Fill in the deny_list in policy.yaml: people, organisations and project names that must not leave."
    if made.examples:
        todo += " Replace the examples by your own."
    yield from wrap(todo, WIDTH)
    yield "Then:"
    yield from (f"  {command}" for command in next_commands(made.job))


def next_commands(job: Path) -> tuple[str, str]:
    """What to type next; relative where that is shorter."""
    near = os.path.relpath(job)
    name = shlex.quote(printable(near if len(near) < len(str(job)) else str(job)))
    return f"psi doctor {name}", f"psi run {name}"


def _name(made: Started, path: Path) -> str:
    return printable(path.relative_to(made.folder))
