"""What a policy opens beyond the closed defaults, in words: what is let through, and why that can go wrong.

A policy that contradicts itself or the product's promises is refused when it is read (`appliance.policy.model`). What
stands here is allowed, because somebody may mean it, and said wherever the policy is used, because somebody may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.config import REFLECTOR_HOST
from appliance.policy.model import Policy
from appliance.policy.parts import AnswersPolicy, DetectorPolicy, KnowledgePolicy, LimitsPolicy
from appliance.policy.shipped_model import in_per_cent, shipped_thresholds

CORE_TYPES = ("PERSON", "LOCATION", "ORGANIZATION", "DATE_TIME", "STREET_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS",
              "US_SSN", "CREDIT_CARD", "IBAN_CODE", "RECORD_NUMBER", "USERNAME", "URL", "IP_ADDRESS", "ZIP_CODE", "AGE")
"""What a list of types is expected to have, or to leave out on purpose."""
MAX_PLUGIN_THRESHOLD = 0.5
MAX_SCORE_THRESHOLD = 0.35
LONG_RUN_CHARS = 40
SHORT_TERM_CHARS = 4
MAX_ALLOWED_TERMS = 100
FACTOR = 5
"""So many times the default of a limit is no limit any more."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One permissive setting.

    Attributes:
        key: where it stands, such as ``detector.model``.
        says: what it lets through.
        danger: why that can go wrong.
        loud: text leaves unread or in clear; said before every run.
    """

    key: str
    says: str
    danger: str
    loud: bool = False


def openings(policy: Policy) -> tuple[Opening, ...]:
    """Everything permissive in a policy, in the order of the file."""
    return (*_detector(policy.detector), *_lists(policy), *_operators(policy), *_knowledge(policy.knowledge),
            *_limits(policy.limits), *_answers(policy.answers), *_destinations(policy))


def _detector(detector: DetectorPolicy) -> Iterator[Opening]:
    if detector.model == "none_names_pass_unseen":
        yield Opening("detector.model", "no name model is asked", "people, places and organisations leave in clear "
                      "unless a title, an announcing phrase, a seed or the deny list gives them away", loud=True)
    yield from _model_threshold(detector.model_threshold)
    if detector.score_threshold > MAX_SCORE_THRESHOLD:
        yield Opening("detector.score_threshold", f"patterns below {detector.score_threshold:g} are ignored",
                      "long numbers, plain phone numbers and dates score low and would leave", loud=True)
    for plugin in detector.plugins:
        if plugin.threshold > MAX_PLUGIN_THRESHOLD:
            yield Opening("detector.plugins", f"one name model has to be {plugin.threshold:.0%} sure",
                          "what only this model could find leaves when it doubts")
    if detector.other_language == "send_unread":
        yield Opening("detector.other_language", "texts in languages the detectors cannot read are sent",
                      "nothing private in them is found", loud=True)


def _model_threshold(threshold: float | None) -> Iterator[Opening]:
    shipped = shipped_thresholds()
    if threshold is None or (shipped and threshold <= min(shipped.values())):
        return
    usual = f"it is shipped with {in_per_cent(shipped)}" if shipped else "nobody can say what it is shipped with"
    yield Opening("detector.model_threshold", f"a word is masked only from {100 * threshold:.2g}% certainty of the "
                  f"name model on; {usual}, and lower masks more", "names it doubts leave in clear; rare and foreign "
                  "names are the ones it doubts", loud=True)


def _lists(policy: Policy) -> Iterator[Opening]:
    if policy.entities != "all":
        missing = [entity for entity in CORE_TYPES if entity not in policy.entities]
        counted = "1 type is" if len(policy.entities) == 1 else f"{len(policy.entities)} types are"
        yield Opening("entities", f"only {counted} masked: {', '.join(policy.entities)}",
                      "every other type leaves in clear" + (f", also {', '.join(missing)}" if missing else "")
                      + "; a value that is taken for a type not listed leaves too", loud=True)
    for number, term in enumerate(policy.allow_list, 1):
        if why := _doubtful(term):
            yield Opening("allow_list", f"term {number} is {why}", "a value that is this term and nothing more "
                          "stays in clear, also where it is somebody's; as a part of a longer one it is masked")
    if len(policy.allow_list) > MAX_ALLOWED_TERMS:
        yield Opening("allow_list", f"{len(policy.allow_list)} terms stay in clear", "nobody reads a list so long")
    if not policy.deny_list:
        yield Opening("deny_list", "nothing is on the deny list", "your staff, organisation and project names are "
                      "found only where the detector happens to know their form")
    if policy.seeds_may_leave:
        yield Opening("seeds_may_leave", "scrubbed seeds may be drawn and leave", "what people wrote about people "
                      "leaves, and only the detector stands between; the guard no longer compares with the seeds",
                      loud=True)
    if policy.pseudonym_map == "keep_encrypted":
        yield Opening("pseudonym_map", "the table of values and placeholders is kept after the job",
                      "with its key, every placeholder leads back to a person")


def _doubtful(term: str) -> str | None:
    letters = sum(character.isalpha() for character in term)
    if letters == 0 or letters * 2 < len(term.replace(" ", "")):
        return "mostly digits or signs"
    if len(term.strip()) <= SHORT_TERM_CHARS:
        return "very short"
    if " " not in term.strip() and term.strip()[0].isupper():
        return "one capitalised word, as names are"
    return None


def _operators(policy: Policy) -> Iterator[Opening]:
    kept = sorted(entity for entity, operator in policy.operators.items() if operator == "keep_in_clear")
    if kept:
        yield Opening("operators", f"values of {', '.join(kept)} are found and left in clear",
                      "they leave as they are, with everything they say about somebody", loud=True)


def _knowledge(knowledge: KnowledgePolicy) -> Iterator[Opening]:
    if knowledge.run_chars > LONG_RUN_CHARS:
        yield Opening("knowledge.run_chars", f"up to {knowledge.run_chars - 1} characters of the knowledge base may "
                      f"leave word for word", "that is a sentence or more", loud=True)
    if knowledge.on_run == "mask":
        yield Opening("knowledge.on_run", "an instance that quotes the knowledge base is masked in part and shown",
                      "what surrounds the quotation leaves and may say the same")
    if knowledge.short_run_chars >= knowledge.run_chars:
        yield Opening("knowledge.short_run_chars", f"short runs count from {knowledge.short_run_chars} characters on, "
                      f"and runs of {knowledge.run_chars} never leave anyway", "nothing is counted, so the "
                      "knowledge base can leave in pieces", loud=True)
    default = KnowledgePolicy()
    if knowledge.short_runs_per_job > FACTOR * default.short_runs_per_job:
        yield Opening("knowledge.short_runs_per_job", f"{knowledge.short_runs_per_job:,} short runs may leave in one "
                      f"job", "put together they are pages of the knowledge base")
    if knowledge.on_near == "do_not_look":
        yield Opening("knowledge.on_near", "nobody looks whether an instance says what the knowledge base says",
                      "a sentence in other words passes without a warning")
    if knowledge.public_text:
        yield Opening("knowledge.public_text", f"{len(knowledge.public_text)} file(s) are declared public",
                      "runs of the knowledge base that stand in them leave; make sure that they are public")
    if knowledge.mostly_public:
        yield Opening("knowledge.mostly_public", "any share of the knowledge base may be declared public",
                      "a copy of a private page among the public files lets it leave word for word", loud=True)


def _limits(limits: LimitsPolicy) -> Iterator[Opening]:
    default = LimitsPolicy()
    for name in ("requests", "request_bytes", "total_bytes", "instances"):
        if (value := getattr(limits, name)) > FACTOR * getattr(default, name):
            yield Opening(f"limits.{name}", f"{value:,} in one job", "the limit no longer stops a job that shows far "
                          "more than reflection needs")
    if limits.masked_share > 0.8:
        yield Opening("limits.masked_share", f"instances are shown up to {limits.masked_share:.0%} masked",
                      "where nearly all is private, the rest is about the same person")


def _answers(answers: AnswersPolicy) -> Iterator[Opening]:
    if answers.on_injection == "flag_only":
        yield Opening("answers.on_injection", "an answer that gives orders is used, with a flag",
                      "the local model may follow it when it writes the dataset")


def _destinations(policy: Policy) -> Iterator[Opening]:
    for destination in policy.destinations:
        if destination.host != REFLECTOR_HOST or destination.port != 443:
            yield Opening("destinations", f"{destination.host}:{destination.port} may be reached",
                          f"it is not {REFLECTOR_HOST}:443, where the reflector is; make sure whose machine it is")
