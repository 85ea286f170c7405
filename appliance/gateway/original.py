"""From a clean text back to the text it was made of: what a person is shown has the offsets of their own file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from appliance.detection.normalise import clean, invisible_chars


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as `normalise.clean` makes it, and where each of its characters came from.

    Attributes:
        text: what may be sent.
        starts: index in the original where the piece begins that each character was made of, and one more for the end.
        ends: index in the original where that piece ends.
        invisible: how many characters of the original are not in it because nobody sees them.
    """

    text: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None
    invisible: int = 0

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty range of the clean text lies in the original."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def cleaned(text: str) -> Cleaned:
    """A text made clean; line ends of other systems become newlines first.

    Raises:
        InputError: see `normalise.clean`.
    """
    whole = clean(_unified(text))
    if whole == text:
        return Cleaned(whole, None, None)
    starts: list[int] = []
    ends: list[int] = []
    pieces = [(start, end, clean(_unified(text[start:end]))) for start, end in _pieces(text)]
    for start, end, made in pieces:
        starts += [start] * len(made)
        ends += [end] * len(made)
    if "".join(made for _, _, made in pieces) != whole:
        # No piece can be told from another: everything comes from everywhere.
        starts, ends = [0] * len(whole), [len(text)] * len(whole)
    return Cleaned(whole, (*starts, len(text)), tuple(ends), invisible_chars(text))


def _unified(piece: str) -> str:
    return piece.replace("\r\n", "\n").replace("\r", "\n")


def _pieces(text: str) -> list[tuple[int, int]]:
    """Ranges that normalise on their own: a character with everything after it that may melt into it."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(text)):
        if not _melts(text[index - 1], text[index]):
            pieces.append((start, index))
            start = index
    return [*pieces, (start, len(text))] if text else pieces


def _melts(before: str, character: str) -> bool:
    if character == "\n":
        return before == "\r"
    if character.isascii():
        return False
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me", "Mc"):
        return True
    # Hangul vowels and final consonants compose with what stands before; a few marks decompose into such.
    return (0x1160 <= ord(character) <= 0x11FF or 0xD7B0 <= ord(character) <= 0xD7FF
            or bool(unicodedata.combining(unicodedata.normalize("NFKD", character)[0])))
