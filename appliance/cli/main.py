"""The command `psi`. A verb imports what it needs when it runs, so that `psi --help` is instant.

Exit codes: 0 ok, 1 failure, 2 usage or input, 3 the door stayed shut, 4 audit log, 5 sending, 6 job is
locked, 130 interrupted. Standard output is data only; progress and messages go to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from appliance import __version__
from appliance.cli.dataset import app as dataset_app
from appliance.cli.detector import app as detector_app
from appliance.cli.display import DisplayKind
from appliance.cli.doctor import doctor
from appliance.cli.door import app as door_app
from appliance.cli.experiment import experiment
from appliance.cli.init import init
from appliance.cli.knowledge import app as knowledge_app
from appliance.cli.options import HERE, AsJson, Display, Root
from appliance.cli.policy import app as policy_app
from appliance.cli.principles import app as principles_app
from appliance.cli.scrub import scrub

app = typer.Typer(
    name="psi", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    help="Grow a private seed set into an instruction-tuning dataset. Only scrubbed samples ever pass the door.")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"psi {__version__}")
        raise typer.Exit


app.command()(init)
app.command()(doctor)
app.command()(scrub)

Version = Annotated[bool, typer.Option(
    "--version", callback=_print_version, is_eager=True, help="Print the version and exit.")]


app.add_typer(dataset_app)
app.add_typer(detector_app)
app.add_typer(door_app)
app.add_typer(knowledge_app)
app.add_typer(policy_app)
app.add_typer(principles_app)


@app.callback()
def _psi(version: Version = False) -> None:
    """Options before the verb."""


@app.command()
def run(file: Annotated[Path, typer.Argument(help="The job file, such as examples/clinic/job.yaml.")],
        dry_run: Annotated[bool, typer.Option(
            "--dry-run", help="Only say what the job would need: requests, bytes, tokens, time, energy.")] = False,
        probe: Annotated[bool, typer.Option(
            "--probe/--no-probe", help="With --dry-run: try the model for some seconds where no finished job "
                                       "compares.")] = True,
        root: Root = HERE, as_json: AsJson = False, display: Display = DisplayKind.AUTO) -> None:
    """Make a new job from a job file and run it."""
    from appliance.cli.attempt import Output, attempt
    from appliance.jobs.checks import read_job
    from appliance.jobs.store import JobStore

    if dry_run:
        from appliance.cli.forecast import forecast_job

        forecast_job(file, root.absolute(), as_json, probe)
        raise typer.Exit
    config, _ = read_job(file)  # what cannot run must not become a job
    with JobStore.open(root.absolute()) as store:
        job = store.create(config.name, file.absolute(), config.to_json())
        code = attempt(store, job.id, Output(display, as_json))
    raise typer.Exit(code)


@app.command()
def resume(job: Annotated[str | None, typer.Argument(
               help="A job id or the beginning of one; the newest unfinished job if left out.")] = None,
           every: Annotated[bool, typer.Option(
               "--all", help="Every unfinished job, oldest first; failed jobs wait for a person.")] = False,
           send_again: Annotated[str | None, typer.Option(
               metavar="REASON", help="Decide that a request which may have been sent goes out once more; the reason "
                                      "is recorded in the audit log.")] = None,
           settings: Annotated[list[str] | None, typer.Option(
               "--set", metavar="KEY=VALUE", help="Change a setting that keeps finished work valid, such as "
                                                  "budget.requests=5000; may be given more than once.")] = None,
           root: Root = HERE, as_json: AsJson = False, display: Display = DisplayKind.AUTO) -> None:
    """Go on with a job where it stopped.

    Of a job that is done, show the summary.
    """
    from appliance.cli import attempt
    from appliance.cli.failure import say
    from appliance.cli.resume_all import resume_all
    from appliance.jobs.store import JobStore

    if every and (job is not None or send_again is not None or settings):
        raise typer.BadParameter("--all goes with neither a job nor --send-again nor --set")
    output = attempt.Output(display, as_json)
    with JobStore.open_existing(root.absolute()) as store:
        if settings:
            from appliance.jobs.adjust import adjust

            for change in adjust(store, store.find(job), settings):
                say(change.sentence)
        if send_again is not None:
            from appliance.jobs.decision import allow_sending_again

            allow_sending_again(store, store.find(job), send_again)
        code = resume_all(store, output) if every else attempt.resume(store, store.find(job), output)
    raise typer.Exit(code)


@app.command()
def cancel(job: Annotated[str, typer.Argument(help="A job id or the beginning of one.")], root: Root = HERE) -> None:
    """End an unfinished job for good and delete the encrypted table of its values.

    What it made stays in its folder. It cannot be resumed.
    """
    from appliance.cli.failure import say
    from appliance.jobs.cancel import cancel as cancel_job
    from appliance.jobs.store import JobStore

    with JobStore.open_existing(root.absolute()) as store:
        found = store.find(job)
        cancel_job(store, found)
        say(f"job {found.id} is cancelled and its table of values is deleted; its files stay in "
            f"{store.job_directory(found.id)}")


@app.command()
def jobs(root: Root = HERE, as_json: AsJson = False) -> None:
    """List all jobs, newest first."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.failure import say
    from appliance.errors import InputError
    from appliance.views.job_lines import job_lines
    from appliance.views.jobs import SCHEMA, read_jobs

    if not root.is_dir():
        raise InputError(f"{root}: there is no such folder; --root names the one that holds the jobs")
    views = read_jobs(root.absolute())
    if as_json:
        emit_json({"schema": SCHEMA, "jobs": [view.to_json() for view in views]})
    elif views:
        emit("\n".join(job_lines(views)))
    else:
        say(f"no jobs in {root.absolute()} yet; `psi run FILE` makes one")


@app.command()
def tui(root: Root = HERE) -> None:
    """Look at the jobs on a full screen.

    It only looks: closing it stops nothing.
    """
    from appliance.errors import ApplianceError

    # Textual reads the keys from standard input and draws on standard error.
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ApplianceError("the screen needs a terminal; `psi jobs` prints the same list")
    from tui.app import PsiApp

    PsiApp(root.absolute()).run()


app.command()(experiment)


def main(arguments: Sequence[str] | None = None) -> int:
    """The entry point.

    Args:
        arguments: what comes after ``psi``; the process's own if left out.

    Returns:
        The exit code.
    """
    try:
        app(args=None if arguments is None else list(arguments), prog_name="psi")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except (Exception, KeyboardInterrupt) as error:
        from appliance.cli.failure import report

        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
