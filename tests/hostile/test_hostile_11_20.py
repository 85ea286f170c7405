"""Hostile inputs 11 to 20 of docs/hostile-inputs.md: malformed texts, a detector that fails, names in every shape."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from door_bench import ANSWER, MODEL, Bench, instance, message, reflector
from hostile_bench import QUICK, READY, Failing, Scripted, body, nothing_left, process, send, send_all, unseen
from test_hostile_01_10 import CLEAN, refused

from appliance.detection.detector import Span
from appliance.detection.process import DetectorProcess
from appliance.errors import DetectorFailed, ReflectorError
from appliance.policy.parts import DetectorPolicy, ModelPlugin
from appliance.records import Instance, Principle


def prompt_of(bench: Bench) -> str:
    """What the one request that left asks."""
    [raw] = bench.upstream.received
    return str(json.loads(raw.partition(b"\r\n\r\n")[2])["messages"][0]["content"])


# 11

@pytest.mark.parametrize("text", ["a\ud800b", "a\x00b", "\x1b[31mred", "a\x7fb", "a\x85b", "\udfff"])
def test_11_characters_that_text_cannot_hold(bench: Bench, text: str) -> None:
    admission, _ = send(bench, instance("bad", f"{text} Tomas Brandt"), CLEAN)
    assert {"bad": "bad_characters"} == dict(admission.refused)
    unseen(bench, "Brandt")


def test_11_line_separators_and_byte_order_marks_become_plain_text(bench: Bench) -> None:
    send(bench, instance("a", "\ufeffAsk Tomas\u2028Brandt\u2029now\u00a0please."))
    assert "Ask <PERSON_1>\nnow please." in prompt_of(bench)


@pytest.mark.parametrize("sent", [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80"])
def test_11_final_bytes_that_are_not_utf_8(bench: Bench, sent: bytes) -> None:
    whole = body("hello")
    refused(bench, sent + whole if sent == b"\xef\xbb\xbf" else whole.replace(b"hello", sent))


def test_11_escaped_lone_surrogates_and_nulls_in_the_final_bytes(bench: Bench) -> None:
    refused(bench, body("hello").replace(b"hello", b"\\ud800"))


def test_11_escaped_nulls_in_the_final_bytes(bench: Bench) -> None:
    refused(bench, body("hello").replace(b"hello", b"\\u0000"))


# 12, 13

@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 100_000, b'{"messages":' + b"[" * 100_000,
                                  b"[" * 100_000 + b"]" * 100_000])
def test_12_nesting_without_end(bench: Bench, deep: bytes) -> None:
    bench.policy = bench.policy.model_copy(update={
        "limits": bench.policy.limits.model_copy(update={"request_bytes": 4_000_000})})
    refused(bench, deep)


def test_12_an_answer_nested_without_end_is_an_error_of_the_reflector(bench: Bench) -> None:
    bench.upstream.script = [(200, b'{"content":' + b"[" * 100_000 + b"]" * 100_000 + b"}")]
    with pytest.raises(ReflectorError):
        send(bench, CLEAN)
    assert (1, ["request", "outcome"]) == (len(bench.upstream.received), bench.kinds())


@pytest.mark.parametrize("field", [
    b'"max_tokens":1,"max_tokens":2', b'"max_tokens":NaN', b'"max_tokens":Infinity', b'"max_tokens":-Infinity',
    b'"max_tokens":1e400', b'"max_tokens":1' + b"0" * 5000, b'"max_tokens":1' + b"0" * 100, b'"max_tokens":-1',
    b'"max_tokens":1.5', b'"max_tokens":true', b'"max_tokens":"9"', b'"max_tokens":9,"m\\u0061x_tokens":9'])
def test_13_numbers_and_keys_that_two_readers_read_differently(bench: Bench, field: bytes) -> None:
    refused(bench, body("hello").replace(b'"max_tokens":9', field))


def test_13_what_leaves_is_in_one_canonical_form(bench: Bench) -> None:
    """Two spellings of one request are the same bytes, so what was scanned is what is read."""
    send(bench, CLEAN)
    [raw] = bench.upstream.received
    sent = raw.partition(b"\r\n\r\n")[2]
    document = json.loads(sent)
    assert {"model", "max_tokens", "messages"} == set(document)
    assert MODEL == document["model"]
    assert sent == json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


# 14, 15, 16

def test_14_a_pattern_that_never_ends(bench: Bench) -> None:
    """A search of the standard library holds the interpreter's lock: only killing the process stops it."""
    slow = f"{READY}\nsys.stdin.readline()\nre.match('(a|a|aa)+$', 'a' * 60 + 'b')"
    with process(slow) as bench.detector:
        began = time.monotonic()
        with pytest.raises(DetectorFailed, match="within"):
            send(bench, CLEAN)
        assert time.monotonic() - began < 10
    nothing_left(bench)


