"""Hostile inputs 27 to 30 of docs/hostile-inputs.md: answers that want something, or are no answers."""

from __future__ import annotations

import gzip
import json
import socket
import time
from typing import Any

import pytest
from door_bench import ANSWER, Bench, Upstream, instance, message, reflector
from hostile_bench import body, send, unseen
from sender_bench import Upstream as RawUpstream
from test_hostile_01_10 import CLEAN, refused
from test_hostile_11_20 import principle_rows

from appliance.errors import ApplianceError, ReflectorError, SendFailed
from appliance.gateway.exchange import Destination
from appliance.sender.https import HttpsSender
from appliance.views.text import printable

# 27

ESCAPES = ("\x1b[2J\x1b[31mred\x1b]8;;http://evil.example\x07click\x1b]8;;\x07 \x9b31m \x1b]0;title\x07 "
           "\u202etxet\u202c \x08\x08 \u2066x\u2069 \U000e0041")


def test_27_links_images_markup_and_terminal_escapes_are_text_at_most(bench: Bench) -> None:
    trap = Upstream()
    try:
        picture = f"![x](http://127.0.0.1:{trap.port}/p.png?d=1) <img src='http://127.0.0.1:{trap.port}/q'> "
        bench.upstream.script = [(200, message(f"Insights:\n- Keep answers short and kind {picture}{ESCAPES} always.\n"
                                               f"- See [more](http://127.0.0.1:{trap.port}/r) about short answers."))]
        door = bench.door()
        _, principles = send(bench, CLEAN, door=door)
        assert principles is not None
        released, _ = door.release_cluster("c-1", principle_rows(principles.texts))
        if released.principles:
            reflector(bench, door).reflect(released)
        assert [] == trap.received
    finally:
        trap.close()
    unseen(bench, f"127.0.0.1:{trap.port}/p.png", f"127.0.0.1:{trap.port}/q", f"127.0.0.1:{trap.port}/r")
    for text in principles.texts:
        assert [] == [c for c in text if not c.isprintable()], "nothing that a terminal would obey"
        assert printable(text) == text
    assert printable(ESCAPES).isprintable()


# 28

def test_28_an_answer_that_calls_a_tool_calls_nothing(bench: Bench) -> None:
    answer = json.loads(message(ANSWER))
    answer["content"].append({"type": "tool_use", "id": "t", "name": "read_file", "input": {"path": "/etc/passwd"}})
    bench.upstream.script = [(200, json.dumps(answer).encode())]
    with pytest.raises(ReflectorError):
        send(bench, CLEAN)
    assert (1, ["request", "outcome"]) == (len(bench.upstream.received), bench.kinds())


def sender(bench: Bench, **limits: Any) -> HttpsSender:
    return HttpsSender(bench.log.reader, allowed=frozenset({("http", "127.0.0.1", bench.upstream.port)}),
                       credentials={"anthropic": "sk-secret"}, **{"timeout_s": 10.0, **limits})


def test_28_an_answer_without_end_is_cut_off_and_recorded(bench: Bench) -> None:
    bench.upstream.script = [(200, message("x" * 100_000))]
    with pytest.raises(SendFailed):
        send(bench, CLEAN, door=bench.door(sender=sender(bench, max_answer_bytes=10_000)))
    assert ("too_large", True) == tuple(bench.log.reader.record(1).fields[key] for key in ("error", "may_have_left"))


def test_28_an_answer_longer_than_the_policy_allows_is_not_used(bench: Bench) -> None:
    bench.upstream.script = [(200, message("Insights:\n- " + "Keep it short and kind. " * 5_000))]
    with pytest.raises(ApplianceError):
        send(bench, CLEAN)
    assert 1 == len(bench.upstream.received)


def test_28_a_bomb_is_not_unpacked(bench: Bench) -> None:
    bench.upstream.script = [(200, gzip.compress(bytes(50_000_000)))]
    bench.upstream.headers = {"content-encoding": "gzip"}
    began = time.process_time()
    with pytest.raises(ReflectorError):
        send(bench, CLEAN)
    assert time.process_time() - began < 5
    [outcome] = [record for record in bench.log.reader.records() if record.kind == "outcome"]
    assert outcome.fields["payload_bytes"] < 100_000


def test_28_an_answer_that_comes_too_late_runs_into_the_time_limit(bench: Bench) -> None:
    bench.upstream.before_answer = lambda: time.sleep(0.6)
    with pytest.raises(SendFailed):
        send(bench, CLEAN, door=bench.door(sender=sender(bench, timeout_s=0.3)))
    assert ("timeout", True) == tuple(bench.log.reader.record(1).fields[key] for key in ("error", "may_have_left"))


