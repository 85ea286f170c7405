"""Text inside text: base64 and its kin, hexadecimal, codes of characters, gzip, rot13, a secret broken over lines.

Every run that can be read as text is handed back decoded, for a detector to look at; a long run that looks random and
cannot be read is handed back without a text, because what cannot be read cannot be cleared. Everything is bounded:
depth, size, number of runs; what goes beyond counts as unreadable. Escapes of single characters are `escapes`' matter.
"""

from __future__ import annotations

import codecs
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from appliance.detection.decoding import MAX_CHARS
from appliance.detection.recognisers import RULES
from appliance.detection.runs import View, encoded_runs

__all__ = ["MAX_CHARS", "MAX_DEPTH", "MAX_RUNS", "TURNS", "View", "broken_secrets", "unfinished", "views"]

MAX_DEPTH = 3
"""How many encodings within each other are undone."""
MAX_RUNS = 400
"""Runs that one text may hold for a detector to look at, unless said otherwise."""

_SURE_SCORE = 0.9

_SENTENCE = re.compile(r"[^\s.!?](?:[^.!?\n]|[.!?](?!\s)){3,200000}+")
_WORD = re.compile(r"(?<![A-Za-z0-9+/_])(?:[A-Za-z][a-z]{1,19}|[A-Z]{2,20})(?![A-Za-z0-9+/=_])")
# "caesar" alone is a section or a salad.
_ROT13 = re.compile(r"(?i:\brot[ _\-]?13\b|\bcaesar[ \-](?:cipher|cypher|shift|code)\b)")
# How often letters stand in English text, per cent, a to z; Lewand, Cryptological Mathematics (2000).
_ENGLISH = (8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2.0, 6.1, 7.0, 0.15, 0.77, 4.0, 2.4, 6.7, 7.5, 1.9, 0.095, 6.0, 6.3, 9.1,
            2.8, 0.98, 2.4, 0.15, 2.0, 0.074)
_GAIN = {chr(97 + letter): math.log(_ENGLISH[(letter + 13) % 26] / _ENGLISH[letter]) for letter in range(26)}
# How much likelier a run of words must be as rot13 of English than as English: where the text names the cipher (or the
# sentence as a whole is likelier turned), where a small word of English is turned, elsewhere.
_ROT13_NAMED_NATS = 6.0
_ROT13_NATS = 9.0
_ROT13_SURE_NATS = 16.0
# Small words of English in rot13, one of which every sentence has.
_ROT13_SMALL = frozenset([
    "gur", "naq", "vf", "vg", "va", "bs", "sbe", "ng", "zl", "uvf", "ure", "gb", "nz", "jnf", "ol", "fur", "ur",
    "jvgu", "sebz", "anzr", "unf", "gung", "guvf", "lbh"])
# Laughter and drawn-out letters ("hajajaja", "Zzzz"): rare letters that say nothing about a cipher.
_DRAWN_OUT = re.compile(r"(.{1,2}?)\1{2,}")
TURNS = ("rot13", "backwards")
"""Encodings that turn a whole sentence."""

_TOO_MUCH, _MORE = "too much to decode", "and more"
# Words of English read backwards that are no words forwards.
_BACKWARDS = frozenset([
    "eht", "dna", "si", "fo", "ot", "ym", "rof", "htiw", "saw", "eman", "sih", "reh", "morf", "tneitap", "enohp",
    "sserdda", "nrob", "ta", "evah", "ydal"])
_MIN_BACKWARDS = 2
# A line ends inside a token: a character of one, the break, a character of one.
_JOINT = re.compile(r"(?<=[A-Za-z0-9_\-+/=.])[\\=]?\n[ \t>|\"'+]{0,12}(?=[A-Za-z0-9_\-+/=.])")


@dataclass(slots=True)
class _Budget:
    """What one text may still unfold to, all layers together."""

    runs: int
    chars: int = MAX_CHARS

    def pays(self, view: View) -> bool:
        """Take off what a run costs; False once there is not enough left, for good."""
        self.runs -= 1
        self.chars -= len(view.text or "")
        return self.runs >= 0 and self.chars >= 0


