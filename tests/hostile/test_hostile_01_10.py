"""Hostile inputs 1 to 10 of docs/hostile-inputs.md: how a value is spelled, encoded and split, and where it stands."""

from __future__ import annotations

import base64
import codecs
import gzip
import html
import json
import unicodedata
import urllib.parse
from typing import Any

import pytest
from door_bench import KNOWLEDGE, MODEL, Bench, instance, reflector
from hostile_bench import CARD, MAIL, POLICY, SSN, Scripted, body, head, nothing_left, send, send_all, unseen
from pydantic import ValidationError

from appliance.audit.log import AuditLog
from appliance.errors import EgressDenied, ResidualFound
from appliance.gateway.exchange import OutboundRequest
from appliance.gateway.guard import Guard
from appliance.gateway.knowledge_guard import KnowledgeGuard, Template
from appliance.gateway.scrub import Scrubber
from appliance.policy.parts import DetectorPolicy
from appliance.records import Instance
from appliance.reflect.prompts import LINE_HEAD, TEMPLATES

CLEAN = instance("clean", "Do you have parking for visitors?")
QUOTED = ("Tomas", "Brandt", "kim.voss", "078-05", "4095", "AKIA", "sk-ant", "PRIVATE KEY", "Tr0ub4dor", KNOWLEDGE[:12])
"""What no message of a refusal repeats."""


def refused(bench: Bench, sent: bytes, path: str = "/v1/messages",
            headers: tuple[tuple[str, str], ...] = ()) -> str:
    """What the door says to final bytes that nobody scrubbed; nothing of them may leave."""
    door = bench.door()
    value = door.release_subset("d-1", door.admit([CLEAN]).clean)
    with pytest.raises(EgressDenied) as caught:
        door.pass_through(OutboundRequest("POST", path, (*head(bench, sent), *headers), sent), value)
    nothing_left(bench)
    assert ["refused"] == bench.kinds()
    assert [] == [word for word in QUOTED if word.lower() in str(caught.value).lower()]
    return str(caught.value)


@pytest.mark.parametrize(("spelling", "plain"), [
    ("Тоmаs Brаndt", "Tomas Brandt"), ("Τomαs Βrαndt", "Tomas Brandt"), ("Ꭲomas Brandt", "omas Brandt"),
    ("kim.vоss@lаrkfield.example", MAIL), ("kim.voss@larkfield.ехаmрlе", MAIL), ("Рroject Неron", "Project Heron")])
def test_01_letters_that_look_like_others(bench: Bench, spelling: str, plain: str) -> None:
    send(bench, instance("a", f"Please write to {spelling} about it."))
    assert 1 == len(bench.upstream.received)
    unseen(bench, spelling, plain, plain.split()[-1])
    assert 1 == sum(bench.log.reader.record(0).fields["masked"].values())


@pytest.mark.parametrize("hidden", [
    "T\u200bomas Br\u00adandt", "T\U000e0041omas\u2060 Brandt", "\u202eTomas Brandt\u202c", "To\ufeffmas Bra\u180endt",
    "Tomas\u034f Brandt", "T\ufe0fomas\u3164 Brandt"])
def test_02_invisible_characters(bench: Bench, hidden: str) -> None:
    send(bench, instance("a", f"Ask {hidden} today, or \u2066call\u2069 078-05\u200b-1120."))
    [raw] = bench.upstream.received
    unseen(bench, "Tomas", "Brandt", SSN)
    sent = raw.partition(b"\r\n\r\n")[2].decode()
    prompt = json.loads(sent)["messages"][0]["content"]
    assert "call" in prompt
    assert [] == [f"U+{ord(c):04X}" for c in prompt + sent
                  if unicodedata.category(c) == "Cf" or c in "\u034f\ufe0f\u3164"]
    fields = bench.log.reader.record(0).fields
    assert {"PERSON": 1, "US_SSN": 1} == fields["masked"]
    assert 3 + sum(not c.isascii() for c in hidden) == fields["invisible"]


@pytest.mark.parametrize("number", ["４０９５-２６０９-９３９３-４９３２", "٤٠٩٥ ٢٦٠٩ ٩٣٩٣ ٤٩٣٢", "⁴⁰⁹⁵²⁶⁰⁹⁹³⁹³⁴⁹³²",
                                    "𝟒𝟎𝟗𝟓-𝟐𝟔𝟎𝟗-𝟗𝟑𝟗𝟑-𝟒𝟗𝟑𝟐", "4 0 9 5 2 6 0 9 9 3 9 3 4 9 3 2", "４０95–2609‑9393—4932"])
