"""The detector finds what it claims, leaves plain sentences alone, and fails closed in every other case."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from appliance.detection.detector import Span, check_spans
from appliance.detection.normalise import clean
from appliance.detection.presidio import PresidioDetector
from appliance.errors import DetectorFailed, PolicyError
from appliance.gateway.resolve import find, merge
from appliance.policy.model import SECRETS, Policy, load_policy

DEFAULT = load_policy(Path(__file__).parents[2] / "policies" / "default.yaml")


PATTERNS_ALONE = DEFAULT.model_copy(
    update={"detector": DEFAULT.detector.model_copy(update={"model": "none_names_pass_unseen"})})


@pytest.fixture(scope="module")
def detector() -> PresidioDetector:
    return PresidioDetector(PATTERNS_ALONE)


@pytest.fixture(scope="module")
def whole() -> PresidioDetector:
    """With the name model, as it is shipped."""
    return PresidioDetector(DEFAULT)


def found(detector: PresidioDetector, text: str) -> dict[str, str]:
    plain = clean(text)
    return {hit.value: hit.entity for hit in merge(plain, find(plain, detector, DEFAULT))}


@pytest.mark.parametrize(("text", "value", "entity"), [
    ("Ask Dr. Amara Osei about it", "Dr. Amara Osei", "PERSON"),
    ("ask amara  OSEI about it", "amara  OSEI", "PERSON"),
    ("Osei's room", "Osei", "PERSON"),
    ("ПЕТР and Тоmаs Brаndt", "Тоmаs Brаndt", "PERSON"),
    ("Prof. K. Lindqvist is in", "Prof. K. Lindqvist", "PERSON"),
    ("I saw Mrs. O'Hara-Bell today", "Mrs. O'Hara-Bell", "PERSON"),
    ("NURSE VELMA DRAKE called", "NURSE VELMA DRAKE", "PERSON"),
    ("My name is Ilse Voss.", "Ilse Voss", "PERSON"),
    ("at LARKFIELD outpatient\nclinic now", "LARKFIELD outpatient\nclinic", "ORGANIZATION"),
    ("in Project-Heron we", "Project-Heron", "PROJECT"),
    ("see https://intranet.acme.local/a?b=1 now", "https://intranet.acme.local/a?b=1", "URL"),
    ("see intranet.acme.local/a?b=1 now", "intranet.acme.local/a?b=1", "URL"),
    ("see wiki.acme.internal now", "wiki.acme.internal", "URL"),
    ("born 12 March 1985", "12 March 1985", "DATE_TIME"),
    ("on the 3rd of march 1985", "3rd of march 1985", "DATE_TIME"),
    ("on March 12, 1985", "March 12, 1985", "DATE_TIME"),
    ("on 03/12/1985", "03/12/1985", "DATE_TIME"),
    ("since May 4", "May 4", "DATE_TIME"),
    ("born in 1985", "1985", "DATE_TIME"),
    ("SSN 078-05-1120", "078-05-1120", "US_SSN"),
    ("SSN 078–05–1120", "078–05–1120", "US_SSN"),
    ("SSN ０７８-０５-１１２０", "078-05-1120", "US_SSN"),
    ("SSN ٠٧٨-٠٥-١١٢٠", "٠٧٨-٠٥-١١٢٠", "US_SSN"),
    ("SSN 078-05\u200b-1120", "078-05-1120", "US_SSN"),
    ("card 4 0 9 5 2 6 0 9 9 3 9 3 4 9 3 2", "4 0 9 5 2 6 0 9 9 3 9 3 4 9 3 2", "CREDIT_CARD"),
    ("card 4095-2609-9393-4933", "4095-2609-9393-4933", "CREDIT_CARD"),
    ("MRN 00123456", "00123456", "RECORD_NUMBER"),
    ("patient no. 4411 came", "4411", "RECORD_NUMBER"),
    ("case number: 2023/118", "2023/118", "RECORD_NUMBER"),
    ("Policy # A-991 lapsed", "A-991", "RECORD_NUMBER"),
    ("aged 93", "93", "AGE"),
    ("a 93-year-old man", "93-year-old", "AGE"),
    ("lives at 12 Elm Tree Lane, Apt. 4", "12 Elm Tree Lane, Apt. 4", "STREET_ADDRESS"),
    ("LIVES AT 12 ELM TREE LANE", "12 ELM TREE LANE", "STREET_ADDRESS"),
    ("lives at 221b baker street", "221b baker street", "STREET_ADDRESS"),
    ("Boston, MA 02139", "02139", "ZIP_CODE"),
    ("postcode SW1A 1AA", "SW1A 1AA", "ZIP_CODE"),
    ("zip code is 35350", "35350", "ZIP_CODE"),
    ("call (212) 555-0147", "(212) 555-0147", "PHONE_NUMBER"),
    ("write a.osei+x@larkfield.example", "a.osei+x@larkfield.example", "EMAIL_ADDRESS"),
    ("write kim [at] example [dot] org", "kim [at] example [dot] org", "EMAIL_ADDRESS"),
    ("host 192.168.10.4", "192.168.10.4", "IP_ADDRESS"),
    ("GB33BUKB20201555555555", "GB33BUKB20201555555555", "IBAN_CODE"),
])
def test_a_private_value_is_found_whole(detector: PresidioDetector, text: str, value: str, entity: str) -> None:
    assert {value: entity}.items() <= found(detector, text).items()


@pytest.mark.parametrize(("text", "entity"), [
    ("key sk-ant-api03-abcdefghijklmnopqrstuv", "API_KEY"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "API_KEY"),
    ("api_key = 9f8e7d6c5b4a", "API_KEY"),
    ("Authorization: Bearer abcdefghij0123456789xyz", "API_KEY"),
    ("AKIAIOSFODNN7EXAMPLE", "AWS_KEY"),
    ("aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_KEY"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "JWT"),
    ("-----BEGIN RSA PRIVATE KEY-----", "PRIVATE_KEY"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----", "PRIVATE_KEY"),
    ("password=hunter2", "PASSWORD"),
    ("the password is Tr0ub4dor", "PASSWORD"),
    ("postgres://app:s3cret@db/x", "PASSWORD"),
    ("Q2FuIHlvdSByZWFkIHRoaXM/IEl0IGlzIGJhc2U2NCB0ZXh0IHdpdGggMTIzNDU2Nzg5MA", "ENCODED_TEXT"),
])
def test_a_secret_is_found(detector: PresidioDetector, text: str, entity: str) -> None:
    assert entity in {span.entity for span in detector.detect([text])[0]}
    assert entity in SECRETS


@pytest.mark.parametrize("text", [
    "The clinic is open Monday to Friday from 7 am to 4 pm.",
    "A follow-up visit costs $45 and takes about 20 minutes.",
    "Please arrive 15 minutes before your appointment and bring a list of your medicines.",
    "Repeat prescriptions are valid for 6 months.",
    "Do not eat or drink for 8 to 12 hours before the blood test.",
    "Children under 12 must come with an adult.",
    "Take 2 tablets every 6 hours, and no more than 8 in 24 hours.",
    "A normal blood pressure is about 120/80 mmHg.",
    "The flu vaccine is free for adults aged 65 and over.",
    "Results are ready within 3 to 5 working days.",
    "We close at 12:30 on Wednesdays and reopen at 13:45.",
    "Call us if your temperature is above 38.5 °C for more than 48 hours.",
    "Parking costs $2.50 per hour, up to $1,250 a month for staff.",
    "You may bring one visitor; two may wait outside.",
    "The nurse will check your weight, height and pulse.",
    "Your doctor may ask for an X-ray or an MRI of the knee.",
    "Vitamin B12 and vitamin D3 are measured once a year.",
    "Walk-in hours are 8:00 to 10:00 on Tuesday and Thursday.",
    "Physiotherapy is offered in blocks of 10 sessions of 30 minutes each.",
    "About 1 in 10 patients feels dizzy; 5/10 pain is common on the first day.",
    "Keep the wound dry for the first 48-72 hours, then wash it once a day.",
    "You can march at your own pace; rest for 2 weeks after surgery.",
    "Is the HbA1c test, code E11.9, covered by insurance?",
    "We have treated more than 10,000 patients since 1998.",
    "The 2nd dose follows 21 to 28 days after the first.",
    "Doctor, what should I do? My knee hurts when I walk up stairs.",
    "Drink 1500-2000 ml of water a day, about 6-8 glasses.",
    "Children under 10 may take half a tablet.",
])
def test_a_plain_sentence_of_a_clinic_stays_as_it_is(detector: PresidioDetector, text: str) -> None:
    assert {} == found(detector, text)


def test_context_words_raise_scores(detector: PresidioDetector) -> None:
    def score(text: str) -> float:
        return max((span.score for span in detector.detect([text])[0] if span.entity == "US_SSN"), default=0.0)

    assert score("my ssn is 856456789") > score("we saw 856456789")


def test_no_socket_and_no_name_lookup_is_ever_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for owner, name in ((socket.socket, "connect"), (socket.socket, "connect_ex"), (socket, "getaddrinfo"),
                        (socket, "create_connection"), (socket, "gethostbyname")):
        def recorder(*_: object, name: str = name, **__: object) -> None:
            calls.append(name)
            raise OSError("offline")

        monkeypatch.setattr(owner, name, recorder)
    fresh = PresidioDetector(DEFAULT.model_copy(update={"detector": DEFAULT.detector.model_copy(
        update={"model": "builtin"})}))
    seen = {span.entity for span in fresh.detect([
        "Dr. Amara Osei, amara@larkfield.co.uk, https://larkfield.org/a, 192.168.10.4, 078-05-1120, (212) 555-0147, "
        "GB33BUKB20201555555555, 4095-2609-9393-4932, 12 March 1985, MRN 00123456"])[0]}
    assert {"PERSON", "EMAIL_ADDRESS", "URL", "IP_ADDRESS", "US_SSN", "PHONE_NUMBER"} <= seen
    assert [] == calls


@pytest.mark.parametrize("logging_off", [False, True])
def test_a_pattern_that_times_out_is_an_error_and_not_a_skip(monkeypatch: pytest.MonkeyPatch,
                                                             logging_off: bool) -> None:
    from presidio_analyzer import Pattern, PatternRecognizer, pattern_recognizer

    fresh = PresidioDetector(DEFAULT)
    slow = PatternRecognizer("SLOW", patterns=[Pattern("slow", r"(?:a|aa|a?)+$", 0.9)])
    fresh._analyzer.registry.add_recognizer(slow)
    monkeypatch.setattr(pattern_recognizer, "REGEX_TIMEOUT_SECONDS", 0.05)
    if logging_off:
        logging.disable(logging.CRITICAL)
    try:
        with pytest.raises(DetectorFailed, match="in time"):
            fresh.detect(["a" * 60 + "b" + "a" * 5000 + "!"])
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.parametrize("text", [
    "a" * 5000, "1 " * 2500, "1-" * 2500, "A. " * 1500, "Aa " * 1500, "a@" * 2500, "12 Ab " * 800, "eyJ" + "a" * 5000,
    "password is " * 400, "Dr. " * 1200, "patient " * 600, "http://" * 700, "(" * 5000, "+1 " * 1600, "aA1" * 1600,
    "call a " * 700, "March " * 800, "a at " * 1000, " " * 5000, "GB12 " * 1000, "1 aaa " * 800, "aws_" * 1200,
], ids=lambda text: text[:8])
def test_no_pattern_of_ours_is_slow_on_hostile_input(text: str) -> None:
    import regex

    from appliance.detection.recognisers import RULES

    for rule in RULES:
        began = time.process_time()
        list(regex.finditer(rule.pattern, text, regex.MULTILINE))
        assert time.process_time() - began < 1.0, rule.pattern


def test_organisations_are_not_ignored(detector: PresidioDetector) -> None:
    assert [] == list(detector._analyzer.nlp_engine.ner_model_configuration.labels_to_ignore)
    assert "ORGANIZATION" in detector.entities


def test_an_error_inside_presidio_is_reported_without_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = PresidioDetector(DEFAULT)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("did not find Quillon")

    monkeypatch.setattr(fresh._analyzer, "analyze", fail)
    with pytest.raises(DetectorFailed) as caught:
        fresh.detect(["Quillon"])
    assert "Quillon" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_policy_that_names_an_unknown_type_is_refused() -> None:
    with pytest.raises(PolicyError, match="SHOE_SIZE"):
        PresidioDetector(Policy(name="t", version=1, entities=("SHOE_SIZE",)))


@pytest.mark.parametrize("span", [
    Span(-1, 2, "PERSON", 0.5, "x"), Span(0, 99, "PERSON", 0.5, "x"), Span(2, 2, "PERSON", 0.5, "x"),
    Span(3, 1, "PERSON", 0.5, "x"), Span(0.0, 2, "PERSON", 0.5, "x"),  # type: ignore[arg-type]
    Span(False, 2, "PERSON", 0.5, "x"),
    Span(0, 2, "person", 0.5, "x"), Span(0, 2, "", 0.5, "x"), Span(0, 2, "PERSON", 7.0, "x"),
    Span(0, 2, None, 0.5, "x"), Span(0, 2, "PERSON", float("nan"), "x"),  # type: ignore[arg-type]
    (0, 2, "PERSON", 0.5, "x"), None,
])
def test_one_senseless_span_makes_the_whole_answer_unusable(span: Any) -> None:
    with pytest.raises(DetectorFailed):
        check_spans("hello", [Span(0, 5, "PERSON", 0.5, "x"), span])


def test_overlapping_spans_are_sensible() -> None:
    spans = [Span(0, 3, "PERSON", 0.5, "x"), Span(2, 5, "URL", 0.5, "x")]
    assert spans == check_spans("hello", spans)


def test_what_it_cannot_find_is_said(detector: PresidioDetector, whole: PresidioDetector) -> None:
    assert "2.2.366" == detector.describe()["presidio-analyzer"]
    assert "names of people without a title" in detector.describe()["cannot_find"]
    assert "none_names_pass_unseen" == detector.describe()["model"]
    about = whole.describe()
    assert "a name the model takes for a word" in about["cannot_find"]
    assert 64 == len(about["model_sha256"]) == len(about["encoder_sha256"])


def test_the_name_model_takes_part_whatever_the_text_holds(whole: PresidioDetector) -> None:
    for text in ("we met Fenna de Wit there", "they flew to Accra"):
        assert any(span.source == "ner" for span in whole.detect([text])[0]), text


def test_every_span_of_the_whole_detector_holds_a_letter_or_a_digit(whole: PresidioDetector,
                                                                    shared_texts: list[str]) -> None:
    texts = [*shared_texts, "Larkfield & Sons, Inc. — that's ours, she's 'in' ( & )", "Smith , Jones & Co 's"]
    for text, spans in zip(texts, whole.detect(texts), strict=True):
        assert [] == [span for span in spans if not any(map(str.isalnum, text[span.start:span.end]))]


def test_what_a_model_says_of_a_sign_alone_is_dropped() -> None:
    from appliance.detection.precomputed import recogniser_of

    class Eager:
        name, entities = "eager", ("PERSON",)

        def describe(self) -> dict[str, str]:
            return {}

        def detect(self, texts: list[str]) -> list[list[Span]]:
            return [[Span(1, 3, "PERSON", 0.9, "eager"), Span(3, 6, "PERSON", 0.9, "eager")] for _ in texts]

    recogniser = recogniser_of(Eager())
    with recogniser.holding(["a, Ada"]):
        assert [(3, 6)] == [(found.start, found.end) for found in recogniser.analyze("a, Ada", [])]


@pytest.mark.parametrize(("threshold", "found"), [(0.05, True), (0.9, False)])
def test_the_policys_model_threshold_decides_what_the_name_model_masks(threshold: float, found: bool) -> None:
    detector = PresidioDetector(DEFAULT.model_copy(update={
        "detector": DEFAULT.detector.model_copy(update={"model_threshold": threshold})}))
    spans = detector.detect(["hope said no"])[0]
    assert f"{threshold:g}" == detector.describe()["model_threshold"]
    assert found == any(span.source == "ner" for span in spans)


def test_the_policys_score_threshold_decides_which_patterns_count() -> None:
    def kinds(threshold: float) -> set[str]:
        detector = PresidioDetector(PATTERNS_ALONE.model_copy(update={
            "detector": PATTERNS_ALONE.detector.model_copy(update={"score_threshold": threshold})}))
        return {span.entity for span in detector.detect(["we saw 945456787654"])[0]}

    assert "US_BANK_NUMBER" in kinds(0.0)
    assert "US_BANK_NUMBER" not in kinds(0.35)


def test_a_text_that_a_model_has_not_read_is_an_error_and_not_silence(whole: PresidioDetector) -> None:
    with pytest.raises(DetectorFailed, match="not read"):
        whole._in_one("never computed")


@pytest.mark.parametrize(("text", "source", "why"), [
    ("my ssn is 078-05-1120", "psi_us_ssn", "pattern us_ssn_"),
    ("bank account 945456787654", "UsBankRecognizer", "the word 'account' near it raises the score from 0.05 to 0.4"),
    ("card 4095-2609-9393-4932", "CreditCardRecognizer", "its form and check digits are right"),
    ("in Project-Heron we", "deny_list_project", "a term of the deny list"),
    ("we met Fenna de Wit there", "ner", "probability "),
])
def test_every_span_says_why(whole: PresidioDetector, text: str, source: str, why: str) -> None:
    spans = whole.detect([text])[0]
    assert all(span.why and span.source for span in spans)
    assert any(span.source == source and why in span.why for span in spans), spans


def test_one_span_inside_another_takes_no_characters_away(detector: PresidioDetector, shared_texts: list[str],
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """Presidio drops what lies in a span of the same type; what it keeps has to cover all that any recogniser found."""
    from presidio_analyzer import EntityRecognizer

    def covered(spans: list[Span]) -> set[int]:
        return {place for span in spans for place in range(span.start, span.end)}

    dropped = [covered(spans) for spans in detector.detect(shared_texts)]
    monkeypatch.setattr(EntityRecognizer, "remove_duplicates", staticmethod(lambda results: results))
    assert dropped == [covered(spans) for spans in detector.detect(shared_texts)]


def test_a_text_longer_than_spacy_takes_is_read_to_its_end(detector: PresidioDetector) -> None:
    text = "x. " * 333_334 + "ssn 078-05-1120"
    assert len(text) > 1_000_000
    assert {"078-05-1120"} <= {text[span.start:span.end] for span in detector.detect([text])[0]}


def test_context_words_are_found_by_place_as_presidio_finds_them(detector: PresidioDetector) -> None:
    from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

    enhancer = detector._analyzer.context_aware_enhancer
    text = "  My ssn:  078-05-1120, \n and Dr. O'Hara's e-mail a@b.org "
    tokens = detector._analyzer.nlp_engine.process_text(text, "en")
    for start in range(len(text.rstrip())):
        asked = (text[start], start, tokens.tokens, tokens.tokens_indices)
        assert LemmaContextAwareEnhancer._find_index_of_match_token(*asked) \
            == enhancer._find_index_of_match_token(*asked)


# Public data: floors for the structured types this detector claims, and a ceiling for masking what is not private.

FLOORS = {"CREDIT_CARD": 0.99, "US_SSN": 0.99, "EMAIL_ADDRESS": 0.99, "IBAN_CODE": 0.99, "IP_ADDRESS": 0.99,
          "DOMAIN_NAME": 0.99, "PHONE_NUMBER": 0.95, "AGE": 0.97, "US_DRIVER_LICENSE": 0.99, "DATE_TIME": 0.99}


def test_recall_of_structured_types_on_public_synthetic_text(detector: PresidioDetector, shared_data: Path) -> None:
    rows = json.loads((shared_data / "presidio-research" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    hit, total = Counter[str](), Counter[str]()
    for row in rows:
        # Bare years and weekdays are no calendar dates: they stay by design and are not counted.
        gold = [span for span in row["spans"] if span["entity_type"] in FLOORS and not (
            span["entity_type"] == "DATE_TIME" and sum(map(str.isdigit, span["entity_value"])) <= 4)]
        if gold:
            text = row["full_text"]
            hits = merge(text, find(text, detector, PATTERNS_ALONE))
            for span in gold:
                total[span["entity_type"]] += 1
                hit[span["entity_type"]] += any(item.start < span["end_position"] and span["start_position"] < item.end
                                                for item in hits)
    assert set(FLOORS) == set(total)
    assert {} == {kind: hit[kind] / total[kind] for kind, floor in FLOORS.items() if hit[kind] / total[kind] < floor}


def test_medical_chat_without_private_values_is_hardly_masked(detector: PresidioDetector, shared_data: Path) -> None:
    rows = json.loads((shared_data / "chatdoctor" / "chatdoctor5k.json").read_text(encoding="utf-8"))[:200]
    texts = [clean(row[name]) for row in rows for name in ("instruction", "input", "output")]
    masked = sum(hit.end - hit.start for text in set(texts)
                 for hit in merge(text, find(text, detector, PATTERNS_ALONE)))
    assert masked / sum(map(len, set(texts))) < 0.005


@pytest.mark.parametrize("text", ["Project    Heron", "PROJECT **heron**", "Project/Heron", "Herons? Project-Herons!"])
def test_a_listed_term_is_found_whatever_stands_between_its_words(text: str) -> None:
    detector = PresidioDetector(Policy(name="test", version=1, deny_list={"PROJECT": ("Project Heron",)}))
    assert any("heron" in text[span.start:span.end].lower() for span in detector.detect([text])[0])
