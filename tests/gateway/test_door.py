"""The door: what is refused never leaves, what leaves was recorded first, nothing is sent twice unasked."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from door_bench import ANSWER, KNOWLEDGE, MODEL, Bench, instance, message

from appliance.audit.egress import egress_totals
from appliance.audit.log import AuditLog
from appliance.config import ReflectorConfig
from appliance.detection.detector import Span
from appliance.errors import (
    AwaitingApproval,
    ConfigError,
    DetectorFailed,
    EgressDenied,
    LogLatched,
    ReflectorError,
    ResidualFound,
    SendFailed,
)
from appliance.gateway import schema
from appliance.gateway.exchange import Destination, OutboundRequest
from appliance.gateway.release import ReleasedCluster, ReleasedSubset
from appliance.gateway.results import ScrubbedInstance
from appliance.records import Principle
from appliance.reflect.anthropic_client import AnthropicReflector
from appliance.sender.https import HttpsSender

CLEAN = instance("a", "This is Mr. Tomas Brandt, call me on 212-555-0142. Do you have parking?")


def reflector(bench: Bench, **changes: Any) -> AnthropicReflector:
    door = changes.pop("door", None) or bench.door(**changes)
    return AnthropicReflector(door, ReflectorConfig(model=MODEL), bench.url, demonstration=True)


def released(bench: Bench, door: Any) -> ReleasedSubset:
    admission = door.admit([CLEAN])
    assert {} == admission.refused
    return door.release_subset("d-1", admission.clean)


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
    admission = bench.door().admit([CLEAN, quoting, split])
    assert {"quotes": "knowledge_run", "split": "knowledge_run"} == admission.refused
    assert ["a"] == [item.id for item in admission.clean]


def test_a_run_of_k_that_only_the_words_around_a_text_complete_is_not_admitted(bench: Bench) -> None:
    # 22 characters, 24 with the spaces that stand around them in the request.
    admission = bench.door().admit([CLEAN, instance("edge", "Medicines need a visit.")])
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


def test_an_answered_body_is_answered_from_the_log_and_not_sent_again(bench: Bench) -> None:
    door = bench.door()
    first = reflector(bench, door=door).reflect(released(bench, door))
    log = AuditLog.open(bench.directory)
    bench.log = log
    door = bench.door()
    again = reflector(bench, door=door).reflect(released(bench, door))
    assert (first, 1) == (again, len(bench.upstream.received))
    another = bench.door(job_id="job-2")
    reflector(bench, door=another).reflect(released(bench, another))
    assert 2 == len(bench.upstream.received), "another job asks for itself"


class DiesInSend:
    """A sender whose process dies after the record was written."""

    def send(self, log_index: int) -> Any:
        raise KeyboardInterrupt


def test_a_request_without_an_outcome_is_repeated_once_under_a_record_that_names_the_first(bench: Bench) -> None:
    door = bench.door(sender=DiesInSend())
    with pytest.raises(KeyboardInterrupt):
        reflector(bench, door=door).reflect(released(bench, door))
    assert ["request"] == bench.kinds()
    door = bench.door()
    reflector(bench, door=door).reflect(released(bench, door))
    assert ["request", "request", "outcome"] == bench.kinds()
    assert (None, 0) == (bench.log.reader.record(0).fields["repeats"], bench.log.reader.record(1).fields["repeats"])
    assert 2 == egress_totals(bench.log.reader, "job-1").passed_requests, "both count"


def test_a_repeat_that_also_vanished_waits_for_a_person(bench: Bench) -> None:
    for _ in range(2):
        door = bench.door(sender=DiesInSend())
        with pytest.raises(KeyboardInterrupt):
            reflector(bench, door=door).reflect(released(bench, door))
    door = bench.door()
    with pytest.raises(AwaitingApproval):
        reflector(bench, door=door).reflect(released(bench, door))
    assert [] == bench.upstream.received


def test_a_recorded_decision_lets_it_go_once_more_and_the_next_loss_asks_again(bench: Bench) -> None:
    for _ in range(2):
        door = bench.door(sender=DiesInSend())
        with pytest.raises(KeyboardInterrupt):
            reflector(bench, door=door).reflect(released(bench, door))
    bench.log.append("decision", {"job": "another", "by": "kim", "reason": "not this job"})
    with pytest.raises(AwaitingApproval, match="--send-again"):
        reflector(bench, door=bench.door()).reflect(released(bench, door))
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "the line was down"})
    door = bench.door(sender=DiesInSend())
    with pytest.raises(KeyboardInterrupt):
        reflector(bench, door=door).reflect(released(bench, door))
    with pytest.raises(AwaitingApproval):
        reflector(bench, door=bench.door()).reflect(released(bench, door))
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "once more"})
    reflector(bench, door=bench.door()).reflect(released(bench, door))
    assert 1 == len(bench.upstream.received)


def test_a_sender_that_refuses_before_it_connects_leaves_no_request_open(bench: Bench) -> None:
    def gone(name: str) -> str:
        raise ConfigError(f"the credential {name} is gone")

    target = ("http", "127.0.0.1", bench.upstream.port)
    outside = Destination(*target, leaves_machine=False)
    for _ in range(3):
        door = bench.door(destination=outside, sender=HttpsSender(
            bench.log.reader, allowed=frozenset({target}), credentials=gone, timeout_s=5.0))
        with pytest.raises(ConfigError):
            reflector(bench, door=door).reflect(released(bench, door))
    assert ["request", "outcome"] * 3 == bench.kinds()
    door = bench.door()
    reflector(bench, door=door).reflect(released(bench, door))
    assert 1 == len(bench.upstream.received)


def test_what_left_this_machine_counts_open_requests_and_leaves_out_what_surely_stayed(bench: Bench) -> None:
    fields = {"job": "job-1", "payload_bytes": 10, "leaves_machine": True}
    for _ in range(3):
        bench.log.append("request", fields)
    bench.log.append("request", fields | {"leaves_machine": False})
    bench.log.append("request", fields | {"job": "job-2"})
    bench.log.append("outcome", {"request": 0, "may_have_left": True})
    bench.log.append("outcome", {"request": 1, "may_have_left": False})
    totals = egress_totals(bench.log.reader, "job-1")
    assert (4, 40, 2, 20) == (totals.passed_requests, totals.passed_bytes, totals.left_machine_requests,
                              totals.left_machine_bytes)


def test_an_unusable_answer_is_asked_for_again_by_the_next_attempt(bench: Bench) -> None:
    bench.upstream.script = [(200, b"<html>"), (200, message(ANSWER))]
    door = bench.door()
    with pytest.raises(ReflectorError):
        reflector(bench, door=door).reflect(released(bench, door))
    assert reflector(bench, door=door).reflect(released(bench, door)).texts
    assert 0 == bench.log.reader.record(2).fields["repeats"]


def test_a_bug_of_ours_is_not_blamed_on_the_reflector(bench: Bench) -> None:
    class Buggy:
        def send(self, log_index: int) -> Any:
            raise KeyError("ours")

    door = bench.door(sender=Buggy())
    with pytest.raises(KeyError):
        reflector(bench, door=door).reflect(released(bench, door))


def test_an_answer_that_was_cut_loses_its_last_line(bench: Bench) -> None:
    cut = message("Insights:\n- Answer the question that was asked.\n- Keep to the facts that").replace(
        b'"end_turn"', b'"max_tokens"')
    bench.upstream.script = [(200, cut)]
    door = bench.door()
    assert ("Answer the question that was asked.",) == reflector(bench, door=door).reflect(released(bench, door)).texts


def test_by_policy_a_vanished_request_is_left_to_a_person_at_once(bench: Bench) -> None:
    bench.policy = bench.policy.model_copy(update={"unknown_outcome": "ask"})
    door = bench.door(sender=DiesInSend())
    with pytest.raises(KeyboardInterrupt):
        reflector(bench, door=door).reflect(released(bench, door))
    door = bench.door()
    with pytest.raises(AwaitingApproval) as caught:
        reflector(bench, door=door).reflect(released(bench, door))
    assert bench.log.reader.record(0).fields["payload_sha256"] == caught.value.body_sha256
    assert [] == bench.upstream.received


@pytest.mark.parametrize(("policy", "arrivals"), [("resend_once", [1, 2, 2]), ("ask", [1, 1, 1])])
def test_a_request_that_went_out_and_got_no_answer_is_not_repeated_by_itself(bench: Bench, policy: str,
                                                                             arrivals: list[int]) -> None:
    bench.policy = bench.policy.model_copy(update={"unknown_outcome": policy})
    bench.upstream.before_answer = lambda: time.sleep(0.6)
    target = ("http", "127.0.0.1", bench.upstream.port)
    for expected in arrivals:
        sender = HttpsSender(bench.log.reader, allowed=frozenset({target}), credentials={"anthropic": "k"},
                             timeout_s=0.3)
        door = bench.door(sender=sender)
        with pytest.raises((SendFailed, AwaitingApproval)):
            reflector(bench, door=door).reflect(released(bench, door))
        time.sleep(0.5)
        assert expected == len(bench.upstream.received)


def test_only_the_prompt_that_was_built_from_the_released_value_goes_out(bench: Bench) -> None:
    door = bench.door()
    client = reflector(bench, door=door)
    with client._transport.carrying(released(bench, door), "the prompt"), pytest.raises(Exception, match="Connection"):
        client._client.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": "another"}])
    assert [] == bench.upstream.received


def test_endless_answer_headers_do_not_lose_the_outcome(bench: Bench) -> None:
    bench.upstream.headers = {f"x-{number}": "v" * 900 for number in range(80)} | {"request-id": "r" * 5000}
    door = bench.door()
    reflector(bench, door=door).reflect(released(bench, door))
    kept = dict(bench.log.reader.record(1).fields["headers"])
    assert {"content-type": "application/json", "request-id": "r" * 1024} == kept


@pytest.mark.parametrize("answer", [{"type": "message"}, {"content": [], "usage": {"output_tokens": 1}},
                                    {"content": None, "usage": {"output_tokens": 1}},
                                    {"content": [{"type": "text", "text": "x"}], "usage": None}])
def test_an_answer_without_text_or_usage_is_asked_for_again_by_the_next_attempt(bench: Bench, answer: Any) -> None:
    bench.upstream.script = [(200, json.dumps(answer).encode()), (200, message(ANSWER))]
    door = bench.door()
    try:
        first = reflector(bench, door=door).reflect(released(bench, door)).texts
    except ReflectorError:
        first = ()
    assert () == first
    assert reflector(bench, door=door).reflect(released(bench, door)).texts


def test_every_attempt_is_a_record_of_its_own_and_the_wait_is_what_was_asked_for(bench: Bench) -> None:
    bench.upstream.script = [(529, b"{}"), (500, b"{}"), (200, message(ANSWER))]
    bench.upstream.headers = {"retry-after": "7"}
    door = bench.door()
    reflector(bench, door=door).reflect(released(bench, door))
    assert ["request", "outcome"] * 3 == bench.kinds()
    assert [None, 0, 0] == [bench.log.reader.record(seq).fields["repeats"] for seq in (0, 2, 4)]
    assert [7.0, 7.0] == bench.waits
    assert 3 == egress_totals(bench.log.reader, "job-1").passed_requests


def test_a_storm_ends_and_says_so(bench: Bench) -> None:
    bench.upstream.script = [(503, b"{}")]
    door = bench.door()
    with pytest.raises(SendFailed, match="HTTP 503"):
        reflector(bench, door=door).reflect(released(bench, door))
    assert 4 == len(bench.upstream.received)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 302])
def test_other_answers_are_not_retried_and_not_followed(bench: Bench, status: int) -> None:
    bench.upstream.script = [(status, b'{"type":"error","error":{"type":"x","message":"y"}}')]
    bench.upstream.headers = {"location": f"{bench.url}/elsewhere"}
    door = bench.door()
    with pytest.raises(ReflectorError):
        reflector(bench, door=door).reflect(released(bench, door))
    assert 1 == len(bench.upstream.received)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b'{"content":7}', b"null", b'"x"'])
def test_an_answer_that_is_not_one_is_an_error_of_ours(bench: Bench, answer: bytes) -> None:
    bench.upstream.script = [(200, answer)]
    door = bench.door()
    with pytest.raises(ReflectorError):
        reflector(bench, door=door).reflect(released(bench, door))


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
