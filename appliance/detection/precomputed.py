"""What a model found, as a recogniser of Presidio: a model reads many texts at once, Presidio asks text by text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from appliance.detection.detector import Span
from appliance.errors import DetectorFailed


class Model(Protocol):
    """Something that finds entities in many texts at once."""

    @property
    def name(self) -> str:
        """What its spans say under ``source``."""

    @property
    def entities(self) -> Sequence[str]:
        """The types it can find."""

    def describe(self) -> Mapping[str, str]:
        """What the record of a job has to say about it."""

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """One list of spans for each text, in order."""


def recogniser_of(model: Model) -> Any:
    """An `EntityRecognizer` that answers with what was found beforehand, within its ``holding(texts)``.

    It is asked about every text, and about one that was not computed it raises: silence would look like "no names".
    """
    from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

    class Precomputed(EntityRecognizer):  # type: ignore[misc]  # Presidio has no types
        def __init__(self) -> None:
            super().__init__(supported_entities=list(model.entities), name=model.name, supported_language="en")
            self.score_thresholds = {"default": 0.0}  # the model has decided already
            self._held: dict[str, list[Span]] = {}

        def load(self) -> None:
            """Nothing to load: the model is loaded."""

        @contextmanager
        def holding(self, texts: Sequence[str]) -> Iterator[None]:
            """Compute these texts and answer about them until the block ends."""
            different = list(dict.fromkeys(texts))
            try:
                self._held = dict(zip(different, model.detect(different), strict=True))
                yield
            finally:
                self._held = {}

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> Any:  # noqa: ARG002  # its signature
            if text not in self._held:
                raise DetectorFailed("a text was not read by every model; nothing was released")
            # A sign alone is nobody's name, whatever a model says of it.
            return [self._result(span) for span in self._held[text]
                    if any(map(str.isalnum, text[span.start:span.end]))]

        def _result(self, span: Span) -> Any:
            why = AnalysisExplanation(recognizer=self.name, original_score=span.score,
                                      textual_explanation=span.why or f"score {span.score:.2f}")
            return RecognizerResult(span.entity, span.start, span.end, span.score, why, {
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id})

    return Precomputed()
