"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.display import DisplayKind

Root = Annotated[Path, typer.Option(
    "--root", envvar="PSI_HOME", file_okay=False, help="Folder of the jobs and the audit log.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
Display = Annotated[DisplayKind, typer.Option(
    "--display", help="How progress shows itself on standard error; auto is live on a terminal.")]
HERE = Path()
