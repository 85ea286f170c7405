"""The allow-list of the request: what it does not have is refused, and what is sent has one form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from door_bench import MODEL, Bench, Upstream, instance
from hypothesis import given
from hypothesis import strategies as st
from plain_detector import PlainDetector

from appliance.config import ReflectorConfig
from appliance.errors import ResidualFound
from appliance.gateway import schema
from appliance.gateway.exchange import OutboundRequest
from appliance.reflect.anthropic_client import AnthropicReflector

GOOD: dict[str, Any] = {"model": MODEL, "max_tokens": 9, "system": "s",
                        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}


@pytest.fixture
def bench(tmp_path: Path, upstream: Upstream) -> Bench:
    return Bench(tmp_path / "log", upstream, PlainDetector())


def leaves(value: Any) -> list[Any]:
    """An independent walk: every value in a JSON document that is neither list nor object."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    return [leaf for each in value for leaf in leaves(each)] if isinstance(value, list) else [value]


def test_the_table_walks_every_leaf_of_a_request() -> None:
    walked = list(schema.walk(schema.read(json.dumps(GOOD).encode())))
    assert sorted(map(str, leaves(GOOD))) == sorted(str(value) for _, value in walked)
    assert {path for path, _ in walked} == {field.path for field in schema.FIELDS}
    assert ["s", "a", "b"] == schema.texts(GOOD)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXT, st.lists(TEXT, min_size=1, max_size=4), st.randoms())
def test_the_canonical_form_depends_on_what_is_said_and_on_nothing_else(system: str, contents: list[str],
                                                                       draw: Any) -> None:
    document = {"model": MODEL, "max_tokens": 9, "system": system,
                "messages": [{"role": "user", "content": content} for content in contents]}
    shuffled = {key: document[key] for key in draw.sample(list(document), len(document))}
    written = schema.canonical(schema.read(json.dumps(shuffled, indent=draw.choice([None, 2])).encode()))
    assert schema.canonical(document) == written
    assert document == schema.read(written)
    assert written == schema.canonical(schema.read(written))


def changed(**changes: Any) -> bytes:
    return json.dumps(GOOD | changes).encode()


MESSAGE: dict[str, Any] = GOOD["messages"][0]
NO_COUNTS: list[Any] = [0, -1, True, 1.0, "9", 10**9, None]
NO_MESSAGES: list[Any] = [[], {}, "x", None, [MESSAGE] * 65, ["x"], [[MESSAGE]], [{}]]
NOT_A_MESSAGE: list[dict[str, Any]] = [
    {"role": "system"}, {"role": "User"}, {"content": ["x"]}, {"content": [{"type": "text", "text": "x"}]},
    {"content": None}, {"name": "x"}, {"cache_control": {}}]


@pytest.mark.parametrize("body", [
    *(changed(**{name: value}) for name, value in {
        "metadata": {"user_id": "x"}, "tools": [], "stop_sequences": ["x"], "stream": False, "temperature": 0,
        "tool_choice": {"type": "auto"}, "thinking": {}, "service_tier": "auto", "": "x"}.items()),
    *(changed(model=value) for value in ("", "a b", "a\n", "é", "m" * 200, None, 3, ["m"])),
    *(changed(max_tokens=value) for value in NO_COUNTS),
    *(changed(messages=value) for value in NO_MESSAGES),
    *(changed(messages=[MESSAGE | extra]) for extra in NOT_A_MESSAGE),
    changed(system=[{"type": "text", "text": "x"}]),
    json.dumps({key: value for key, value in GOOD.items() if key != "max_tokens"}).encode(),
    json.dumps(GOOD).encode().replace(b"{", b'{"model":"x",', 1), json.dumps(GOOD).encode("utf-16"),
    changed(max_tokens=1).replace(b"1", b"NaN", 1), changed(max_tokens=1).replace(b": 1", b": 1e400", 1),
    b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), b"[" * 200_000, b'{"a":' * 100_000, b"", b"[]", b"9" * 10_000,
])
def test_everything_else_is_refused(body: bytes) -> None:
    with pytest.raises(ResidualFound):
        schema.read(body)


def test_a_lone_surrogate_is_refused_before_it_becomes_bytes() -> None:
    escaped = json.dumps(GOOD | {"system": "\ud800"}).encode()
    with pytest.raises(ResidualFound, match="UTF-8"):
        schema.canonical(schema.read(escaped))


def test_bytes_that_say_the_same_in_another_form_stay_in(bench: Bench) -> None:
    door = bench.door()
    released, _ = door.release_cluster("c-1", [])
    document = {"model": MODEL, "max_tokens": 9, "messages": [MESSAGE]}
    for body in (json.dumps(document).encode(), json.dumps(document, indent=1).encode(),
                 json.dumps(document, separators=(",", ":")).replace('"a"', '"\\u0061"').encode(),
                 schema.canonical(document) + b"\n"):
        head = schema.headers(f"127.0.0.1:{bench.upstream.port}", len(body))
        with pytest.raises(ResidualFound, match="not written as"):
            door.pass_through(OutboundRequest("POST", "/v1/messages", head, body), released)
    assert [] == bench.upstream.received


def head(bench: Bench, body: bytes) -> list[tuple[str, str]]:
    return list(schema.headers(f"127.0.0.1:{bench.upstream.port}", len(body)))


@pytest.mark.parametrize(("method", "path", "extra"), [
    ("GET", "/v1/messages", []), ("POST", "/v1/messages?note=Zebedee", []), ("POST", "/v1/files", []),
    ("POST", "/v1/messages", [("x-note", "Zebedee")]), ("POST", "/v1/messages", [("cookie", "a=b")])])
def test_a_head_that_is_not_ours_stays_in(bench: Bench, method: str, path: str, extra: list[tuple[str, str]]) -> None:
    door = bench.door()
    released, _ = door.release_cluster("c-1", [])
    body = schema.canonical({"model": MODEL, "max_tokens": 9, "messages": [MESSAGE]})
    with pytest.raises(ResidualFound, match="header"):
        door.pass_through(OutboundRequest(method, path, (*head(bench, body), *extra), body), released)
    assert [] == bench.upstream.received


@pytest.mark.parametrize("position", range(9))
def test_no_header_takes_another_value(bench: Bench, position: int) -> None:
    door = bench.door()
    released, _ = door.release_cluster("c-1", [])
    body = schema.canonical({"model": MODEL, "max_tokens": 9, "messages": [MESSAGE]})
    given_head = head(bench, body)
    given_head[position] = (given_head[position][0], f"{given_head[position][1]} Zebedee")
    with pytest.raises(ResidualFound, match="header"):
        door.pass_through(OutboundRequest("POST", "/v1/messages", tuple(given_head), body), released)
    assert ([], ["refused"]) == (bench.upstream.received, bench.kinds())


def test_what_arrives_upstream_is_the_canonical_form(bench: Bench) -> None:
    door = bench.door()
    released = door.release_subset("d-1", door.admit([instance("a", "Café at 9? “Yes”.")]).clean)
    AnthropicReflector(door, ReflectorConfig(model=MODEL), bench.url, demonstration=True).reflect(released)
    body = bench.upstream.received[0].partition(b"\r\n\r\n")[2]
    assert body == schema.canonical(schema.read(body))
    assert "Café".encode() in body
