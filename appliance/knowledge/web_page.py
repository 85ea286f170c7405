"""HTML pages as blocks, through lxml; nothing a page points at is ever opened.

Scripts, styles, forms' controls, navigation and what a browser would not show become no passage. They stay in the
text that the guard compares with, which ends with the source of the page.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appliance.errors import InputError
from appliance.knowledge.blocks import Block, Document, one_line, percent_decoded, table_items
from appliance.text_file import BYTE_ORDER_MARK, read_bytes, without_control_characters

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN_BYTES = 2048
# What browsers read under a name that says less (WHATWG Encoding Standard, section 4.2).
_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
            "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"}
_DROPPED = frozenset({"head", "script", "style", "template", "noscript", "nav", "svg", "canvas", "object", "iframe",
                      "audio", "video", "button", "select", "textarea", "datalist"})
_NOT_READ_ROLES = frozenset({"navigation", "menu", "menubar", "search", "toolbar"})
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset({"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
                     "font", "i", "ins", "kbd", "label", "mark", "output", "q", "rp", "rt", "ruby", "s", "samp",
                     "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"})
_WIDEST_SPAN = 100


def read_web_page(path: Path, max_bytes: int) -> Document:
    """The blocks of a page; its title is the first heading.

    Raises:
        InputError: unreadable, too large, neither UTF-8 nor in the encoding it declares, or without text; lxml is not
            installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise InputError(f"{path}: reading HTML takes lxml; "
                         f"install the extra: pip install 'psi-appliance[documents]'") from error
    source = _decoded(path, read_bytes(path, max_bytes)).replace("\0", "").replace("\r", "\n")
    text = without_control_characters(source)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.LxmlError as error:
        raise InputError(f"{path}: not HTML that can be read; save the page again") from error
    if any(problem.type_name == "ERR_RESOURCE_LIMIT" for problem in parser.error_log):
        # The parser leaves out the rest: what is not read is not guarded.
        raise InputError(f"{path}: nested too deep to be read whole; save the page as text")
    if root is None:
        raise InputError(f"{path}: this page is empty; write something in it or remove it")
    roots = _roots(root)
    title = _plain([next(filter(None, (each.findtext(".//title") for each in roots)), "")])
    blocks = tuple(block for each in roots for block in _Reader().read(each))
    if not any(block.kind != "heading" for block in blocks):
        raise InputError(f"{path}: this page is empty but for navigation and scripts; remove it")
    heading = (Block("heading", title),) if title else ()
    return Document((*heading, *blocks), _everything(roots, text))


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _CHARSET.search(data[:_DECLARED_WITHIN_BYTES])
        name = declared[1].decode("ascii") if declared else ""
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            name = "utf-16"
        try:
            if name and name.casefold() not in ("utf-8", "utf8"):
                return data.removeprefix(BYTE_ORDER_MARK).decode(_as_browsers_read(name))
        except (LookupError, UnicodeError, ValueError):
            pass
        raise InputError(f"{path}: byte {error.start} is neither UTF-8 nor in the encoding the page declares; "
                         f"save it as UTF-8") from error


def _as_browsers_read(name: str) -> str:
    return _READ_AS.get(codecs.lookup(name).name, name)


def _roots(root: Any) -> list[Any]:
    """A page has more than one where something follows ``</html>``; browsers show all of them."""
    return [*reversed(list(root.itersiblings("*", preceding=True))), root, *root.itersiblings("*")]


def _everything(roots: list[Any], source: str) -> str:
    """Every text, once joined as it stands and once with blanks between the pieces; every attribute; the source.

    The source holds what the parser leaves out: a doctype, an attribute given twice, a comment outside the page.
    """
    texts = [text for root in roots for text in root.itertext()]
    values = [value for root in roots for element in root.iter("*") for value in element.attrib.values()]
    values += [percent_decoded(value) for value in values if "%" in value]
    readable = ("".join(texts), " ".join(filter(str.strip, texts)), " ".join(values))
    return "\n".join((*map(without_control_characters, readable), source))