def test_03_digits_of_other_scripts_and_forms(bench: Bench, number: str) -> None:
    send(bench, instance("a", f"My card is {number}, and my SSN ０７８-٠٥-１１２٠."))
    assert 1 == len(bench.upstream.received)
    unseen(bench, CARD, SSN)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_04_combining_marks_in_a_name_and_in_a_quote(bench: Bench, form: Any) -> None:
    name = unicodedata.normalize(form, "Dr. Ämára Ôsëï")
    quote = unicodedata.normalize(form, KNOWLEDGE[:60].replace("e", "é"))
    admission, _ = send(bench, instance("a", f"Is {name} in today?"), instance("quotes", f"Is it so that {quote}?"))
    assert {"quotes": "knowledge_run"} == dict(admission.refused)
    unseen(bench, "Amara", "Osei", "prescriptions are ready")
    assert {"PERSON": 1} == bench.log.reader.record(0).fields["masked"]


PRIVATE = f"Tomas Brandt, {SSN}, {MAIL}"
ENCODED = {
    "base64": base64.b64encode(PRIVATE.encode()).decode(),
    "base64_url": base64.urlsafe_b64encode(PRIVATE.encode()).decode().rstrip("="),
    "base64_twice": base64.b64encode(base64.b64encode(PRIVATE.encode())).decode(),
    "base64_of_gzip": base64.b64encode(gzip.compress(PRIVATE.encode(), mtime=0)).decode(),
    "base32": base64.b32encode(PRIVATE.encode()).decode(),
    "hex": PRIVATE.encode().hex(),
    "percent": "".join(f"%{byte:02X}" for byte in PRIVATE.encode()),
    "html_entities": "".join(f"&#{ord(character)};" for character in PRIVATE),
    "html_named": html.escape(PRIVATE).replace("@", "&commat;").replace("-", "&#x2d;"),
    "json_escapes": "".join(f"\\u{ord(character):04x}" for character in PRIVATE),
    "rot13": codecs.encode(PRIVATE, "rot13"),
    "percent_of_base64": urllib.parse.quote(base64.b64encode(PRIVATE.encode()).decode(), safe=""),
}


@pytest.mark.parametrize("name", ENCODED)
def test_05_encoded_values(bench: Bench, name: str) -> None:
    hidden = ENCODED[name]
    send(bench, CLEAN, instance("a", f"What does {hidden} say?"))
    assert 1 == len(bench.upstream.received), "the instance beside it is still shown"
    unseen(bench, *PRIVATE.split(", "), "Brandt")
    prompt = json.loads(bench.upstream.received[0].partition(b"\r\n\r\n")[2])["messages"][0]["content"]
    assert hidden not in prompt
    assert [] == [piece for piece in (hidden[i:i + 16] for i in range(0, len(hidden) - 16, 8)) if piece in prompt]


@pytest.mark.parametrize("times", [4, 6])
def test_05_what_is_encoded_deeper_than_anybody_looks(bench: Bench, times: int) -> None:
    hidden = PRIVATE.encode()
    for _ in range(times):
        hidden = base64.b64encode(hidden)
    admission, _ = send(bench, CLEAN, instance("a", f"What does {hidden.decode()} say?"))
    assert {"a": "secret"} == dict(admission.refused)
    assert hidden[:16] not in bench.upstream.received[0]


def test_05_an_encoded_secret_refuses_its_instance(bench: Bench) -> None:
    hidden = base64.b64encode(b"AKIAIOSFODNN7EXAMPLE").decode()
    admission, _ = send(bench, CLEAN, instance("a", f"Why does {hidden} not work?"))
    assert {"a": "secret"} == dict(admission.refused)
    unseen(bench, "AKIAIOSFODNN7EXAMPLE", hidden)


@pytest.mark.parametrize("fields", [
    ("Ask Dr. Amara", "Osei about it", "ok"), ("Ask Tomas Bra", "ndt about it", "ok"), ("SSN 078-05-", "", "1120"),
    ("Pay with 4095-2609-", "9393-4932 now", "ok"), ("Write kim.voss@lark", "field.example", "ok"),
    ("Ask Tom", "as Bra", "ndt about it")])
def test_06_values_split_over_fields(bench: Bench, fields: tuple[str, str, str]) -> None:
    send_all(bench, Instance("a", *fields))
    unseen(bench, "Osei", "Brandt", SSN, CARD, MAIL)
    for raw in bench.upstream.received:
        assert not any(piece in raw for piece in (b"078-05", b"1120", b"4095", b"4932", b"field.example", b"ndt"))


