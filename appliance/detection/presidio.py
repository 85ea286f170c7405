"""The whole detector: Presidio's analyzer with our patterns, the deny list, the name model and the policy's plug-ins.

Models read all texts of a question at once, are never gated, and enter Presidio as recognisers with answers ready.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from appliance.detection.analyzer import (
    DENY_LIST,
    TokensWhenAsked,
    build_analyzer,
    import_presidio,
    versions,
)
from appliance.detection.detector import Span, check_spans
from appliance.detection.ner.features import TYPES
from appliance.detection.plugins import load_plugin
from appliance.detection.precomputed import Model, recogniser_of
from appliance.detection.recognisers import RULES
from appliance.detection.shorthand import without_shorthand
from appliance.errors import DetectorFailed, PolicyError
from appliance.policy.model import Policy

_BLIND = "paraphrase, people who are described and not named, code names that are not on the deny list, pictures"
CANNOT_FIND = (f"a name the model takes for a word (docs/detection.md says how often, for each kind of text), "
               f"{_BLIND}, any language but English")
CANNOT_FIND_WITHOUT_MODEL = (
    f"names of people without a title or an announcing phrase, organisations that are not on the deny list, places "
    f"without a street or postcode, nationalities, {_BLIND}, any language but English")


class PresidioDetector:
    """Detector in this process. Use it through `DetectorProcess` wherever text is real.

    Raises:
        DetectorFailed: Presidio, the name model or a plug-in is missing or damaged; names the fix.
        PolicyError: the policy names an entity type that nothing here finds.
    """

    def __init__(self, policy: Policy) -> None:
        try:
            import_presidio(alone=not policy.detector.plugins)
            self._models = _models(policy)
            self._recognisers = [recogniser_of(model) for model in self._models]
            self._analyzer = build_analyzer(policy, self._recognisers)
        except (ImportError, OSError, ValueError, AttributeError, TypeError) as error:
            raise DetectorFailed(f"Presidio cannot be built ({type(error).__name__}); reinstall "
                                 f"presidio-analyzer 2.2.366") from error
        self._names_model = policy.detector.model == "builtin"
        self._whys = {f"{rule.entity.lower()}_{number}": getattr(rule, "why", "") for number, rule in enumerate(RULES)}
        self.entities = frozenset(self._analyzer.get_supported_entities("en"))
        _refuse_unknown(policy, self.entities)

    def describe(self) -> Mapping[str, str]:
        """See `Detector`."""
        about = {"name": "presidio", **versions(), "pipeline": "blank en, patterns, deny list, models",
                 "rules": str(len(RULES)), "entities": " ".join(sorted(self.entities))}
        for model in self._models:
            about |= model.describe()
        if not self._names_model:
            about["model"] = "none_names_pass_unseen"
        return about | {"cannot_find": CANNOT_FIND if self._names_model else CANNOT_FIND_WITHOUT_MODEL}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Detector`; the texts are folded ones."""
        try:
            with ExitStack() as stack:
                for recogniser in self._recognisers:
                    stack.enter_context(recogniser.holding(texts))
                return [self._in_one(text) for text in texts]
        except DetectorFailed:
            raise
        except Exception as error:
            # "from None": messages of Presidio quote the text.
            raise DetectorFailed(f"Presidio failed ({type(error).__name__}); nothing was released") from None

    def _in_one(self, text: str) -> list[Span]:
        if not text.strip():
            return []
        # No threshold here: the engine's own is for patterns, models have another, and neither may hide the other.
        results = self._analyzer.analyze(text, language="en", return_decision_process=True,
                                         nlp_artifacts=TokensWhenAsked(self._analyzer.nlp_engine, text))
        return check_spans(text, [Span(r.start, r.end, r.entity_type, float(r.score), _source(r), self._why(r))
                                  for r in results])

    def _why(self, result: Any) -> str:
        """What made the recogniser say so: names of patterns and context words, nothing of the text."""
        said = result.analysis_explanation
        if said is None:
            return ""
        if said.pattern_name is None:
            return str(said.textual_explanation or "")
        if said.pattern_name == DENY_LIST:
            return "a term of the deny list"
        own = self._whys.get(said.pattern_name)
        why = f"{own} (pattern {said.pattern_name})" if own else f"pattern {said.pattern_name!r}"
        if said.validation_result:
            why += "; its form and check digits are right"
        if said.supportive_context_word:
            why += (f"; the word {said.supportive_context_word!r} near it raises the score from "
                    f"{said.original_score:.2g} to {result.score:.2g}")
        return why


def _source(result: Any) -> str:
    return str((result.recognition_metadata or {}).get("recognizer_name", "presidio"))


def _models(policy: Policy) -> list[Model]:
    models: list[Model] = []
    if policy.detector.model == "builtin":
        models.append(_BuiltIn(policy.detector.model_threshold))
    names = [f"{plugin.kind}_{number}" for number, plugin in enumerate(policy.detector.plugins, start=1)]
    return models + [load_plugin(plugin, name) for plugin, name in zip(policy.detector.plugins, names, strict=True)]


class _BuiltIn:
    """The name model of this package as one of the models."""

    name = "ner"
    entities = TYPES

    def __init__(self, threshold: float | None) -> None:
        from appliance.detection.ner.tagger import NameModel

        self._model = NameModel(threshold=threshold)

    def describe(self) -> Mapping[str, str]:
        return {**self._model.describe(), "onnxruntime": importlib.metadata.version("onnxruntime")}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        return [without_shorthand(text, spans) for text, spans in zip(texts, self._model.detect(texts), strict=True)]


def _refuse_unknown(policy: Policy, known: frozenset[str]) -> None:
    wanted = set() if policy.entities == "all" else set(policy.entities)
    if unknown := sorted((wanted | set(policy.block_entities)) - known):
        raise PolicyError(f"policy {policy.name}: the detector does not know {', '.join(unknown)}")
