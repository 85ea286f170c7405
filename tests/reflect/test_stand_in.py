"""The stand-in speaks the Messages API well enough that the real SDK cannot tell."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

import anthropic
import httpx2
import pytest

from appliance.engines.scripted import ScriptedGenerator
from appliance.errors import EngineError
from appliance.reflect.standin import StandIn

MODEL = "claude-sonnet-5-5"
ANSWER = "Reasoning: Fine.\nInsights:\n- Answer the question that was asked.\n"


@pytest.fixture
def generator() -> ScriptedGenerator:
    return ScriptedGenerator([ANSWER])


@pytest.fixture
def stand_in(generator: ScriptedGenerator) -> Iterator[StandIn]:
    server = StandIn(generator, MODEL)
    yield server
    server.close()


def client(stand_in: StandIn) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key=stand_in.secret, base_url=f"http://127.0.0.1:{stand_in.port}", max_retries=0,
                               http_client=httpx2.Client(trust_env=False),
                               open_telemetry={"traces": False, "propagation": False})


def ask(stand_in: StandIn, text: str = "Write Insights: please", model: str = MODEL) -> anthropic.types.Message:
    with client(stand_in) as sdk:
        return sdk.messages.create(model=model, max_tokens=500, messages=[{"role": "user", "content": text}])


def test_the_sdk_reads_its_answer_and_usage(stand_in: StandIn, generator: ScriptedGenerator) -> None:
    message = ask(stand_in)
    assert ("text", "assistant", "end_turn") == (message.content[0].type, message.role, message.stop_reason)
    assert "Insights:" in message.content[0].text
    assert message.usage.output_tokens > 0
    assert "Write Insights: please" in generator.seen[0].prompt


def test_the_two_questions_get_two_shapes(stand_in: StandIn, generator: ScriptedGenerator) -> None:
    ask(stand_in)
    ask(stand_in, "Principle:")
    low, high = (request.constraint for request in generator.seen)
    assert low is not None
    assert high is not None
    assert low != high


def test_the_same_question_gets_the_same_seed_and_another_one_another(stand_in: StandIn,
                                                                     generator: ScriptedGenerator) -> None:
    for text in ("one", "one", "two"):
        ask(stand_in, text)
    first, second, third = (request.sampling.seed for request in generator.seen)
    assert first == second != third


def test_another_model_name_and_a_broken_engine_are_errors_of_the_api(stand_in: StandIn,
                                                                     generator: ScriptedGenerator) -> None:
    with pytest.raises(anthropic.NotFoundError):
        ask(stand_in, model="claude-other")
    generator.close()
    with pytest.raises(anthropic.InternalServerError) as caught:
        ask(stand_in)
    assert EngineError.__name__ in str(caught.value)


@pytest.mark.parametrize(("path", "body", "status"), [
    ("/v1/messages", b"{", 400), ("/v1/messages", b"[]", 400), ("/v1/other", b"{}", 404),
    ("/v1/messages", json.dumps({"model": MODEL}).encode(), 400), ("/v1/messages", b"[" * 200_000, 400),
    ("/v1/messages", json.dumps({"model": MODEL, "messages": 3, "max_tokens": 1}).encode(), 400)])
def test_malformed_requests_are_refused_and_it_goes_on(stand_in: StandIn, path: str, body: bytes, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stand_in.port, timeout=5)
    connection.request("POST", path, body, {"authorization": f"Bearer {stand_in.secret}"})
    assert status == connection.getresponse().status
    connection.close()
    assert ask(stand_in).content


def test_it_works_for_nobody_else_on_this_machine(stand_in: StandIn, generator: ScriptedGenerator) -> None:
    for headers in ({}, {"authorization": "Bearer guess"}, {"authorization": "Bearer \xff"}):
        connection = http.client.HTTPConnection("127.0.0.1", stand_in.port, timeout=5)
        connection.request("POST", "/v1/messages", b"{}", headers)
        assert 401 == connection.getresponse().status
        connection.close()
    assert [] == generator.seen


def test_it_listens_on_loopback_only_and_stops(generator: ScriptedGenerator) -> None:
    server = StandIn(generator, MODEL)
    assert "127.0.0.1" == server._server.server_address[0]
    server.close()
    with pytest.raises(OSError, match="refused"):
        http.client.HTTPConnection("127.0.0.1", server.port, timeout=5).connect()
