"""Markdown and plain text as blocks; CommonMark with tables, without indented code (people indent plain text)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from appliance.knowledge.blocks import Block, Document, one_line, rendered, table_items, without_comments

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:(?:[\w-]+:.*|[ \t]+.*|-[ \t].*|#.*|)\n){1,100}?)"
                           r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|__|`")
# A paragraph above a line of dashes is a heading in CommonMark, and mostly a paragraph above a rule where it is long.
_LONGEST_UNDERLINED_WORDS = 12


def read_markdown(text: str) -> Document:
    """The blocks of a page, markup inside a line left as it is; the guard gets the text as it is."""
    return Document(tuple(_blocks(text)), text)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").disable(["code", "reference"])
    # What stands inside a line is not needed, and is most of the work.
    parser.core.ruler.disable(["inline"])
    return parser


def _blocks(text: str) -> Iterator[Block]:
    if front := _FRONT_MATTER.match(text):
        if title := _TITLE.search(front[1]):
            yield Block("heading", title[1].strip("\"'"))
        text = text[front.end():]
    tokens = _parser().parse(text)
    marker = ""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "table_open":
            end = next(place for place in range(at, len(tokens)) if tokens[place].type == "table_close")
            yield from _table(tokens[at:end])
            at = end
        elif token.type == "list_item_open":
            marker = f"{token.info}. " if token.info else "- "
        elif token.type == "inline":
            yield from _inline(token, tokens[at - 1], marker)
            marker = ""
        elif token.type == "fence":
            yield from _paragraph(token.content)
        elif token.type == "html_block":
            yield from _paragraph(rendered(without_comments(token.content)))
        at += 1


def _inline(token: Token, opening: Token, marker: str) -> Iterator[Block]:
    text = one_line(without_comments(token.content.replace("\\\n", "\n")))
    if not text:
        return
    underlined = opening.markup in ("=", "-")
    if opening.type == "heading_open" and not (underlined and len(text.split()) > _LONGEST_UNDERLINED_WORDS):
        yield Block("heading", _MARKS.sub("", _LINK.sub(r"\1", text)))
    else:
        yield Block("item" if marker else "paragraph", marker + text)


def _paragraph(text: str) -> Iterator[Block]:
    if text.strip():
        yield Block("paragraph", one_line(text))


def _table(tokens: Sequence[Token]) -> Iterator[Block]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
    yield from table_items(rows[1:], rows[0])
