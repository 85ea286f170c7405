"""How a command ends badly: one line on standard error, an exit code, and for the unexpected a file.

Neither the line nor the file holds the message of an unexpected error or the value of a variable: both can
quote a record, and both get mailed around.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from appliance.errors import ApplianceError, AwaitingReview, Interrupted
from appliance.views.text import printable

FAILURE = 1
INTERRUPTED = Interrupted.exit_code


def report(error: BaseException, job_id: str | None = None, directory: Path | None = None) -> int:
    """Say on standard error what happened.

    Args:
        error: what ended the command.
        job_id: the job it was about, for the way on.
        directory: the job's folder, where ``crash.txt`` goes.

    Returns:
        The exit code.
    """
    way_on = f"; `psi resume {job_id}` goes on" if job_id else ""
    match error:
        case Interrupted():
            say(f"{error}{way_on}")
            return INTERRUPTED
        case KeyboardInterrupt():
            say(f"stopped at once; finished work is kept{way_on}")
            return INTERRUPTED
        case AwaitingReview():
            say(str(error))
            return error.exit_code
        case ApplianceError():
            say(f"error: {error}")
            return error.exit_code
    say(f"error: unexpected {type(error).__name__}; {_where(error, directory)}")
    return FAILURE


def say(text: str) -> None:
    """One line on standard error; silent when nobody reads it."""
    try:
        print(f"psi: {printable(text)}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return


def _where(error: BaseException, directory: Path | None) -> str:
    if directory is not None and directory.is_dir():
        from appliance.artefact import write_durably

        path = directory / "crash.txt"
        try:
            write_durably(path, trace_without_values(error).encode())
        except OSError as failure:
            return f"the trace could not be written to {path} ({failure.strerror})"
        return f"the trace is in {path}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"at {frames[-1].filename}:{frames[-1].lineno}" if frames else "no trace is known"


def trace_without_values(error: BaseException) -> str:
    """The frames and types of an error and of what caused it, without messages and variables."""
    lines = ["Frames and types only: messages and variables can hold text of a record.\n"]
    for link in _chain(error):
        lines += traceback.StackSummary.from_list(traceback.extract_tb(link.__traceback__)).format()
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}\n\n")
    return "".join(lines)


def _chain(error: BaseException) -> list[BaseException]:
    """The first cause first, as Python prints it."""
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links[::-1]
