"""Artefacts: JSON Lines files whose rows are a stage's checkpoint.

One append is one write and one fsync, so a row that was reported done survives a power cut. A write that was cut
short leaves a line without its newline; opening the artefact cuts that tail off, because its row was never reported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from appliance.errors import InputError


def fsync_directory(directory: Path) -> None:
    """Make a directory's own entries durable (a new or renamed file in it)."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file's content: temporary name, fsync, rename, fsync of the directory.

    A reader sees the old content or the new, never a mixture. The file is readable by its owner only.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_directory(path.parent)


class Artefact:
    """An append-only JSON Lines file that belongs to one stage of one job.

    Args:
        path: the file; created, readable by its owner only, with the first append.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cut_torn_tail()

    def _cut_torn_tail(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("r+b") as stream:
            data = stream.read()
            whole = data.rfind(b"\n") + 1
            if whole != len(data):
                stream.truncate(whole)
                stream.flush()
                os.fsync(stream.fileno())

    def rows(self) -> Iterator[dict[str, Any]]:
        """All rows in the order they were appended.

        Raises:
            InputError: a line is not a JSON object; names the file and line.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise InputError(f"{self.path}:{number}: this line is damaged; "
                                     f"move the file away to redo its stage") from error
                if not isinstance(row, dict):
                    raise InputError(f"{self.path}:{number}: expected a JSON object")
                yield row

    def __len__(self) -> int:
        return sum(1 for _ in self.rows())

    def append(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append rows as one write and make them durable before returning."""
        data = b"".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                        for row in rows)
        if not data:
            return
        new = not self.path.exists()
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view):]
            os.fsync(handle)
        finally:
            os.close(handle)
        if new:
            fsync_directory(self.path.parent)
