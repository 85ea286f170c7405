"""Presidio's analyzer on a blank spaCy pipeline: nothing to download, and what its defaults would let through closed.

A pattern that times out is skipped (here an error); ORGANIZATION is in ``labels_to_ignore`` (here empty); context words
are compared with lemmas, which a blank pipeline does not have (here the lower-cased token); the e-mail recogniser
fetches a suffix list (here the bundled one); spaCy refuses texts above 1,000,000 characters (its tokeniser alone has no
limit). Presidio 2.2.366.
"""

from __future__ import annotations

import importlib.metadata
import logging
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from appliance.detection.deny_terms import deny_pattern, deny_terms
from appliance.detection.gates import gate_patterns
from appliance.detection.phones import phone_recogniser
from appliance.detection.recognisers import RULES
from appliance.detection.recognisers.columns import ages_in_columns
from appliance.errors import DetectorFailed
from appliance.policy.model import Policy

_UNUSED = ("torch", "transformers")
_COLUMN_SCORE = 0.6
DENY_LIST = "deny_list"
"""How the names of the recognisers of listed terms begin."""


def build_analyzer(policy: Policy, models: Sequence[Any] = (), *, gated: bool = True) -> Any:
    """An `AnalyzerEngine` with the predefined patterns, our rules, the policy's lists and the given recognisers.

    Args:
        policy: its deny list and deadline.
        models: recognisers of `appliance.detection.precomputed`.
        gated: False tries every pattern on every text, to compare with.
    """
    import presidio_analyzer
    import tldextract
    from presidio_analyzer import pattern_recognizer

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    pattern_recognizer.REGEX_TIMEOUT_SECONDS = policy.detector.deadline_s
    pattern_recognizer.logger = _TimeoutIsAnError(logging.getLogger("presidio-analyzer"), {})
    engine = _blank_engine()
    registry = presidio_analyzer.RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("PhoneRecognizer")
    # Ours find whole addresses; its pattern takes "diagnosis.Patient", a forgotten space, for a host in Panama.
    registry.remove_recognizer("UrlRecognizer")
    registry.remove_recognizer("SpacyRecognizer")
    for recogniser in (phone_recogniser(gated=gated), *_own_recognisers(), _column_recogniser(),
                       *_deny_recognisers(policy), *models):
        registry.add_recognizer(recogniser)
    if gated:
        for recogniser in registry.recognizers:
            if isinstance(recogniser, presidio_analyzer.PatternRecognizer):
                gate_patterns(recogniser)
    return _engine(registry=registry, nlp_engine=engine, supported_languages=["en"],
                   default_score_threshold=policy.detector.score_threshold, context_aware_enhancer=_context_enhancer())


def _engine(**parts: Any) -> Any:
    from presidio_analyzer import AnalyzerEngine

    class FixedEngine(AnalyzerEngine):  # type: ignore[misc]  # Presidio has no types
        """An engine that does not look up its recognisers again for every text; they do not change."""

        def __init__(self) -> None:
            super().__init__(**parts)
            self._fixed: list[Any] = parts["registry"].recognizers
            parts["registry"].get_recognizers = lambda *_, **__: self._fixed
            self._entities: list[str] = super().get_supported_entities("en")

        def get_recognizers(self, language: str | None = None) -> list[Any]:  # noqa: ARG002  # Presidio's signature
            return self._fixed

        def get_supported_entities(self, language: str | None = None) -> list[str]:  # noqa: ARG002  # the same
            return self._entities

        def _enhance_using_context(self, text: str, raw_results: list[Any], nlp_artifacts: Any, recognizers: list[Any],
                                   context: Any = None) -> Any:
            # Without the step for recognisers that boost themselves: that they leave it alone is tested.
            return self.context_aware_enhancer.enhance_using_context(text, raw_results, nlp_artifacts, recognizers,
                                                                     context)

    return FixedEngine()


def import_presidio(*, alone: bool) -> None:
    """Import Presidio and spaCy, which has to happen before anything else imports them.

    Args:
        alone: without the libraries that they import if they can and a blank pipeline does not use.
    """
    with _without(_UNUSED if alone else ()):
        import presidio_analyzer  # noqa: F401  # imported for its effect
        import spacy  # noqa: F401  # the same


