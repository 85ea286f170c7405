"""Invented telephone and account numbers in the layout of the real ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

_IBAN = re.compile(r"(?:IBAN(?:\s(?:no|number))?[\s:.]*)?(?P<iban>[A-Z]{2}\d\d(?:[ \-]?[A-Z0-9]){11,30})",
                   re.IGNORECASE)


def phone_like(surface: str, random: Random) -> str:
    """Another number with the same country, length and signs; of North America one that nobody has (555-01xx)."""
    digits = [index for index, character in enumerate(surface) if character.isdigit()]
    made = list(surface)
    country = re.match(r"(?:\+|00)\d{1,3}(?=\D)", surface)
    for index in digits:
        if country is None or index >= country.end():
            made[index] = str(random.randint(1, 9))
    national = [index for index in digits if country is None or index >= country.end()]
    if len(national) in (7, 10, 11) and (country is None or country[0] == "+1"):
        for index, digit in zip(national[-7:], f"55501{random.randint(0, 99):02d}", strict=True):
            made[index] = digit
        if len(national) == 11:
            made[national[0]] = surface[national[0]]
    elif national and surface[national[0]] == "0":
        made[national[0]] = "0"
    return "".join(made)


def iban_like(surface: str, like: Callable[[str], str]) -> str | None:
    """Another account of the same country, with its check digits (ISO 13616); None where the text is none.

    Args:
        surface: the real one, perhaps with the word for it.
        like: another character for a character.
    """
    found = _IBAN.fullmatch(surface)
    if found is None or _mod_97(found["iban"]) != 1:
        return None
    country, account = found["iban"][:2], "".join(map(like, found["iban"][4:]))
    check = 98 - _mod_97(f"{country}00{account}")
    return f"{surface[:found.start('iban')]}{country}{check:02d}{account}"


def _mod_97(iban: str) -> int:
    plain = re.sub(r"[ \-]", "", iban)
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97


def cased(made: str, surface: str) -> str:
    """In capitals where the real one is, in small letters where that is."""
    if surface.isupper() and (len(surface) > 1 or len(made) == 1):
        return made.upper()
    return made.lower() if surface.islower() else made
