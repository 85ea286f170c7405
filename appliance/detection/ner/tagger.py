"""The name model at run time: many texts in, spans out, on one processor core.

Every window is computed with windows of exactly its own length and never padded, and no step of the network looks
across windows. So what is found in a text does not depend on the texts beside it, to the last bit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.detection.detector import Span
from appliance.detection.ner.decode import decode
from appliance.detection.ner.features import CLS_ID, SEP_ID, Encoded, encode, load_tokenizer, windows
from appliance.detection.ner.network import INPUT, graph
from appliance.detection.ner.weights import MODEL_FOLDER, load_weights
from appliance.errors import DetectorFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TOKENS_AT_ONCE = 512
"""Windows of one length are computed together up to this many tokens: beyond it a core's cache is too small."""


class NameModel:
    """Finds names, places, organisations, dates and groups of people in running text.

    Args:
        folder: see `appliance.detection.ner.weights.load_weights`.
        threshold: see there.
        integers: see `appliance.detection.ner.network.graph`.

    Raises:
        DetectorFailed: weights, encoder or onnxruntime are missing or not what they should be.
    """

    def __init__(self, folder: Path = MODEL_FOLDER, threshold: float | None = None, *, integers: bool = True) -> None:
        self._weights = weights = load_weights(folder, threshold)
        tables = [weights.tensors[f"bert.embeddings.{name}_embeddings.weight"]
                  for name in ("word", "position", "token_type")]
        self._words, self._positions, self._cases = tables
        try:
            self._tokenizer = load_tokenizer()
            self._session = _session(graph(weights.tensors, integers=integers))
        except DetectorFailed:
            raise
        except Exception as error:
            raise DetectorFailed(f"the name model cannot be built ({type(error).__name__}); "
                                 f"reinstall psi-appliance and onnxruntime") from error

    def describe(self) -> Mapping[str, str]:
        """For the record: version, hashes and thresholds."""
        shown = " ".join(f"{name} {value:g}" for name, value in self._weights.thresholds.items())
        if len(set(self._weights.thresholds.values())) == 1:
            shown = f"{next(iter(self._weights.thresholds.values())):g}"
        return {"model": self._weights.version, "model_sha256": self._weights.sha256,
                "encoder_sha256": self._weights.encoder_sha256, "model_threshold": shown}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text, in order; a text of any length is read to its end."""
        encoded = encode(self._tokenizer, texts)
        return [decode(one, rows, self._weights.thresholds) if len(one.ids) else []
                for one, rows in zip(encoded, self.probabilities(encoded), strict=True)]

    def probabilities(self, encoded: Sequence[Encoded]) -> list[NDArray[np.float32]]:
        """For each text tokens x labels; a token of two windows keeps the row with the higher maximum."""
        import numpy as np

        found = [np.zeros((len(one.ids), len(self._weights.tensors["classifier.bias"])), np.float32)
                 for one in encoded]
        for (text, first, last), rows in self._computed(encoded):
            kept = found[text][first:last]
            better = rows.max(axis=1) > kept.max(axis=1)
            kept[better] = rows[better]
        return found

    def _computed(self, encoded: Sequence[Encoded]) -> Iterator[tuple[tuple[int, int, int], NDArray[np.float32]]]:
        """Every window as ``(text, first token, one past the last)`` with its rows."""
        by_length: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for text, one in enumerate(encoded):
            for first, last in windows(len(one.ids)):
                by_length[last - first].append((text, first, last))
        for length, places in by_length.items():
            step = max(1, MAX_TOKENS_AT_ONCE // (length + 2))
            for start in range(0, len(places), step):
                together = places[start:start + step]
                yield from zip(together, self._run(encoded, together), strict=True)

    def _run(self, encoded: Sequence[Encoded], places: Sequence[tuple[int, int, int]]) -> NDArray[np.float32]:
        import numpy as np

        ids = np.array([(CLS_ID, *encoded[text].ids[first:last], SEP_ID) for text, first, last in places])
        cases = np.array([(0, *encoded[text].cases[first:last], 0) for text, first, last in places])
        count, length = ids.shape
        embeddings = self._words[ids] + self._positions[:length] + self._cases[cases]
        (rows,) = self._session.run(None, {INPUT: embeddings})
        if not np.isfinite(rows).all():
            raise DetectorFailed("the name model computed something that is not a number; nothing was released")
        kept: NDArray[np.float32] = rows.reshape(count, length, -1)[:, 1:-1]
        return kept


def _session(model: bytes) -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # it would look up its maker's host
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # cores are used by processes, not by threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
