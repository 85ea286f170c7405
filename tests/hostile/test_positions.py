"""Every position of a request, taken from the schema: whatever private stands there, nothing of it arrives upstream.

A field that is added to the schema is planted here without a change of this file, because the positions are read from
the table the product reads. What the table does not name is planted too, as a key and as a value, at every level.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from typing import Any

import pytest
from door_bench import KNOWLEDGE, MODEL, Bench, instance, reflector
from hostile_bench import CARD, MAIL, SECRET, head, readings, tight

from appliance.errors import EgressDenied
from appliance.gateway import schema
from appliance.gateway.exchange import OutboundRequest
from appliance.records import Instance

PLANTS = {"denied": "Tomas Brandt", "mail": MAIL, "card": CARD, "key": SECRET, "quote": KNOWLEDGE[:40]}
LEVELS = 3
"""Messages of a request that plants into one of them, first, middle and last."""

Path = tuple[str | int, ...]


def whole() -> dict[str, Any]:
    """A request that uses every field of the schema, optional ones included."""
    document: dict[str, Any] = {}
    for field in schema.FIELDS:
        first, inside, rest = field.path.partition("[].")
        value = {"name": MODEL, "count": 9, "role": "user", "text": "Do you have parking?"}[field.kind]
        if inside:
            for element in document.setdefault(first, [{} for _ in range(LEVELS)]):
                element[rest] = value
        else:
            document[first] = value
    return document


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value, containers included: an own walker."""
    yield here
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from paths(inner, (*here, key))


def put(document: Any, path: Path, change: Any) -> Any:
    """A copy with ``change(old)`` at one place."""
    if not path:
        return change(document)
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = put(document[path[0]], path[1:], change)
    return copy


def planted(value: str) -> Iterator[tuple[str, Any]]:
    """Requests with a value at one position each."""
    good = whole()
    for path in paths(good):
        name = ".".join(map(str, path)) or "top"
        old = good
        for step in path:
            old = old[step]
        yield f"{name} replaced", put(good, path, lambda _: value)
        yield f"{name} in a list", put(good, path, lambda _: [value])
        yield f"{name} in an object", put(good, path, lambda _: {"type": "text", "text": value})
        if isinstance(old, str):
            yield f"{name} before", put(good, path, lambda text: f"{value} {text}")
            yield f"{name} after", put(good, path, lambda text: f"{text} {value}.")
        if isinstance(old, dict):
            yield f"{name} key", put(good, path, lambda inner: inner | {value: "x"})
            yield f"{name} unknown field", put(good, path, lambda inner: inner | {"note": value})
            yield f"{name} deep", put(good, path, lambda inner: inner | {"metadata": {"a": [{"b": [value]}]}})
        if isinstance(old, list):
            yield f"{name} element", put(good, path, lambda inner: [*inner, value])


