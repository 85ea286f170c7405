"""Where a text holds something encoded: the runs of one layer, with what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.detection.decoding import (
    Said,
    from_base32,
    from_base64,
    from_base85,
    from_binary,
    from_decimal,
    from_hex,
    from_quoted,
    is_written,
    realigned,
    said,
    said_between,
)

BLOB_CHARS = 40
"""From this length on a run that looks random and cannot be read is handed back without a text."""

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_])[A-Za-z0-9+/_\-]{8,}+"
                     r"(?:\n[ \t]{0,8}(?=[A-Za-z0-9+/]{4,200}={0,2}[ \t]{0,8}$)"
                     r"[A-Za-z0-9+/]{4,200}+){0,5000}={0,2}(?![A-Za-z0-9+/_])", re.MULTILINE)
_PIECE = re.compile(r"[A-Za-z0-9+]{8,}={0,2}")
# Not in the middle of pairs; a word that only ends in two such letters is no pair.
_HEX = re.compile(r"(?<![0-9A-Za-z])(?<!\b[0-9a-fA-F]{2}[ :,\-])(?:0x|\\x)?[0-9a-fA-F]{2}"
                  r"(?:(?:, |[ :,\-])?(?:0x|\\x)?[0-9a-fA-F]{2}){5,200000}+")
_BASE32 = re.compile(r"(?<![A-Za-z0-9])(?:(?=[A-Z]{0,30}[2-7])[A-Z2-7]{16,}|(?=[a-z]{0,30}[2-7])[a-z2-7]{16,})"
                     r"={0,6}(?![A-Za-z0-9])")
_QUOTED = re.compile(r"(?<!\S)[^\s=]{0,4000}(?:=[2-7][0-9A-F][^\s=]{0,80}){3,4000}\S{0,4000}")
_DECIMAL = re.compile(r"(?<![\w.,/\-])\d{2,3}(?:(?:, ?|[ ;\-])\d{2,3}){5,200000}+(?!\w|[.,/\-]\d)")
_BINARY = re.compile(r"(?<!\w)[01]{8}(?:(?:, ?|[ ;\-])?[01]{8}){4,200000}+(?!\w)")
_BASE85 = re.compile(r"(?<!\S)[!-~]{10,200000}+(?!\S)")
_BLOB = re.compile(rf"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{{{BLOB_CHARS},}}={{0,2}}")
_CHANGES = re.compile(r"(?=[a-z][A-Z0-9]|[A-Z][a-z0-9]|[0-9][A-Za-z])")
_MIN_CHANGES = 0.45
_DECODERS: tuple[tuple[re.Pattern[str], Callable[[str], bytes | None], str], ...] = (
    (_BASE64, from_base64, "base64"), (_HEX, from_hex, "hexadecimal"), (_BASE32, from_base32, "base32"),
    (_QUOTED, from_quoted, "quoted-printable"), (_DECIMAL, from_decimal, "decimal codes"),
    (_BINARY, from_binary, "binary codes"), (_BASE85, from_base85, "base85"))
# Letters that stand right before or behind a run of base64 and are no part of it: so many at the front, at the end.
_GLUED = (*((front, 0) for front in range(1, 8)), (0, 1), (0, 2), (0, 3))
_MIN_GLUED_CHARS = 12
# What is read behind four stray letters or more has so many: shorter words are in the bytes of names by chance.
_MIN_BEHIND_STRAY_CHARS, _FEW_STRAY = 8, 3
# So many bytes that say nothing are refused: no digest is longer than the 64 of SHA-512, and none is in binary digits.
# Lists of shorter digests and of UUIDs do not count.
# Readings in a row are decimal numbers too; random bytes reach from 0 to 255, and few are alike.
_MIN_UNREADABLE_BYTES: dict[Callable[[str], bytes | None], int] = {
    from_hex: 65, from_decimal: 65, from_binary: 30}
_DIGESTS = re.compile(r"\b(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
                      r"|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96})\b")
_MIN_DISTINCT_BYTES, _MIN_DECIMAL_SPAN = 16, 200


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


def encoded_runs(text: str) -> Iterator[View]:
    """Runs of one layer, left to right within each encoding; last those that look random and say nothing."""
    read = bytearray(len(text))
    for pattern, decode, how in _DECODERS:
        for match in pattern.finditer(text):
            for start, end, inside in _pieces(match, decode):
                if not inside.in_part:
                    read[start:end] = b"\1" * (end - start)
                yield View(start, end, inside.text, f"{how}, gzip" if inside.packed else how)
            if decode in _MIN_UNREADABLE_BYTES and not any(read[match.start():match.end()]) and _says_too_little(
                    match[0], decode):
                yield View(match.start(), match.end(), None, "unreadable")
    for match in _BLOB.finditer(text):
        if _random(match[0]) and not any(read[match.start():match.end()]):
            yield View(match.start(), match.end(), None, "unreadable")


def _pieces(match: re.Match[str], decode: Callable[[str], bytes | None]) -> Iterator[tuple[int, int, Said]]:
    """The run as a whole or, where that says nothing, what stands between its signs."""
    whole = said(decode(match[0]))
    if whole is not None:
        yield match.start(), match.end(), whole
        if not whole.in_part:
            return
    if decode in (from_base64, from_hex) and len(match[0]) >= _MIN_GLUED_CHARS:
        if decode is from_base64 and (piece := _without_glued(match)) is not None:
            yield piece
            return
        for data in realigned(match[0], decode):
            if (inside := said_between(data, _MIN_BEHIND_STRAY_CHARS)) is not None:
                yield match.start(), match.end(), inside
    for part in () if match[0].isalnum() else _PIECE.finditer(match[0]):
        if part[0] != match[0] and (inside := said(decode(part[0]))) is not None:
            yield match.start() + part.start(), match.start() + part.end(), inside


def _without_glued(match: re.Match[str]) -> tuple[int, int, Said] | None:
    """A run of base64 that is a text in full without a few letters on one side."""
    for front, end in _GLUED:
        first, last = match.start() + front, match.end() - end
        data = from_base64(match.string[first:last].rstrip("="))
        if (data is not None and data.isascii() and is_written(data)
                and (front <= _FEW_STRAY or len(data) >= _MIN_BEHIND_STRAY_CHARS)):
            return first, last, Said(data.decode())
    return None


def _says_too_little(run: str, decode: Callable[[str], bytes | None]) -> bool:
    """Whether a long run of pairs, codes or binary digits is bytes of all kinds, and no number, reading or filling."""
    if decode is from_hex:
        plain = re.sub(r"0x|\\x|[ :,\-]", "", _DIGESTS.sub("", run))
        codes = [] if plain.isdigit() else list(bytes.fromhex(plain[:len(plain) // 2 * 2]))
    else:
        codes = [int(code, 2 if decode is from_binary else 10)
                 for code in re.findall(r"[01]{8}" if decode is from_binary else r"\d+", run)]
    if len(codes) < _MIN_UNREADABLE_BYTES[decode] or len(set(codes)) < _MIN_DISTINCT_BYTES:
        return False
    return decode is not from_decimal or (max(codes) < 256 and max(codes) - min(codes) >= _MIN_DECIMAL_SPAN)


def _random(run: str) -> bool:
    """Capitals, small letters and digits, changing all the time; a path, a slug or a name of code does not."""
    return (bool(re.search(r"[A-Z]", run) and re.search(r"[a-z]", run) and re.search(r"\d", run))
            and len(_CHANGES.findall(run)) >= _MIN_CHANGES * len(run))
