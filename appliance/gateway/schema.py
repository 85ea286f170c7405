"""The one request this appliance makes, as a table: every field of the Messages API it may fill, and nothing else.

A request is read by this table, written again by it in one canonical form, and only those bytes are scanned, recorded
and sent. What is not in the table is refused, not scanned and hoped for. `FIELDS` can be walked: a test that plants a
value in every text of a request need not know its fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from appliance import __version__
from appliance.errors import ResidualFound

METHOD, PATH = "POST", "/v1/messages"
ROLES = ("user", "assistant")
MAX_MESSAGES = 64
_MOST_TOKENS = 1_000_000
_MODEL_CHARS = 128


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the request.

    Attributes:
        path: where it is; ``[]`` stands for every element of a list.
        kind: ``name`` and ``role`` are constants of ours, ``count`` a whole number, ``text`` may hold anything.
        filled_by: whose words it holds. Only what was released may be in a text.
        required: False where it may be absent.
        most: the largest count, or the most characters of a name; None is bounded by the size of the request.
    """

    path: str
    kind: Literal["name", "count", "text", "role"]
    filled_by: Literal["job_file", "appliance", "released"]
    required: bool = True
    most: int | None = None


FIELDS = (
    Field("model", "name", "job_file", most=_MODEL_CHARS),
    Field("max_tokens", "count", "job_file", most=_MOST_TOKENS),
    Field("system", "text", "appliance", required=False),
    Field("messages[].role", "role", "appliance"),
    Field("messages[].content", "text", "released"),
)
"""In the order in which they are written."""

API_VERSION = "2026-10-21"
CREDENTIAL = "anthropic"


def headers(host: str, body_bytes: int) -> tuple[tuple[str, str], ...]:
    """The whole head of a request: constants of this appliance, the host, the length.

    Args:
        host: as the Host header names it, the port included where it is not the scheme's own.
        body_bytes: length of the canonical body.
    """
    return (
        ("host", host),
        ("user-agent", f"psi-appliance/{__version__}"),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("connection", "close"),
        ("authorization", f"Bearer <credential {CREDENTIAL}>"),
        ("anthropic-version", API_VERSION),
        ("content-type", "application/json"),
        ("content-length", str(body_bytes)),
    )


def check_head(method: str, path: str, given: Sequence[tuple[str, str]], body_bytes: int,
               destination: tuple[str, int]) -> None:
    """See that nothing but `headers` goes out above a body.

    Raises:
        ResidualFound: another method, path, header, value or order.
    """
    host, port = destination
    literal = f"[{host}]" if ":" in host else host
    expected = [headers(name, body_bytes) for name in (literal, f"{literal}:{port}")]
    if (method, path) != (METHOD, PATH) or tuple(map(tuple, given)) not in expected:
        raise ResidualFound("the request has a method, path or header this appliance does not send; nothing was sent")


def read(body: bytes) -> dict[str, Any]:
    """A request, read strictly: UTF-8, no repeated key, no NaN, no field that the table does not have.

    Raises:
        ResidualFound: anything else; what cannot be read cannot be scanned.
    """
    document = parse_strictly(body)
    top = {field.path: field for field in FIELDS if "[]" not in field.path}
    inner = {field.path.partition("[].")[2]: field for field in FIELDS if "[]" in field.path}
    messages = document.get("messages")
    well_formed = (
        isinstance(messages, list) and 1 <= len(messages) <= MAX_MESSAGES
        and _fits({key: value for key, value in document.items() if key != "messages"}, top)
        and all(isinstance(message, dict) and _fits(message, inner) for message in messages))
    if not well_formed:
        raise ResidualFound("the request has a field or value this appliance does not build; nothing was sent")
    return document


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes of a request: fields in the order of the table, no blanks, UTF-8.

    Raises:
        ResidualFound: a text holds what UTF-8 cannot (a lone surrogate).
    """
    order = [field.path.partition("[]")[0] for field in FIELDS]
    inner = [field.path.partition("[].")[2] for field in FIELDS if "[]" in field.path]
    ordered = {key: document[key] for key in dict.fromkeys(order) if key in document}
    ordered["messages"] = [{key: message[key] for key in inner} for message in document["messages"]]
    try:
        return json.dumps(ordered, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ResidualFound("the request holds a character that UTF-8 cannot; nothing was sent") from error


def texts(document: Mapping[str, Any]) -> list[str]:
    """Every text of a request that was read, in order: what a scanner has to look at."""
    wanted = {field.path for field in FIELDS if field.kind == "text"}
    return [value for path, value in walk(document) if path in wanted]


def walk(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value of a request with its path in the table."""
    for field in FIELDS:
        first, inside, rest = field.path.partition("[].")
        if inside:
            yield from ((field.path, element[rest]) for element in document[first])
        elif first in document:
            yield field.path, document[first]


def _fits(given: Mapping[str, Any], allowed: Mapping[str, Field]) -> bool:
    required = {name for name, field in allowed.items() if field.required}
    return required <= set(given) <= set(allowed) and all(_holds(allowed[name], value)
                                                          for name, value in given.items())


def _holds(field: Field, value: Any) -> bool:
    if field.kind == "count":
        return type(value) is int and 1 <= value <= (field.most or _MOST_TOKENS)
    if not isinstance(value, str) or (field.most is not None and len(value) > field.most):
        return False
    if field.kind == "role":
        return value in ROLES
    return field.kind == "text" or (value.isascii() and value.isprintable() and " " not in value and bool(value))


def parse_strictly(body: bytes) -> dict[str, Any]:
    """A JSON object with no repeated key, no NaN, no number beyond JSON's, no deep nesting, written as UTF-8.

    Raises:
        ResidualFound: anything else.
    """
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) != len(pairs):
            raise ValueError("repeated key")
        return row

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ResidualFound("the request is not the JSON this appliance builds; nothing was sent") from error
    if not isinstance(document, dict):
        raise ResidualFound("the request is not a JSON object; nothing was sent")
    return document
