"""Vectors of a build that may be cut off anywhere: appended batch by batch, taken over by the next build."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

KEY_BYTES = 16


class VectorLog:
    """A header line with model and dimensions, then records of a key and a float32 vector.

    Args:
        path: the file; readable by its owner only.
        model: what made the vectors; a file of another model is begun anew.
    """

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model

    def read(self) -> dict[bytes, NDArray[float32]]:
        """All whole records; a torn last one is cut off. Empty if the file is of another model."""
        import numpy

        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        header, _, body = data.partition(b"\n")
        model, _, dimensions = header.decode("ascii", "replace").partition(" ")
        if model != self._model or not dimensions.isdigit() or not int(dimensions):
            self.remove()
            return {}
        record = numpy.dtype([("key", f"V{KEY_BYTES}"), ("vector", numpy.float32, (int(dimensions),))])
        whole = len(body) // record.itemsize
        os.truncate(self._path, len(header) + 1 + whole * record.itemsize)
        records = numpy.frombuffer(body, record, whole)
        return dict(zip((key.tobytes() for key in records["key"]), records["vector"], strict=True))

    def append(self, keys: Sequence[bytes], vectors: NDArray[float32]) -> None:
        """Add records and make them durable.

        Raises:
            OSError: the disk refused; a torn record is cut off by the next `read`.
        """
        data = b"".join(key + vector.tobytes() for key, vector in zip(keys, vectors, strict=True))
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "ab") as stream:
            if not stream.tell():
                stream.write(f"{self._model} {vectors.shape[1]}\n".encode())
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())

    def remove(self) -> None:
        """There is no unfinished build any more."""
        self._path.unlink(missing_ok=True)
