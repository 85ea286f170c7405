"""`psi init`: a first job file for a folder of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.options import HERE, AsJson


def init(folder: Annotated[Path, typer.Argument(
             file_okay=False, help="Your folder, made if it is not there; seeds and pages in it are found.")] = HERE,
         as_json: AsJson = False) -> None:
    """Write a commented job file and policy for your own folder.

    Files that are there already stay as they are.
    """
    from appliance.cli.attempt import emit, emit_json
    from appliance.setup.starter import start
    from appliance.views.starter_lines import next_commands, starter_lines

    made = start(folder.absolute())
    if as_json:
        emit_json({"schema": 1, "folder": str(made.folder), "job": str(made.job), "seeds": str(made.seeds),
                   "knowledge": str(made.knowledge), "wrote": [str(path) for path in made.wrote],
                   "kept": [str(path) for path in made.kept], "examples": [str(path) for path in made.examples],
                   "next": list(next_commands(made.job))})
    else:
        emit("\n".join(starter_lines(made)))
