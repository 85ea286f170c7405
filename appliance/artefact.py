"""Artefacts: JSON Lines files whose rows are a stage's checkpoint.

One append is one write and one fsync, so a row that was reported done survives a power cut. A write that was cut
short leaves a line without its newline; opening the artefact cuts that tail off, because its row was never reported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from appliance.errors import InputError, StorageError


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

    Reading changes nothing and passes over a torn last line; the first append cuts it off.

    Args:
        path: the file; created, readable by its owner only, with the first append.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._whole = False

    def rows(self) -> Iterator[dict[str, Any]]:
        """All rows in the order they were appended.

        Raises:
            InputError: a line is not a JSON object; names the file and line.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if not line.endswith(b"\n"):
                    return
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
        """Append rows as one write and make them durable before returning.

        A disk that refuses leaves none of them. A process killed inside the write may leave the first of them, whole.

        Raises:
            StorageError: the disk refused.
        """
        data = b"".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                        for row in rows)
        if not data:
            return
        try:
            self._append(data)
        except OSError as error:
            raise StorageError(f"{self.path}: cannot be written ({error.strerror}); "
                               f"free space or repair the disk, then psi resume") from error

    def _append(self, data: bytes) -> None:
        new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            end = self._end(handle)
            try:
                _write_all(handle, data, end)
                os.fsync(handle)
            except OSError:
                self._whole = False
                with suppress(OSError):
                    os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)
        if new:
            fsync_directory(self.path.parent)

    def _end(self, handle: int) -> int:
        """Where the next row begins: after the last whole one. What an earlier process left torn is cut off."""
        size = os.fstat(handle).st_size
        if self._whole:
            return size
        whole = self.path.read_bytes().rfind(b"\n") + 1
        if whole != size:
            os.ftruncate(handle, whole)
        self._whole = True
        return whole


def _write_all(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view, offset)
        view, offset = view[written:], offset + written
