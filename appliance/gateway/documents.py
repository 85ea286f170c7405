"""JSON documents as texts and back: every string, every key and every number, wherever it stands.

A document keeps its layout: only what was replaced changes. It is read strictly first, because what two readers
understand differently cannot be cleared for either.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

MAX_DEPTH = 100
MAX_NUMBER_CHARS = 19

BYTE_ORDER_MARK = "\ufeff"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_LITERAL = re.compile(rf'(?P<string>{_STRING.pattern})(?P<key>\s*:)?|(?P<number>-?\d[\d.eE+\-]*+)', re.DOTALL)
_BRACKET = re.compile(rf"{_STRING.pattern}|([\[{{])|([\]}}])", re.DOTALL)
_KEY_OR_BRACKET = re.compile(rf"{_STRING.pattern}(?P<key>\s*:)?|[\[{{\]}}]", re.DOTALL)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)


class Unreadable(ValueError):
    """Why a document is refused, as one word for a report: ``repeated_key``, ``nested_too_deep`` ..."""


def read_strictly(text: str) -> Any:
    """A JSON value.

    Control characters inside strings are let through: they are refused as characters, with every other text.

    Raises:
        Unreadable: JSON that readers understand differently: a repeated key, NaN, a number out of range, deep nesting.
        json.JSONDecodeError: not JSON at all.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    if _deep(text):
        raise Unreadable("nested_too_deep")
    try:
        return json.loads(text, strict=False, object_pairs_hook=_unique, parse_constant=_refuse_constant,
                          parse_float=_finite, parse_int=_short)
    except RecursionError:
        raise Unreadable("nested_too_deep") from None


class Key(str):
    """A key of an object. It says what its value is: a value beside it that is private does not make it so."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Literal:
    """A string or number as it stands in the document: its range there, and the text it means, a key as `Key`."""

    start: int
    end: int
    text: str
    number: bool


class JsonDocument:
    """The texts of one JSON document.

    Args:
        source: the document; `read_strictly` accepts it.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._literals = tuple(literal for match in _LITERAL.finditer(source)
                               if (literal := _literal(match)) is not None)

    def texts(self) -> tuple[str, ...]:
        """Every string, keys included, and every number, in the order of the document.

        A key is a `Key`. A number comes right behind its own, so that the two joined read as in ``age 92``.
        """
        return tuple(literal.text for literal in self._literals)

    def with_texts(self, texts: Sequence[str]) -> str:
        """The document with other texts, in the order of `texts`; a number that changed becomes a string.

        Keys of one object that read the same now, because they name the same person or are redacted, are numbered:
        ``<PERSON_1>``, ``<PERSON_1> (2)``.
        """
        pieces, position = [], 0
        for literal, text in zip(self._literals, self._told_apart(texts), strict=True):
            if text != literal.text:
                pieces += [self._source[position:literal.start], json.dumps(text, ensure_ascii=False)]
                position = literal.end
        return "".join([*pieces, self._source[position:]])

    def _told_apart(self, texts: Sequence[str]) -> list[str]:
        """Other texts with the keys that are equal now, and were not, numbered."""
        told = list(texts)
        within = _objects_of_keys(self._source)
        keys = [(index, within[literal.start]) for index, literal in enumerate(self._literals)
                if literal.start in within]
        taken = {(number, texts[index]) for index, number in keys if texts[index] == self._literals[index].text}
        for index, number in keys:
            if texts[index] != self._literals[index].text:
                counted = itertools.chain([texts[index]], (f"{texts[index]} ({count})" for count in itertools.count(2)))
                told[index] = next(name for name in counted if (number, name) not in taken)
                taken.add((number, told[index]))
        return told

    def range_in_source(self, number: int, start: int, end: int) -> tuple[int, int]:
        """Where a range of the text with that number stands in the document, code points."""
        literal = self._literals[number]
        if literal.number:
            return literal.start + start, literal.start + end
        inner = literal.start + 1
        written = self._source[inner:literal.end - 1]
        # For each escape: where in the text it stands, and where the source goes on after it.
        meant, after, shift = [0], [0], 0
        ranges: dict[int, tuple[int, int]] = {}
        for match in _ESCAPE.finditer(written):
            at = match.start() - shift
            shift += len(match[0]) - 1
            ranges[at] = match.span()
            meant.append(at + 1)
            after.append(match.end())

        def place(index: int) -> tuple[int, int]:
            if index in ranges:
                return ranges[index]
            before = bisect_right(meant, index) - 1
            position = after[before] + index - meant[before]
            return position, position + 1

        return inner + place(start)[0], inner + place(end - 1)[1]


def _objects_of_keys(source: str) -> dict[int, int]:
    """Where each key begins, and the place of the object it belongs to."""
    found, opened = {}, []
    for match in _KEY_OR_BRACKET.finditer(source):
        if match[0][0] in "{[":
            opened.append(match.start())
        elif match[0][0] in "}]":
            opened.pop()
        elif match["key"]:
            found[match.start()] = opened[-1]
    return found


def _literal(match: re.Match[str]) -> _Literal | None:
    if match["number"] is not None:
        return _Literal(*match.span(), match[0], True)
    text = json.loads(match["string"], strict=False)
    return _Literal(*match.span("string"), Key(text) if match["key"] else text, False) if text else None


def _deep(text: str) -> bool:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += bool(match[1]) - bool(match[2])
        if depth > MAX_DEPTH:
            return True
    return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise Unreadable("repeated_key")
    return row


def _refuse_constant(name: str) -> NoReturn:  # noqa: ARG001
    raise Unreadable("not_a_number")


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise Unreadable("number_out_of_range")
    return number


def _short(written: str) -> int:
    if len(written) > MAX_NUMBER_CHARS:
        raise Unreadable("number_out_of_range")
    return int(written)
