"""JSON schema to GBNF, with one law: a document the grammar accepts is strict JSON and valid for the schema.

The converter that ships with llama-cpp-python 0.3.36 lets raw control characters into strings and reads over
keywords it does not know. This one writes a smaller language, spaced as ``json.dumps`` writes it, and refuses the
keywords it cannot promise. GBNF is described in llama.cpp's ``grammars/README.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from appliance.engines.base import Grammar, JsonSchema
from appliance.errors import EngineError

# No \u escapes: they could spell half a surrogate pair, which json.loads accepts and UTF-8 cannot carry.
_PRIMITIVES = {
    "string": ('"\\"" char* "\\""', ("char",)),
    "char": (r'[^"\\\x00-\x1F\x7F\uD800-\uDFFF] | "\\" ["\\/bfnrt]', ()),
    "integer": ('"-"? ("0" | [1-9] [0-9]{0,15})', ()),
    "number": ('integer ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?', ("integer",)),
    "boolean": ('"true" | "false"', ()),
    "null": ('"null"', ()),
    "value": ("string | number | boolean | null | array | object",
              ("string", "number", "boolean", "null", "array", "object")),
    "array": ('"[" (value (", " value)*)? "]"', ("value",)),
    "object": ('"{" (string ": " value (", " string ": " value)*)? "}"', ("string", "value")),
}
_ANNOTATIONS = {"$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default",
                "examples"}
_KEYWORDS: dict[str, set[str]] = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength"},
    "integer": {"minimum", "maximum"},
    "number": set(), "boolean": set(), "null": set(),
}
_WIDEST_RANGE = 256


def gbnf_of(constraint: JsonSchema | Grammar | None) -> str | None:
    """The grammar of a request's constraint, None for free text: one language on every engine.

    Raises:
        EngineError: a schema keyword that cannot be promised, by its place.
    """
    if constraint is None:
        return None
    return constraint.gbnf if isinstance(constraint, Grammar) else json_schema_to_gbnf(constraint.schema)


def json_schema_to_gbnf(schema: Mapping[str, Any]) -> str:
    """A GBNF grammar, start symbol ``root``, of compact one-line documents of a JSON schema.

    Known: ``type`` (one or a list), ``const``, ``enum``, ``anyOf``, ``oneOf``, local ``$ref``; objects with
    ``properties``, ``required`` and ``additionalProperties``; arrays with ``items``, ``minItems`` and
    ``maxItems``; strings with ``minLength`` and ``maxLength``; integers with both a ``minimum`` and a ``maximum``
    close together. ``oneOf`` is read as ``anyOf``: its alternatives should exclude each other.

    Raises:
        EngineError: any other keyword, by its place in the schema.
    """
    converter = _Converter(schema)
    converter.rules["root"] = converter.visit(schema, "root")
    return "\n".join(f"{name} ::= {rule}" for name, rule in converter.rules.items()) + "\n"


class _Converter:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._names: dict[str, str] = {}
        self.rules: dict[str, str] = {"root": ""}

    def visit(self, schema: Any, place: str) -> str:
        """The expression of one subschema."""
        if schema is True or schema == {}:
            return self._primitive("value")
        if not isinstance(schema, Mapping):
            raise _refused(place, "schema")
        for keyword, method in (("$ref", self._ref), ("anyOf", self._union), ("oneOf", self._union),
                                ("const", self._const), ("enum", self._enum)):
            if keyword in schema:
                _only(schema, {keyword, "type"} if keyword in ("const", "enum") else {keyword}, place)
                return method(schema[keyword], f"{place}/{keyword}")
        return self._typed(schema, place)

    def _typed(self, schema: Mapping[str, Any], place: str) -> str:
        kind = schema.get("type", "object" if "properties" in schema else None)
        if isinstance(kind, list):
            return self._union([_narrowed(schema, one, kind) for one in kind], place)
        if not isinstance(kind, str) or kind not in _KEYWORDS:
            raise _refused(place, "type")
        _only(schema, {"type", *_KEYWORDS[kind]}, place)
        if kind == "object":
            return self._object(schema, place)
        if kind == "array":
            return self._array(schema, place)
        if kind == "string":
            return self._string(schema, place)
        if kind == "integer" and not schema.keys().isdisjoint(_KEYWORDS[kind]):
            return _integers(schema, place)
        return self._primitive(kind)

    def _primitive(self, name: str) -> str:
        if name not in self.rules:
            self.rules[name], needed = _PRIMITIVES[name]
            for other in needed:
                self._primitive(other)
        return name

    def _ref(self, reference: Any, place: str) -> str:
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise _refused(place, "only references inside the schema")
        if reference not in self._names:
            name = self._names[reference] = f"ref{len(self._names)}"
            self.rules[name] = ""
            self.rules[name] = self.visit(self._resolve(reference, place), reference)
        return self._names[reference]

    def _resolve(self, reference: str, place: str) -> Any:
        target: Any = self._root
        for part in reference.split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or part not in target:
                raise _refused(place, "the reference leads nowhere")
            target = target[part]
        return target

    def _union(self, schemas: Any, place: str) -> str:
        return "(" + " | ".join(self.visit(schema, f"{place}/{number}")
                                for number, schema in enumerate(_some(schemas, place))) + ")"

    def _const(self, value: Any, place: str) -> str:
        return _literal(value, place)

    def _enum(self, values: Any, place: str) -> str:
        return "(" + " | ".join(_literal(value, place) for value in _some(values, place)) + ")"

    def _string(self, schema: Mapping[str, Any], place: str) -> str:
        if schema.keys().isdisjoint(_KEYWORDS["string"]):
            return self._primitive("string")
        repeat = _repeat(schema.get("minLength", 0), schema.get("maxLength"), place)
        return rf'"\"" {self._primitive("char")}{repeat} "\""'

    def _array(self, schema: Mapping[str, Any], place: str) -> str:
        item = self.visit(schema.get("items", True), f"{place}/items")
        low, high = schema.get("minItems", 0), schema.get("maxItems")
        _repeat(low, high, place)
        if high == 0:
            return '"[]"'
        rest = _repeat(max(low - 1, 0), None if high is None else high - 1, place)
        items = f'({item}) (", " ({item})){rest}'
        return f'"[" {items} "]"' if low else f'"[" ({items})? "]"'

    def _object(self, schema: Mapping[str, Any], place: str) -> str:
        properties, required = schema.get("properties", {}), set(schema.get("required", ()))
        extra = schema.get("additionalProperties", True)
        if not properties and not required and extra is not False:
            return self._map(extra, place)
        if not required <= properties.keys():
            raise _refused(place, "required names a property that is not described")
        members = [(f"{_literal(name, place, ': ')} {self.visit(value, f'{place}/{name}')}", name in required)
                   for name, value in properties.items()]
        return f'"{{" {_members(members)} "}}"'

    def _map(self, values: Any, place: str) -> str:
        if values is True:
            return self._primitive("object")
        member = f'{self._primitive("string")} ": " ({self.visit(values, f"{place}/additionalProperties")})'
        return f'"{{" ({member} (", " {member})*)? "}}"'


def _members(members: Sequence[tuple[str, bool]]) -> str:
    """Members of an object in their order, with commas between those that are there."""
    following, leading = "", ""
    for member, required in reversed(members):
        # `leading` is what may stand here when nothing was written yet, `following` when something was.
        first = f"{member} {following}"
        leading = f"({first})" if required else f"({first} | {leading})" if leading else f"({first})?"
        following = f'", " {member} {following}' if required else f'(", " {member})? {following}'
    return leading


def _integers(schema: Mapping[str, Any], place: str) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if not isinstance(low, int) or not isinstance(high, int) or not 0 <= high - low < _WIDEST_RANGE:
        raise _refused(place, f"an integer range without both ends or of more than {_WIDEST_RANGE} values")
    return "(" + " | ".join(f'"{number}"' for number in range(low, high + 1)) + ")"


def _repeat(low: Any, high: Any, place: str) -> str:
    if not isinstance(low, int) or low < 0 or not (high is None or (isinstance(high, int) and high >= low)):
        raise _refused(place, "limits")
    return f"{{{low},{'' if high is None else high}}}"


def _literal(value: Any, place: str, after: str = "") -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False) + after
        text.encode("utf-8")
    except (TypeError, ValueError) as error:
        raise _refused(place, "a value that JSON or UTF-8 cannot write") from error
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _some(values: Any, place: str) -> Sequence[Any]:
    if not isinstance(values, list) or not values:
        raise _refused(place, "an empty list")
    return values


def _narrowed(schema: Mapping[str, Any], kind: Any, kinds: Sequence[Any]) -> dict[str, Any]:
    """The schema for one of its types, without the keywords that speak about the other types."""
    own = _KEYWORDS.get(str(kind), set())
    others = {keyword for other in kinds for keyword in _KEYWORDS.get(str(other), set())} - own
    return {**{key: value for key, value in schema.items() if key not in others}, "type": kind}


def _only(schema: Mapping[str, Any], known: set[str], place: str) -> None:
    unknown = sorted(schema.keys() - known - _ANNOTATIONS)
    if unknown:
        raise _refused(place, ", ".join(unknown))


def _refused(place: str, what: str) -> EngineError:
    return EngineError(f"JSON schema at {place}: not supported here: {what}")
