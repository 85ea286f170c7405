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
# With a colon, marked up or not; without one only where the mark-up says that it is a heading.
_INSIGHTS = re.compile(r"^[ \t]*(?:[*#_][*#_ \t]*insights[ \t*#_]*(?::[ \t*_]*|$)|insights[ \t*_]*:[ \t*_]*)",
                       re.IGNORECASE | re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*\u2022])[ \t]+", re.MULTILINE)
# A paragraph at the margin after the last bullet is a closing remark; wrapped and indented lines belong to the bullet.
_REMARK = re.compile(r"\n[ \t]*\n(?=\S)")
_LEAD = re.compile(r"^(?:\s*(?:[*#_]*\s*(?:high-level\s+)?principle\s*[*_]*\s*:[ \t]*[*_]*|"
                   r"\d{1,2}[.)]\s|[-*\u2022#]+\s))+", re.IGNORECASE)
# Pairs only, and not inside a word: ``x**2`` is no bold.
_BOLD = re.compile(r"(?<!\w)(\*{2,3})(\S(?:.*?\S)?)\1(?!\w)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Bullets found, and whether the asked-for headings were missing."""

    texts: tuple[str, ...]
    format_miss: bool


def parse_low_level(answer: str) -> Parsed:
    """The bullets after the last ``Insights:`` heading (Table 6).

    Wrapped lines are joined; a closing remark after the last bullet is not part of it. Without bullets the part is
    split at blank lines, then sentences; without the heading the whole answer is used and `Parsed.format_miss` is set.
    Items under `MIN_WORDS` words are dropped, longer ones cut at `MAX_WORDS`.
    """
    headings = list(_INSIGHTS.finditer(answer))
    part = answer[headings[-1].end():] if headings else answer
    items = (" ".join(one_line(item).split()[:MAX_WORDS]) for item in _items(part))
    texts = tuple(dict.fromkeys(item for item in items if len(item.split()) >= MIN_WORDS))
    return Parsed(texts[:MAX_BULLETS], not headings)


def parse_high_level(answer: str) -> str | None:
    """The one principle of Table 7's answer, or None when it is empty or longer than `MAX_WORDS` words."""
    text = one_line(_LEAD.sub("", answer, count=1))
    words = len(text.split())
    return text if MIN_WORDS <= words <= MAX_WORDS else None


def _items(part: str) -> list[str]:
    bullets = _BULLET.split(part)[1:]
    if bullets:
        return [_REMARK.split(bullet, maxsplit=1)[0] for bullet in bullets]
    paragraphs = [paragraph for paragraph in re.split(r"\n\s*\n", part) if paragraph.strip()]
    return paragraphs if len(paragraphs) > 1 else re.split(r"(?<=[.!?])\s+", part)


def one_line(text: str) -> str:
    """One line of printable text: no control or format characters, no bold, no spelling of a model's special token."""
    kept = "".join(character if unicodedata.category(character)[0] != "C" else " "
                   for character in unicodedata.normalize("NFKC", text))
    plain = _BOLD.sub(r"\2", " ".join(kept.split()))
    return " ".join(plain.replace("<|", "< |").replace("|>", "| >").split())
