"""The door: what is refused never leaves, and what leaves was recorded first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from door_bench import ANSWER, KNOWLEDGE, MODEL, VISITOR, Bench, instance, message, reflector, released

from appliance.detection.detector import Span
from appliance.errors import (
    DetectorFailed,
    EgressDenied,
    LogLatched,
    ResidualFound,
)
from appliance.gateway import schema
from appliance.gateway.exchange import Destination, OutboundRequest
from appliance.gateway.release import ReleasedCluster, ReleasedSubset
from appliance.gateway.results import ScrubbedInstance
from appliance.records import Principle


def principle(text: str) -> Principle:
    return Principle("L-1-1", text, ("d-1",), 0, True)


def test_a_released_subset_comes_back_as_principles_and_the_log_holds_exactly_what_left(bench: Bench) -> None:
    door = bench.door()
    answer = reflector(bench, door=door).reflect(released(bench, door))
    assert ("Answer the question that was asked.", "Keep to the facts given.") == answer.texts
    assert ["request", "outcome"] == bench.kinds()
    [received] = bench.upstream.received
    record = bench.log.reader.record(0)
    head = "".join(f"{name}: {value}\r\n" for name, value in record.fields["headers"])
    recorded = f"POST /v1/messages HTTP/1.1\r\n{head}\r\n".encode() + bench.log.reader.payload(
        record.fields["payload_sha256"])
    assert recorded.replace(b"<credential anthropic>", b"sk-secret") == received
    assert b"Brandt" not in received
    assert b"555-0142" not in received
    assert {"PERSON": 1, "PHONE_NUMBER": 1} == record.fields["masked"]
    outcome = bench.log.reader.record(1)
    assert message(ANSWER) == bench.log.reader.payload(outcome.fields["payload_sha256"])
    assert b"sk-secret" not in b"".join(path.read_bytes() for path in bench.directory.rglob("*") if path.is_file())


def test_the_record_is_durable_before_the_first_byte_arrives_upstream(bench: Bench) -> None:
    seen: list[list[str]] = []
    bench.upstream.before_answer = lambda: seen.append(bench.kinds())
    door = bench.door()
    reflector(bench, door=door).reflect(released(bench, door))
    assert [["request"]] == seen


def test_hostile_environment_variables_change_no_byte(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    door = bench.door()
    reflector(bench, door=door).reflect(released(bench, door))
    for name, value in {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
                        "ANTHROPIC_CUSTOM_HEADERS": "X-Evil: 1\nanthropic-version: evil\ncontent-type: evil",
                        "ANTHROPIC_AUTH_TOKEN": "evil", "ANTHROPIC_API_KEY": "evil", "HTTP_PROXY": "http://127.0.0.1:9",
                        "HTTPS_PROXY": "http://127.0.0.1:9", "ANTHROPIC_LOG": "debug", "ALL_PROXY": "http://127.0.0.1:9",
                        "ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE": "content"}.items():
        monkeypatch.setenv(name, value)
    second = Bench(bench.directory.with_name("second"), bench.upstream, bench.detector)
    door = second.door()
    reflector(second, door=door).reflect(released(second, door))
    first_bytes, second_bytes = bench.upstream.received
    assert first_bytes == second_bytes


def test_a_client_with_nothing_released_in_hand_sends_nothing(bench: Bench) -> None:
    client = reflector(bench)
    with pytest.raises(Exception, match=r"Connection error") as caught:
        client._client.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": "hello"}])
    assert isinstance(caught.value.__cause__, EgressDenied)
    assert ([], []) == (bench.upstream.received, bench.kinds())


def test_released_values_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError):
        ReleasedSubset("d-1", ())
    with pytest.raises(TypeError):
        ReleasedCluster("c-1", ("text",))
    with pytest.raises(TypeError):
        ScrubbedInstance("a", "b", "c", "d")


def test_an_instance_that_quotes_k_is_not_admitted(bench: Bench) -> None:
    quoting = instance("quotes", f"Is it true that {KNOWLEDGE[:40].upper()}?")
    split = instance("split", KNOWLEDGE[:13], KNOWLEDGE[13:36])
    admission = bench.door().admit([VISITOR, quoting, split])
    assert {"quotes": "knowledge_run", "split": "knowledge_run"} == admission.refused
    assert ["a"] == [item.id for item in admission.clean]


def test_a_run_of_k_that_only_the_words_around_a_text_complete_is_not_admitted(bench: Bench) -> None:
    # 22 characters, 24 with the spaces that stand around them in the request.
    admission = bench.door().admit([VISITOR, instance("edge", "Medicines need a visit.")])
    assert {"edge": "knowledge_run"} == admission.refused


def test_a_principle_that_quotes_k_or_a_person_is_withheld_from_the_next_request(bench: Bench) -> None:
    door = bench.door()
    cluster, withheld = door.release_cluster("c-1", [
        principle("Answer what was asked."),
        Principle("L-1-2", KNOWLEDGE[:60], ("d-1",), 0, True),
        Principle("L-1-3", "Always greet Dr. Amara Osei by name.", ("d-1",), 0, True)])
    assert ("Answer what was asked.",) == cluster.principles
    assert {"L-1-2": "knowledge_run", "L-1-3": "residual_PERSON"} == withheld


def test_a_value_masked_in_the_drawn_set_may_not_come_back_in_a_principle(bench: Bench) -> None:
    door = bench.door()
    door.admit([instance("a", "I am Mr. Quillfeather. Do you have parking?")])
    _, withheld = door.release_cluster("c-1", [principle("Be kind to quillfeather and to others.")])
    assert {"L-1-1": "residual_PERSON"} == withheld


@pytest.mark.parametrize("body", [
    b'{"model":"%s","max_tokens":1,"messages":[],"tools":[]}' % MODEL.encode(),
    b'{"model":"%s","max_tokens":1,"messages":[{"role":"user","content":"x","user":"y"}]}' % MODEL.encode(),
    b'{"model":"%s","max_tokens":1,"messages":[{"role":"user","content":["x"]}]}' % MODEL.encode(),
    b'{"model":"%s","max_tokens":1,"max_tokens":2,"messages":[]}' % MODEL.encode(),
    b'{"model":"%s","max_tokens":NaN,"messages":[]}' % MODEL.encode(),
    b'{"model":"other","max_tokens":1,"messages":[]}',
    b'{"model":"%s","max_tokens":1,"messages":[{"role":"user","content":"\xff"}]}' % MODEL.encode(),
    b"[" * 100_000, b"", b"null",
    json.dumps({"model": MODEL, "max_tokens": 1,
                "messages": [{"role": "user", "content": "mail ann@example.org"}]}).encode(),
    json.dumps({"model": MODEL, "max_tokens": 1, "messages": [{"role": "user", "content": KNOWLEDGE}]}).encode(),
    json.dumps({"model": MODEL, "max_tokens": 1, "messages": [{"role": "user", "content": KNOWLEDGE[:20]},
                                                              {"role": "user", "content": KNOWLEDGE[20:40]}]}).encode(),
    json.dumps({"model": MODEL, "max_tokens": 1, "system": "key sk-ant-api03-" + "a1B2" * 20, "messages": []}).encode(),
    json.dumps({"model": MODEL, "max_tokens": 1, "messages": [{"role": "user", "content": "x" * 300_000}]}).encode(),
], ids=range(15))
def test_final_bytes_that_are_not_clean_or_not_ours_stay_in(bench: Bench, body: bytes) -> None:
    door = bench.door()
    value = released(bench, door)
    with pytest.raises(EgressDenied):
        head = schema.headers(f"127.0.0.1:{bench.upstream.port}", len(body))
        door.pass_through(OutboundRequest("POST", "/v1/messages", head, body), value)
    assert ([], ["refused"]) == (bench.upstream.received, bench.kinds())
    assert {"job", "purpose", "reason", "body_sha256", "policy_name", "policy_version", "policy_sha256"} == set(
        bench.log.reader.record(0).fields)


class Broken:
    """A detector that fails in one chosen way, after having worked for a while."""

    def __init__(self, inner: Any, works: int, failure: Any) -> None:
        self.inner, self.works, self.failure = inner, works, failure

    def describe(self) -> dict[str, str]:
        return {"name": "broken"}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        self.works -= 1
        if self.works >= 0:
            return self.inner.detect(texts)
        raise self.failure


@pytest.mark.parametrize("works", range(0, 4))
def test_a_detector_that_fails_at_any_moment_means_that_nothing_leaves(bench: Bench, works: int) -> None:
    bench.detector = Broken(bench.detector, works, DetectorFailed("the detector died"))
    door = bench.door()
    try:
        reflector(bench, door=door).reflect(released(bench, door))
    except DetectorFailed:
        assert [] == bench.upstream.received
    else:
        pytest.fail("the detector was never asked that often; lower `works`")


def test_only_the_prompt_that_was_built_from_the_released_value_goes_out(bench: Bench) -> None:
    door = bench.door()
    client = reflector(bench, door=door)
    with client._transport.carrying(released(bench, door), "the prompt"), pytest.raises(Exception, match="Connection"):
        client._client.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": "another"}])
    assert [] == bench.upstream.received


def test_nothing_leaves_when_the_record_cannot_be_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    door = bench.door()
    value = released(bench, door)
    monkeypatch.setattr("os.fdatasync", lambda _: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    with pytest.raises(LogLatched):
        reflector(bench, door=door).reflect(value)
    monkeypatch.undo()
    with pytest.raises(LogLatched):
        reflector(bench, door=door).reflect(value)
    assert [] == bench.upstream.received


def test_a_destination_the_policy_does_not_name_is_refused_before_anything_is_built(bench: Bench) -> None:
    for scheme, host, port in (("https", "example.org", 443), ("http", "api.anthropic.com", 443),
                               ("https", "api.anthropic.com", 8443)):
        with pytest.raises(EgressDenied, match="policy does not allow"):
            bench.door(destination=Destination(scheme, host, port, leaves_machine=True))


def test_a_guard_built_for_another_run_length_is_refused(bench: Bench, tmp_path: Path) -> None:
    from appliance.gateway.guard import Guard
    from appliance.gateway.knowledge_guard import KnowledgeGuard
    from appliance.gateway.scrub import Scrubber

    other = bench.policy.knowledge.model_copy(update={"run_chars": 30})
    with pytest.raises(ResidualFound):
        Guard(bench.policy, Scrubber(bench.detector, bench.policy), KnowledgeGuard([KNOWLEDGE], other, identity="k"),
              MODEL)