@contextmanager
def _without(modules: Sequence[str]) -> Iterator[None]:
    """As if these were not installed; torch and transformers are 4 s of start-up and 300 MB."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: an import of it fails
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


class _TimeoutIsAnError(logging.LoggerAdapter[logging.Logger]):
    """In that module of Presidio the only warning is "timed out, skipping": a skipped pattern is a leak."""

    def warning(self, *_: object, **__: object) -> NoReturn:
        raise DetectorFailed("a pattern did not finish in time; nothing was released")


def _blank_engine() -> Any:
    import spacy
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    from spacy.language import Language

    @Language.component("psi_lemma_is_lowercase")  # type: ignore[untyped-decorator]  # spaCy has no types
    def lemma_is_lowercase(doc: Any) -> Any:
        for token in doc:
            token.lemma_ = token.lower_
        return doc

    class BlankNlpEngine(SpacyNlpEngine):  # type: ignore[misc]  # Presidio has no types
        """A tokeniser only: nothing to download."""

        def load(self) -> None:
            nlp = spacy.blank("en")
            nlp.max_length = sys.maxsize
            nlp.add_pipe("psi_lemma_is_lowercase")
            self.nlp = {"en": nlp}

    engine = BlankNlpEngine(models=[{"lang_code": "en", "model_name": "blank_en"}],
                            ner_model_configuration=NerModelConfiguration(labels_to_ignore=[]))
    engine.load()
    return engine


class TokensWhenAsked:
    """Presidio's artefacts of one text; tokens are only made when a finding has context words to look for."""

    def __init__(self, engine: Any, text: str) -> None:
        self._engine, self._text = engine, text

    def __getattr__(self, name: str) -> Any:
        made = self._engine.process_text(self._text, "en")
        self.__dict__ |= vars(made)
        return getattr(made, name)


def _context_enhancer() -> Any:
    from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

    class ContextEnhancer(LemmaContextAwareEnhancer):  # type: ignore[misc]  # Presidio has no types
        """Presidio's, in time that grows with the text and not with its square; the results are the same."""

        def enhance_using_context(self, text: str, raw_results: list[Any], nlp_artifacts: Any, recognizers: list[Any],
                                  context: Any = None) -> Any:
            able = {recogniser.id for recogniser in recognizers if recogniser.context}
            helped: list[Any] = []
            others: list[Any] = []
            for result in raw_results:
                (helped if result.recognition_metadata["recognizer_identifier"] in able else others).append(result)
            return others + super().enhance_using_context(text, helped, nlp_artifacts, recognizers, context)

        @staticmethod
        def _find_index_of_match_token(_word: str, start: int, tokens: Any, tokens_indices: list[int]) -> int:
            at = max(bisect_right(tokens_indices, start) - 1, 0)
            behind = start >= tokens_indices[at] + len(tokens[at])
            return min(at + behind, len(tokens_indices) - 1)

    # Whole words: by substring the context "lic" of a licence would be found in every "clinic".
    return ContextEnhancer(context_matching_mode="whole_word")


def _own_recognisers() -> list[Any]:
    import regex
    from presidio_analyzer import Pattern, PatternRecognizer

    class LazyPattern(Pattern):  # type: ignore[misc]  # Presidio has no types
        """Compiled when first needed; Presidio's compiles at once without its flags, and then again with them."""

        def __init__(self, name: str, pattern: str, score: float) -> None:
            self.name, self.regex, self.score = name, pattern, score
            self.compiled_regex = self.compiled_with_flags = None

    patterns: dict[str, list[Any]] = defaultdict(list)
    for number, rule in enumerate(RULES):
        patterns[rule.entity].append(LazyPattern(f"{rule.entity.lower()}_{number}", rule.pattern, rule.score))
    return [PatternRecognizer(entity, name=f"psi_{entity.lower()}", patterns=rules,
                              global_regex_flags=regex.MULTILINE) for entity, rules in patterns.items()]


def _column_recogniser() -> Any:
    from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

    class Columns(EntityRecognizer):  # type: ignore[misc]  # Presidio has no types
        """Ages below a header; it needs more than one line, which no pattern can count."""

        def load(self) -> None:
            """Nothing to load."""

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> Any:  # noqa: ARG002  # its signature
            why = AnalysisExplanation(self.name, _COLUMN_SCORE,
                                      textual_explanation="a number below a cell that says age")
            return [RecognizerResult("AGE", start, end, _COLUMN_SCORE, why) for start, end in ages_in_columns(text)]

    return Columns(supported_entities=["AGE"], name="psi_age_columns", supported_language="en")


def _deny_recognisers(policy: Policy) -> list[Any]:
    from presidio_analyzer import Pattern, PatternRecognizer

    return [PatternRecognizer(entity, name=f"{DENY_LIST}_{entity.lower()}", patterns=[
                Pattern(name=DENY_LIST, regex=deny_pattern(entity, deny_terms(entity, terms)), score=1.0)])
            for entity, terms in policy.deny_list.items()]


def versions() -> dict[str, str]:
    """Of the libraries that decide what is found."""
    return {name: importlib.metadata.version(name) for name in ("presidio-analyzer", "spacy", "phonenumbers")}
