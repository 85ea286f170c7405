"""A person's editor, on a file of ours."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from appliance.artefact import write_durably
from appliance.errors import ApplianceError, ConfigError, InputError

FALLBACKS = ("nano", "vi")


def edit_file(path: Path, text: str) -> bool:
    """Write a file, open it in the editor, and see whether it comes back changed.

    Args:
        path: made for this, readable by its owner only, and removed again where nothing changed.
        text: what it holds at first.

    Returns:
        True when it was changed and is not empty; comments (``#``) do not count.

    Raises:
        ConfigError: no editor is known.
        InputError: an earlier edit lies there and was never used.
        ApplianceError: the editor could not be started or said that it failed.
    """
    if path.exists():
        raise InputError(f"{path} is left from an edit that could not be used; import it or remove it first")
    command = _editor()
    write_durably(path, text.encode())
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603 - the person's own editor
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ApplianceError(f"the editor {command[0]} cannot be started ({error.strerror})") from error
    if code:
        path.unlink(missing_ok=True)
        raise ApplianceError(f"the editor {command[0]} ended with {code}; nothing was changed")
    if path.exists() and _meaning(path.read_bytes()) not in (_meaning(text.encode()), []):
        return True
    path.unlink(missing_ok=True)
    return False


def _meaning(data: bytes) -> list[bytes]:
    lines = (line.strip() for line in data.splitlines())
    return [line for line in lines if line and not line.startswith(b"#")]


def _editor() -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        if command := shlex.split(os.environ.get(name, "")):
            return command
    for name in FALLBACKS:
        if found := shutil.which(name):
            return [found]
    raise ConfigError("no editor is known; set EDITOR, or use `psi principles export` and `psi principles import`")