def test_14_a_pattern_that_presidio_would_skip(bench: Bench) -> None:
    from presidio_analyzer import Pattern, PatternRecognizer, pattern_recognizer

    from appliance.detection.presidio import PresidioDetector

    direct = PresidioDetector(bench.policy)
    direct._analyzer.registry.add_recognizer(
        PatternRecognizer("SLOW", patterns=[Pattern("slow", r"(?:a|aa|a?)+$", 0.9)]))
    before = pattern_recognizer.REGEX_TIMEOUT_SECONDS
    bench.detector = direct
    try:
        pattern_recognizer.REGEX_TIMEOUT_SECONDS = 0.05
        with pytest.raises(DetectorFailed):
            send(bench, instance("a", "a" * 60 + "b" + "a" * 5000 + "!"))
    finally:
        pattern_recognizer.REGEX_TIMEOUT_SECONDS = before
    nothing_left(bench)


ANSWERS = {
    "dead": "", "dies_when_asked": f"{READY}\nsys.stdin.readline()",
    "slow": f"{READY}\nsys.stdin.readline()\ntime.sleep(60)",
    "an_error": f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1, \"error\": \"HTTP500\"}}', flush=True)",
    "no_json": f"{READY}\nsys.stdin.readline()\nprint('<html>', flush=True)\ntime.sleep(60)",
    "another_schema": f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1, \"entities\": []}}', flush=True)",
    "empty_result": f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1, \"spans\": []}}', flush=True)",
    "answer_to_another": f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 9, \"spans\": [[]]}}', flush=True)",
    "null": f"{READY}\nsys.stdin.readline()\nprint('null', flush=True)\ntime.sleep(60)",
    "cannot_be_built": "print('{\"error\": \"OSError\"}', flush=True)",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_15_a_detector_that_cannot_be_believed(bench: Bench, name: str) -> None:
    with process(ANSWERS[name]) as bench.detector, pytest.raises(DetectorFailed) as caught:
        send(bench, instance("a", "Ask Tomas Brandt"))
    assert "Brandt" not in f"{caught.value!r} {caught.value.__context__!r}"
    nothing_left(bench)


def test_15_a_detector_that_is_not_there(bench: Bench) -> None:
    with DetectorProcess(QUICK, ["/nonexistent/detector"]) as bench.detector, pytest.raises(DetectorFailed):
        send(bench, CLEAN)
    nothing_left(bench)


def test_15_a_model_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    gone = ModelPlugin(kind="spacy", path=tmp_path / "gone", labels={"PER": "PERSON"})
    policy = bench.policy.model_copy(update={"detector": DetectorPolicy(plugins=(gone,))})
    with DetectorProcess(policy) as bench.detector, pytest.raises(DetectorFailed, match="not a folder"):
        send(bench, CLEAN)
    nothing_left(bench)


def test_15_a_detector_killed_between_two_texts_is_started_again_or_nothing_leaves(bench: Bench) -> None:
    with DetectorProcess(bench.policy) as running:
        bench.detector = running
        door = bench.door()
        admission = door.admit([CLEAN, instance("a", "Ask Tomas Brandt")])
        for held in vars(running).values():
            if hasattr(held, "kill"):
                held.kill()
        running.close()
        reflector(bench, door).reflect(door.release_subset("d-1", admission.clean))
    assert 1 == len(bench.upstream.received)
    unseen(bench, "Brandt")


SENSELESS: dict[str, Any] = {
    "past_the_end": lambda text: [Span(0, len(text) + 1, "PERSON", 0.9, "x")],
    "negative": lambda text: [Span(-1, 1, "PERSON", 0.9, "x")], "empty": lambda text: [Span(1, 1, "PERSON", 0.9, "x")],
    "backwards": lambda text: [Span(3, 1, "PERSON", 0.9, "x")],
    "floats": lambda text: [Span(0.0, 1.0, "PERSON", 0.9, "x")], "no_span": lambda text: ["PERSON"],
    "no_type": lambda text: [Span(0, 1, "", 0.9, "x")], "odd_type": lambda text: [Span(0, 1, "<b>", 0.9, "x")],
    "score": lambda text: [Span(0, 1, "PERSON", 7.0, "x")],
    "nan": lambda text: [Span(0, 1, "PERSON", float("nan"), "x")],
}


@pytest.mark.parametrize("name", SENSELESS)
def test_16_one_senseless_span_and_nothing_leaves(bench: Bench, name: str) -> None:
    bench.detector = Scripted(SENSELESS[name])
    with pytest.raises(DetectorFailed):
        send(bench, CLEAN)
    nothing_left(bench)


def test_16_overlapping_spans_are_covered_whole(bench: Bench) -> None:
    def overlapping(text: str) -> list[Span]:
        at = text.find("Anna Bell Ltd")
        return [] if at < 0 else [Span(at, at + 9, "PERSON", 0.9, "x"), Span(at + 5, at + 13, "ORGANIZATION", 0.5, "x"),
                                  Span(at + 6, at + 7, "AGE", 0.4, "x")]

    bench.detector = Scripted(overlapping)
    send(bench, instance("a", "Ask Anna Bell Ltd about it."))
    assert "Ask <PERSON_1> about it." in prompt_of(bench)


def test_16_a_detector_that_is_wrong_only_about_the_final_bytes(bench: Bench) -> None:
    calls = []

    def count(text: str) -> list[Span]:
        calls.append(text)
        return []

    bench.detector = Scripted(count)
    door = bench.door()
    value = door.release_subset("d-1", door.admit([CLEAN]).clean)
    bench.detector.act = SENSELESS["past_the_end"]
    with pytest.raises(DetectorFailed):
        reflector(bench, door).reflect(value)
    nothing_left(bench)
    assert calls


# 17

@pytest.mark.parametrize("token", ["<PERSON_1>", "<person 1>", "</PERSON_2>", "< PERSON_1 >", "＜PERSON_1＞",
                                   "<PER\u200bSON_1>", "<EMAIL-ADDRESS_3/>"])
def test_17_a_text_that_holds_a_placeholder_already(bench: Bench, token: str) -> None:
    admission, _ = send(bench, instance("bad", f"Say {token} now."), instance("good", "Ask Tomas Brandt."))
    assert {"bad": "looks_like_placeholder"} == dict(admission.refused)
    assert 1 == prompt_of(bench).count("<PERSON_1>"), "ours stands for one person alone"
    unseen(bench, "Brandt")


@pytest.mark.parametrize("token", ["<PERSON_7>", "<person_7>", "< EMAIL_ADDRESS_1 >"])
def test_17_a_placeholder_of_another_job_in_the_final_bytes(bench: Bench, token: str) -> None:
    assert "FOREIGN_PLACEHOLDER x1" in refused(bench, body(f"Ask {token} about it."))


# 18

@pytest.mark.parametrize("mention", ["TOMAS BRANDT", "tomas brandt", "Brandt's", "Brandt’s", "BRANDT", "T. Brandt",
                                     "Brandt, Tomas", "Tomas  Brandt", "Tomas-Brandt", "Tomas\nBrandt", "TomasBrandt",
                                     "tomas_brandt", "Brandts"])
def test_18_the_same_person_in_another_shape(bench: Bench, mention: str) -> None:
    send_all(bench, instance("a", f"We spoke with {mention} about it."))
    unseen(bench, "Tomas", "Brandt")


@pytest.mark.parametrize("mention", ["INGRID SOLBERG", "solberg", "Solberg's", "SOLBERG, INGRID", "I. Solberg",
                                     "ingrid"])
def test_18_a_name_found_once_is_masked_everywhere_in_the_set(bench: Bench, mention: str) -> None:
    send(bench, instance("a", f"We spoke with {mention} about it."), instance("b", "See Mrs. Ingrid Solberg first."))
    unseen(bench, "Ingrid", "Solberg")
    assert {"1"} == {part.split(">")[0] for part in prompt_of(bench).split("<PERSON_")[1:]}, "one person"


def test_18_a_masked_value_that_comes_back_in_an_answer_does_not_leave_again(bench: Bench) -> None:
    bench.upstream.script = [(200, message(f"{ANSWER}\n- Always be kind to solberg and to others."))]
    door = bench.door()
    _, principles = send(bench, instance("b", "See Mrs. Ingrid Solberg first."), door=door)
    assert principles is not None
    released, withheld = door.release_cluster("c-1", principle_rows(principles.texts))
    assert 1 == len(withheld)
    reflector(bench, door).reflect(released)
    assert 2 == len(bench.upstream.received)
    unseen(bench, "Ingrid", "Solberg")


def principle_rows(texts: tuple[str, ...]) -> list[Principle]:
    """Principles as the reflection stage keeps them."""
    return [Principle(f"L-1-{number}", text, ("d-1",), 0, True) for number, text in enumerate(texts, start=1)]


# 19, 20

@pytest.mark.parametrize("name", ["Larkfield Outpatient Clinic", "LARKFIELD  outpatient\nclinic", "Project Heron",
                                  "project-heron", "Project Heron's"])
def test_19_organisations_and_code_names(bench: Bench, name: str) -> None:
    send(bench, instance("a", f"Is {name} still open?"))
    unseen(bench, "Larkfield", "Heron")
    masked = bench.log.reader.record(0).fields["masked"]
    assert {"ORGANIZATION", "PROJECT"} & set(masked)


def test_19_no_type_is_ignored_by_default() -> None:
    from appliance.detection.presidio import PresidioDetector

    detector = PresidioDetector(QUICK)
    assert [] == list(detector._analyzer.nlp_engine.ner_model_configuration.labels_to_ignore)
    assert {"ORGANIZATION", "LOCATION", "PERSON"} <= detector.entities


@pytest.mark.parametrize(("text", "gone"), [
    ("She is 93 years old and lives alone.", "93"), ("A man aged 97 came in.", "97"),
    ("He was born on 12 March 1931.", "1931"), ("Her ZIP code is 59718 now.", "59718")])
@pytest.mark.parametrize("operator", ["placeholder", "generalise"])
def test_20_rare_attributes_are_masked_or_made_coarse(bench: Bench, text: str, gone: str, operator: str) -> None:
    operators = dict.fromkeys(("AGE", "DATE_TIME", "ZIP_CODE"), operator)
    bench.policy = bench.policy.model_copy(update={"operators": operators})
    send(bench, instance("a", text))
    assert gone not in prompt_of(bench) or (operator == "generalise" and "1931" == gone)
    assert "12 March" not in prompt_of(bench)
    assert 1 == sum(bench.log.reader.record(0).fields["masked"].values())


@pytest.mark.parametrize(("text", "gone"), [
    ("He works as a lighthouse keeper near Kilbarchan.", ("lighthouse", "keeper", "Kilbarchan")),
    ("Job title: Chief Medical Officer. Village: Grindelwald.", ("Chief", "Medical", "Grindelwald")),
    ("She is a midwife in Applecross and is 93 years old.", ("midwife", "Applecross", "93"))])
def test_20_a_trade_and_a_village_are_masked_together(bench: Bench, text: str, gone: tuple[str, ...]) -> None:
    send(bench, instance("a", text))
    assert [] == [word for word in gone if word in prompt_of(bench)]


def test_20_an_instance_that_is_mostly_masked_says_too_much_by_what_is_left(bench: Bench) -> None:
    told = ("Tomas Brandt, 12 Elm Tree Lane, Boston, MA 02139, 12 March 1985, 078-05-1120, "
            "tomas.brandt@larkfield.example; ")
    admission, _ = send(bench, Instance("a", told, told + "aged 93", "ok"), CLEAN)
    assert {"a": "mostly_masked"} == dict(admission.refused)
    unseen(bench, "Brandt", "Elm Tree")


def test_failing_is_told_apart_from_working(bench: Bench) -> None:
    """The bench itself: a detector that works often enough lets the request through."""
    bench.detector = Failing(bench.detector, 10_000, lambda texts: sys.exit(1))
    send(bench, CLEAN)
    assert 1 == len(bench.upstream.received)
