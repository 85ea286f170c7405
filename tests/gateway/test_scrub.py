"""Nothing private that was planted comes out, whatever its spelling, place or neighbours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted import Scripted

from appliance.detection.detector import Span
from appliance.detection.normalise import identity
from appliance.detection.presidio import PresidioDetector
from appliance.errors import DetectorFailed
from appliance.gateway.pseudonyms import PLACEHOLDER, Pseudonyms, entity_of
from appliance.gateway.resolve import Hit, merge
from appliance.gateway.results import ScrubbedInstance
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy, load_policy
from appliance.policy.parts import DetectorPolicy
from appliance.records import Instance

DEFAULT = load_policy(Path(__file__).parents[2] / "policies" / "default.yaml")
REAL = PresidioDetector(DEFAULT)
SCRUBBER = Scrubber(REAL, DEFAULT)
MODEST = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def instance(identifier: str, instruction: str, given_input: str = "", output: str = "ok") -> Instance:
    return Instance(identifier, instruction, given_input, output)


def scrubbed(*texts: str) -> list[str]:
    result = SCRUBBER.scrub([instance(str(number), text) for number, text in enumerate(texts)])
    assert {} == dict(result.refused)
    return [item.instruction for item in result.clean]


# One set, one placeholder per value.

def test_a_value_has_the_same_placeholder_in_every_instance_and_every_spelling() -> None:
    texts = scrubbed("Is Dr. Amara Osei in?", "Osei's desk", "AMARA OSEI called", "ask osei, or Amara.", "Osei, Amara")
    assert ["Is <PERSON_1> in?", "<PERSON_1>'s desk", "<PERSON_1> called", "ask <PERSON_1>, or <PERSON_1>.",
            "<PERSON_1>"] == texts


def test_a_name_found_by_its_title_is_masked_where_it_has_none() -> None:
    texts = scrubbed("See Mrs. Ingrid Solberg first.", "then ingrid came", "SOLBERG, INGRID",
                     "Ingrid Solberg's desk is empty.")
    assert ["See <PERSON_1> first.", "then <PERSON_1> came", "<PERSON_1>", "<PERSON_1>'s desk is empty."] == texts


def test_a_value_found_last_is_masked_first() -> None:
    texts = scrubbed("Number 4411 came in.", "It was patient no. 4411.")
    assert all("4411" not in text for text in texts)


def test_common_words_that_are_names_do_not_take_sentences_with_them() -> None:
    texts = scrubbed("See Mr. Will Hunter now.", "You will see a hunter.")
    assert "You will see a hunter." == texts[1]


def test_organisations_and_code_names_of_the_deny_list_are_masked() -> None:
    assert ["<ORGANIZATION_1> runs <PROJECT_1>."] == scrubbed("Larkfield  Outpatient clinic runs PROJECT heron.")


# Hostile inputs.

@pytest.mark.parametrize("spelling", [
    "Tоmаs Brаndt", "T\u200bomas Br\u00adandt", "T\U000e0041omas Brandt", "TOMAS BRANDT", "Ｔｏｍａｓ Ｂｒａｎｄｔ",
    "Tómàs Brândt",
    "To\u0301mas Brandt", "tomas\nbrandt", "Tomas\u2028Brandt", "Tomas\u00a0Brandt's", "\u202eTomas Brandt\u202c",
    "T̶omas Bran̶dt",
])
def test_no_spelling_of_a_denied_name_gets_through(spelling: str) -> None:
    (text,) = scrubbed(f"Ask {spelling} today")
    assert re.fullmatch(r"Ask <PERSON_1>('s)? today", text)


@pytest.mark.parametrize("fields", [
    ("Ask Dr. Amara", "Osei about it", "ok"), ("Ask Dr. Amara Os", "ei about it", "ok"),
    ("Write amara.x@lark", "field.example soon", "ok"), ("SSN 078-05-", "1120", "ok"), ("SSN 078-05-", "", "1120"),
    ("The patient number", "is 4411", "ok"),
])
def test_an_entity_split_across_fields_is_masked_in_all_of_them(fields: tuple[str, str, str]) -> None:
    (clean,) = SCRUBBER.scrub([Instance("a", *fields)]).clean
    text = " ".join(clean.texts().values())
    assert PLACEHOLDER.search(text)
    assert not re.search(r"Osei|\bei\b|Amara|amara|field\.example|078|1120|4411", text)


@pytest.mark.parametrize(("text", "reason"), [
    ("hi <PERSON_1>", "looks_like_placeholder"), ("hi </person 2>", "looks_like_placeholder"),
    ("a\x00b", "bad_characters"), ("a\ud800b", "bad_characters"), ("\x1b[31mred", "bad_characters"),
    ("key AKIAIOSFODNN7EXAMPLE", "secret"), ("sk-ant-api03-abcdefghijklmnopqrstuv", "secret"),
    ("A\u200bKIAIOSFODNN7EXAMPLE", "secret"), ("-----BEGIN RSA PRIVATE KEY-----", "secret"),
    ("password = hunter2", "secret"), ("x" * 200_001, "too_large"), ("\ufdfa" * 20_000, "too_large"),
])
def test_an_instance_that_cannot_be_made_clean_is_refused_alone(text: str, reason: str) -> None:
    result = SCRUBBER.scrub([instance("bad", text), instance("good", "Open at 7 am?")])
    assert {"bad": reason} == dict(result.refused)
    assert ["good"] == [item.id for item in result.clean]


def test_a_secret_split_across_fields_blocks() -> None:
    assert {"a": "secret"} == dict(SCRUBBER.scrub([instance("a", "AKIAIOSF", "ODNN7EXAMPLE")]).refused)


def test_a_name_at_the_end_of_a_field_does_not_swallow_the_next_field() -> None:
    """This detector takes every capital word and the one behind it for a name, as models do where fields are joined."""
    def greedy(text: str) -> list[Span]:
        return [Span(*match.span(), "PERSON", 0.9, "x") for match in re.finditer(r"Ingrid Solberg(\s\w+)?", text)]

    result = Scrubber(Scripted(act=greedy), DEFAULT).scrub([
        Instance("a", "This is Ingrid Solberg", "please call", "we did"), instance("b", "solberg called")])
    assert [("This is <PERSON_1>", "please call", "we did"), ("<PERSON_1> called", "", "ok")] == [
        tuple(item.texts().values()) for item in result.clean]


def test_a_text_of_exactly_the_limit_is_scrubbed_whole() -> None:
    policy = DEFAULT.model_copy(update={"detector": DetectorPolicy(max_text_chars=100)})
    tail = " Tomas Brandt"
    fits, longer = "x" * (96 - len(tail)) + tail, "x" * (97 - len(tail)) + tail
    result = Scrubber(REAL, policy).scrub([instance("fits", fits), instance("longer", longer)])
    assert {"longer": "too_large"} == dict(result.refused)
    assert result.clean[0].instruction.endswith("x <PERSON_1>")


def test_a_name_of_a_refused_instance_is_masked_in_the_others() -> None:
    result = SCRUBBER.scrub([instance("bad", "Mrs. Ingrid Solberg is <PERSON_1>"), instance("good", "Solberg called")])
    assert ["<PERSON_1> called"] == [item.instruction for item in result.clean]


# Overlaps, and detectors that are wrong.

def test_overlapping_findings_become_one_placeholder_that_covers_both() -> None:
    text = "ask Anna Bell Ltd now"
    hits = [Hit(4, 13, "PERSON", 0.9, "Anna Bell"), Hit(9, 17, "ORGANIZATION", 0.5, "Bell Ltd"),
            Hit(18, 21, "AGE", 0.5, "now")]
    assert [(4, 17, "PERSON", "Anna Bell Ltd"), (18, 21, "AGE", "now")] == [
        (hit.start, hit.end, hit.entity, hit.value) for hit in merge(text, reversed(hits))]


def test_touching_findings_of_one_type_stay_two() -> None:
    scrubber = Scrubber(Scripted({"Anna": "PERSON", "-Bella": "PERSON"}), DEFAULT)
    (clean,) = scrubber.scrub([instance("a", "x Anna-Bella y")]).clean
    assert not re.search("Anna|Bella", clean.instruction)


@pytest.mark.parametrize("act", [
    lambda text: [Span(0, len(text) + 1, "PERSON", 0.9, "x")], lambda text: [Span(-1, 1, "PERSON", 0.9, "x")],
    lambda text: [Span(1, 1, "PERSON", 0.9, "x")], lambda text: ["PERSON"], lambda text: [None],
])
def test_senseless_spans_release_nothing(act: Any) -> None:
    with pytest.raises(DetectorFailed):
        Scrubber(Scripted(act=act), DEFAULT).scrub([instance("a", "hello there")])


def test_a_failing_detector_releases_nothing_from_any_entry() -> None:
    def fail(text: str) -> list[Span]:
        raise DetectorFailed("down")

    scrubber = Scrubber(Scripted(act=fail), DEFAULT)
    with pytest.raises(DetectorFailed):
        scrubber.scrub([instance("a", "hello")])
    with pytest.raises(DetectorFailed):
        scrubber.residual("hello")


def test_a_failure_at_the_last_instance_takes_the_whole_set_with_it() -> None:
    def fail_late(text: str) -> list[Span]:
        if "last" in text:
            raise DetectorFailed("down")
        return []

    with pytest.raises(DetectorFailed):
        Scrubber(Scripted(act=fail_late), DEFAULT).scrub([instance("a", "first"), instance("b", "last")])


def test_what_a_second_masking_round_cannot_remove_refuses_its_instance() -> None:
    """This detector finds one more word each time it looks, so masking never ends."""
    def one_word(text: str) -> list[Span]:
        match = re.search(r"stubborn\w", text)
        return [Span(match.start(), match.end(), "PERSON", 0.9, "x")] if match else []

    words = "stubborna stubbornb stubbornc stubbornd stubborne"
    result = Scrubber(Scripted(act=one_word), DEFAULT).scrub([instance("a", words), instance("b", "fine words")])
    assert {"a": "residual"} == dict(result.refused)
    assert ["b"] == [item.id for item in result.clean]


# Policy.

def test_an_allowed_string_stays_unless_it_is_denied_or_secret() -> None:
    policy = DEFAULT.model_copy(update={"allow_list": ("Ada Moss", "AKIAIOSFODNN7EXAMPLE")})
    scrubber = Scrubber(REAL, policy)
    result = scrubber.scrub([instance("a", "Ask Dr. Ada Moss or Dr. Cy Moss."), instance("b", "AKIAIOSFODNN7EXAMPLE")])
    assert ["Ask Dr. Ada Moss or <PERSON_1>."] == [item.instruction for item in result.clean]
    assert {"b": "secret"} == dict(result.refused)


def test_only_listed_types_are_masked_but_secrets_still_block() -> None:
    policy = Policy(name="t", version=1, entities=("PERSON",))
    result = Scrubber(REAL, policy).scrub([
        instance("a", "Mr. Bo Lind, 078-05-1120"), instance("b", "password=hunter2")])
    assert ["<PERSON_1>, 078-05-1120"] == [item.instruction for item in result.clean]
    assert {"b": "secret"} == dict(result.refused)


# Types, texts that come back, and the final look.

def test_scrubbed_values_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError, match="Scrubber"):
        ScrubbedInstance("a", "Dr. Amara Osei", "", "")
    with pytest.raises(TypeError, match="Scrubber"):
        ScrubbedInstance("a", "Dr. Amara Osei", "", "", seal=object())
    (clean,) = SCRUBBER.scrub([instance("a", "hello")]).clean
    with pytest.raises(AttributeError):
        clean.instruction = "Dr. Amara Osei"  # type: ignore[misc]


def test_a_later_set_keeps_our_placeholders_and_refuses_those_of_others() -> None:
    first = SCRUBBER.scrub([instance("a", "Is Mrs. Ingrid Solberg in?")])
    later = SCRUBBER.scrub([instance("p", "Greet <PERSON_1>, not Dr. Cy Moss."), instance("q", "Thank <PERSON_9>."),
                            instance("r", "Solberg is busy.")], first.pseudonyms)
    assert ["Greet <PERSON_1>, not <PERSON_2>.", "<PERSON_1> is busy."] == [
        item.instruction for item in later.clean]
    assert {"q": "looks_like_placeholder"} == dict(later.refused)
    assert 1 == len(first.pseudonyms)


def test_residual_counts_what_is_left_and_no_placeholders() -> None:
    assert {} == dict(SCRUBBER.residual("Is <PERSON_1> in? <US_SSN_2>"))
    assert {"PERSON": 1, "US_SSN": 1} == dict(SCRUBBER.residual("Tomas Brandt, 078-05-1120, <PERSON_1>"))
    scripted = Scrubber(Scripted({"Ingrid Solberg": "PERSON"}), DEFAULT)
    names = scripted.scrub([instance("a", "Mrs. Ingrid Solberg")]).pseudonyms
    assert {} == dict(scripted.residual("ask Solberg"))
    assert {"PERSON": 1} == dict(scripted.residual("ask solberg", names))


@pytest.mark.parametrize("text", ["a\x00b", "x" * 200_001])
def test_a_final_text_that_cannot_be_scanned_is_a_failure(text: str) -> None:
    with pytest.raises(DetectorFailed):
        SCRUBBER.residual(text)


def test_what_was_masked_is_counted_by_type() -> None:
    scrubber = Scrubber(Scripted({"Tomas Brandt": "PERSON", "Amara Osei": "PERSON", "078-05-1120": "US_SSN",
                                  "AKIAIOSFODNN7EXAMPLE": "AWS_KEY"}), DEFAULT)
    result = scrubber.scrub([
        instance("a", "Tomas Brandt and Amara Osei called.", "The form says 078-05-1120."),
        instance("b", "The key is AKIAIOSFODNN7EXAMPLE.")])
    assert {"PERSON": 2, "US_SSN": 1} == dict(result.masked)


def test_a_span_has_the_type_of_what_stands_in_its_place() -> None:
    """One value, found as two types: it has one placeholder."""
    def by_place(text: str) -> list[Span]:
        entity = "LOCATION" if "from" in text else "ORGANIZATION"
        return [Span(*match.span(), entity, 0.9, "x") for match in re.finditer("Larkfield Clinic", text)]

    records = Scrubber(Scripted(act=by_place), Policy(name="t", version=1)).scrub_texts(
        [["Larkfield Clinic is open"], ["Larkfield Clinic is full"], ["Anna is from Larkfield Clinic"]])
    for record in records:
        assert record.texts is not None
        assert ([entity_of(token) for token in PLACEHOLDER.findall(record.texts[0])]
                == [span.entity for span in record.spans[0]])


def test_a_short_number_is_only_looked_at_beside_other_texts() -> None:
    detector = Scripted({"age 92": "AGE", "14": "DATE_TIME"})
    scrubber = Scrubber(detector, Policy(name="t", version=1))
    records = scrubber.scrub_texts([["age", "92"], ["14"]])
    assert [("<AGE_1>", "<AGE_1>"), ("14",)] == [record.texts for record in records]
    assert {} == dict(scrubber.residual("14"))
    denied = Scrubber(Scripted({"007": "PROJECT"}), Policy(name="t", version=1, deny_list={"PROJECT": ("007",)}))
    assert {"PROJECT": 1} == dict(denied.residual("007"))


def test_progress_counts_from_before_the_first_batch() -> None:
    told: list[tuple[int, int]] = []
    Scrubber(Scripted(), DEFAULT).scrub_texts([["one thing"], ["another thing"]],
                                              progress=lambda done, wanted: told.append((done, wanted)))
    assert [(0, 2), (2, 2)] == told


# Laws, over generated sets with planted values.

PLANTS = (
    "Dr. Amara Osei", "Tomas Brandt", "Larkfield Outpatient Clinic", "Project Heron", "kim.voss@larkfield.example",
    "078-05-1120", "4095-2609-9393-4932", "+44 20 7946 0958", "https://intranet.acme.local/a?b=1", "12 March 1985",
    "12 Elm Tree Lane", "GB33BUKB20201555555555", "192.168.10.4",
)
PLAIN = "the clinic opens at 7 am on Monday please bring your form and wait 20 minutes"
WORDS = st.lists(st.sampled_from(PLAIN.split()), min_size=1, max_size=6).map(" ".join)


def spell(value: str, how: int) -> str:
    split = f"{value[:3]}\u200b{value[3:6]}\u00ad{value[6:]}"
    return (value, value, value.upper(), value.lower(), split, value.replace(" ", "\u00a0"))[how]


PLANTED = st.tuples(st.sampled_from(PLANTS), st.integers(0, 5)).map(lambda pair: spell(*pair))
SENTENCE = st.tuples(WORDS, PLANTED | WORDS, WORDS).map(lambda parts: f"{parts[0]}: {parts[1]} - {parts[2]}.")
INSTANCES = st.lists(st.tuples(SENTENCE, SENTENCE | st.just(""), SENTENCE), min_size=1, max_size=3).map(
    lambda rows: [Instance(str(number), *row) for number, row in enumerate(rows)])


def leaks(texts: list[str]) -> list[str]:
    """Planted values, in any spelling, that occur in these texts: an independent look, without the product's search."""
    joined = identity(" ".join(texts)).replace(" ", "")
    return [plant for plant in PLANTS if identity(plant.removeprefix("Dr. ")).replace(" ", "") in joined]


