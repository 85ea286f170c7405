"""Presidio with a blank spaCy pipeline: patterns, context words, the deny list; no model, no download, no network.

What its defaults would let through, and what closes it here: a pattern that times out is skipped (now an error);
ORGANIZATION is in ``labels_to_ignore`` (now empty); context words are compared with lemmas, which a blank pipeline
does not have (now the lower-cased token); the e-mail recogniser fetches a suffix list (now the bundled one); an
unknown model is downloaded (there is none to look for). Presidio 2.2.366.

Run as a module it is the process behind `appliance.detection.detector.DetectorProcess`.
"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any, NoReturn

from appliance.detection.detector import Span, check_spans
from appliance.detection.names import name_parts, strip_titles
from appliance.detection.normalise import clean, fold
from appliance.detection.recognisers import RULES
from appliance.errors import DetectorFailed, PolicyError
from appliance.policy.model import Policy

MIN_PHONE_DIGITS = 4
"""Presidio's phone pattern is not asked below that; the shortest valid national numbers are longer."""

CANNOT_FIND = ("names of people without a title or an announcing phrase, organisations and code names that are not on "
               "the deny list, places without a street or postcode, job titles, nationalities, paraphrase, any "
               "language but English")


class PresidioDetector:
    """Detector over Presidio's analyzer, in this process. Use it through `DetectorProcess` wherever text is real."""

    def __init__(self, policy: Policy) -> None:
        try:
            self._analyzer = _build(policy)
        except (ImportError, OSError, ValueError, AttributeError, TypeError) as error:
            raise DetectorFailed(f"Presidio cannot be built ({type(error).__name__}); reinstall "
                                 f"presidio-analyzer 2.2.366") from error
        self._threshold = policy.detector.score_threshold
        self.entities = frozenset(self._analyzer.get_supported_entities("en"))
        _refuse_unknown(policy, self.entities)

    def describe(self) -> Mapping[str, str]:
        """See `Detector`."""
        versions = {name: importlib.metadata.version(name) for name in ("presidio-analyzer", "spacy", "phonenumbers")}
        return {"name": "presidio", **versions, "pipeline": "blank en, patterns and deny list, no model",
                "rules": str(len(RULES)), "entities": " ".join(sorted(self.entities)), "cannot_find": CANNOT_FIND}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Detector`; the texts are folded ones."""
        return [self._in_one(text) for text in texts]

    def _in_one(self, text: str) -> list[Span]:
        if not text.strip():
            return []
        try:
            results = self._analyzer.analyze(text, language="en", score_threshold=self._threshold)
        except DetectorFailed:
            raise
        except Exception as error:
            # "from None": messages of Presidio quote the text.
            raise DetectorFailed(f"Presidio failed ({type(error).__name__}); nothing was released") from None
        return check_spans(text, [Span(r.start, r.end, r.entity_type, float(r.score), _source(r)) for r in results])


def _source(result: Any) -> str:
    return str((result.recognition_metadata or {}).get("recognizer_name", "presidio"))


def _refuse_unknown(policy: Policy, known: frozenset[str]) -> None:
    wanted = set() if policy.entities == "all" else set(policy.entities)
    if unknown := sorted((wanted | set(policy.block_entities)) - known):
        raise PolicyError(f"policy {policy.name}: the detector does not know {', '.join(unknown)}")


def _build(policy: Policy) -> Any:
    import presidio_analyzer
    import tldextract
    from presidio_analyzer import pattern_recognizer
    from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    pattern_recognizer.REGEX_TIMEOUT_SECONDS = policy.detector.deadline_s
    pattern_recognizer.logger = _TimeoutIsAnError(logging.getLogger("presidio-analyzer"), {})
    engine = _blank_engine()
    registry = presidio_analyzer.RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("PhoneRecognizer")
    for recogniser in (_phone_recogniser(), *_own_recognisers(), *_deny_recognisers(policy)):
        registry.add_recognizer(recogniser)
    # Whole words: by substring the context "lic" of a licence would be found in every "clinic".
    context = LemmaContextAwareEnhancer(context_matching_mode="whole_word")
    return presidio_analyzer.AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"],
                                            context_aware_enhancer=context)


class _TimeoutIsAnError(logging.LoggerAdapter):  # type: ignore[type-arg]
    """In that module of Presidio the only warning is "timed out, skipping": a skipped pattern is a leak."""

    def warning(self, *_: object, **__: object) -> NoReturn:
        raise DetectorFailed("a pattern did not finish in time; nothing was released")


def _blank_engine() -> Any:
    import spacy
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    from spacy.language import Language

    @Language.component("psi_lemma_is_lowercase")  # type: ignore[untyped-decorator]
    def lemma_is_lowercase(doc: Any) -> Any:
        for token in doc:
            token.lemma_ = token.lower_
        return doc

    class BlankEngine(SpacyNlpEngine):  # type: ignore[misc]
        """A tokeniser; `load` of the base class would download a model."""

        def load(self) -> None:
            nlp = spacy.blank("en")
            nlp.add_pipe("psi_lemma_is_lowercase")
            self.nlp = {"en": nlp}

    engine = BlankEngine(models=[{"lang_code": "en", "model_name": "blank_en"}],
                         ner_model_configuration=NerModelConfiguration(labels_to_ignore=[]))
    engine.load()
    return engine


def _phone_recogniser() -> Any:
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    class GatedPhoneRecognizer(PhoneRecognizer):  # type: ignore[misc]
        """Skips texts with fewer digits than any phone number has; it is the slowest recogniser by far."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> Any:
            if sum(map(str.isdecimal, text)) < MIN_PHONE_DIGITS:
                return []
            return super().analyze(text, entities, nlp_artifacts)

    return GatedPhoneRecognizer(name="PhoneRecognizer")


def _own_recognisers() -> list[Any]:
    import regex
    from presidio_analyzer import Pattern, PatternRecognizer

    patterns: dict[str, list[Any]] = defaultdict(list)
    for number, rule in enumerate(RULES):
        patterns[rule.entity].append(Pattern(f"{rule.entity.lower()}_{number}", rule.pattern, rule.score))
    return [PatternRecognizer(entity, name=f"psi_{entity.lower()}", patterns=rules,
                              global_regex_flags=regex.MULTILINE) for entity, rules in patterns.items()]


def _deny_recognisers(policy: Policy) -> list[Any]:
    import regex
    from presidio_analyzer import Pattern, PatternRecognizer

    class DenyList(PatternRecognizer):  # type: ignore[misc]
        """Presidio's deny list, blind to what stands between the words of a term and to a plural."""

        def _deny_list_to_regex(self, deny_list: list[str]) -> Any:
            terms = [r"[\W_]{0,9}".join(map(regex.escape, term.split())) + "(?:'?s)?" for term in deny_list]
            bounded = rf"(?<![^\W_])(?:{'|'.join(sorted(terms, key=len, reverse=True))})(?![^\W_])"
            return Pattern(name="deny_list", regex=bounded, score=1.0)

    return [DenyList(entity, name=f"deny_list_{entity.lower()}", deny_list=deny_terms(entity, terms))
            for entity, terms in policy.deny_list.items()]


def deny_terms(entity: str, terms: tuple[str, ...]) -> list[str]:
    """What is looked for because of one list: its terms, folded; for people also each name of three letters or more."""
    found: dict[str, None] = {}
    for term in terms:
        plain = " ".join(fold(clean(term)).text.split())
        found[plain] = None
        if entity == "PERSON":
            name = strip_titles(plain.casefold())
            found |= dict.fromkeys([name, *name_parts(name)])
    return list(found)


def main() -> None:
    """Serve questions on standard input with answers on standard output, one JSON object per line."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    logging.disable(logging.CRITICAL)  # Presidio's debug lines quote texts

    def say(answer: Mapping[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        policy = Policy.model_validate(json.loads(sys.stdin.readline())["policy"])
        detector = PresidioDetector(policy)
    except Exception as error:
        say({"error": type(error).__name__})
        return
    say({"ready": dict(detector.describe())})
    for line in sys.stdin:
        # If the parent is gone nobody kills us: the alarm's default action ends this process even inside a match.
        signal.setitimer(signal.ITIMER_REAL, policy.detector.deadline_s + 5)
        say(_answer(detector, json.loads(line)))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(detector: PresidioDetector, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = detector.detect(question["texts"])
    except Exception as error:
        return {"id": question["id"], "error": type(error).__name__}
    return {"id": question["id"], "spans": [[list(astuple(span)) for span in spans] for spans in found]}


if __name__ == "__main__":
    main()
