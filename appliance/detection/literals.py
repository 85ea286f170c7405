"""Words that a pattern cannot do without, read off its syntax tree as the standard library parses it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from re import _constants as code  # type: ignore[attr-defined]  # private, guarded in `appliance.detection.gates`
from typing import Any

MAX_WORDS = 64
"""Longer lists are cut to shorter beginnings of their words, which every text with the words also holds."""

MIN_CHARS = 2
REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)
_ZERO_WIDTH = (code.AT, code.ASSERT, code.ASSERT_NOT)
_MAX_SET = 12

Words = frozenset[str]


def required_words(tree: Any) -> tuple[str, ...] | None:
    """Strings in lower case of which every match holds at least one, or None if no useful list is found.

    Matching is taken to ignore case; the caller compares with the lower-cased text.
    """
    found = _best(_candidates(tree))
    return None if found is None else tuple(sorted(found))


def _candidates(tree: Any) -> Iterable[Words]:
    """Lists for parts that follow each other: each finite stretch is one, and so is what an endless part requires."""
    stretch: Words = frozenset({""})
    for kind, value in tree:
        exact = _exactly(kind, value)
        joined = None if exact is None else _short_enough({a + b for a, b in product(stretch, exact)})
        if exact is not None and joined is not None and joined[1]:
            stretch = joined[0]
            continue
        yield stretch if exact is None or joined is None else joined[0]
        stretch = frozenset({""})
        inner = _inside(kind, value)
        if inner is not None:
            yield inner
    yield stretch


def _short_enough(words: set[str]) -> tuple[Words, bool]:
    """At most `MAX_WORDS` beginnings of the words, and whether they are still whole."""
    length = max(map(len, words))
    cut = words
    while len(cut) > MAX_WORDS:
        length -= 1
        cut = {word[:length] for word in words}
    return frozenset(cut), cut is words


def _exactly(kind: Any, value: Any) -> Words | None:
    """Everything that a part can match, if that is a short list."""
    if kind in _ZERO_WIDTH:
        return frozenset({""})
    if kind is code.LITERAL:
        return frozenset({chr(value).lower()})
    if kind is code.IN:
        plain = all(member is code.LITERAL for member, _ in value) and len(value) <= _MAX_SET
        return frozenset(chr(sign).lower() for _, sign in value) if plain else None
    if kind is code.BRANCH:
        return _union(_all_exactly(branch) for branch in value[1])
    if kind is code.SUBPATTERN:
        return _all_exactly(value[3])
    if kind in REPEATS and value[1] == 1:
        inner = _all_exactly(value[2])
        return inner if inner is None or value[0] else inner | {""}
    return None


def _all_exactly(tree: Any) -> Words | None:
    total: Words = frozenset({""})
    for kind, value in tree:
        part = _exactly(kind, value)
        if part is None:
            return None
        total = frozenset(a + b for a, b in product(total, part))
        if len(total) > MAX_WORDS * MAX_WORDS:
            return None
    return total


def _union(lists: Iterable[Words | None]) -> Words | None:
    total: set[str] = set()
    for one in lists:
        if one is None:
            return None
        total |= one
    return frozenset(total)


def _inside(kind: Any, value: Any) -> Words | None:
    """What a part that is no short list itself requires."""
    if kind is code.BRANCH:
        lists = _union(_best(_candidates(branch)) for branch in value[1])
        return None if lists is None else _short_enough(set(lists))[0]
    if kind is code.SUBPATTERN:
        return _best(_candidates(value[3]))
    if kind is code.ATOMIC_GROUP:
        return _best(_candidates(value))
    if kind in REPEATS and value[0] > 0:
        return _best(_candidates(value[2]))
    return None


def _best(candidates: Iterable[Words]) -> Words | None:
    """The list whose shortest word is longest; a list with an empty word or a single letter says nothing."""
    useful = [words for words in candidates if min(map(len, words)) >= MIN_CHARS]
    return max(useful, key=lambda words: (min(map(len, words)), -len(words)), default=None)
