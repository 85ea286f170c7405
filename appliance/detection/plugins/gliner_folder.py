"""A GLiNER model folder: entity types are words of the language, given to the model with each text."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from appliance.detection.detector import Span
from appliance.detection.plugins import about
from appliance.detection.plugins.chunks import moved, without_cut_ones
from appliance.policy.parts import ModelPlugin

CHUNK_WORDS = 200
"""GLiNER cuts longer texts with a warning; its own limit is 384 words, and each may be several tokens."""

OVERLAP_WORDS = 40
# GLiNER's own idea of a word: a sign alone is one.
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")


class GlinerFolder:
    """See `appliance.detection.precomputed.Model`."""

    def __init__(self, plugin: ModelPlugin, name: str) -> None:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
        from gliner import GLiNER

        self.name = name
        self.entities = tuple(sorted(set(plugin.labels.values())))
        self._plugin = plugin
        self._model = GLiNER.from_pretrained(str(plugin.path), local_files_only=True)

    def describe(self) -> Mapping[str, str]:
        """See `Model`."""
        return about(self._plugin, self.name)

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Model`."""
        return [without_cut_ones([((start, end), moved(self._in_one(text[start:end]), start))
                                  for start, end in word_chunks(text)], len(text)) for text in texts]

    def _in_one(self, text: str) -> list[Span]:
        found = self._model.predict_entities(text, list(self._plugin.labels), threshold=self._plugin.threshold)
        return [Span(int(one["start"]), int(one["end"]), self._plugin.labels[one["label"]], float(one["score"]),
                     self.name, f"label {one['label']}, p {float(one['score']):.2f}") for one in found]


def word_chunks(text: str, size: int = CHUNK_WORDS, overlap: int = OVERLAP_WORDS) -> list[tuple[int, int]]:
    """Ranges of a text of at most `size` words that share `overlap` words; together they hold every word."""
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    if len(words) <= size:
        return [(0, len(text))] if words else []
    firsts = [*range(0, len(words) - size, size - overlap), len(words) - size]
    return [(words[first][0], words[first + size - 1][1]) for first in firsts]
