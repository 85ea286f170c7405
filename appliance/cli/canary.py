"""`psi knowledge canary`: plant sentences in K that prove, should they ever be seen outside, that K got out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.options import HERE, AsJson, Root
from appliance.errors import InputError, StorageError

SCHEMA = 1
MAX_AT_ONCE = 100


def canary(target: Annotated[Path | None, typer.Argument(
               metavar="[FOLDER|JOBFILE]", help="A folder of pages, or a job file that names one.")] = None,
           count: Annotated[int, typer.Option(min=1, max=MAX_AT_ONCE, help="How many to make.")] = 1,
           paste: Annotated[bool, typer.Option(
               "--print", help="Write no page: print the sentences, to be pasted into pages.")] = False,
           listed: Annotated[bool, typer.Option("--list", help="Show those that are planted.")] = False,
           remove: Annotated[str | None, typer.Option(
               metavar="ID", help="Take one off the list and delete its page.")] = None,
           root: Root = HERE, as_json: AsJson = False) -> None:
    """Plant a canary: a sentence with two invented words that nobody can guess.

    Seen in a request, a drawn instance or an answer, it shuts the door until a person opens it (psi door open). A page
    that is planted changes the knowledge base: unfinished jobs on it cannot go on.
    """
    from appliance.cli.attempt import emit, emit_json
    from appliance.knowledge.canaries import CanaryFile, new_canary
    from appliance.views.canary_lines import canary_lines

    if listed + (remove is not None) + (paste or target is not None) != 1:
        raise typer.BadParameter("name a folder or a job file, or give one of --print, --list and --remove ID")
    file = CanaryFile(root.absolute())
    try:
        if remove is not None:
            shown = [file.remove(remove)]
        elif listed:
            shown = list(file.load())
        else:
            folder = None if paste else _folder(target)
            shown = [file.plant(new_canary(), folder) for _ in range(count)]
    except OSError as error:
        raise StorageError(f"{error.filename or file.path}: {error.strerror}; nothing was planted") from error
    if as_json:
        emit_json({"schema": SCHEMA, "list": str(file.path), "removed": remove is not None,
                   "canaries": [asdict(each) for each in shown]})
    elif paste:
        emit("\n".join(each.sentence for each in shown))
    else:
        emit("\n".join(canary_lines(shown, removed=remove is not None)))


def _folder(target: Path | None) -> Path:
    from appliance.config import load_job

    if target is not None and target.is_dir():
        return target
    if target is not None and target.suffix.lower() in (".yaml", ".yml"):
        return load_job(target).knowledge
    raise InputError(f"{target}: neither a folder nor a job file (.yaml)")
