import json
import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.engines.constraint import json_schema_to_gbnf
from appliance.engines.llama_cpp import LlamaCppGenerator
from appliance.engines.model import Model
from appliance.engines.sampler import GrammarState
from appliance.errors import EngineError

# The vocabulary of the small model lacks some bytes, so not every character can be written with it.
NAMES = st.text(st.characters(max_codepoint=0x24F) | st.sampled_from("\u2028\u20ac\U0001f600"), min_size=1, max_size=5)


def strings() -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, 5).flatmap(lambda low: st.builds(
        lambda more: {"type": "string", "minLength": low, "maxLength": low + more}, st.integers(0, 8)))


def arrays(items: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda item, low, more: {"type": "array", "items": item, "minItems": low, "maxItems": low + more},
                     items, st.integers(0, 2), st.integers(0, 2))


@st.composite
def objects(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> dict[str, Any]:
    properties = draw(st.dictionaries(NAMES, values, max_size=3))
    required = [name for name in properties if draw(st.booleans())]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


LEAVES = st.one_of(
    strings(), st.sampled_from([{"type": name} for name in ("integer", "number", "boolean", "null")]),
    st.builds(lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more},
              st.integers(-20, 20), st.integers(0, 12)),
    st.builds(lambda values: {"enum": values}, st.lists(NAMES | st.integers(), min_size=1, max_size=3)),
    st.builds(lambda value: {"const": value}, NAMES | st.booleans() | st.none()))
SCHEMAS = st.recursive(LEAVES, lambda inner: st.one_of(
    arrays(inner), objects(inner), st.builds(lambda some: {"anyOf": some}, st.lists(inner, min_size=1, max_size=2))),
    max_leaves=5)


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def valid(value: Any, schema: Mapping[str, Any]) -> bool:
    """A second reading of the schema language, for the tests alone."""
    if "anyOf" in schema:
        return any(valid(value, one) for one in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        return any(same(value, one) for one in schema.get("enum", [schema.get("const")]))
    match schema["type"]:
        case "string":
            return isinstance(value, str) and schema["minLength"] <= len(value) <= schema["maxLength"]
        case "integer":
            return type(value) is int and schema.get("minimum", value) <= value <= schema.get("maximum", value)
        case "number":
            return type(value) in (int, float) and np.isfinite(value)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "array":
            return (isinstance(value, list) and schema["minItems"] <= len(value) <= schema["maxItems"]
                    and all(valid(item, schema["items"]) for item in value))
    known = schema["properties"]
    return (isinstance(value, dict) and set(schema["required"]) <= value.keys() <= known.keys()
            and all(valid(item, known[name]) for name, item in value.items()))


class Walk:
    """Random documents of a grammar as llama.cpp reads it, over tokens that include every single byte."""

    def __init__(self, model: Model) -> None:
        self.model = model
        tokens = range(model.vocabulary_size)
        self.bytes = [token for token in tokens if len(model.piece(token)) == 1]
        closers = (b'"', b"}", b"]", b'"}', b'"]', b", ", b'",')
        self.closers = [token for token in tokens if model.piece(token) in closers]
        self.end = min(model.end_tokens)

    def document(self, gbnf: str, rng: random.Random) -> bytes:
        state, written = GrammarState(self.model, gbnf), b""
        try:
            while (token := self.step(state, rng)) != self.end:
                state.accept(token)
                written += self.model.piece(token)
            return written
        finally:
            state.close()

    def step(self, state: GrammarState, rng: random.Random) -> int:
        if state.allows(self.end):
            return self.end
        others = rng.sample(range(self.model.vocabulary_size), 60) + rng.sample(self.bytes, len(self.bytes))
        first = rng.sample(self.closers, len(self.closers)) if rng.random() < 0.2 else rng.sample(self.bytes, 40)
        return next(token for token in first + others if state.allows(token))


@pytest.fixture(scope="module")
def walk(generator: LlamaCppGenerator) -> Walk:
    return Walk(generator._model)


@settings(max_examples=200, deadline=None)
@given(schema=SCHEMAS, seed=st.integers(0, 2**32))
def test_what_the_grammar_accepts_is_strict_json_and_valid(walk: Walk, schema: dict[str, Any], seed: int) -> None:
    document = walk.document(json_schema_to_gbnf(schema), random.Random(seed))
    assert valid(json.loads(document.decode("utf-8")), schema)


def test_a_free_value_is_strict_json_too(walk: Walk) -> None:
    for seed in range(20):
        json.loads(walk.document(json_schema_to_gbnf({"type": ["object", "array"]}), random.Random(seed)))


def test_a_recursive_schema_is_read(walk: Walk) -> None:
    schema = {"$ref": "#/$defs/tree", "$defs": {"tree": {
        "type": "object", "properties": {"next": {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]}},
        "required": ["next"]}}}
    document = json.loads(walk.document(json_schema_to_gbnf(schema), random.Random(1)))
    while document is not None:
        assert {"next"} == document.keys()
        document = document["next"]


@pytest.mark.parametrize("raw", ["\n", "\t", "\x00", "\x1f", "\r"])
def test_a_raw_control_character_may_not_stand_in_a_string(walk: Walk, raw: str) -> None:
    state = GrammarState(walk.model, json_schema_to_gbnf({"type": "string"}))
    try:
        for token in walk.model.tokenise('"a'):
            state.accept(token)
        tokens = [token for token in walk.bytes if walk.model.piece(token) == raw.encode()]
        assert [False] * len(tokens) == [state.allows(token) for token in tokens]
        assert state.allows(walk.model.tokenise("b")[0])
    finally:
        state.close()


def test_bytes_that_break_utf8_may_not_stand_in_a_string(walk: Walk) -> None:
    state = GrammarState(walk.model, json_schema_to_gbnf({"type": "string"}))
    try:
        state.accept(next(token for token in walk.bytes if walk.model.piece(token) == b'"'))
        allowed = {walk.model.piece(token)[0] for token in walk.bytes if state.allows(token)}
        assert allowed <= {*range(0x20, 0x7f), *range(0xc2, 0xf5)}
        assert {0x41, 0xc3} <= allowed
    finally:
        state.close()


@pytest.mark.parametrize(("schema", "named"), [
    ({"type": "string", "pattern": "^a$"}, "pattern"),
    ({"type": "string", "format": "date"}, "format"),
    ({"type": "number", "minimum": 0}, "minimum"),
    ({"type": "integer", "minimum": 0}, "range"),
    ({"type": "integer", "minimum": 0, "maximum": 100_000}, "range"),
    ({"type": "array", "uniqueItems": True}, "uniqueItems"),
    ({"type": "string", "minLength": 4, "maxLength": 3}, "limits"),
    ({"type": "object", "required": ["a"]}, "required"),
    ({"type": "date"}, "type"),
    ({"allOf": [{}]}, "type"),
    ({"enum": []}, "empty"),
    ({"const": float("nan")}, "JSON"),
    ({"$ref": "https://example.org/schema"}, "references"),
    ({"$ref": "#/$defs/missing"}, "nowhere"),
    ({"properties": {"a": {"not": {}}}}, "root/a"),
])
def test_what_cannot_be_promised_is_refused_by_place(schema: dict[str, Any], named: str) -> None:
    with pytest.raises(EngineError, match=named):
        json_schema_to_gbnf(schema)
