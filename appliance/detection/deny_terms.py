"""The terms of a policy's deny list, and the pattern that finds one however it is spaced or joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from appliance.detection.names import name_parts, strip_titles
from appliance.detection.normalise import clean, fold

_RUNS = re.compile(r"[^\W_]+|[\W_]+")
# What may stand between two words of a term, between two of its letters, and between those of a word spelled out. The
# possessive quantifiers keep the time in step with the text: no sign of these is a letter or a digit.
_BETWEEN_WORDS, _BETWEEN_LETTERS, _SPELLED_OUT = r"[\W_]{0,9}+", r"[\W_]{0,3}+", r"[\W_]{1,3}+"
_NAMES = frozenset({"PERSON", "SEED_NAME"})
Pieces = tuple[str, ...]
_FEW_CHARS = 3
"""Of a shorter term its signs are a part: C++ is not every C."""


def deny_terms(entity: str, terms: tuple[str, ...]) -> list[str]:
    """What is looked for because of one list: its terms, folded; for people also each name of three letters or more."""
    found: dict[str, None] = {}
    for term in terms:
        plain = " ".join(fold(clean(term)).text.split())
        found[plain] = None
        if entity == "PERSON":
            name = strip_titles(plain.casefold())
            found |= dict.fromkeys([name, *name_parts(name)])
    return list(found)


def deny_pattern(entity: str, terms: list[str]) -> str:
    """A pattern, for an engine that ignores case, of any of some terms, also in the plural and the possessive.

    Args:
        entity: their type. One word alone of a name is found whole or with each letter apart and not cut in two:
            Justin is not "just in".
        terms: as `deny_terms` gives them.
    """
    ways = [way for term in sorted(terms, key=len, reverse=True)
            for way in _ways(term, may_be_cut=" " in term or entity not in _NAMES)]
    return rf"(?<![^\W_])(?:{_any_of(ways)})(?:'?s)?(?![^\W_])"


def _ways(term: str, *, may_be_cut: bool) -> Iterator[Pieces]:
    """How a term may be written: letters and what may stand between them."""
    core = term.strip("".join(sign for sign in term if not sign.isalnum()))
    before: Pieces = ()
    behind: Pieces = ()
    if sum(map(str.isalnum, core)) < _FEW_CHARS:
        first, _, last = term.partition(core) if core else (term, "", "")
        before, behind = _letters(first, ""), _letters(last, "")
    for between in (_BETWEEN_LETTERS,) if may_be_cut else ("", _SPELLED_OUT):
        runs = (_of_run(run, between) for run in _RUNS.findall(core))
        yield before + tuple(piece for run in runs for piece in run) + behind


def _of_run(run: str, between: str) -> Pieces:
    if not run[0].isalnum():
        return (_BETWEEN_LETTERS if len(run) == 1 and not run.isspace() else _BETWEEN_WORDS,)
    return _letters(run, between)


def _letters(run: str, between: str) -> Pieces:
    pieces = [piece for letter in run for piece in (between, re.escape(letter))][1:]
    return tuple(piece for piece in pieces if piece)


def _any_of(ways: Sequence[Pieces]) -> str:
    """A pattern of all of them that tries a common beginning once: hundreds of names cost little more than one."""
    pieces: list[str] = []
    while len({way[:1] for way in ways}) == 1 and ways[0]:
        pieces.append(ways[0][0])
        ways = [way[1:] for way in ways]
    if not any(ways):
        return "".join(pieces)
    branches: dict[str, list[Pieces]] = {}
    for way in ways:
        branches.setdefault("".join(way[:1]), []).append(way)
    # The end of a term comes last, so that the longest one is found.
    tried = [_any_of(branch) for first, branch in branches.items() if first] + [""] * ("" in branches)
    return "".join(pieces) + f"(?:{'|'.join(tried)})"
