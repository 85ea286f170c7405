"""The exchange: every attempt is a record of its own, and nothing is sent twice unasked."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from door_bench import ANSWER, Bench, DiesInSend, message, reflector, released

from appliance.audit.egress import egress_totals
from appliance.audit.log import AuditLog
from appliance.errors import (
    AwaitingApproval,
    ConfigError,
    ReflectorError,
    SendFailed,
)
from appliance.gateway.exchange import Destination
from appliance.sender.https import HttpsSender


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
    door = bench.door()
    with pytest.raises(AwaitingApproval, match="--send-again"):
        reflector(bench, door=door).reflect(released(bench, door))
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "the line was down"})
    door = bench.door(sender=DiesInSend())
    with pytest.raises(KeyboardInterrupt):
        reflector(bench, door=door).reflect(released(bench, door))
    door = bench.door()
    with pytest.raises(AwaitingApproval):
        reflector(bench, door=door).reflect(released(bench, door))
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "once more"})
    door = bench.door()
    reflector(bench, door=door).reflect(released(bench, door))
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
