"""A page of K as a program reads it, whatever its format: headings, paragraphs and items in reading order."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_SPLIT_WORD = re.compile(r"(?<=\w)-\n[ \t]*(?=[a-z])")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# What a reader does not see of Markdown: a footnote's mark, where a link leads, the number of a list item.
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,100}\]:?")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[ ]?\[[^\[\]]*\])")
_WIKI_LINK = re.compile(r"\[\[[^\[\]|]*\|([^\[\]]*)\]\]")
_NUMBER = re.compile(r"^[ \t>]*\d{1,9}[.)][ \t]+", re.MULTILINE)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_EMPHASIS = re.compile(r"[*`~]+")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page.

    Attributes:
        kind: a heading names what follows it; an item is a list item or a row of a table.
        text: one line; an item begins with ``- `` or its number.
    """

    kind: Literal["heading", "paragraph", "item"]
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A page that was read.

    Attributes:
        blocks: what becomes passages.
        guarded: all the text that can be read in the file, also what becomes no passage: what the guard compares with.
        without_text: how many of its pages hold only images.
    """

    blocks: tuple[Block, ...]
    guarded: str
    without_text: int = 0


def rendered(text: str) -> str:
    """A page as it reads: HTML tags and entities resolved, words joined that a line end had split."""
    return html.unescape(_TAG.sub(" ", joined_words(text)))


def readings(text: str) -> Iterator[str]:
    """Each form in which somebody could quote a page, the text as it stands first; none twice.

    As it is; as `rendered` shows it; also without link targets, footnote marks and list numbers; and that once more
    with the marks inside words taken out, so that ``pre<b>mium</b>`` and ``pre**mium**`` are one word.
    """
    unmarked = _without_marks(text)
    closed = _EMPHASIS.sub("", _TAG.sub("", _COMMENT.sub("", joined_words(unmarked))))
    yield from dict.fromkeys((text, rendered(text), rendered(unmarked), html.unescape(closed)))


def _without_marks(text: str) -> str:
    text = _WIKI_LINK.sub(r"\1", _FOOTNOTE.sub("", text))
    # An image may stand inside a link.
    return _NUMBER.sub("", _LINK.sub(r"\1", _LINK.sub(r"\1", text)))


def joined_words(text: str) -> str:
    """Words in one piece that a hyphen at a line end had split."""
    return _SPLIT_WORD.sub("", text)


def percent_decoded(link: str) -> str:
    """A link as it reads: ``late%20fee`` is ``late fee``."""
    data = _PERCENT.sub(lambda found: bytes.fromhex(found[1].decode()), link.encode(errors="replace"))
    return data.decode(errors="replace")


def without_comments(text: str) -> str:
    """Text without HTML comments."""
    return _COMMENT.sub(" ", text)


def one_line(text: str) -> str:
    """Every run of white space as one blank."""
    return " ".join(text.split())


def table_items(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> Iterator[Block]:
    """Each row of a table as one sentence: ``- Service: Flu shot; Price: $25.`` is one.

    Args:
        rows: the cells, without the header row.
        header: names of the columns, empty without; then a table of two columns reads ``- Flu shot: $25.``
    """
    for row in rows:
        cells = [one_line(cell) for cell in row]
        if not any(cells):
            continue
        if header:
            named = [f"{one_line(header[place])}: {cell}" if place < len(header) and header[place].strip() else cell
                     for place, cell in enumerate(cells) if cell]
            text = "; ".join(named)
        else:
            text = (": " if len(cells) == 2 else "; ").join(filter(None, cells))
        yield Block("item", f"- {text}" + ("" if text.endswith((".", "!", "?")) else "."))
