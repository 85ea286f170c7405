"""Text and quantities as a person reads them on a terminal.

Names, reasons and principles can come from files or from the reflector, and a terminal obeys what it shows:
`printable` takes that power away. Quantities keep three significant digits; what is unknown is never a 0.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from appliance.units import JOULES_PER_KWH, joules_to_kwh, joules_to_wh

UNKNOWN = "unknown"
# Cc and Cf move the cursor or the reading direction (Cf also holds the bidi overrides and tag characters),
# Cs cannot be encoded, Co and Cn look different everywhere, Zl and Zp are line breaks.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: object) -> str:
    """One line without control, format or unassigned characters; white space becomes a plain space."""
    return "".join(" " if character.isspace() else character for character in str(text)
                   if character.isspace() or unicodedata.category(character) not in _UNSAFE)


def shortened(text: str, width: int) -> str:
    """At most `width` characters; a cut shows as ``...``."""
    return text if len(text) <= width else text[:max(width - 3, 0)] + "..."[:width]


def number(value: float) -> str:
    """Three significant digits without an exponent, such as ``0.00048``, ``12.3`` or ``20,100``."""
    rounded = Decimal(f"{value:.3g}")
    if abs(rounded) >= 1000:
        return f"{value:,.0f}"
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def energy(energy_joules: float | None) -> str:
    """Wh below one kWh, kWh from there."""
    if energy_joules is None:
        return UNKNOWN
    if energy_joules < JOULES_PER_KWH:
        return f"{number(joules_to_wh(energy_joules))} Wh"
    return f"{number(joules_to_kwh(energy_joules))} kWh"


def emissions(emissions_kgco2e: float | None) -> str:
    """KgCO2e without unit prefixes, so that two figures compare at a glance."""
    return UNKNOWN if emissions_kgco2e is None else f"{number(emissions_kgco2e)} kgCO2e"


def count(value: float | None) -> str:
    """A whole number with thousands separators."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def size(size_bytes: int | None) -> str:
    """Bytes, kB or MB (powers of 1000)."""
    if size_bytes is None:
        return UNKNOWN
    for unit, scale in (("MB", 1_000_000), ("kB", 1_000)):
        if size_bytes >= scale:
            return f"{number(size_bytes / scale)} {unit}"
    return f"{size_bytes} B"


def duration(seconds: float | None) -> str:
    """Such as ``0.4 s``, ``41 s``, ``3 min 04 s`` or ``2 h 05 min``."""
    if seconds is None:
        return UNKNOWN
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def top_reason(rejected: Mapping[str, int]) -> str:
    """The most frequent reason with its count, such as ``too_short 7``; empty when nothing was dropped."""
    if not rejected:
        return ""
    reason = max(rejected, key=lambda name: rejected[name])
    return f"{printable(reason)} {rejected[reason]:,}"
