r"""Characters written as an escape: ``&#74;``, ``%4A``, ``\u004a``, ``\112``, ``U+004A``, ``=C3=A9``: read.

Only what stands for one printable character, and only forms that plain text does not hold by chance: ``=25`` alone is
a number after an equals sign, so quoted-printable counts here from two bytes on (see `encoded` for the rest).
"""

from __future__ import annotations

import html.entities
import re
import unicodedata

MAX_DEPTH = 3
"""How many times escapes within escapes are resolved."""

_PERCENT = (r"%[2-7][0-9A-Fa-f]|%0[9AaDd]|%[CDcd][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]|"
            r"%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}|%[Ff][0-4](?:%[89ABab][0-9A-Fa-f]){3}")
_QUOTED = _PERCENT.split("|", 2)[2].replace("%", "=")
_UNIT = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|"
    r"&#(?:\d{2,7}|[xX][0-9a-fA-F]{2,6})(?![0-9A-Fa-f;])|U\+[0-9a-fA-F]{4,5}(?!\w)|\\(?:1[0-7]{2}|0[4-7][0-7])(?!\d)|"
    rf"{_PERCENT}|{_QUOTED}|(?<=[^\n]{{70}})=\n|"
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[%\\]u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\x[2-7][0-9a-fA-F]|"
    r"\\[nrt](?![a-z])|\\[\"/]")
_SIGNS = re.compile(r"[&%\\=]|U\+")
_LETTERED = {"n": "\n", "r": "\n", "t": "\t"}


def unescape(text: str) -> tuple[str, list[int], list[int]] | None:
    """A text with its escapes resolved, and for every character of it where it starts and ends in the text.

    Returns:
        None where there is nothing to resolve.
    """
    if not _SIGNS.search(text):
        return None
    starts, ends = list(range(len(text))), list(range(1, len(text) + 1))
    changed = False
    for _ in range(MAX_DEPTH):
        pieces: list[str] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        position = 0
        for match in _UNIT.finditer(text):
            character = _character(match[0])
            if character is None:
                continue
            first, last = match.span()
            pieces += [text[position:first], character]
            new_starts += starts[position:first] + [starts[first]] * len(character)
            new_ends += ends[position:first] + [ends[last - 1]] * len(character)
            position = last
        if not pieces:
            break
        changed = True
        text = "".join([*pieces, text[position:]])
        starts, ends = new_starts + starts[position:], new_ends + ends[position:]
    return (text, starts, ends) if changed else None


def _character(unit: str) -> str | None:
    """What one escape stands for, or None where it is not a printable character."""
    found: str | None
    if unit == "=\n":
        return ""
    if unit[0] == "&":
        found = _entity(unit[1:].removesuffix(";"))
    elif unit[0] == "\\" and unit[1] in "01":
        found = chr(int(unit[1:], 8))
    elif unit[1] in "uUx+":
        found = _coded(unit)
    elif unit[0] in "%=":
        try:
            found = bytes.fromhex(unit.replace(unit[0], "")).decode("utf-8")
        except UnicodeDecodeError:
            return None
    else:
        found = _LETTERED.get(unit[1], unit[1])
    if not found or found.isprintable() or found in "\n\t":
        return found or None
    if found.isspace() or unicodedata.category(found).startswith("Z"):
        return "\n" if found in "\r\u2028\u2029" else " "
    return "" if unicodedata.category(found) == "Cf" else None


def _entity(name: str) -> str | None:
    if name[0] != "#":
        found = html.entities.html5.get(f"{name};")
        return found if found and len(found) == 1 else None
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if 0 < number < 0xD800 or 0xE000 <= number <= 0x10FFFF else None


def _coded(unit: str) -> str | None:
    numbers = [int(part, 16) for part in re.split(r"[%\\][uUx]|U\+", unit) if part]
    if len(numbers) == 2:
        return chr(0x10000 + ((numbers[0] - 0xD800) << 10) + numbers[1] - 0xDC00)
    return chr(numbers[0]) if numbers[0] < 0xD800 or 0xE000 <= numbers[0] <= 0x10FFFF else None
