"""K is read from a folder: Markdown, text, HTML, PDF and DOCX pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from appliance.errors import InputError
from appliance.knowledge.blocks import Block, Document, readings, rendered
from appliance.knowledge.markdown import read_markdown
from appliance.knowledge.passages import MAX_PASSAGE_WORDS, split_blocks
from appliance.records import Passage
from appliance.text_file import read_text

__all__ = ["MAX_PASSAGE_WORDS", "SUFFIXES", "Pages", "folder_state", "knowledge_id", "load_pages", "readings",
           "rendered", "split_pages", "unchanged"]

MAX_PAGE_BYTES = 100_000_000
SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx")
_OFFICE_LOCK = "~$"


class Pages(Mapping[str, str]):
    """K as it was read: by path, all the text that can be read in the page, for the guard.

    Args:
        documents: by path relative to the folder.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents

    def __getitem__(self, page: str) -> str:
        return self._documents[page].guarded

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def blocks(self, page: str) -> tuple[Block, ...]:
        """What becomes the page's passages."""
        return self._documents[page].blocks

    def without_text(self, page: str) -> int:
        """How many pages of a PDF hold only images."""
        return self._documents[page].without_text


def load_pages(directory: Path, progress: Callable[[int, int], None] = lambda _done, _wanted: None) -> Pages:
    """Read every page below a folder; hidden files and folders are passed over.

    Args:
        directory: K.
        progress: called after each page with how many were read, and how many there are.

    Returns:
        Pages by relative path, in path order.

    Raises:
        InputError: no folder, no page, a file that is no page, an empty, damaged, encrypted or unreadable page; names
            the file and the fix.
    """
    paths = _paths(directory)
    documents: dict[str, Document] = {}
    for path in paths:
        document = _read(path)
        if all(block.kind == "heading" for block in document.blocks):
            raise InputError(f"{path}: this page is empty; write something in it or remove it")
        documents[path.relative_to(directory).as_posix()] = document
        progress(len(documents), len(paths))
    return Pages(documents)


def split_pages(pages: Mapping[str, str]) -> tuple[Passage, ...]:
    """Passages with stable ids, see `appliance.knowledge.passages`; texts that are no `Pages` are read as Markdown."""
    return split_blocks({page: pages.blocks(page) if isinstance(pages, Pages) else read_markdown(text).blocks
                         for page, text in pages.items()})


def knowledge_id(pages: Mapping[str, str]) -> str:
    """A hash over paths and texts: two runs with the same id saw the same K."""
    digest = hashlib.sha256()
    for number, (page, text) in enumerate(pages.items()):
        digest.update(f"{chr(0x1e) if number else ''}{page}\x1f".encode())
        digest.update(text.encode())
    return digest.hexdigest()


def folder_state(directory: Path) -> str | None:
    """A hash over names, sizes and times of change of all pages: cheap, and another one whenever a page changed.

    Returns:
        None where the folder cannot be read.
    """
    digest = hashlib.sha256()
    try:
        for path in _paths(directory):
            found = path.stat()
            digest.update(f"{path}\x1f{found.st_size}\x1f{found.st_mtime_ns}\x1f{found.st_ino}\x1e".encode())
    except (OSError, InputError):
        return None
    return digest.hexdigest()


def unchanged(directory: Path, state: str | None) -> bool:
    """Whether a folder is as it was; never where it could not be read, then or now.

    Args:
        directory: K.
        state: its `folder_state` then.
    """
    return state is not None and state == folder_state(directory)


def _paths(directory: Path) -> list[Path]:
    if not directory.is_dir():
        raise InputError(f"{directory}: the knowledge folder does not exist")
    found = sorted(path for path in directory.rglob("*") if (not path.is_dir() or path.is_symlink())
                   and not any(part.startswith((".", _OFFICE_LOCK)) for part in path.relative_to(directory).parts))
    paths = [path for path in found if path.suffix.lower() in SUFFIXES and path.is_file() and not path.is_symlink()]
    if strangers := sorted(set(found) - set(paths)):
        # What is not read is not guarded: better to refuse than to let the owner believe it is.
        raise InputError(f"{strangers[0]}: not a {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} page ({len(strangers)} "
                         f"such); move it out of the knowledge folder or convert it")
    if not paths:
        raise InputError(f"{directory}: no {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} pages in this folder")
    return paths


def _read(path: Path) -> Document:
    suffix = path.suffix.lower()
    if suffix in (".html", ".htm"):
        from appliance.knowledge.web_page import read_web_page

        return read_web_page(path, MAX_PAGE_BYTES)
    if suffix == ".pdf":
        from appliance.knowledge.pdf import read_pdf

        return read_pdf(path, MAX_PAGE_BYTES)
    if suffix == ".docx":
        from appliance.knowledge.word import read_word

        return read_word(path, MAX_PAGE_BYTES)
    return read_markdown(read_text(path, MAX_PAGE_BYTES))
