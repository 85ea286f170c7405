"""`psi principles`: read what the reflector wrote, change it, bring one's own, let generation begin."""

from __future__ import annotations

import json
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.options import HERE, AsJson, Root
from appliance.errors import ApplianceError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appliance.jobs.store import JobRow, JobStore
    from appliance.records import Principle

SCHEMA = 1
# Where the text of an edit stays when it cannot be used.
LEFT_OVER = "principles.edit.txt"

app = typer.Typer(name="principles", no_args_is_help=True, rich_markup_mode=None,
                  help="Read what the reflector wrote, change it, bring your own, let generation begin.")

Job = Annotated[str, typer.Argument(help="A job id or the beginning of one.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, in your words; kept with the edit.")]


class Format(StrEnum):
    """How principles are written to a file."""

    TEXT = "text"
    JSON = "json"


@app.command()
def show(job: Annotated[str, typer.Argument(help="A job id, the beginning of one, or a file of principles.")],
         low: Annotated[bool, typer.Option("--low", help="With the text of every low-level principle.")] = False,
         root: Root = HERE, as_json: AsJson = False) -> None:
    """The principles with their clusters: which bullets of which subsets each came from."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.failure import say
    from appliance.jobs.store import JobStore
    from appliance.views.principle_lines import principle_lines
    from appliance.views.principles import read_file, read_job

    if Path(job).is_file():
        view = read_file(Path(job))
    else:
        with JobStore.read_only(root.absolute()) as store:
            row = store.find(job)
            view = read_job(store.job_directory(row.id), row.id)
    if as_json:
        emit_json(view.to_json())
    elif view.principles or view.low:
        emit("\n".join(principle_lines(view, low=low)))
    else:
        say(f"job {view.job} has no principles yet; the reflector was not asked so far")


@app.command()
def edit(job: Job, reason: Reason = None, root: Root = HERE) -> None:
    """Change the principles in your editor ($VISUAL or $EDITOR), one a line.

    Nothing happens if the file comes back empty or as it was.
    """
    from appliance.cli.editor import edit_file
    from appliance.cli.failure import say
    from appliance.jobs.principle_editing import check_editable, current_principles, replace_principles
    from appliance.methods.psi.bring import as_lines, read_lines

    with _open(job, root) as (store, row):
        before = current_principles(store, row)
        check_editable(store, row)
        path = store.job_directory(row.id) / LEFT_OVER
        if not edit_file(path, _COMMENTS + as_lines(before)):
            say("nothing changed")
            return
        try:
            after = replace_principles(store, row, before, read_lines(path), reason)
        except ApplianceError as error:
            raise type(error)(f"{error}. Your text is kept in {path}; mend it, then: "
                              f"psi principles import {row.id} {path}") from error
        path.unlink()
        _tell(row, before, after)


@app.command("import")
def import_(job: Job, file: Annotated[Path, typer.Argument(help="One principle a line, or an exported JSON file.")],
            reason: Reason = None, root: Root = HERE) -> None:
    """Replace the principles of a job by those of a file."""
    from appliance.jobs.principle_editing import current_principles, replace_principles
    from appliance.methods.psi.bring import read_lines

    lines = read_lines(file)
    with _open(job, root) as (store, row):
        before = current_principles(store, row)
        after = replace_principles(store, row, before, lines, reason)
        left_over = store.job_directory(row.id) / LEFT_OVER
        if left_over.exists() and left_over.samefile(file):
            left_over.unlink()
        _tell(row, before, after)


@app.command()
def export(job: Job,
           to: Annotated[Path | None, typer.Option("--to", dir_okay=False,
                                                   help="A new file; standard output if left out.")] = None,
           kind: Annotated[Format | None, typer.Option("--format", help="text if left out, json for *.json.")] = None,
           root: Root = HERE) -> None:
    """Write the principles out; the file can be imported, or named as principles.source of a new job."""
    from appliance.artefact import write_durably
    from appliance.cli.attempt import emit
    from appliance.cli.failure import say
    from appliance.jobs.principle_editing import current_principles
    from appliance.jobs.store import JobStore

    with JobStore.read_only(root.absolute()) as store:
        row = store.find(job)
        principles = current_principles(store, row)
    wanted = kind or (Format.JSON if to is not None and to.suffix == ".json" else Format.TEXT)
    text = _written(row.id, principles, wanted)
    if to is None:
        emit(text.rstrip("\n"))
        return
    if to.exists():
        raise InputError(f"{to} exists already; name a new file or remove it")
    try:
        write_durably(to, text.encode())
    except OSError as error:
        raise InputError(f"{to}: cannot be written ({error.strerror})") from error
    say(f"{len(principles)} principles in {to}")


@app.command()
def accept(job: Job, root: Root = HERE) -> None:
    """Let generation begin under the principles as they are (for a job with principles.review)."""
    from appliance.cli.failure import say
    from appliance.jobs.principle_editing import accept_principles

    with _open(job, root) as (store, row):
        principles = accept_principles(store, row)
        say(f"{len(principles)} principles accepted; `psi resume {row.id}` goes on under them")


@contextmanager
def _open(job: str, root: Path) -> Iterator[tuple[JobStore, JobRow]]:
    from appliance.jobs.store import JobStore

    with JobStore.open_existing(root.absolute()) as store:
        yield store, store.find(job)


def _written(job_id: str, principles: tuple[Principle, ...], wanted: Format) -> str:
    from appliance.methods.psi.bring import DEMONSTRATION, as_lines

    if wanted is Format.JSON:
        rows = [principle.to_row() for principle in principles]
        return json.dumps({"schema": SCHEMA, "job": job_id, "principles": rows}, ensure_ascii=False, indent=2) + "\n"
    demonstration = any(principle.demonstration for principle in principles)
    note = f"{DEMONSTRATION}: a stand-in wrote some of these.\n" if demonstration else ""
    return f"# Principles of job {job_id}\n{note}{as_lines(principles)}"


def _tell(row: JobRow, before: tuple[Principle, ...], after: tuple[Principle, ...]) -> None:
    from appliance.cli.failure import say
    from appliance.config import JobConfig

    if after == before:
        say("nothing changed")
        return
    kept = len({principle.id for principle in after} & {principle.id for principle in before})
    say(f"{len(after)} principles, {kept} of them as they were; `psi principles show {row.id}` shows them")
    if JobConfig.model_validate_json(row.config_json).principles.review:
        say(f"`psi principles accept {row.id}`, then `psi resume {row.id}` goes on under them")
    else:
        say(f"`psi resume {row.id}` goes on under them")


_COMMENTS = """\
# The principles that generation works under, one a line, each after its id.
# Change a line and it becomes yours under a new id; remove a line and it is not used; add a line without an id.
# Lines that begin with # are ignored. Save an empty file, or change nothing, and nothing happens.

"""
