"""Text inside text: base64, hexadecimal, gzip, quoted-printable, rot13, a secret broken over lines.

Every run that can be read as text is handed back decoded, for a detector to look at; a long run that looks random and
cannot be read is handed back without a text, because what cannot be read cannot be cleared. Everything is bounded:
depth, size, number of runs; what goes beyond counts as unreadable. Escapes of single characters are `escapes`' matter.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import math
import quopri
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from appliance.detection.recognisers import RULES

MAX_DEPTH = 3
"""How many encodings within each other are undone."""
MAX_CHARS = 200_000
"""Characters that one text may unfold to; a run that goes beyond counts as unreadable."""
MAX_RUNS = 400
"""Runs that one text may hold; what stands behind them counts as unreadable."""
BLOB_CHARS = 40
"""From this length on a run that looks random and cannot be read is handed back without a text."""

_MIN_READ_CHARS = 5
_SURE_SCORE = 0.9

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_=])[A-Za-z0-9+/_\-]{8,}+"
                     r"(?:\n[ \t]{0,8}(?=[A-Za-z0-9+/]{4,200}={0,2}[ \t]{0,8}$)"
                     r"[A-Za-z0-9+/]{4,200}+){0,5000}={0,2}(?![A-Za-z0-9+/_])", re.MULTILINE)
_HEX = re.compile(r"(?<![0-9A-Za-z])(?<![0-9a-fA-F]{2}[ :,\-])(?:0x|\\x)?[0-9a-fA-F]{2}"
                  r"(?:(?:, |[ :,\-])?(?:0x|\\x)?[0-9a-fA-F]{2}){5,200000}+")
_BASE32 = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z]{0,30}[2-7])[A-Z2-7]{16,}={0,6}(?![A-Za-z0-9])")
_QUOTED = re.compile(r"(?<!\S)[^\s=]{0,4000}(?:=[2-7][0-9A-F][^\s=]{0,80}){3,4000}\S{0,4000}")
_SENTENCE = re.compile(r"[^\s.!?](?:[^.!?\n]|[.!?](?!\s)){3,200000}+")
_WORD = re.compile(r"(?<![A-Za-z0-9+/=_])(?:[A-Za-z][a-z]{1,19}|[A-Z]{2,20})(?![A-Za-z0-9+/=_])")
_BLOB = re.compile(rf"(?<![A-Za-z0-9+/_=\-])[A-Za-z0-9+/_\-]{{{BLOB_CHARS},}}={{0,2}}")
_ROT13 = re.compile(r"(?i:\brot[ _\-]?13\b|\bcaesar)")
_CHANGES = re.compile(r"(?=[a-z][A-Z0-9]|[A-Z][a-z0-9]|[0-9][A-Za-z])")
_MIN_CHANGES = 0.45
# How often letters stand in English text, per cent, a to z; Lewand, Cryptological Mathematics (2000).
_ENGLISH = (8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2.0, 6.1, 7.0, 0.15, 0.77, 4.0, 2.4, 6.7, 7.5, 1.9, 0.095, 6.0, 6.3, 9.1,
            2.8, 0.98, 2.4, 0.15, 2.0, 0.074)
_GAIN = {chr(97 + letter): math.log(_ENGLISH[(letter + 13) % 26] / _ENGLISH[letter]) for letter in range(26)}
_ROT13_NATS = 9.0
_ROT13_SURE_NATS = 16.0
# Small words of English in rot13, one of which every sentence has.
_ROT13_SMALL = frozenset([
    "gur", "naq", "vf", "vg", "va", "bs", "sbe", "ng", "zl", "uvf", "ure", "gb", "nz", "jnf", "ol", "fur", "ur",
    "jvgu", "sebz", "anzr", "unf", "gung", "guvf", "lbh"])
# How much likelier a run of words must be as rot13 of English than as English.
_TURNS = ("rot13", "backwards")
# Words of English read backwards that are no words forwards.
_BACKWARDS = frozenset([
    "eht", "dna", "si", "fo", "ot", "ym", "rof", "htiw", "saw", "eman", "sih", "reh", "morf", "tneitap", "enohp",
    "sserdda", "nrob", "ta", "evah", "ydal"])
_MIN_BACKWARDS = 2
# A line ends inside a token: a character of one, the break, a character of one.
_JOINT = re.compile(r"(?<=[A-Za-z0-9_\-+/=.])[\\=]?\n[ \t>|\"'+]{0,12}(?=[A-Za-z0-9_\-+/=.])")


@dataclass(frozen=True, slots=True)
class View:
    """One encoded run.

    Attributes:
        start: where the run begins in the text.
        end: where it ends.
        text: what it says, or None where nobody can say.
        how: the encodings, outermost first, such as ``base64, gzip``.
    """

    start: int
    end: int
    text: str | None
    how: str


def views(text: str) -> list[View]:
    """Every encoded run of a text, with what it says; runs may overlap.

    Args:
        text: a folded text.
    """
    found: list[View] = []
    budget = MAX_CHARS
    for number, view in enumerate(_once(text)):
        if number >= MAX_RUNS or (view.text is not None and len(view.text) > budget):
            return [*found, View(view.start, len(text), None, "too much to decode")]
        budget -= len(view.text or "")
        found.append(view)
        if view.text is not None:
            found += [replace(inner, start=view.start, end=view.end) for inner in _deeper(view, 1)]
    return found


def broken_secrets(text: str) -> list[tuple[int, int, str]]:
    """Secrets of a sure form that a line break cuts in two, as ``(start, end, entity)``."""
    joints = [match.span() for match in _JOINT.finditer(text)]
    if not joints:
        return []
    joined = _JOINT.sub("", text)
    borders, removed = [], 0
    for start, end in joints:
        borders.append((start - removed, end - start))
        removed += end - start

    def back(index: int, *, is_end: bool) -> int:
        return index + sum(width for border, width in borders if (border < index if is_end else border <= index))

    return [(back(match.start(), is_end=False), back(match.end(), is_end=True), entity)
            for entity, pattern in _sure_secrets() for match in pattern.finditer(joined)
            if any(match.start() < border < match.end() for border, _ in borders)]


@cache
def _sure_secrets() -> tuple[tuple[str, Any], ...]:
    import regex

    return tuple((rule.entity, regex.compile(rule.pattern, regex.MULTILINE)) for rule in RULES
                 if rule.score >= _SURE_SCORE and rule.entity in ("API_KEY", "AWS_KEY", "JWT"))


def _deeper(view: View, depth: int) -> Iterator[View]:
    if view.how.endswith(_TURNS):
        return
    if depth >= MAX_DEPTH:
        # One more layer than is undone: what is left cannot be cleared.
        if any(inner.how in ("base64", "hexadecimal", "base32") for inner in _once(view.text or "")):
            yield replace(view, text=None, how=f"{view.how}, and more")
        return
    for inner in _once(view.text or ""):
        chained = replace(inner, how=f"{view.how}, {inner.how}")
        yield chained
        if inner.text is not None:
            yield from _deeper(chained, depth + 1)


def _once(text: str) -> Iterator[View]:
    """Runs of one layer, left to right within each encoding."""
    read: list[tuple[int, int]] = []
    for pattern, decode, how in _DECODERS:
        for match in pattern.finditer(text):
            for start, end, said, packed in _pieces(match, decode):
                read.append((start, end))
                yield View(start, end, said, f"{how}, gzip" if packed else how)
    for match in _BLOB.finditer(text):
        if _random(match[0]) and not any(start < match.end() and match.start() < end for start, end in read):
            yield View(match.start(), match.end(), None, "unreadable")
    yield from _turned(text)


def _pieces(match: re.Match[str], decode: Callable[[str], bytes | None]) -> Iterator[tuple[int, int, str, bool]]:
    """The run as a whole or, where that says nothing, what stands between its signs."""
    whole = _said(decode(match[0]))
    if whole is not None:
        yield match.start(), match.end(), *whole
        return
    for part in re.finditer(r"[A-Za-z0-9+]{8,}={0,2}", match[0]):
        if part[0] != match[0] and (said := _said(decode(part[0]))) is not None:
            yield match.start() + part.start(), match.start() + part.end(), *said


def _from_base64(run: str) -> bytes | None:
    plain = re.sub(r"\s", "", run).rstrip("=").translate(str.maketrans("-_", "+/"))
    # Words and names of things have no capitals, digits or signs inside them.
    if plain[1:].islower() or plain.isupper() or plain.isdigit():
        return None
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _from_hex(run: str) -> bytes | None:
    plain = re.sub(r"0x|\\x|[ :,\-]", "", run)
    return bytes.fromhex(plain) if len(plain) % 2 == 0 else None


def _from_base32(run: str) -> bytes | None:
    plain = run.rstrip("=")
    try:
        return base64.b32decode(plain + "=" * (-len(plain) % 8))
    except (binascii.Error, ValueError):
        return None


def _from_quoted(run: str) -> bytes | None:
    return quopri.decodestring(run.encode("utf-8"))


_DECODERS: tuple[tuple[re.Pattern[str], Callable[[str], bytes | None], str], ...] = (
    (_BASE64, _from_base64, "base64"), (_HEX, _from_hex, "hexadecimal"), (_BASE32, _from_base32, "base32"),
    (_QUOTED, _from_quoted, "quoted-printable"))


def _said(data: bytes | None) -> tuple[str, bool] | None:
    """The text in some bytes and whether they were packed, or None where they are no text."""
    packed = bool(data) and data is not None and (data[:2] == b"\x1f\x8b" or (data[:1] == b"\x78" and _is_zlib(data)))
    if packed and data is not None:
        unpacker = zlib.decompressobj(wbits=47)
        try:
            data = unpacker.decompress(data, MAX_CHARS + 1)
        except zlib.error:
            return None
    if not data:
        return None
    code = "utf-16-le" if len(data) > 7 and data.count(0) * 3 > len(data) else "utf-8"
    try:
        text = data.decode(code).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    return (text, packed) if packed or _reads(text) else None


def _is_zlib(data: bytes) -> bool:
    return len(data) > 8 and (data[0] * 256 + data[1]) % 31 == 0


def _reads(text: str) -> bool:
    """Whether it is a text and not bytes that happen to be one: printable, nearly all letters, digits and blanks."""
    if len(text) < _MIN_READ_CHARS or any(not c.isprintable() and c not in "\n\r\t" for c in text):
        return False
    plain = sum(c.isalnum() or c.isspace() or c in "@.,-_'/:;+=" for c in text)
    letters = sum(map(str.isalnum, text))
    return plain >= 0.9 * len(text) and letters >= 0.6 * len(text) and (len(text) > 11 or text.isascii())


def _random(run: str) -> bool:
    """Capitals, small letters and digits, changing all the time; a path, a slug or a name of code does not."""
    return (bool(re.search(r"[A-Z]", run) and re.search(r"[a-z]", run) and re.search(r"\d", run))
            and len(_CHANGES.findall(run)) >= _MIN_CHANGES * len(run))


def _turned(text: str) -> Iterator[View]:
    """Sentences that are English only after rot13 or from the back."""
    named = _ROT13.search(text) is not None
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        if named or _likelier_turned(sentence):
            yield View(*match.span(), codecs.decode(sentence, "rot13"), "rot13")
        words = map(str.lower, _WORD.findall(sentence))
        if len(_BACKWARDS.intersection(words)) >= _MIN_BACKWARDS:
            yield View(*match.span(), sentence[::-1], "backwards")


def _likelier_turned(sentence: str) -> bool:
    """Whether some run of its words is far likelier as rot13 of English, by the letters alone."""
    gain = most = 0.0
    words = [word.lower() for word in _WORD.findall(sentence)]
    for word in words:
        gain = max(gain + sum(map(_GAIN.__getitem__, word)), 0.0)
        most = max(most, gain)
    return most >= (_ROT13_NATS if _ROT13_SMALL.intersection(words) else _ROT13_SURE_NATS)
