"""A name model that has learnt nothing: the encoder's layers and a random head, saved as training saves it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from appliance.detection.ner.features import CASE_IDS, LABELS, TYPES, encoder_folder


def save_fresh_model(folder: Path, threshold: float = 0.5) -> Path:
    """The folder, with ``model.safetensors`` and ``model.json``."""
    import numpy as np
    from safetensors.numpy import load_file, save_file

    draw = np.random.default_rng(0)
    encoder = load_file(encoder_folder() / "model.safetensors")
    tensors = {f"bert.{name}": values.astype(np.float16) for name, values in encoder.items()
               if name.startswith(("embeddings.LayerNorm", "encoder."))}
    rows = encoder["embeddings.token_type_embeddings.weight"][:1]
    tensors["bert.embeddings.token_type_embeddings.weight"] = (
        rows + draw.normal(0, 0.01, (CASE_IDS, rows.shape[1]))).astype(np.float16)
    tensors["classifier.weight"] = draw.normal(0, 0.1, (len(LABELS), rows.shape[1])).astype(np.float16)
    tensors["classifier.bias"] = np.zeros(len(LABELS), np.float16)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    write_card(folder, thresholds=dict.fromkeys(TYPES, threshold))
    return folder


def write_card(folder: Path, **changes: Any) -> None:
    """``model.json`` for the weights that lie in the folder."""
    card = {"version": "fresh", "labels": list(LABELS), "thresholds": dict.fromkeys(TYPES, 0.5),
            "weights_sha256": _sha256(folder / "model.safetensors"),
            "encoder_sha256": _sha256(encoder_folder() / "model.safetensors"),
            "tokenizer_sha256": _sha256(encoder_folder() / "tokenizer.json")}
    (folder / "model.json").write_text(json.dumps(card | changes), encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