@pytest.mark.parametrize("halves", [
    ("ask Tomas Bra", "ndt about it"), ("pay with 4095-2609-", "9393-4932"), ("AKIAIOSF", "ODNN7EXAMPLE"),
    (f"is it so that {KNOWLEDGE[:14]}", f"{KNOWLEDGE[14:40]}?")])
def test_06_values_split_over_messages_of_the_final_bytes(bench: Bench, halves: tuple[str, str]) -> None:
    refused(bench, body(*halves))


def test_06_a_value_split_over_the_turns_of_the_final_bytes(bench: Bench) -> None:
    turns = [{"role": role, "content": text} for role, text in (
        ("user", "as Br"), ("assistant", "an"), ("user", "dt about it"))]
    refused(bench, body(system="ask Tom", messages=turns))


def released_in(bench: Bench, end: str, beginning: str, size: int, **changes: Any) -> None:
    """A job that shows two instances in requests of so many."""
    knowledge = KnowledgeGuard([KNOWLEDGE], bench.policy.knowledge, identity="k",
                               template=Template(TEMPLATES, LINE_HEAD))
    door = bench.door(guard=Guard(bench.policy, Scrubber(bench.detector, bench.policy), knowledge, MODEL), **changes)
    admission = door.admit([Instance("i-1", "Reply to the message.", "Who is it?", end),
                            Instance("i-2", beginning, "", "We will help you.")])
    assert {} == dict(admission.refused), "each alone is clean"
    assert [end, beginning] == [admission.clean[0].output, admission.clean[1].instruction], "nothing is masked"
    for number in range(0, 2, size):
        reflector(bench, door).reflect(door.release_subset(f"d-{number}", admission.clean[number:number + size]))


HALVES = pytest.mark.parametrize(("end", "beginning"), [
    ("Then it is 4095-2609-", "9393-4932 is what they say."), ("Then it is 4095 260", "9 9393 4932 is what they say."),
    ("Then it is 212", "-555-0142 is what they say."),
    ("Then it is Project Hero", "n is what they say.")])


@HALVES
def test_06_values_split_over_instances_of_a_request(bench: Bench, end: str, beginning: str) -> None:
    with pytest.raises(EgressDenied, match=r"together make|still hold"):
        released_in(bench, end, beginning, 2)
    assert ([], "refused") == (bench.upstream.received, bench.kinds()[-1])


@HALVES
def test_06_values_split_over_requests(bench: Bench, end: str, beginning: str) -> None:
    for _ in range(2):
        with pytest.raises(EgressDenied, match="together make"):
            released_in(bench, end, beginning, 1)
        bench.log = AuditLog.open(bench.directory)  # as after a restart
        assert (1, "refused") == (len(bench.upstream.received), bench.kinds()[-1])
    released_in(bench, "We are open.", beginning, 1, job_id="job-2")
    assert 3 == len(bench.upstream.received), "nothing is wrong with the second request alone"


@pytest.mark.parametrize(("end", "beginning"), [
    ("you pay 40", "95 of them came"), ("We are open until 12", "30 people came, what now?"),
    ("It will be ready in a few days", "Tell me what to do next."),
    ("See the page www.", "Example of a letter, please.")])
def test_06_texts_that_merely_follow_each_other_are_no_value(bench: Bench, end: str, beginning: str) -> None:
    released_in(bench, end, beginning, 1)
    released_in(bench, end, beginning, 2, job_id="job-2")
    assert 3 == len(bench.upstream.received)


PLACES = {
    "key": {"Tomas Brandt": "x"}, "tools": {"tools": [{"name": "Tomas Brandt", "input_schema": {"a": MAIL}}]},
    "tool_choice": {"tool_choice": {"name": "Tomas Brandt"}}, "system": {"system": "You answer Tomas Brandt."},
    "metadata": {"metadata": {"user_id": MAIL}}, "stop": {"stop_sequences": ["Tomas Brandt"]},
    "model": {"model": f"{MODEL}-tomas-brandt"}, "file": {"container": {"files": ["brandt.pdf"]}},
    "stream": {"stream": True}, "message_key": {"messages": [{"role": "user", "content": "x", "name": "Tomas Brandt"}]},
    "role": {"messages": [{"role": "Tomas Brandt", "content": "x"}]},
    "block": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Tomas Brandt"}]}]},
    "tool_use": {"messages": [{"role": "assistant", "content": [
        {"type": "tool_use", "id": "1", "name": "pay", "input": {"card": CARD}}]}]},
}


