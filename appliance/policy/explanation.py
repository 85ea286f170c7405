"""A policy in sentences a compliance officer understands: what happens to what, never a term of its lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.config import REFLECTOR_HOST
from appliance.policy.model import Policy
from appliance.policy.openings import openings
from appliance.policy.parts import MIN_SHARE_CHARS, Operator
from appliance.policy.shipped_model import in_per_cent, shipped_thresholds
from appliance.policy.type_names import TYPE_NAMES, in_words

_COARSER: Mapping[str, str] = {
    "DATE_TIME": "the year of a date", "AGE": "ten years of age (one group from 90 on)",
    "LOCATION": "the state or country of a place", "STREET_ADDRESS": "the state or country of a place",
    "ZIP_CODE": "three digits of a ZIP code"}
NOT_PROMISED = ("No detector finds everything. What leaves is pseudonymised, not anonymous: who knows the story may "
                "still recognise the person. How many requests there were, when, and how long, is visible too.")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands below it."""

    title: str
    sentences: tuple[str, ...]


def explain(policy: Policy, cannot_find: str) -> tuple[Section, ...]:
    """All sections, in the order a reader asks.

    Args:
        policy: a policy.
        cannot_find: what its detector is blind to, in words; from `appliance.detection.detector.Detector.describe`.
    """
    parts = (("What is masked", _masked(policy)), ("What takes its place", _replaced(policy)),
             ("What is refused instead of masked", _refused(policy)),
             ("What of your knowledge may show", _knowledge(policy)),
             ("What may leave, and where to", _leaves(policy)), ("What may come back", _answers(policy)),
             ("What is kept", _kept(policy)), ("What is permissive here", _permissive(policy)),
             ("What the detector cannot find", iter((f"{_sentence(cannot_find)}.", NOT_PROMISED))))
    return tuple(Section(title, tuple(sentences)) for title, sentences in parts)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _masked(policy: Policy) -> Iterator[str]:
    if policy.entities == "all":
        yield "Everything the detector knows: people, places, organisations, dates, numbers, addresses of every kind."
    else:
        yield f"Only {in_words(policy.entities)}. Everything else leaves in clear."
    detector = policy.detector
    if detector.model == "builtin":
        threshold = detector.model_threshold
        shipped = shipped_thresholds()
        how = (f"from {100 * threshold:.2g}% certainty on" if threshold is not None else
               f"from the certainty it was shipped with on, {in_per_cent(shipped)}" if shipped else
               "from the certainty it was shipped with on")
        yield f"Names are found by patterns, by the lists of this policy and by a trained model, {how}."
    else:
        yield "Names are found by patterns and lists only. No name model is asked."
    if detector.plugins:
        yield f"{len(detector.plugins)} further name model(s) from local folders are asked as well."
    yield _denied(policy)
    if policy.allow_list:
        yield f"{len(policy.allow_list)} exact term(s) on the allow list stay, unless they are secrets."


def _denied(policy: Policy) -> str:
    if not policy.deny_list:
        return "The deny list is empty: nothing is masked because you named it."
    counted = ", ".join(f"{TYPE_NAMES.get(entity, entity)} {len(terms)}" for entity, terms in policy.deny_list.items())
    return f"Always masked because the deny list names them: {counted}."


def _replaced(policy: Policy) -> Iterator[str]:
    by_operator: dict[Operator, list[str]] = {}
    for entity, operator in policy.operators.items():
        if entity != "DEFAULT":
            by_operator.setdefault(operator, []).append(entity)
    for operator, entities in by_operator.items():
        yield f"{_sentence(in_words(entities))}: {_stands_there(operator, entities)}."
    rest = policy.operators.get("DEFAULT", "placeholder")
    named = {entity for entities in by_operator.values() for entity in entities}
    yield (f"{'Every other type' if by_operator else 'Every type'}: "
           f"{_stands_there(rest, [entity for entity in TYPE_NAMES if entity not in named])}.")


def _stands_there(operator: Operator, entities: Sequence[str]) -> str:
    """What takes the place of values of some types."""
    match operator:
        case "placeholder":
            example = entities[0] if entities else "PERSON"
            return f"a numbered placeholder such as <{example}_1>, the same for the same value throughout the set"
        case "surrogate":
            dates = ", all dates moved by one random number of days" if "DATE_TIME" in entities else ""
            return f"an invented value of the same kind{dates}; a placeholder where nothing can be invented"
        case "generalise":
            forms = dict.fromkeys(_COARSER[entity] for entity in entities if entity in _COARSER)
            return f"something coarser, {', '.join(forms)}; <REDACTED> where nothing coarser is known" if forms else (
                "<REDACTED>, for nothing coarser is known")
        case "redact":
            return "<REDACTED>, without type or number"
        case "keep_in_clear":
            return "nothing: the value itself leaves"


