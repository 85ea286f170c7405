"""Pages of K become passages with stable ids."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from appliance.errors import InputError
from appliance.records import Passage, sha256_hex
from appliance.seeds import read_text

SUFFIXES = (".md", ".txt")
MAX_PASSAGE_WORDS = 160
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_SPLIT_WORD = re.compile(r"(?<=\w)-\n[ \t]*(?=[a-z])")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")


def load_pages(directory: Path) -> dict[str, str]:
    """Read every Markdown and text page below a folder.

    Returns:
        Text by relative path, in path order.

    Raises:
        InputError: no folder, no page, an empty or unreadable page.
    """
    if not directory.is_dir():
        raise InputError(f"{directory}: the knowledge folder does not exist")
    found = sorted(path for path in directory.rglob("*") if not path.is_dir() or path.is_symlink())
    paths = [path for path in found if path.suffix.lower() in SUFFIXES and path.is_file() and not path.is_symlink()]
    if strangers := [path for path in found if path not in paths and not path.name.startswith(".")]:
        # What is not read is not guarded: better to refuse than to let the owner believe it is.
        raise InputError(f"{strangers[0]}: not a {' or '.join(SUFFIXES)} page ({len(strangers)} such); "
                         f"move it out of the knowledge folder or convert it")
    if not paths:
        raise InputError(f"{directory}: no {' or '.join(SUFFIXES)} pages in this folder")
    pages = {path.relative_to(directory).as_posix(): read_text(path) for path in paths}
    for page, text in pages.items():
        if next(_passages(page, text), None) is None:
            raise InputError(f"{directory / page}: this page is empty")
    return pages


def split_pages(pages: Mapping[str, str]) -> tuple[Passage, ...]:
    """Passages of at most `MAX_PASSAGE_WORDS` words where paragraphs allow, in page and text order.

    An id is the page's path and the passage's number in it, such as ``fees.md#3``.
    """
    return tuple(passage for page, text in pages.items() for passage in _passages(page, text))


def rendered(text: str) -> str:
    """A page as it reads: HTML tags and entities resolved, words joined that a line end had split."""
    return html.unescape(_TAG.sub(" ", _SPLIT_WORD.sub("", text)))


def knowledge_id(pages: Mapping[str, str]) -> str:
    """A hash over paths and texts: two runs with the same id saw the same K."""
    return sha256_hex("\x1e".join(f"{page}\x1f{text}" for page, text in pages.items()).encode())


def _passages(page: str, text: str) -> Iterator[Passage]:
    number = 0
    for title, paragraphs in _sections(page, text):
        for chunk in _chunks(paragraphs):
            number += 1
            yield Passage(f"{page}#{number}", page, title, chunk)


def _sections(page: str, text: str) -> Iterator[tuple[str, list[str]]]:
    title, paragraphs = page, [""]
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            yield title, paragraphs
            title, paragraphs = heading[1], [""]
        elif line.strip():
            paragraphs[-1] = f"{paragraphs[-1]} {line.strip()}".strip()
        else:
            paragraphs.append("")
    yield title, paragraphs


def _chunks(paragraphs: list[str]) -> Iterator[str]:
    chunk: list[str] = []
    words = 0
    for paragraph in filter(None, paragraphs):
        size = len(paragraph.split())
        if chunk and words + size > MAX_PASSAGE_WORDS:
            yield "\n".join(chunk)
            chunk, words = [], 0
        chunk.append(paragraph)
        words += size
    if chunk:
        yield "\n".join(chunk)