def split(value: str) -> Iterator[tuple[str, Any]]:
    """Requests with a value split over two texts that are neighbours, at each of its borders worth trying."""
    good = whole()
    texts = [path for path in paths(good) if isinstance(_at(good, path), str)
             and any(field.kind == "text" and field.path == _table_path(path) for field in schema.FIELDS)]
    for first, second in itertools.pairwise(texts):
        for cut in {len(value) // 3, len(value) // 2, 2 * len(value) // 3}:
            document = put(good, first, lambda _, cut=cut: f"please see {value[:cut]}")
            document = put(document, second, lambda _, cut=cut: f"{value[cut:]} if you can")
            yield f"{first} and {second} at {cut}", document


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def _table_path(path: Path) -> str:
    return "".join("[]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def attempts(bench: Bench, value: str, request: OutboundRequest, door: Any, released: Any) -> str | None:
    """What of a value arrived, None if nothing did; a request that is refused is no failure here."""
    before = len(bench.upstream.received)
    with suppress(EgressDenied):
        door.pass_through(request, released)
    arrived = bench.upstream.received[before:]
    return next((value for raw in arrived if tight(value) in readings(raw)), None)


def opened(bench: Bench) -> tuple[Any, Any]:
    limits = bench.policy.limits.model_copy(update={"requests": 10_000})
    bench.policy = bench.policy.model_copy(update={"limits": limits})
    door = bench.door()
    admission = door.admit([instance("clean", "Do you have parking for visitors?")])
    return door, door.release_subset("d-1", admission.clean)


def test_the_walk_reaches_every_field_and_every_message() -> None:
    """The generator itself: it names each field of the table, in the first and in the last message."""
    names = {name for name, _ in planted("x")}
    for field in schema.FIELDS:
        for number in (0, LEVELS - 1) if "[]" in field.path else (0,):
            assert f"{field.path.replace('[]', f'.{number}')} replaced" in names
    assert {"top key", "top unknown field", "messages.1 key", "messages element"} <= names
    assert schema.canonical(whole()) and schema.read(schema.canonical(whole()))


def test_a_clean_request_of_every_field_does_leave(bench: Bench) -> None:
    """Otherwise the refusals below would prove nothing."""
    door, released = opened(bench)
    sent = schema.canonical(whole())
    door.pass_through(OutboundRequest("POST", "/v1/messages", head(bench, sent), sent), released)
    assert [True] == [raw.endswith(sent) for raw in bench.upstream.received]


@pytest.mark.parametrize("name", PLANTS)
def test_nothing_planted_at_any_position_arrives(bench: Bench, name: str) -> None:
    door, released = opened(bench)
    value = PLANTS[name]
    leaks = []
    for where, document in planted(value):
        sent = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        request = OutboundRequest("POST", "/v1/messages", head(bench, sent), sent)
        if attempts(bench, value, request, door, released) is not None:
            leaks.append(where)
    assert [] == leaks
    assert 0 == len(bench.upstream.received), "every position was refused"


@pytest.mark.parametrize("name", PLANTS)
def test_nothing_split_over_two_positions_arrives(bench: Bench, name: str) -> None:
    door, released = opened(bench)
    value = PLANTS[name]
    tried = arrived = 0
    for _, document in split(value):
        sent = schema.canonical(document)
        attempts(bench, value, OutboundRequest("POST", "/v1/messages", head(bench, sent), sent), door, released)
        tried += 1
    arrived = sum(tight(value) in readings(raw) for raw in bench.upstream.received)
    assert (True, 0) == (tried >= 3, arrived)


@pytest.mark.parametrize("name", PLANTS)
def test_nothing_in_method_path_or_headers_arrives(bench: Bench, name: str) -> None:
    door, released = opened(bench)
    value = PLANTS[name]
    sent = schema.canonical(whole())
    good = head(bench, sent)
    requests = [OutboundRequest(method, path, good, sent) for method, path in (
        (value, "/v1/messages"), ("POST", f"/v1/messages?q={value}"), ("POST", f"/{value}"),
        ("POST", f"/v1/messages#{value.replace(' ', '%20')}"))]
    for number, (header, text) in enumerate(good):
        requests += [OutboundRequest("POST", "/v1/messages", (*good[:number], changed, *good[number + 1:]), sent)
                     for changed in ((header, f"{text} {value}"), (f"{header}{value}", text), (header, value))]
    requests += [OutboundRequest("POST", "/v1/messages", (*good, extra), sent)
                 for extra in (("x-user", value), (value, "1"), ("cookie", value), ("user-agent", value))]
    for request in requests:
        with suppress(EgressDenied):
            door.pass_through(request, released)
    assert [] == bench.upstream.received


@pytest.mark.parametrize("name", PLANTS)
def test_nothing_in_any_field_of_an_instance_arrives(bench: Bench, name: str) -> None:
    """The way in: the fields of an instance, read from the type, one by one and beside others."""
    value = PLANTS[name]
    texts = [field.name for field in fields(Instance) if field.type in (str, "str")]
    assert {"id", "instruction", "input", "output"} == set(texts)
    for field in texts:
        filled = {"id": f"i-{field}", "instruction": "Reply to this.", "input": "Do you have parking?", "output": "Yes"}
        door = bench.door(job_id=f"job-{field}")
        admission = door.admit([Instance(**filled | {field: f"Say {value} now."}), Instance(
            "other", "Reply to this.", "Is there a lift?", "Yes, on the left.")])
        reflector(bench, door).reflect(door.release_subset("d-1", admission.clean))
    assert len(texts) == len(bench.upstream.received)
    assert [] == [field for field, raw in zip(texts, bench.upstream.received, strict=True)
                  if tight(value) in readings(raw) or any(tight(word) in readings(raw) for word in value.split()
                                                         if len(word) > 5 and name == "denied")]
