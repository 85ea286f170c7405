"""One attempt at one job, as `psi run` and `psi resume` make it: display, signals, the runner, the output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.cli.display import DisplayKind, choose_display
from appliance.cli.failure import report, say
from appliance.cli.stopping import StopSignals
from appliance.errors import ApplianceError, InputError
from appliance.jobs.store import JobRow, JobState, JobStore


@dataclass(frozen=True, slots=True)
class Output:
    """What the person wants to see.

    Attributes:
        display: how progress shows itself on standard error.
        as_json: the summary as one JSON line on standard output.
        summary: show the summary at the end; False where many jobs make one table.
    """

    display: DisplayKind
    as_json: bool
    summary: bool = True


def attempt(store: JobStore, job_id: str, output: Output) -> int:
    """Run what is left of a job in this process.

    Returns:
        The exit code; whatever went wrong was reported.
    """
    display = choose_display(output.display, sys.stderr, os.environ)
    try:
        try:
            with StopSignals(display.announce) as stopping:
                display.notice(f"job {job_id} is in {store.job_directory(job_id)}")
                # The generator, the detector and the SDK are loaded only now: the job is already on record.
                from appliance.jobs.runner import run_job

                summary = run_job(store=store, job_id=job_id, display=display, stopping=stopping)
            if output.summary:
                display.job_finished(summary)
        finally:
            display.close()
        if output.as_json:
            emit_json(summary)
    except (Exception, KeyboardInterrupt) as error:
        return report(error, job_id, store.job_directory(job_id))
    return 0


def resume(store: JobStore, job: JobRow, output: Output) -> int:
    """Go on with a job, or show the summary of one that is done.

    Returns:
        The exit code.
    """
    if job.state is not JobState.DONE:
        return attempt(store, job.id, output)
    summary = read_summary(store, job.id)
    _restore_dataset(store.job_directory(job.id))
    if output.as_json:
        emit_json(summary)
        return 0
    from appliance.views.summary import summary_lines

    emit("\n".join((f"job {job.id} is done", "", *summary_lines(summary))))
    return 0


def _restore_dataset(directory: Path) -> None:
    """Write the dataset of a finished job again if it is gone; its rows are in the artefact of its last stage.

    Raises:
        InputError: they are gone too.
    """
    dataset, rows = directory / "dataset.jsonl", directory / "generation.jsonl"
    if dataset.exists():
        return
    if not rows.exists():
        raise InputError(f"{dataset} is gone, and {rows.name}, which it is made from, too; restore one from a backup")
    from appliance.artefact import Artefact
    from appliance.reports.export import export_dataset

    say(f"{dataset} was gone; {export_dataset(Artefact(rows), dataset)} instances written again")


def read_summary(store: JobStore, job_id: str) -> Mapping[str, Any]:
    """The summary a finished job left in its folder.

    Raises:
        InputError: it is missing or damaged.
    """
    path = store.job_directory(job_id) / "summary.json"
    try:
        summary = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"job {job_id} is done but its summary {path} cannot be read") from error
    if not isinstance(summary, dict):
        raise InputError(f"job {job_id} is done but {path} is not a summary")
    return summary


def emit_json(document: Mapping[str, Any]) -> None:
    """One line of JSON on standard output; ASCII, so that no terminal and no locale can change it."""
    emit(json.dumps(document, ensure_ascii=True))


def emit(text: str) -> None:
    """Data on standard output; a reader that has gone away, such as ``head``, is no error.

    Raises:
        ApplianceError: standard output cannot be written, for example on a full disk.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What is left in the buffer would raise again when the interpreter flushes it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise ApplianceError(f"standard output cannot be written ({error.strerror})") from error
