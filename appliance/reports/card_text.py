"""Pieces of Markdown: safe inline text, tables, bars and figures with their units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from appliance.reports.statistics import Lengths

UNKNOWN = "unknown"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~$])")
_BAR_WIDTH = 30


def inline(text: object) -> str:
    """One line that Markdown shows as it is; control and format characters are left out."""
    visible = "".join(" " if character.isspace() else character for character in str(text)
                      if character.isspace() or not unicodedata.category(character).startswith("C"))
    return _MARKUP.sub(r"\\\1", " ".join(visible.split()))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; cells are taken as they are."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None, unit: str = "") -> str:
    """Four significant digits without an exponent, or ``unknown``."""
    if value is None:
        return UNKNOWN
    text = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{Decimal(f'{value:.4g}'):f}"
    return f"{text} {unit}".rstrip()


def counted(count: int, thing: str) -> str:
    """Such as ``1 subset`` or ``2 subsets``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def bars(lengths: Lengths) -> str:
    """A histogram as lines of text: range, count and a bar, the longest `_BAR_WIDTH` wide."""
    most = max(count for _, _, count in lengths.bins)
    labels = [f"{low}" if high - low == 1 else f"{low}-{high - 1}" for low, high, _ in lengths.bins]
    widths = max(map(len, labels)), len(f"{most:,}")
    return "\n".join(f"{label:>{widths[0]}}  {count:>{widths[1]},}  {'█' * cells(count, most)}".rstrip()
                     for label, (_, _, count) in zip(labels, lengths.bins, strict=True))


def cells(count: int, most: int) -> int:
    """Cells of a bar: at least one for anything that occurs."""
    return -(-count * _BAR_WIDTH // most)
