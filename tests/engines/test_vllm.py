"""The client of a vLLM server, over real HTTP: what it asks, how it waits, and what each failure says."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import Hangup, ModelServer

from appliance.engines.base import (
    ChatMessage,
    GenerationRequest,
    Grammar,
    JsonSchema,
    Sampling,
    ScoreRequest,
)
from appliance.engines.constraint import json_schema_to_gbnf
from appliance.engines.vllm import VllmGenerator
from appliance.engines.vllm_wire import Refused
from appliance.errors import EngineError

SECRET = "Room 114 keeps the spare key"


async def short(_body: dict[str, Any], _prompt: str) -> str:
    return " yes"


@contextlib.contextmanager
def running(script: Callable[..., Any] = short, *, sequences: int = 4, timeout_s: float = 20, patience_s: float = 0,
            context_tokens: int = 100, **server: Any) -> Iterator[tuple[ModelServer, VllmGenerator]]:
    made = ModelServer(script, **server)
    generator = None
    try:
        generator = VllmGenerator(made.address, made.model, sequences=sequences, context_tokens=context_tokens,
                                  timeout_s=timeout_s, patience_s=patience_s)
        yield made, generator
    finally:
        if generator is not None:
            generator.close()
        made.close()


def asked(name: object = "a", prompt: str = SECRET, **more: Any) -> GenerationRequest:
    constraint = more.pop("constraint", None)
    return GenerationRequest(str(name), prompt, Sampling(**{"max_tokens": 5, **more}), constraint)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_the_whole_sampling_is_written_out() -> None:
    with running() as (server, generator):
        list(generator.generate([asked(temperature=0.7, top_p=0.9, top_k=40, repeat_penalty=1.1, seed=7,
                                       stop=("\n", ""), constraint=Grammar('root ::= "yes"'))]))
        [body] = server.bodies
    assert 6 == len(body.pop("prompt"))
    assert {"model": "clinic-7b", "max_tokens": 5, "temperature": 0.7, "top_p": 0.9, "top_k": 40, "min_p": 0.0,
            "repetition_penalty": 1.1, "presence_penalty": 0.0, "frequency_penalty": 0.0, "seed": 7, "stop": ["\n"],
            "logprobs": 0, "structured_outputs": {"grammar": 'root ::= "yes"'}} == body


def test_a_schema_is_sent_as_the_grammar_that_the_other_engines_use() -> None:
    with running() as (server, generator):
        list(generator.generate([asked(constraint=JsonSchema({"type": "boolean"}))]))
        assert {"grammar": json_schema_to_gbnf({"type": "boolean"})} == server.bodies[0]["structured_outputs"]
        with pytest.raises(EngineError, match=r"request a: JSON schema at root.*pattern"):
            list(generator.generate([asked(constraint=JsonSchema({"type": "string", "pattern": "a"}))]))
        with pytest.raises(EngineError, match=r"request a: .*surrogate"):
            list(generator.generate([asked(prompt="half \ud800")]))


def test_a_unix_socket_serves_as_well(tmp_path: Path) -> None:
    with running(socket=tmp_path / "vllm.sock") as (server, generator):
        [done] = generator.generate([asked()])
        assert (" yes", "stop", -0.5) == (done.text, done.finish_reason, done.mean_logprob)
        assert {"vllm": "0.32.0", "server": server.address, "model_root": "/models/clinic", "max_model_len": 100,
                "sequences": 4, "context_tokens": 100} == generator.info().settings
        assert ("vllm:clinic-7b", None) == (generator.info().name, generator.info().parameters)


def test_as_many_are_under_way_as_asked_for_and_answers_overtake_each_other() -> None:
    async def first_comes_late(_body: dict[str, Any], prompt: str) -> str:
        if prompt == "last":
            last.set()
        if prompt == "wait":
            async with asyncio.timeout(20):
                await last.wait()
        return f" {prompt}"

    last = asyncio.Event()
    with running(first_comes_late, sequences=2) as (server, generator):
        prompts = ["wait", "go", "go", "last"]
        done = [one.id for one in generator.generate(asked(at, prompt) for at, prompt in enumerate(prompts))]
    # The last one is only sent when both before it are back.
    assert ["1", "2"] == done[:2]

    meeting = asyncio.Barrier(4)

    async def together(_body: dict[str, Any], _prompt: str) -> str:
        async with asyncio.timeout(20):
            await meeting.wait()
        return " yes"

    with running(together) as (server, generator):
        assert 12 == len(list(generator.generate(asked(number) for number in range(12))))
        assert 4 == server.most_at_once


def test_connections_are_kept_alive() -> None:
    with running(sequences=2) as (server, generator):
        list(generator.generate(asked(number) for number in range(20)))
        assert 40 < len(server.paths)
        assert server.connections <= 3


def test_closing_the_iterator_hangs_up_so_that_the_server_stops() -> None:
    async def endless(_body: dict[str, Any], prompt: str) -> str:
        staying.append(prompt == "stay")
        if prompt == "stay":
            await asyncio.sleep(60)
        while sum(staying) < 3:
            await asyncio.sleep(0.01)
        return " yes"

    staying: list[bool] = []
    with running(endless) as (server, generator):
        iterator = generator.generate(asked(number, "stay" if number else "go") for number in range(4))
        assert "0" == next(iterator).id
        iterator.close()  # type: ignore[attr-defined]
        until(lambda: 3 == server.cancelled)
        assert 1 == len(list(generator.generate([asked(4, "go")])))


def test_a_score_adds_up_the_continuation_only() -> None:
    with running(start_token=True) as (server, generator):
        [score] = generator.score([ScoreRequest("a", "What time is it?", " It is noon.")])
        [body] = server.bodies
    assert (-3.0, 3, 8) == (score.logprob_sum, score.tokens, score.usage.prompt_tokens)
    assert (8, 1, 0) == (len(body["prompt"]), body["max_tokens"], body["prompt_logprobs"])


def test_a_start_token_of_the_template_is_not_doubled() -> None:
    with running(start_token=True) as (_, generator):
        assert 3 == generator.count_tokens("<s> one two")
        assert 3 == generator.count_tokens(" one two")


def test_the_template_is_asked_once_for_each_sequence_of_roles() -> None:
    with running() as (server, generator):
        for number in range(5):
            generator.chat_prompt([ChatMessage("user", f"Question {number}")])
        assert 1 == server.paths.count("/detokenize")
        server.override["/tokenize"] = (400, {"error": {"type": "BadRequestError", "message": SECRET}})
        with pytest.raises(EngineError, match=r"template refuses messages with the roles: assistant \(status 400\)"):
            generator.chat_prompt([ChatMessage("assistant", SECRET)])


def test_the_smaller_of_both_contexts_counts() -> None:
    with running(max_model_len=30) as (_, generator):
        assert 30 == generator.info().settings["context_tokens"]
        with pytest.raises(EngineError, match="not fit into 30"):
            list(generator.generate([asked(max_tokens=26)]))


def test_of_two_stop_strings_the_first_in_the_text_counts() -> None:
    async def text(_body: dict[str, Any], _prompt: str) -> str:
        return " one tw\nQ:o three"

    with running(text) as (_, generator):
        [done] = generator.generate([asked(max_tokens=2, stop=("o", "\nQ:"))])
    assert (" ", "stop") == (done.text, done.finish_reason)


@pytest.mark.parametrize(("answer", "message"), [
    ((400, {"error": {"type": "BadRequestError", "message": SECRET}}), r"status 400, BadRequestError\)"),
    ((401, {"error": "Unauthorized"}), r"status 401\); start it without an API key"),
    ((404, {"error": {"type": "NotFoundError", "message": SECRET}}), "still serve the same model"),
    ((500, {"error": {"type": SECRET}}), r"status 500\).*resume"),
    ((302, {}, "location: http://127.0.0.1:1/\r\n"), r"status 302\)"),
    ((503, {}), r"not ready \(503\).*resume"),
    ((200, b"<html>" + SECRET.encode()), "not a JSON object"),
    ((200, b"[1]"), "not a JSON object"),
    ((200, b"[" * 100_000), "not a JSON object"),
    ((200, {"choices": []}), "lacks what vLLM puts there"),
    ((200, {"choices": [{"text": 5, "finish_reason": "stop"}], "usage": {}}), "lacks what vLLM puts there"),
    ((200, {"choices": [{"text": "", "finish_reason": "abort"}], "usage": {"completion_tokens": 0}}), "gave up"),
])
def test_each_bad_answer_names_its_request_and_quotes_nothing(answer: tuple[Any, ...], message: str) -> None:
    with running() as (server, generator):
        server.override["/v1/completions"] = answer
        with pytest.raises(EngineError, match=f"request a: .*{message}") as raised:
            list(generator.generate([asked("a"), asked("a")]))
        assert SECRET not in str(raised.value)
        server.override.clear()
        assert 1 == len(list(generator.generate([asked()])))


@pytest.mark.parametrize("known", [None, [], [None] * 8, [{"0": {"logprob": "x"}}] * 8, [{"0": {"logprob": 1.0}}] * 8])
def test_probabilities_that_are_none_are_refused(known: Any) -> None:
    with running() as (server, generator):
        server.override["/v1/completions"] = (200, {"choices": [{"prompt_logprobs": known}]})
        with pytest.raises(EngineError, match=r"request a: .*lacks"):
            list(generator.score([ScoreRequest("a", "a b", " a b")]))


@pytest.mark.parametrize("sent", [
    b"", b"HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{\"choices\":", b"\x16\x03\x01 no\r\n\r\n"])
def test_a_server_that_dies_during_a_request_is_asked_again_and_then_given_up(sent: bytes) -> None:
    async def dying(_body: dict[str, Any], _prompt: str) -> str:
        raise Hangup(sent)

    with running(dying, patience_s=0.6) as (server, generator):
        with pytest.raises(EngineError, match=r"request a: .*hung up.*resume the job"):
            list(generator.generate([asked()]))
        assert 2 == len(server.bodies)


def test_a_server_that_is_gone_says_how_to_go_on() -> None:
    with running() as (server, generator):
        server.close()
        with pytest.raises(EngineError, match=r"request a: .*(no model server answers|hung up).*resume the job"):
            list(generator.generate([asked()]))


def test_a_server_that_comes_back_in_time_is_no_failure() -> None:
    calls = []

    async def flaky(_body: dict[str, Any], _prompt: str) -> str:
        calls.append(1)
        if len(calls) == 1:
            raise Hangup
        return " yes"

    with running(flaky, patience_s=5) as (_, generator):
        assert [" yes"] == [one.text for one in generator.generate([asked()])]


def test_a_server_that_still_loads_is_waited_for(tmp_path: Path) -> None:
    made: list[ModelServer] = []
    path = tmp_path / "vllm.sock"
    timer = threading.Timer(0.7, lambda: made.append(ModelServer(short, socket=path)))
    timer.start()
    generator = VllmGenerator(f"unix:{path}", "clinic-7b", patience_s=10)
    generator.close()
    timer.join()
    made[0].close()


def test_no_answer_within_the_time_limit() -> None:
    async def silent(_body: dict[str, Any], _prompt: str) -> str:
        await asyncio.sleep(60)
        return ""

    with running(silent, timeout_s=0.3) as (server, generator):
        with pytest.raises(EngineError, match=r"request a: .*no answer to /v1/completions within 0.3 s.*resume"):
            list(generator.generate([asked()]))
        until(lambda: 1 == server.cancelled)


def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.engines.vllm_wire.MAX_ANSWER_BYTES", 1000)
    with running() as (server, generator):
        server.override["/v1/completions"] = (200, b" " * 2000)
        with pytest.raises(EngineError, match=r"request a: .*more than 1000 bytes"):
            list(generator.generate([asked()]))


def test_a_wrong_model_name_lists_those_there_are() -> None:
    server = ModelServer(short)
    with pytest.raises(EngineError, match=r"serves no model clinic-70b; generator\.model must be one of: clinic-7b"):
        VllmGenerator(server.address, "clinic-70b", patience_s=0)
    server.close()


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    with running() as (_, generator):
        assert 1 == len(list(generator.generate([asked()])))


def test_a_server_without_a_version_is_used_all_the_same() -> None:
    server = ModelServer(short)
    server.override["/version"] = (404, {})
    generator = VllmGenerator(server.address, server.model, patience_s=0)
    assert generator.info().settings["vllm"] is None
    generator.close()
    server.close()


def test_an_empty_prompt_is_refused_where_nothing_comes_before_it() -> None:
    with running() as (_, generator), pytest.raises(EngineError, match="request a: an empty prompt"):
        list(generator.generate([asked(prompt="")]))


def test_a_closed_generator_says_so() -> None:
    with running() as (_, generator):
        generator.close()
        for call in (lambda: generator.count_tokens("a"), lambda: next(generator.generate([asked()])),
                     lambda: generator.chat_prompt([ChatMessage("user", "a")])):
            with pytest.raises(EngineError, match="closed"):
                call()


def test_a_refusal_keeps_its_status() -> None:
    assert 400 == Refused("here", "/tokenize", 400, "").status
