"""DOCX files as blocks, through python-docx; entities are not resolved and nothing outside the file is opened.

Body text becomes passages, without what a tracked change deleted. All else that the file stores as text, from footnotes
to the tooltips of links, stays in the text that the guard compares with.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appliance.errors import InputError
from appliance.knowledge.blocks import Block, Document, table_items
from appliance.knowledge.word_package import stored_texts, visible_text
from appliance.text_file import too_large

MAX_UNPACKED_BYTES = 500_000_000
MAX_UNPACKED_XML_BYTES = 50_000_000
"""Of what is parsed: a parsed byte takes about ten of memory."""
MAX_EMBEDDED_BYTES = 50_000_000
"""What the sheets and documents embedded in a file may unpack to."""
_OLE = b"\xd0\xcf\x11\xe0"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"^(?:heading \d|title)$", re.IGNORECASE)
_BULLET = re.compile(r"^[•‣▪●◦–*-]\s+")


def read_word(path: Path, max_bytes: int) -> Document:
    """The blocks of a DOCX file.

    Raises:
        InputError: unreadable, too large packed or unpacked, damaged, encrypted, without text, with something embedded
            that is not read; python-docx is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise InputError(f"{path}: reading DOCX takes python-docx; "
                         f"install the extra: pip install 'psi-appliance[documents]'") from error
    _check(path, max_bytes)
    try:
        document = docx.Document(str(path))
        blocks = tuple(_blocks(document.element.body, _styles(document)))
        guarded = "\n".join(dict.fromkeys(stored_texts(path, MAX_EMBEDDED_BYTES)))
    except InputError:
        raise
    except Exception as error:
        # What a damaged part makes zipfile, lxml and python-docx raise is not a closed set.
        raise InputError(f"{path}: this DOCX file is damaged ({type(error).__name__}); "
                         f"open it and save it again") from error
    if all(block.kind == "heading" for block in blocks):
        raise InputError(f"{path}: no text in this DOCX file; an image has to be made text first (OCR)")
    return Document(blocks, guarded)


def _check(path: Path, max_bytes: int) -> None:
    """Refuse what is no DOCX, and what would unpack to too much, before anything is unpacked."""
    try:
        if path.stat().st_size > max_bytes:
            raise too_large(path, max_bytes)
        with path.open("rb") as stream:
            if stream.read(len(_OLE)) == _OLE:
                raise InputError(f"{path}: an encrypted or an old Word file; save it as DOCX without a password")
        with zipfile.ZipFile(path) as archive:
            # Python never unpacks a member beyond the size that stands here.
            members = archive.infolist()
            unpacked_bytes = sum(member.file_size for member in members)
            xml_bytes = sum(member.file_size for member in members if not member.filename.startswith("word/media/"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(f"{path}: this DOCX file is damaged; open it and save it again") from error
    if unpacked_bytes > MAX_UNPACKED_BYTES or xml_bytes > MAX_UNPACKED_XML_BYTES:
        raise InputError(f"{path}: unpacks to {unpacked_bytes / 1_000_000:,.0f} MB, which is too much; "
                         f"split it into smaller files")


def _styles(document: Any) -> dict[str, str]:
    return {style.style_id: style.name or "" for style in document.styles if style.style_id}


def _blocks(parent: Any, styles: dict[str, str]) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, styles)
        elif child.tag == f"{_W}tbl":
            yield from _table(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _blocks(child, styles)


def _paragraph(paragraph: Any, styles: dict[str, str]) -> Iterator[Block]:
    text = visible_text(paragraph)
    if not text:
        return
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val") or "", "") if style is not None else ""
    if _HEADING.match(name):
        yield Block("heading", text)
    elif paragraph.find(f"{_W}pPr/{_W}numPr") is not None or name.casefold().startswith("list") or _BULLET.match(text):
        yield Block("item", f"- {_BULLET.sub('', text)}")
    else:
        yield Block("paragraph", text)


def _table(table: Any) -> Iterator[Block]:
    """Rows as sentences; the first row names the columns where the table says so, or all its cells are bold."""
    rows = [row for row in table.iter(f"{_W}tr") if next(row.iterancestors(f"{_W}tbl")) is table]
    cells = [_cells(row) for row in rows]
    header = cells.pop(0) if len(cells) > 1 and _is_header(rows[0]) else []
    yield from table_items(cells, header)


def _cells(row: Any) -> list[str]:
    """Texts of the cells; one that spans columns is followed by empty ones."""
    texts: list[str] = []
    for cell in row.iter(f"{_W}tc"):
        if next(cell.iterancestors(f"{_W}tr")) is not row:
            continue
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        width = span.get(f"{_W}val") or "1" if span is not None else "1"
        texts += [visible_text(cell), *[""] * (min(int(width), 100) - 1 if width.isdecimal() else 0)]
    return texts


def _is_header(row: Any) -> bool:
    if row.find(f"{_W}trPr/{_W}tblHeader") is not None:
        return True
    runs = [run for run in row.iter(f"{_W}r") if run.find(f"{_W}t") is not None]
    return bool(runs) and all(run.find(f"{_W}rPr/{_W}b") is not None for run in runs)
