"""`psi experiment`: every variant of an experiment as a job of its own, then one table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.display import DisplayKind
from appliance.cli.options import HERE, AsJson, Display, Root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appliance.config import JobConfig
    from appliance.experiments.plan import Experiment, Variant
    from appliance.jobs.rows import JobRow
    from appliance.jobs.store import JobStore


def experiment(file: Annotated[Path, typer.Argument(help="The experiment file.")],
               dry_run: Annotated[bool, typer.Option(
                   "--dry-run", help="Say what would run and what would pass the door; run nothing.")] = False,
               table: Annotated[bool, typer.Option(
                   "--table", help="Print the table of what is there; run nothing.")] = False,
               root: Root = HERE, as_json: AsJson = False, display: Display = DisplayKind.AUTO) -> None:
    """Run a job file with one thing changed at a time, and write one table.

    Run it again to go on: finished variants are not repeated.
    """
    from appliance.cli.attempt import emit, emit_json
    from appliance.experiments.plan import check_variants, load_experiment
    from appliance.jobs.store import JobStore
    from appliance.views.experiment_lines import plan_lines

    plan = load_experiment(file)
    check_variants(plan)  # what cannot run must not become a job
    if dry_run:
        if as_json:
            emit_json({"schema": 1, "experiment": plan.config.name,
                       "variants": [{"name": each.name, "changes": dict(each.changes)} for each in plan.variants]})
        else:
            emit("\n".join(plan_lines(plan.config.name, plan.base.to_json()["psi"],
                                      [(each.name, each.changes) for each in plan.variants],
                                      plan.config.leave_one_out)))
        return
    root = root.absolute()
    if table:
        with JobStore.read_only(root) as store:
            _write_table(store, plan, as_json)
        return
    with JobStore.open(root) as store:
        code = _run(store, plan, display)
        _write_table(store, plan, as_json)
    raise typer.Exit(code)


def _run(store: JobStore, plan: Experiment, display: DisplayKind) -> int:
    """Every variant in turn; one that fails does not keep the next from its turn.

    Returns:
        0, 130 when a person stopped it, else the exit code of the first variant that failed.
    """
    from appliance.cli.attempt import Output, attempt
    from appliance.cli.failure import INTERRUPTED, say
    from appliance.jobs.rows import JobState

    first_failure = 0
    for position, (variant, job) in enumerate(_jobs(store, plan), start=1):
        if job.state is JobState.DONE:
            say(f"variant {position}, {variant.name}: job {job.id} is done")
            continue
        say(f"variant {position}, {variant.name}: job {job.id}")
        code = attempt(store, job.id, Output(display, as_json=False, summary=False))
        if code == INTERRUPTED:
            return code
        first_failure = first_failure or code
    return first_failure


def _jobs(store: JobStore, plan: Experiment) -> Iterator[tuple[Variant, JobRow]]:
    """Each variant and its job, made when its turn comes: later ones build on what earlier ones wrote."""
    from appliance.experiments.plan import job_of, left_out, with_shared_initial

    first: JobRow | None = None

    def job_for(variant: Variant) -> JobRow:
        config: JobConfig = plan.configured(variant)
        if first is not None and plan.config.share_initial:
            config = with_shared_initial(store, first, config)
        return job_of(store, plan, config)

    for variant in plan.variants:
        job = job_for(variant)
        yield variant, job
        first = first or job
        if variant.name == plan.config.leave_one_out:
            for fewer in left_out(store, store.get(job.id)):
                yield fewer, job_for(fewer)


def _write_table(store: JobStore, plan: Experiment, as_json: bool) -> None:
    import json

    from appliance.artefact import write_durably
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.failure import say
    from appliance.experiments.compare import compare
    from appliance.views.experiment_lines import table_lines

    document = compare(store, plan)
    lines = "\n".join(table_lines(document))
    folder = store.root / "experiments" / plan.config.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(folder / "table.json", json.dumps(document, indent=2).encode() + b"\n")
    write_durably(folder / "table.md", f"{lines}\n".encode())
    if as_json:
        emit_json(document)
    else:
        emit(lines)
    say(f"the table is in {folder}")
