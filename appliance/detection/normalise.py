"""One form of a text before anything looks at it: what is sent, and a folded copy for detection.

Two forms, because they answer two questions. `clean` is what may leave: invisible characters gone, NFKC. `fold` is
what detectors and searches see: also without accents, with look-alike letters, dashes, quotes and digits as ASCII, and
with a map back to the clean text. Folded text is never sent. Sources: Unicode UAX 15 (NFKC), UTS 39 (confusables),
UAX 44 (Default_Ignorable_Code_Point).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from appliance.errors import InputError

# Invisible although not of class Cf: fillers, variation selectors and unassigned ignorables, which can carry bytes.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\u2065\ufff0-\ufff8"
                        "\U000e0000-\U000e0fff]")
_ALLOWED_CONTROLS = "\n\t"


def _table(pairs: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in pairs.split()}


# Letters that read as ASCII ones: Cyrillic, Greek, Armenian and some Latin extensions. The list is bounded on purpose.
_LOOKALIKES = _table(
    "аa вb сc ԁd еe һh іi јj кk ӏl мm нh оo рp ԛq гr ѕs тt уy ѵv ԝw хx ЅS ІI ЈJ АA ВB СC ЕE НH КK МM ОO РP ТT УY ХX "
    "ԌG ҮY үy αa βb γy εe ηn ιi κk νv οo ρp σo τt υu ωw χx ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX "
    "օo սu հh ոn զq ցg ıi ȷj ɑa ɡg ɩi łl ŁL øo ØO đd ĐD ħh ŧt ƒf ʀR ɴN ʟL ʜH ꓐB ꓑP ꓓD ꓔT ꓖG ꓗK ꓙJ ꓚC ꓢS ꓮA ꓰE ꓲI ꓳO")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−⁃⸺⸻﹘﹣"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼʹ′`´"), "'") | dict.fromkeys(map(ord, "“”„‟″«»"), '"')
_LIGATURES = {ord("ß"): "ss", ord("æ"): "ae", ord("œ"): "oe", ord("Æ"): "AE", ord("Œ"): "OE"}
_FOLD = _LOOKALIKES | _DASHES | _QUOTES | _LIGATURES | {
    ord("⁄"): "/", ord("∕"): "/", ord("․"): ".", ord("。"): ".", ord("꞉"): ":"}
_SPACES = re.compile("[\u1680\u2000-\u200a\u202f\u205f\u3000\u00a0]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded copy of a clean text.

    Attributes:
        text: what detectors see.
        offsets: for every character of `text` the index it came from in the clean text, and one more for the end.
    """

    text: str
    offsets: tuple[int, ...]

    def to_clean(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty range of the folded text lies in the clean one; combining marks go with their letter."""
        return self.offsets[start], max(self.offsets[end], self.offsets[end - 1] + 1)


def clean(text: str) -> str:
    """The form that may be sent: invisible characters dropped, NFKC, line separators as newlines. Idempotent.

    Raises:
        InputError: a lone surrogate, or a control character other than newline and tab. Such text is refused, not
            repaired: what a reader makes of it is anybody's guess.
    """
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS):
            raise InputError(f"a character that text cannot hold (U+{ord(character):04X}); remove it from the record")
    if text.isascii():
        return text
    previous = None
    while text != previous:
        previous = text
        text = _drop_invisible(unicodedata.normalize("NFKC", _drop_invisible(text)))
    return text


def _drop_invisible(text: str) -> str:
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    spaced = _SPACES.sub(" ", _IGNORABLE.sub("", visible))
    return spaced.replace("\u2028", "\n").replace("\u2029", "\n")


def fold(text: str) -> Folded:
    """The detection copy of a clean text."""
    if text.isascii():
        return Folded(text.replace("`", "'"), tuple(range(len(text) + 1)))
    characters: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        for piece in _fold_character(character):
            characters.append(piece)
            offsets.append(index)
    return Folded("".join(characters), (*offsets, len(text)))


def _fold_character(character: str) -> str:
    if character.isascii():
        return "'" if character == "`" else character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    pieces = unicodedata.normalize("NFD", character).translate(_FOLD)
    return "".join(c for c in pieces if unicodedata.category(c) not in ("Mn", "Me"))


def identity(text: str) -> str:
    """What makes two spellings the same value: folded, case-folded, white space collapsed, possessive removed."""
    folded = " ".join(fold(clean(text)).text.casefold().split())
    return re.sub(r"'s?$", "", folded)