@pytest.mark.parametrize("place", PLACES)
def test_07_private_values_in_keys_and_odd_fields(bench: Bench, place: str) -> None:
    message = refused(bench, body(*(() if "messages" in PLACES[place] else ("hello",)), **PLACES[place]))
    assert "Brandt" not in message


def test_07_private_values_in_the_path_and_the_headers(bench: Bench) -> None:
    refused(bench, body("hello"), path="/v1/messages?user=tomas.brandt")


def test_07_private_values_in_headers(bench: Bench) -> None:
    refused(bench, body("hello"), headers=(("x-user", "Tomas Brandt"),))


def test_08_ten_megabytes_are_refused_before_any_detector(bench: Bench) -> None:
    bench.detector = detector = Scripted(lambda text: [])
    admission, _ = send(bench, instance("huge", "x" * 10_000_000), instance("huge2", "a", "b " * 5_000_000))
    assert {"huge": "too_large", "huge2": "too_large"} == dict(admission.refused)
    nothing_left(bench)
    assert detector.seen_chars < 100
    assert "10000" in refused(bench, body("x" * 10_000_000))
    assert detector.seen_chars < 10_000


@pytest.mark.parametrize("size_chars", [1_000_000, 1_000_001])
def test_09_a_million_characters_and_one_more(bench: Bench, size_chars: int) -> None:
    """SpaCy raises above the first, and some products then skip the text."""
    text = "word " * (size_chars // 5) + "w" * (size_chars % 5)
    assert size_chars == len(text)
    admission, _ = send(bench, instance("long", text[:-12] + "Tomas Brandt"))
    assert {"long": "too_large"} == dict(admission.refused)
    nothing_left(bench)
    with pytest.raises(ValidationError):
        DetectorPolicy(max_text_chars=1_000_001)


def test_09_a_text_of_exactly_the_limit_is_read_to_its_last_character(bench: Bench) -> None:
    limit = 6_000
    own = limit - 2  # an instance counts as its three texts with a blank between them
    bench.policy = POLICY.model_copy(update={"detector": DetectorPolicy(max_text_chars=limit)})
    filler = "Please bring your form and wait twenty minutes. " * 200

    def of(size_chars: int) -> str:
        return filler[:size_chars - 13].rstrip().ljust(size_chars - 13, ".") + " Tomas Brandt"

    fits, longer = Instance("fits", of(own), "", ""), Instance("longer", of(own + 1), "", "")
    assert (own, own + 1) == (len(fits.instruction), len(longer.instruction))
    scrubbed = bench.door().admit([fits, longer])
    assert {"longer": "too_large"} == dict(scrubbed.refused)
    assert "Brandt" not in scrubbed.clean[0].instruction


def test_10_values_on_every_border_of_a_long_text(bench: Bench) -> None:
    """However a detector cuts a long text, some of these lie on its cuts."""
    names = [f"{first}{last}" for first in ("Bel", "Cor", "Dor", "Fen", "Gal", "Hol") for last in (
        "vashti", "zemlin", "quorra", "thwaite", "mirski", "onyango", "pelletan", "raskov", "sundqvi", "tolmaro")]
    filler = "please bring your form and wait for a few minutes in the hall "
    text = "".join(filler * (1 + number % 3) + f"then Mrs. {name} came, " for number, name in enumerate(names))
    bench.policy = POLICY.model_copy(update={"limits": POLICY.limits.model_copy(update={"masked_share": 1.0})})
    send(bench, instance("a", f"{text} and the number was {SSN}."))
    assert 1 == len(bench.upstream.received)
    unseen(bench, *names, SSN)


def test_10_a_quote_of_the_knowledge_that_begins_anywhere_is_found(bench: Bench) -> None:
    door = bench.door()
    long_before = "Please bring your form and wait. " * 60
    for start in range(0, len(KNOWLEDGE) - 30, 7):
        value = door.finding_in(f"{long_before}{KNOWLEDGE[start:start + 30]}{long_before}")
        assert "knowledge_run" == value


def test_10_residual_is_what_the_final_look_calls_it(bench: Bench) -> None:
    with pytest.raises(ResidualFound):
        door = bench.door()
        value = door.release_subset("d-1", door.admit([CLEAN]).clean)
        sent = body("wait " * 4000 + MAIL + " wait" * 4000)
        door.pass_through(OutboundRequest("POST", "/v1/messages", head(bench, sent), sent), value)
    nothing_left(bench)
