"""From the reflector's answer to principles: one line each, bounded, no control characters.

What comes back is data. It is quoted into a slot of a local prompt and has no path to the network.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MIN_WORDS = 4
MAX_WORDS = 120
MAX_BULLETS = 40
_INSIGHTS = re.compile(r"^[ \t]*[*#]*[ \t]*insights[ \t]*[*#]*[ \t]*:[ \t]*[*#]*", re.IGNORECASE | re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*\u2022])[ \t]+", re.MULTILINE)
_LEAD = re.compile(r"^\s*(?:[*#]*\s*principle\s*[*#]*\s*:\s*[*#]*|\d{1,2}[.)]|[-*\u2022])\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Bullets found, and whether the asked-for headings were missing."""

    texts: tuple[str, ...]
    format_miss: bool


def parse_low_level(answer: str) -> Parsed:
    """The bullets after the last ``Insights:`` heading (Table 6).

    Without bullets the part is split at blank lines, then sentences; without the heading the whole answer is used and
    `Parsed.format_miss` is set. Items under `MIN_WORDS` words are dropped, longer ones cut at `MAX_WORDS`.
    """
    headings = list(_INSIGHTS.finditer(answer))
    part = answer[headings[-1].end():] if headings else answer
    items = (" ".join(_line(item).split()[:MAX_WORDS]) for item in _items(part))
    texts = tuple(dict.fromkeys(item for item in items if len(item.split()) >= MIN_WORDS))
    return Parsed(texts[:MAX_BULLETS], not headings)


def parse_high_level(answer: str) -> str | None:
    """The one principle of Table 7's answer, or None when it is empty or longer than `MAX_WORDS` words."""
    text = _line(_LEAD.sub("", answer, count=1))
    words = len(text.split())
    return text if MIN_WORDS <= words <= MAX_WORDS else None


def _items(part: str) -> list[str]:
    for split in (_BULLET.split(part)[1:], re.split(r"\n\s*\n", part)):
        if len(split) > 1 or (split and _BULLET.search(part)):
            return split
    return re.split(r"(?<=[.!?])\s+", part)


def _line(text: str) -> str:
    """One line of printable text: no control or format characters, no spelling of a model's special token."""
    kept = "".join(character if unicodedata.category(character)[0] != "C" else " "
                   for character in unicodedata.normalize("NFKC", text))
    return " ".join(kept.replace("<|", "< |").replace("|>", "| >").split())
