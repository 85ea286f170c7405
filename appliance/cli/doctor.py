"""`psi doctor`: what is missing on this machine or in a job file, and how to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.options import HERE, AsJson, Root


def doctor(file: Annotated[Path | None, typer.Argument(
               metavar="[JOBFILE]", help="A job file to examine as well.", show_default=False)] = None,
           root: Root = HERE, as_json: AsJson = False) -> None:
    """Say what is missing and how to mend it.

    Sends nothing and leaves nothing behind. Exit code 1 if anything is FAIL.
    """
    from appliance.cli.attempt import emit, emit_json
    from appliance.setup.doctor import examine
    from appliance.setup.findings import Verdict
    from appliance.views.doctor_lines import finding_lines, verdict_line

    found = []
    for finding in examine(root.absolute(), file):
        found.append(finding)
        if not as_json:
            emit("\n".join(finding_lines(finding)))
    healthy = all(finding.verdict is not Verdict.FAIL for finding in found)
    if as_json:
        emit_json({"schema": 1, "ok": healthy, "findings": [finding.to_json() for finding in found]})
    else:
        emit(f"\n{verdict_line(found)}")
    raise typer.Exit(0 if healthy else 1)