def views(text: str, most_runs: int = MAX_RUNS) -> list[View]:
    """Every encoded run of a text, with what it says; runs may overlap.

    Args:
        text: a folded text.
        most_runs: so many; what stands behind them counts as unreadable.
    """
    found: list[View] = []
    budget = _Budget(most_runs)
    for outer in _once(text):
        for view in _unfolded(outer, 1):
            if not budget.pays(view):
                return [*found, View(outer.start, len(text), None, _TOO_MUCH)]
            found.append(replace(view, start=outer.start, end=outer.end))
    return found


def unfinished(view: View) -> bool:
    """Whether there is more in a run, or behind it, than was decoded."""
    return view.text is None and view.how.endswith((_TOO_MUCH, _MORE))


def broken_secrets(text: str) -> list[tuple[int, int, str]]:
    """Secrets of a sure form that a line break cuts in two, as ``(start, end, entity)``."""
    joints = [match.span() for match in _JOINT.finditer(text)]
    if not joints:
        return []
    joined = _JOINT.sub("", text)
    # Where each break was in the joined text, and how much was taken out before the first, the second and so on.
    borders, removed = list[int](), [0]
    for start, end in joints:
        borders.append(start - removed[-1])
        removed.append(removed[-1] + end - start)
    found = []
    for entity, pattern in _sure_secrets():
        for match in pattern.finditer(joined):
            before, until = bisect_right(borders, match.start()), bisect_left(borders, match.end())
            if before < until:
                found.append((match.start() + removed[before], match.end() + removed[until], entity))
    return found


@cache
def _sure_secrets() -> tuple[tuple[str, Any], ...]:
    import regex

    return tuple((rule.entity, regex.compile(rule.pattern, regex.MULTILINE)) for rule in RULES
                 if rule.score >= _SURE_SCORE and rule.entity in ("API_KEY", "AWS_KEY", "JWT"))


def _unfolded(view: View, depth: int) -> Iterator[View]:
    """A run and those inside what it says; lazily, so that nobody decodes what the budget does not reach."""
    yield view
    if view.text is None:
        return
    for inner in _once(view.text):
        chained = replace(inner, how=f"{view.how}, {inner.how}")
        if view.how.endswith(TURNS) and inner.how in TURNS:
            continue
        if depth >= MAX_DEPTH:
            # One more layer than is undone: what is left cannot be cleared.
            yield replace(view, text=None, how=f"{view.how}, {_MORE}")
            return
        yield from _unfolded(chained, depth + 1)


def _once(text: str) -> Iterator[View]:
    """Runs of one layer."""
    yield from encoded_runs(text)
    yield from _turned(text)


def _turned(text: str) -> Iterator[View]:
    """Sentences that are English only after rot13 or from the back."""
    named = _ROT13.search(text) is not None
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        if _likelier_turned(sentence, named=named):
            yield View(*match.span(), codecs.decode(sentence, "rot13"), "rot13")
        words = map(str.lower, _WORD.findall(sentence))
        if len(_BACKWARDS.intersection(words)) >= _MIN_BACKWARDS:
            yield View(*match.span(), sentence[::-1], "backwards")


def _likelier_turned(sentence: str, *, named: bool) -> bool:
    """Whether some run of its words is far likelier as rot13 of English, by the letters alone.

    Args:
        sentence: any text.
        named: the text speaks of the cipher, so that a short run is enough.
    """
    total = gain = most = 0.0
    words = _WORD.findall(sentence)
    for word in words:
        step = _gained(word)
        total, gain = total + step, max(gain + step, 0.0)
        most = max(most, gain)
    if named:
        return total > 0 or most >= _ROT13_NAMED_NATS
    # "NZ" among other words is a country and no turned "am".
    shouted = sentence.isupper()
    small = any(word.lower() in _ROT13_SMALL for word in words if shouted or not word.isupper())
    return most >= (_ROT13_NATS if small else _ROT13_SURE_NATS)


@lru_cache(maxsize=8192)
def _gained(word: str) -> float:
    """How much likelier a word is as rot13 of English than as English, in nats."""
    return sum(map(_GAIN.__getitem__, _DRAWN_OUT.sub(r"\1", word.lower())))
