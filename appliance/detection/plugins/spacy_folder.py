"""A spaCy pipeline that was saved with ``nlp.to_disk``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from appliance.detection.detector import Span
from appliance.detection.plugins import about, check_labels
from appliance.detection.plugins.chunks import chunks, moved, without_cut_ones
from appliance.policy.parts import ModelPlugin

CHUNK_CHARS = 100_000
"""spaCy refuses texts above 1,000,000 characters, and its memory grows with the text."""

OVERLAP_CHARS = 1_000
SCORE = 0.85
"""spaCy's entities have no probability; this is what Presidio gives them."""


class SpacyFolder:
    """See `appliance.detection.precomputed.Model`."""

    def __init__(self, plugin: ModelPlugin, name: str) -> None:
        import spacy

        self.name = name
        self.entities = tuple(sorted(set(plugin.labels.values())))
        self._plugin = plugin
        self._nlp = spacy.load(plugin.path)
        check_labels(plugin, {str(label) for _, pipe in self._nlp.pipeline for label in getattr(pipe, "labels", ())})

    def describe(self) -> Mapping[str, str]:
        """See `Model`."""
        return about(self._plugin, self.name)

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Model`."""
        return [without_cut_ones([((start, end), moved(self._in_one(text[start:end]), start))
                                  for start, end in chunks(text, CHUNK_CHARS, OVERLAP_CHARS)], len(text))
                for text in texts]

    def _in_one(self, text: str) -> list[Span]:
        labels = self._plugin.labels
        return [Span(entity.start_char, entity.end_char, labels[entity.label_], SCORE, self.name,
                     f"label {entity.label_}") for entity in self._nlp(text).ents if entity.label_ in labels]
