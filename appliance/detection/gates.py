r"""What a text must hold before a pattern can match, read off the pattern itself.

Most patterns need a digit, an ``@`` or one of a few words that most sentences lack; looking for those is a hundred
times cheaper than trying the pattern everywhere. The needs are derived from the pattern's own syntax tree and never
written by hand, so a gate cannot become stricter than its pattern when somebody edits the pattern. What the derivation
does not understand needs nothing, and such a pattern always runs.

The tree is that of the standard library's own parser, which is not a public interface, and there is none: so a pattern
whose needs are known is read first, and if they come out differently in some Python, no gate is ever closed.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from re import _constants as code  # type: ignore[attr-defined]  # private, see above
from re import _parser as parser  # type: ignore[attr-defined]  # private, see above
from typing import Any

from appliance.detection.literals import REPEATS, required_words

Signs = Counter[str]
"""A sign, or `DIGIT` for any decimal digit, and how many of it a text holds at least."""

DIGIT = "digit"
_ANY_DIGIT = re.compile(r"\d")
# What the engine `regex` has and `re` has not. Each stand-in matches at least what it stands for, or needs nothing.
_TRANSLATED = ((re.compile(r"\\K"), ""), (re.compile(r"\\[pP]\{\^?\w+\}"), r"\\w"), (re.compile(r"\\h"), r"\\s"))
_LOOKBEHIND = re.compile(r"\(\?<[=!]")


@dataclass(frozen=True, slots=True)
class Needs:
    """What every text with a match of a pattern holds.

    Attributes:
        signs: each at least so many times. Never a letter: case-insensitive matching makes ``k`` of a Kelvin sign.
        words: in an ASCII text at least one of these, in lower case; None where no such list is known.
    """

    signs: Signs
    words: tuple[str, ...] | None


_NOTHING = Needs(Signs(), None)
# A literal, sets, a branch, a group, an atomic one, repeats of each kind, assertions: every part that is looked at.
_PROBE = r"(?<!x)\b(?:ab|cd)(?:e\d){2}[0-9](?=[\d]{4}/)(?>@)-+\d*?:++(?!\d)"
_PROBED = Needs(Signs({DIGIT: 4, "/": 1, "@": 1, "-": 1, ":": 1}), ("ab", "cd"))


def needs(pattern: str) -> Needs:
    """What a text must hold for a pattern of the engine `regex`."""
    return _read(pattern) if _read(_PROBE) == _PROBED else _NOTHING


@cache
def _read(pattern: str) -> Needs:
    for found, replacement in _TRANSLATED:
        pattern = found.sub(replacement, pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of sets in sets, which `re` reads otherwise than `regex` may
            tree = parser.parse(_without_lookbehinds(pattern))
        return Needs(_needs(tree), required_words(tree))
    except (re.error, RecursionError, OverflowError, FutureWarning, DeprecationWarning):
        return _NOTHING


def could_match(needed: Needs, text: str) -> bool:
    """Whether a text holds what a pattern needs."""
    # Plain loops: this runs for every pattern and every text.
    for sign, least in needed.signs.items():
        if _count(text, sign) < least:
            return False
    if needed.words is None:
        return True
    lowered = _lower_ascii(text)
    if lowered is None:
        return True
    for word in needed.words:  # noqa: SIM110  # as above
        if word in lowered:
            return True
    return False


def gate_patterns(recogniser: Any) -> Any:
    """A pattern recogniser of Presidio that only tries those of its patterns that could match; itself, changed."""
    everything = recogniser.patterns
    gates = [(pattern, needs(pattern.regex)) for pattern in everything]
    ungated = recogniser.analyze

    def analyze(text: str, *rest: Any, **named: Any) -> Any:
        recogniser.patterns = [pattern for pattern, needed in gates if could_match(needed, text)]
        try:
            return ungated(text, *rest, **named) if recogniser.patterns else []
        finally:
            recogniser.patterns = everything

    recogniser.analyze = analyze
    return recogniser


@lru_cache(maxsize=64)
def _count(text: str, sign: str) -> int:
    return len(_ANY_DIGIT.findall(text)) if sign == DIGIT else text.count(sign)


@lru_cache(maxsize=2)
def _lower_ascii(text: str) -> str | None:
    """Outside ASCII several characters may fold to one letter, or one to several: there words decide nothing."""
    return text.lower() if text.isascii() else None


def _without_lookbehinds(pattern: str) -> str:
    """The pattern without its look-behinds, which may have any width in `regex`; they only ever narrow a match."""
    kept, position = [], 0
    while found := _LOOKBEHIND.search(pattern, position):
        if _escaped_or_in_set(pattern, found.start()):
            kept.append(pattern[position:found.end()])
            position = found.end()
            continue
        kept.append(pattern[position:found.start()])
        position = _closing(pattern, found.end())
    return "".join([*kept, pattern[position:]])


def _escaped_or_in_set(pattern: str, at: int) -> bool:
    in_set, position = False, 0
    while position < at:
        if pattern[position] == "\\":
            position += 1
        elif pattern[position] == "[" and not in_set:
            in_set = True
        elif pattern[position] == "]" and in_set:
            in_set = False
        position += 1
    return in_set or position > at


def _closing(pattern: str, position: int) -> int:
    """One past the bracket that closes the group whose content begins at `position`."""
    depth, in_set = 1, False
    while depth:
        if position >= len(pattern):
            raise re.error("a group is not closed", pattern)
        sign = pattern[position]
        if sign == "\\":
            position += 1
        elif in_set:
            in_set = sign != "]"
        elif sign == "[":
            in_set = True
        else:
            depth += {"(": 1, ")": -1}.get(sign, 0)
        position += 1
    return position


def _needs(tree: Any) -> Signs:
    """The needs of parts that follow each other; what an assertion looks at may be what another part matches."""
    total = Signs()
    for kind, value in tree:
        if kind is not code.ASSERT:
            total += _needs_of_part(kind, value)
    for kind, value in tree:
        if kind is code.ASSERT and value[0] > 0:
            total |= _needs(value[1])
    return total


def _needs_of_part(kind: Any, value: Any) -> Signs:
    if kind is code.LITERAL:
        return _needs_of_literal(chr(value))
    if kind is code.IN:
        return _needs_of_set(value)
    if kind is code.BRANCH:
        return reduce(Signs.__and__, map(_needs, value[1]))
    if kind is code.SUBPATTERN:
        return _needs(value[3])
    if kind is code.ATOMIC_GROUP:
        return _needs(value)
    if kind in REPEATS:
        return Signs({sign: count * int(value[0]) for sign, count in _needs(value[2]).items() if value[0]})
    return Signs()


def _needs_of_literal(sign: str) -> Signs:
    if not sign.isascii() or sign.isalpha() or not sign.isprintable() or sign == " ":
        return Signs()
    return Signs([DIGIT if sign.isdigit() else sign])


def _needs_of_set(members: Any) -> Signs:
    digits = all(
        (kind is code.CATEGORY and value is code.CATEGORY_DIGIT)
        or (kind is code.LITERAL and chr(value) in "0123456789")
        or (kind is code.RANGE and ord("0") <= value[0] <= value[1] <= ord("9")) for kind, value in members)
    return Signs([DIGIT]) if digits else Signs()