def all_texts(clean: tuple[ScrubbedInstance, ...]) -> list[str]:
    return [text for item in clean for text in item.texts().values()]


@MODEST
@given(INSTANCES)
def test_no_planted_value_comes_out_in_any_form(instances: list[Instance]) -> None:
    result = SCRUBBER.scrub(instances)
    assert {} == dict(result.refused)
    assert [] == leaks(all_texts(result.clean))
    for item in result.clean:
        for text in (*item.texts().values(), "\n".join(item.texts().values())):
            assert {} == dict(SCRUBBER.residual(text, result.pseudonyms))


@MODEST
@given(INSTANCES)
def test_scrubbing_is_idempotent_and_deterministic(instances: list[Instance]) -> None:
    first = SCRUBBER.scrub(instances)
    assert first.clean == SCRUBBER.scrub(instances).clean
    again = SCRUBBER.scrub([Instance(item.id, item.instruction, item.input, item.output) for item in first.clean],
                           first.pseudonyms)
    assert (list(map(ScrubbedInstance.texts, first.clean)), dict(first.masked)) == (
        list(map(ScrubbedInstance.texts, again.clean)), dict(again.masked))
    assert 0 == again.invisible


@MODEST
@given(INSTANCES, SENTENCE)
def test_adding_text_never_unmasks_a_planted_value(instances: list[Instance], more: str) -> None:
    grown = [Instance(item.id, f"{more}\n{item.instruction}", item.input, f"{item.output}\n{more}")
             for item in instances]
    result = SCRUBBER.scrub([*grown, instance("new", more)])
    assert [] == leaks(all_texts(result.clean))


@MODEST
@given(st.sampled_from(PLANTS), st.lists(st.integers(0, 5), min_size=2, max_size=4))
def test_one_value_has_one_placeholder_in_every_spelling(plant: str, spellings: list[int]) -> None:
    result = SCRUBBER.scrub([instance(str(number), f"note: {spell(plant, how)} - end")
                             for number, how in enumerate(spellings)])
    assert 1 == len({token for text in all_texts(result.clean) for token in PLACEHOLDER.findall(text)})


@MODEST
@given(INSTANCES, st.sampled_from(["<PERSON_1>", "<URL_2>", "<person 1>", "</US_SSN_3>"]))
def test_placeholders_never_collide_with_the_input(instances: list[Instance], planted: str) -> None:
    result = SCRUBBER.scrub([*instances, instance("bad", f"say {planted} now")])
    assert {"bad": "looks_like_placeholder"} == dict(result.refused)


def test_an_empty_set_and_empty_fields_are_fine() -> None:
    assert () == SCRUBBER.scrub([]).clean
    assert [("", "")] == [(item.instruction, item.input) for item in SCRUBBER.scrub([instance("a", "")]).clean]
    assert 0 == len(Pseudonyms())
