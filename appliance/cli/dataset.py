"""`psi dataset`: look at what a job has made, take it out in a format, compare two of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.options import HERE, AsJson, Root
from appliance.errors import InputError
from appliance.reports.format import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appliance.reports.dataset import Dataset

SCHEMA = 1

app = typer.Typer(name="dataset", no_args_is_help=True, rich_markup_mode=None,
                  help="Look at what a job has made, take it out in a format, compare two of them.")

Job = Annotated[str, typer.Argument(
    help="A job id or the beginning of one, or the path of a dataset in JSON Lines.")]


@app.command()
def show(job: Job, root: Root = HERE, as_json: AsJson = False) -> None:
    """Counts, yield, reasons, lengths and variety."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.reports.overview import overview
    from appliance.views.dataset_lines import show_lines

    shown = overview(_read(job, root))
    if as_json:
        emit_json(shown)
    else:
        emit("\n".join(show_lines(shown)))


@app.command()
def sample(job: Job,
           size: Annotated[int, typer.Option("-n", "--size", min=1, help="How many.")] = 5,
           seed: Annotated[int, typer.Option("--seed", help="Another seed draws others.")] = 0,
           rejected: Annotated[bool, typer.Option("--rejected", help="Rejected candidates instead.")] = False,
           reason: Annotated[str | None, typer.Option("--reason", help="Only those rejected for this.")] = None,
           root: Root = HERE, as_json: AsJson = False) -> None:
    """Some instances as they are, with principles and passages."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.reports.overview import drawn
    from appliance.views.dataset_lines import sample_lines

    if reason is not None and not rejected:
        raise typer.BadParameter("--reason goes with --rejected")
    dataset = _read(job, root)
    accepted, dropped = drawn(dataset, size, seed, rejected=rejected, reason=reason)
    if as_json:
        emit_json({"schema": SCHEMA, "instances": [each.to_row() for each in accepted],
                   "rejected": [each.to_json() for each in dropped]})
        return
    emit("\n".join(sample_lines(dataset, accepted, dropped)).rstrip())


@app.command()
def export(job: Job,
           kind: Annotated[Format, typer.Option("--format", help="hf makes a folder, the others one file.")],
           to: Annotated[Path, typer.Option("--to", help="The file or folder to make.")],
           force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
           with_provenance: Annotated[bool, typer.Option(
               "--with-provenance", help="alpaca and chat: the columns of the other formats beside the text.")] = False,
           partial: Annotated[bool, typer.Option(
               "--partial", help="Take what there is of a job that is not finished.")] = False,
           root: Root = HERE, as_json: AsJson = False) -> None:
    """Write the dataset in a format; complete or not at all."""
    from appliance.cli.attempt import emit_json
    from appliance.cli.failure import say
    from appliance.reports.formats import write_dataset

    dataset = _read(job, root)
    what = dataset.origin.job_id or dataset.origin.name
    if not dataset.instances:
        raise InputError(f"{what} has no accepted instance to export")
    if dataset.complete is False and not partial:
        raise InputError(f"job {what} is not finished ({dataset.origin.state}); --partial exports the "
                         f"{len(dataset.instances)} instances it has so far")
    written = write_dataset(dataset, kind, to, force=force, with_provenance=with_provenance)
    for warning in _warnings(dataset):
        say(warning)
    if as_json:
        emit_json({"schema": SCHEMA, "job": dataset.origin.job_id, "format": kind.value, "path": str(to.absolute()),
                   "instances": len(dataset.instances), "partial": dataset.complete is False, "files": written})
    else:
        say(f"{len(dataset.instances)} instances of {what} written to {to}")


def _warnings(dataset: Dataset) -> Iterator[str]:
    if dataset.complete is False:
        yield f"the job is not finished ({dataset.origin.state}); this is a part of its dataset"
    if dataset.demonstration:
        yield "a stand-in wrote the principles: this is a demonstration, not training data"


@app.command()
def diff(first: Annotated[str, typer.Argument(metavar="JOB_A", help="As for the other commands.")],
         second: Annotated[str, typer.Argument(metavar="JOB_B")],
         root: Root = HERE, as_json: AsJson = False) -> None:
    """What differs between two datasets: instances, lengths, rejections, energy, configuration."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.reports.comparison import compare
    from appliance.views.comparison_lines import comparison_lines

    found = compare(_read(first, root), _read(second, root))
    if as_json:
        emit_json(found)
    else:
        emit("\n".join(comparison_lines(found)))


def _read(job: str, root: Path) -> Dataset:
    """The dataset a person means: of a job, or in a file."""
    from appliance.reports.dataset import read_file, read_job

    path = Path(job).expanduser()
    if path.is_file() or "/" in job or path.suffix in (".jsonl", ".json", ".parquet"):
        return read_file(path)
    import json

    from appliance.jobs.assembly import audit_directory
    from appliance.jobs.store import JobStore
    from appliance.reports.dataset import Origin
    from appliance.views.jobs import view

    with JobStore.read_only(root.absolute()) as store:
        row = store.find(job)
        directory = store.job_directory(row.id)
        return read_job(Origin(row.name, row.id, view(store, row).state, json.loads(row.config_json), directory,
                               audit_directory(store.root)))
