"""Pages of K become passages with stable ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from appliance.errors import InputError
from appliance.records import Passage, sha256_hex
from appliance.seeds import read_text

SUFFIXES = (".md", ".txt")
MAX_PASSAGE_WORDS = 160
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")


def load_knowledge(directory: Path) -> tuple[Passage, ...]:
    """Read every Markdown and text page below a folder.

    Returns:
        Passages of at most `MAX_PASSAGE_WORDS` words where paragraphs allow, in page and text order. An id is the
        page's relative path and the passage's number in it, such as ``fees.md#3``.

    Raises:
        InputError: no folder, no page, an empty or unreadable page.
    """
    if not directory.is_dir():
        raise InputError(f"{directory}: the knowledge folder does not exist")
    pages = sorted(path for path in directory.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    if not pages:
        raise InputError(f"{directory}: no {' or '.join(SUFFIXES)} pages in this folder")
    passages: list[Passage] = []
    for page in pages:
        found = list(_passages(page.relative_to(directory).as_posix(), read_text(page)))
        if not found:
            raise InputError(f"{page}: this page is empty")
        passages += found
    return tuple(passages)


def knowledge_id(passages: tuple[Passage, ...]) -> str:
    """A hash over ids and texts: two runs with the same id saw the same K."""
    return sha256_hex("\x1e".join(f"{passage.id}\x1f{passage.text}" for passage in passages).encode())


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
