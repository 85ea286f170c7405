"""What a PDF says beside the text of its pages, for the guard: every string of its objects.

Titles, bookmarks, notes and who wrote them, names, tooltips and values of form fields, links, spoken text, metadata.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.errors import InputError
from appliance.knowledge.blocks import percent_decoded

if TYPE_CHECKING:
    from pypdf import PdfReader

# Where a text may be a stream of its own.
_TEXT_STREAMS = frozenset({"/Metadata", "/RC", "/V", "/DV", "/JS", "/XFA"})
_APPEARANCE = "/AP"
_LONGEST_NAME_WITHOUT_TEXT = 20
# Said instead of what is printed; a string follows, not a dictionary.
_SPOKEN = re.compile(rb"/(?:ActualText|Alt|E)\s*(?=\(|<[^<])")
_LONGEST_SPOKEN_BYTES = 100_000


def strings(path: Path, reader: PdfReader) -> Iterator[str]:
    """Each string of a file, in no order that means anything.

    Raises:
        InputError: other files are attached; what is not read is not guarded.
        Exception: damaged; what pypdf raises then is not a closed set.
    """
    from pypdf.generic import ContentStream, IndirectObject

    for page in reader.pages:
        # A page's content may be cut into streams anywhere.
        if isinstance(content := page.get_contents(), ContentStream):
            yield from _spoken(content.get_data())
    seen: set[tuple[int, bool]] = set()
    # Last what nothing leads to any more: an editor took it out of the page and left it in the file.
    waiting: list[tuple[str, Any]] = [*(("", each) for each in _objects(reader)), ("", reader.trailer)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, IndirectObject):
            known = (value.idnum, key == _APPEARANCE)
            if known in seen:
                continue
            seen.add(known)
            value = _resolved(value)
        yield from _said(path, reader, key, value)
        if isinstance(value, dict):
            # An appearance may be one stream, or one for each state.
            waiting += [(_APPEARANCE if key == _APPEARANCE else name, item) for name, item in dict.items(value)]
        elif isinstance(value, list):
            waiting += [(key, item) for item in value]


def _objects(reader: PdfReader) -> Iterator[Any]:
    from pypdf.generic import IndirectObject

    for generation, numbers in reader.xref.items():
        yield from (IndirectObject(number, generation, reader) for number in numbers)
    yield from (IndirectObject(number, 0, reader) for number in reader.xref_objStm)


def _resolved(reference: Any) -> Any:
    from pypdf.errors import PdfReadError

    try:
        return reference.get_object()
    except PdfReadError:
        # No program can read it; where a page needs it, reading the page has failed already.
        return None


def _said(path: Path, reader: PdfReader, key: str, value: Any) -> Iterator[str]:
    from pypdf.generic import StreamObject

    if isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, str):
        # A name, such as the value of a chosen button, and not a word of the format.
        if not value.startswith("/") or len(value) > _LONGEST_NAME_WITHOUT_TEXT:
            yield str(value)
            if "%" in value:
                yield percent_decoded(value)
    elif isinstance(value, dict):
        if "/EF" in value or value.get("/Type") == "/EmbeddedFile":
            raise InputError(f"{path}: other files are attached to this PDF and are not read; save them beside it as "
                             f"pages of their own and print this one to a new PDF")
        if isinstance(value, StreamObject):
            yield from _of_stream(reader, key, value)


def _of_stream(reader: PdfReader, key: str, stream: Any) -> Iterator[str]:
    if key in _TEXT_STREAMS:
        yield _decoded(stream.get_data())
    elif stream.get("/Subtype") == "/Form":
        yield from _spoken(stream.get_data())
        if key == _APPEARANCE:
            yield reader.pages[0].extract_xform_text(stream)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _spoken(content: bytes) -> Iterator[str]:
    """Strings that a program reads in place of what a page draws."""
    from pypdf.errors import PyPdfError
    from pypdf.generic import TextStringObject, read_object

    for found in _SPOKEN.finditer(content):
        try:
            text = read_object(io.BytesIO(content[found.end():found.end() + _LONGEST_SPOKEN_BYTES]), None)
        except PyPdfError:
            # Data of an image that happens to look like one.
            continue
        if isinstance(text, TextStringObject):
            yield str(text)