def test_28_an_answer_that_drips_has_no_more_time_than_any_other(bench: Bench) -> None:
    def drip(peer: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n" + message(ANSWER):
            peer.sendall(bytes([byte]))
            time.sleep(0.05)

    dripping = RawUpstream(drip)
    bench.url, target = f"http://127.0.0.1:{dripping.port}", ("http", "127.0.0.1", dripping.port)
    slow = HttpsSender(bench.log.reader, allowed=frozenset({target}), credentials={"anthropic": "sk-secret"},
                       timeout_s=0.5)
    began_s = time.monotonic()
    try:
        with pytest.raises(SendFailed):
            send(bench, CLEAN, door=bench.door(sender=slow, destination=Destination(*target, leaves_machine=False)))
        assert time.monotonic() - began_s < 10
    finally:
        dripping.close()
    assert ("timeout", True) == tuple(bench.log.reader.record(1).fields[key] for key in ("error", "may_have_left"))
    assert 1 == dripping.connections, "it may have left, so it is not asked again"


@pytest.mark.parametrize("kind", ["text/html", "text/event-stream", "application/octet-stream"])
def test_28_an_answer_that_says_it_is_of_another_kind_is_an_error(bench: Bench, kind: str) -> None:
    bench.upstream.headers = {"content-type": kind}
    with pytest.raises(ReflectorError, match="content type"):
        send(bench, CLEAN)
    assert ["request", "outcome"] == bench.kinds()


@pytest.mark.parametrize(("status", "answer"), [
    (200, b"<html><script>x</script></html>"), (200, b"event: message_start\ndata: {}\n\n"), (200, b""),
    (200, b'{"type":"message","content":[{"type":"text","text":7}],"usage":{"output_tokens":1}}')])
def test_28_an_answer_of_another_kind_is_an_error(bench: Bench, status: int, answer: bytes) -> None:
    bench.upstream.script = [(status, answer)]
    with pytest.raises(ReflectorError):
        send(bench, CLEAN)
    assert ["request", "outcome"] == bench.kinds()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_28_a_redirect_leads_nowhere(bench: Bench, status: int) -> None:
    other = Upstream()
    try:
        bench.upstream.script = [(status, b"{}")]
        bench.upstream.headers = {"location": f"http://127.0.0.1:{other.port}/v1/messages"}
        with pytest.raises(ReflectorError):
            send(bench, CLEAN)
        assert (1, []) == (len(bench.upstream.received), other.received)
    finally:
        other.close()


# 29, 30

@pytest.mark.parametrize(("token", "withheld"), [
    ("<PERSON_77>", True), ("<person 1>", True), ("<PERSON_1 >", True), ("<LOCATION_1>", True), ("[PERSON_1]", False),
    ("<PERSON_1>", False)])
def test_29_placeholders_in_an_answer_are_never_turned_back(bench: Bench, token: str, withheld: bool) -> None:
    bench.upstream.script = [(200, message(f"{ANSWER}\n- Always greet {token} in the first line."))]
    door = bench.door()
    _, principles = send(bench, instance("a", "Ask Tomas Brandt about parking."), door=door)
    assert principles is not None
    assert not any("Brandt" in text or "Tomas" in text for text in principles.texts)
    released, kept_back = door.release_cluster("c-1", principle_rows(principles.texts))
    reflector(bench, door).reflect(released)
    assert ["foreign_placeholder"] * withheld == list(kept_back.values())
    assert not any("Brandt" in text for text in released.principles)
    unseen(bench, "Brandt")


@pytest.mark.parametrize("sent", [body("hello", stream=True), body("hello", stream=False)])
def test_30_no_request_asks_for_a_stream(bench: Bench, sent: bytes) -> None:
    refused(bench, sent)


def test_30_our_own_request_does_not_ask_for_one_and_a_streamed_answer_is_not_used(bench: Bench) -> None:
    bench.upstream.script = [(200, b'event: content_block_delta\ndata: {"delta":{"text":"<PERS"}}\n\n')]
    bench.upstream.headers = {"x-content": "text/event-stream"}
    with pytest.raises(ReflectorError):
        send(bench, CLEAN)
    assert "stream" not in json.loads(bench.upstream.received[0].partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("cut", [b'{"content":[{"type":"text","text":"caf\xc3',
                                 b'{"content":[{"type":"text","text":"<PERSON_'])
def test_30_an_answer_cut_inside_a_letter_or_a_placeholder_is_not_used(bench: Bench, cut: bytes) -> None:
    bench.upstream.script = [(200, cut)]
    with pytest.raises(ReflectorError):
        send(bench, CLEAN)


def test_the_trap_would_notice_a_visit() -> None:
    """The bench itself: the second upstream of these tests records what reaches it."""
    trap = Upstream()
    try:
        with socket.create_connection(("127.0.0.1", trap.port)) as visitor:
            visitor.sendall(b"GET / HTTP/1.1\r\ncontent-length: 0\r\n\r\n")
            visitor.recv(100)
        assert 1 == len(trap.received)
    finally:
        trap.close()
