"""What the head of a GGUF file says, without loading the model: enough to see that the file was cut short.

Layout (GGUF v2 and v3, little-endian): magic, version, tensor count, metadata count; the metadata; one record for each
tensor; padding; the tensors' data. Only the head is read, so a file of any size takes well under a second.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from appliance.errors import EngineError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DEFAULT_ALIGNMENT = 32
# A head larger than this is nonsense, and so is a string or a list longer than the whole file.
_MAX_ENTRIES = 1_000_000
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66),
    17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136),
    24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54),
    35: (256, 66), 39: (32, 17)}
"""``enum ggml_type`` of ggml.h: weights in a block and its bytes. A type that is not here counts as empty."""


@dataclass(frozen=True, slots=True)
class GgufHead:
    """The head of one file.

    Attributes:
        parameters: weights in all tensors.
        expected_bytes: the least size of the whole file.
        architecture: such as ``llama``, None where it does not say.
        trained_context_tokens: None where it does not say.
    """

    parameters: int
    expected_bytes: int
    architecture: str | None
    trained_context_tokens: int | None


def read_head(path: Path) -> GgufHead:
    """Read and check the head of a file.

    Raises:
        EngineError: unreadable, not a GGUF of a known version, damaged, or shorter than its head says.
    """
    try:
        with path.open("rb") as stream:
            head, size = _Reader(stream).head(), os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise EngineError(f"{path}: cannot read the model ({error.strerror})") from error
    except (struct.error, UnicodeDecodeError, RecursionError, OverflowError, _Nonsense) as error:
        raise EngineError(f"{path}: this GGUF file is damaged or breaks off in its head; copy or download it again"
                          ) from error
    if head is None:
        raise EngineError(f"{path}: not a GGUF file of version {' or '.join(map(str, VERSIONS))}; convert the model to "
                          f"GGUF or download it again")
    if size < head.expected_bytes:
        raise EngineError(f"{path}: this GGUF file is cut short: it has {size:,} bytes of at least "
                          f"{head.expected_bytes:,}; copy or download it again")
    return head


class _Nonsense(ValueError):
    pass


class _Reader:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def head(self) -> GgufHead | None:
        if self._stream.read(4) != MAGIC or self._one("<I") not in VERSIONS:
            return None
        tensors, entries = self._count(), self._count()
        metadata: dict[str, Any] = {}
        for _ in range(entries):
            key = self._string().decode("utf-8")
            metadata[key] = self._value(self._one("<I"))
        parameters, data_bytes = self._tensors(tensors)
        alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        if type(alignment) is not int or alignment < 1:
            raise _Nonsense
        start = math.ceil(self._stream.tell() / alignment) * alignment
        architecture = metadata.get("general.architecture")
        trained = metadata.get(f"{architecture}.context_length")
        return GgufHead(parameters, start + data_bytes if tensors else self._stream.tell(),
                        architecture if isinstance(architecture, str) else None,
                        trained if isinstance(trained, int) else None)

    def _tensors(self, count: int) -> tuple[int, int]:
        """Weights of all tensors, and where the last of them ends in the data."""
        parameters = end = 0
        for _ in range(count):
            self._string()
            dimensions = self._one("<I")
            if dimensions > 8:
                raise _Nonsense
            weights = math.prod(self._one("<Q") for _ in range(dimensions))
            kind, offset = self._one("<I"), self._one("<Q")
            block, block_bytes = _BLOCKS.get(kind, (1, 0))
            parameters += weights
            end = max(end, offset + weights // block * block_bytes)
        return parameters, end

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string().decode("utf-8", "replace")
        if kind != _ARRAY:
            return self._one(_scalar(kind))
        inner, count = self._one("<I"), self._count()
        if inner in (_STRING, _ARRAY):
            for _ in range(count):
                self._value(inner)
        else:
            self._skip(struct.calcsize(_scalar(inner)) * count)
        return None

    def _one(self, layout: str) -> Any:
        return struct.unpack(layout, self._stream.read(struct.calcsize(layout)))[0]

    def _count(self) -> int:
        count: int = self._one("<Q")
        if count > 64 * _MAX_ENTRIES:
            raise _Nonsense
        return count

    def _string(self) -> bytes:
        length = self._count()
        text = self._stream.read(length)
        if len(text) != length:
            raise _Nonsense
        return text

    def _skip(self, size: int) -> None:
        self._stream.seek(size, os.SEEK_CUR)


def _scalar(kind: int) -> str:
    layout = _SCALARS.get(kind)
    if layout is None:
        raise _Nonsense
    return layout