def _plain(texts: list[str]) -> str:
    """One line; a character reference can name what no text holds."""
    return one_line(without_control_characters("".join(texts)))


class _Reader:
    """Walks a tree once, however deep it is."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._mark = ""
        self._lists: list[int] = []
        self._skipping: Any = None

    def read(self, root: Any) -> Iterator[Block]:
        from lxml import etree

        layout = {table for inner in root.iter("table") for table in inner.iterancestors("table")}
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if self._skipping is not None:
                if event == "end" and element is self._skipping:
                    self._skipping = None
                    self._keep_tail(element, root)
                continue
            if event == "start":
                yield from self._start(element, layout)
            elif event == "end":
                yield from self._end(element)
                self._keep_tail(element, root)
            else:
                self._keep_tail(element, root)
        yield from self._flush()

    def _keep_tail(self, element: Any, root: Any) -> None:
        if element is not root and element.tail:
            self._text.append(element.tail)

    def _start(self, element: Any, layout: set[Any]) -> Iterator[Block]:
        name = element.tag
        if name in _DROPPED or _not_shown(element):
            self._skipping = element
            return
        if name == "br":
            self._text.append(" ")
        elif name not in _INLINE:
            yield from self._flush()
        if name == "table" and element not in layout:
            yield from _table(element)
            self._skipping = element
            return
        if name in ("ul", "ol", "menu"):
            self._lists.append(0 if name == "ol" else -1)
        elif name == "li":
            self._mark = self._next_mark()
        if element.text:
            self._text.append(element.text)

    def _end(self, element: Any) -> Iterator[Block]:
        name = element.tag
        if name == "dt":
            # A term stands before what is said about it.
            term = _plain(self._text)
            self._text, self._mark = [], f"- {term}: " if term else ""
        elif name not in _INLINE and name != "br":
            yield from self._flush("heading" if name in _HEADINGS else "")
        if name in ("ul", "ol", "menu") and self._lists:
            self._lists.pop()
        if name in ("li", "dd", "dl"):
            self._mark = ""

    def _next_mark(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "

    def _flush(self, kind: str = "") -> Iterator[Block]:
        text = _plain(self._text)
        self._text = []
        if not text:
            return
        if kind == "heading":
            yield Block("heading", text)
        elif self._mark:
            yield Block("item", self._mark + text)
        else:
            yield Block("paragraph", text)
        self._mark = ""


def _not_shown(element: Any) -> bool:
    return ("hidden" in element.attrib or element.get("aria-hidden") == "true"
            or (element.get("role") or "").casefold() in _NOT_READ_ROLES
            or bool(_INVISIBLE.search(element.get("style") or "")))


def _table(table: Any) -> Iterator[Block]:
    """Rows as sentences; a first row of header cells names the columns."""
    if (caption := table.find("caption")) is not None:
        yield from _Reader().read(caption)
    rows: list[list[str]] = []
    heads: list[bool] = []
    reaching: dict[int, tuple[int, str]] = {}  # column: how many more rows a cell reaches down, and its text
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        rows.append(_row(cells, reaching))
        heads.append(bool(cells) and all(cell.tag == "th" for cell in cells))
    header = rows.pop(0) if rows and (heads[0] or table.find("thead") is not None) else []
    yield from table_items(rows, header)


def _row(cells: list[Any], reaching: dict[int, tuple[int, str]]) -> list[str]:
    row: list[str] = []

    def carry_down() -> None:
        while (above := reaching.get(len(row))) and above[0] > 0:
            reaching[len(row)] = (above[0] - 1, above[1])
            row.append(above[1])

    for cell in cells:
        carry_down()
        text = " ".join(block.text.removeprefix("- ") for block in _Reader().read(cell))
        down = _span(cell, "rowspan")
        reaching[len(row)] = (down - 1, text)
        row.append(text)
        for _ in range(_span(cell, "colspan") - 1):
            reaching[len(row)] = (down - 1, "")
            row.append("")
    carry_down()
    return row


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _WIDEST_SPAN) if value.isascii() and value.isdigit() and len(value) < 9 else 1
