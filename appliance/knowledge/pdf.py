"""PDF files as blocks, through pypdf: each page is a section, because a PDF has no headings that can be relied on.

A sentence that goes on over the page's end belongs to the next page. Lines that nearly every page begins or ends with
become no passage. They, and all other strings of the file, are in the text that the guard compares with.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.errors import InputError
from appliance.knowledge.blocks import Block, Document, joined_words, one_line
from appliance.knowledge.facts import split_sentences
from appliance.knowledge.pdf_strings import strings
from appliance.text_file import too_large, without_control_characters

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_TEXT_CHARS = 50_000_000
_BULLET = re.compile(r"^\s*(?:[•‣▪●◦–*-]|(\d{1,3}[.)]))\s+(?=\S)")
_SENTENCE_END = (".", "!", "?", ":", "。", "！", "？")
# With fewer pages a line that comes back may well be text.
_FEWEST_PAGES_WITH_MARGINS = 4
_MARGIN_SHARE = 0.6


def read_pdf(path: Path, max_bytes: int) -> Document:
    """The blocks of a PDF; a heading for each page that has text.

    Raises:
        InputError: unreadable, too large, damaged, encrypted, only images, with attached files; pypdf is not
            installed.
    """
    try:
        import pypdf
    except ImportError as error:
        raise InputError(f"{path}: reading PDF takes pypdf; "
                         f"install the extra: pip install 'psi-appliance[documents]'") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        if path.stat().st_size > max_bytes:
            raise too_large(path, max_bytes)
        with pypdf.PdfReader(path) as reader:
            pages = _texts(path, reader)
            extras = _extras(path, reader)
            title = one_line(_clean(str(reader.metadata.title or ""))) if reader.metadata else ""
    except InputError:
        raise
    except (pypdf.errors.FileNotDecryptedError, pypdf.errors.DependencyError) as error:
        raise InputError(f"{path}: this PDF is encrypted; save it without a password") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or 'damaged'})") from error
    except Exception as error:
        # What a damaged file makes pypdf raise is not a closed set.
        raise InputError(f"{path}: this PDF is damaged or unpacks to too much ({type(error).__name__}); "
                         f"print it to a new PDF") from error
    if not pages:
        raise InputError(f"{path}: this PDF has no pages or is damaged; print it to a new PDF")
    if not any(text.strip() for text in pages):
        raise InputError(f"{path}: no text on its {len(pages)} page(s), only images; make them text first (OCR)")
    return Document(tuple(_blocks(pages, title or path.stem)), "\n".join((*pages, *extras)),
                    sum(not text.strip() for text in pages))


def _texts(path: Path, reader: PdfReader) -> list[str]:
    pages: list[str] = []
    chars = 0
    for page in reader.pages:
        pages.append(_clean(page.extract_text()))
        chars += len(pages[-1])
        if chars > MAX_TEXT_CHARS:
            raise _too_much_text(path)
    return pages


def _clean(text: str) -> str:
    return without_control_characters(text.replace("\r\n", "\n").replace("\r", "\n"))


def _extras(path: Path, reader: PdfReader) -> list[str]:
    """What can be read beside the pages, each text once."""
    found: dict[str, None] = {}
    chars = 0
    for text in map(_clean, strings(path, reader)):
        if text.strip() and text not in found:
            found[text] = None
            chars += len(text)
            if chars > MAX_TEXT_CHARS:
                raise _too_much_text(path)
    return list(found)


def _too_much_text(path: Path) -> InputError:
    return InputError(f"{path}: more than {MAX_TEXT_CHARS:,} characters of text; split it into smaller files")


def _blocks(pages: Sequence[str], title: str) -> Iterator[Block]:
    margins = _margins(pages)
    rest = ""
    for number, text in enumerate(pages, start=1):
        paragraphs = _paragraphs(text, margins)
        if rest:
            paragraphs[:1] = [f"{rest} {paragraphs[0]}" if paragraphs else rest]
            rest = ""
        if paragraphs and number < len(pages) and not paragraphs[-1].endswith(_SENTENCE_END):
            *whole, rest = split_sentences(paragraphs.pop())
            paragraphs += [" ".join(whole)] if whole else []
        if paragraphs:
            yield Block("heading", f"{title}, page {number}")
        for paragraph in paragraphs:
            yield Block("item" if _BULLET.match(paragraph) else "paragraph", paragraph)


def _paragraphs(text: str, margins: frozenset[str]) -> list[str]:
    """Lines joined to paragraphs; an empty line or a bullet begins a new one."""
    lines = [line for line in joined_words(text).split("\n") if _pattern(line) not in margins]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if bullet := _BULLET.match(line):
            paragraphs.append([f"{bullet[1] or '-'} {line[bullet.end():]}"])
        elif line.strip():
            paragraphs[-1].append(line)
        else:
            paragraphs.append([])
    return [one_line(" ".join(paragraph)) for paragraph in paragraphs if paragraph]


def _margins(pages: Sequence[str]) -> frozenset[str]:
    """First and last lines that most pages share but for their numbers."""
    if len(pages) < _FEWEST_PAGES_WITH_MARGINS:
        return frozenset()
    edges: Counter[str] = Counter()
    for text in pages:
        lines = [line for line in text.split("\n") if line.strip()]
        edges.update({_pattern(line) for line in (*lines[:1], *lines[-1:])})
    return frozenset(line for line, times in edges.items() if times >= _MARGIN_SHARE * len(pages))


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "0", one_line(line))