def _refused(policy: Policy) -> Iterator[str]:
    yield f"A record with any of these is not shown at all: {in_words(policy.block_entities)}."
    detector = policy.detector
    if detector.other_language == "refuse":
        yield "A record that is, or holds a sentence, in a language other than English is not shown."
    else:
        yield "A record in another language is sent, although nothing private in it is found."
    yield (f"A record longer than {detector.max_text_chars:,} characters, one whose check takes longer than "
           f"{detector.deadline_s:g} seconds, and any failure of the detector let nothing through.")


def _knowledge(policy: Policy) -> Iterator[str]:
    knowledge = policy.knowledge
    done = {"drop": "the record is dropped and another drawn", "mask": "the run is masked and the rest shown",
            "refuse": "the whole job stops"}[knowledge.on_run]
    yield (f"No {knowledge.run_chars} characters in a row of the knowledge base, or of the seeds' inputs and outputs, "
           f"leave word for word: {done}.")
    if knowledge.short_run_chars < knowledge.run_chars:
        yield (f"Shorter runs, from {knowledge.short_run_chars} characters on, are counted over the whole job; after "
               f"{knowledge.short_runs_per_job:,} the door stays shut.")
    near = {"warn": "is reported, and shown", "drop": "is dropped"}
    if knowledge.on_near in near:
        yield (f"A record that means nearly what a passage says (similarity {knowledge.near_similarity:g} or more) "
               f"{near[knowledge.on_near]}. This is a hint, no guarantee: reworded knowledge can pass.")
    if knowledge.public_text:
        most = ("even where they hold most of the knowledge base" if knowledge.mostly_public else
                "unless they hold more than a fifth of the knowledge base: such a job is refused")
        yield f"{len(knowledge.public_text)} file(s) are declared public; runs that stand in them do not count, {most}."
    yield ("Scrubbed seeds may be drawn and leave." if policy.seeds_may_leave else
           "Seeds never leave: only records that were written here may be drawn.")


def _leaves(policy: Policy) -> Iterator[str]:
    if policy.destinations:
        hosts = ", ".join(f"{item.host}:{item.port}" for item in policy.destinations)
        yield f"Requests may go over HTTPS to {hosts}, and nowhere else."
    elif policy.nothing_leaves:
        yield ("Nothing. No host may be reached; a stand-in on this machine answers, also where there is an API key.")
    else:
        yield (f"Nothing, because the policy names no host. A job with an API key is refused until `destinations` "
               f"lists {REFLECTOR_HOST}, or is the empty list [] for a stand-in on this machine.")
    limits = policy.limits
    yield (f"In one job at most {limits.requests:,} requests, {limits.instances:,} records, "
           f"{limits.total_bytes:,} bytes, {limits.request_bytes:,} bytes in one request. More stops the job; nothing "
           f"is cut.")
    yield (f"A record of {MIN_SHARE_CHARS} characters or more of which more than {limits.masked_share:.0%} had to be "
           f"masked is not shown; of a shorter one the share says nothing.")
    yield ("Only the model that the job names is ever asked" +
           ("; the policy allows any." if limits.models == "any" else
            f", and only if it is one of these: {', '.join(limits.models)}."))
    yield "What passes every check leaves without asking a person (release: automatic)."
    yield {"resend_once": "A request that may have been sent, and has no recorded answer, is sent once more.",
           "ask": "A request that may have been sent, and has no recorded answer, waits for a person."}[
        policy.unknown_outcome]


def _answers(policy: Policy) -> Iterator[str]:
    done = "not used" if policy.answers.on_injection == "withhold" else "used, with a flag"
    yield (f"An answer of at most {policy.answers.max_chars:,} characters. It is data, never an instruction: a "
           f"principle that reads like an order to the machine is {done}.")


def _kept(policy: Policy) -> Iterator[str]:
    yield {"delete_when_done": "The encrypted table of values and placeholders is deleted when the job is done; one "
                               "that fails or waits keeps it until then.",
           "keep_encrypted": "The table of values and placeholders stays on this machine, encrypted."}[
        policy.pseudonym_map]
    yield (f"Every request is recorded before it leaves, with name, version and SHA-256 of this policy: {policy.name}, "
           f"version {policy.version}, {policy.sha256}.")


def _permissive(policy: Policy) -> Iterator[str]:
    found = openings(policy)
    for opening in found:
        yield f"{'WARNING ' if opening.loud else ''}{opening.key}: {opening.says}; {opening.danger}."
    if not found:
        yield "Nothing beyond the defaults."
