"""Everything that a DOCX file stores as text, for the guard: a DOCX file is a ZIP archive of XML parts.

Each part counts, also one that no relationship leads to: what is stored can be found again by whoever gets the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appliance.errors import InputError
from appliance.knowledge.blocks import one_line, percent_decoded
from appliance.text_file import without_control_characters

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = (".xml", ".rels", ".vml", ".svg")
_PACKAGES = (".xlsx", ".xlsm", ".docx", ".docm", ".pptx", ".pptm", ".vsdx")
# Pictures have to be made text first (OCR), as on a scanned page; fonts and a printer's settings say nothing.
_NO_TEXT = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".emz", ".wmz",
            ".ico", ".webp", ".wdp", ".hdp", ".odttf", ".fntdata", ".ttf")
_PRINTER = "printersettings/"
_REMOVE = "copy what it says into the text, remove the embedded object, and save the file again"
_BYTE_ORDER_MARKS = b"\xef\xbb\xbf\xff\xfe\x00"
_MOST_PACKAGES_DEEP = 2
# Not part of what a paragraph says: deleted or moved away, a box beside it, the second form of a drawing.
_ASIDE = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent",
                    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"})
# A run in these goes on in the next one, wherever the program that wrote it has cut the words.
_RUNS = frozenset({"t", "delText", "instrText", "delInstrText"})
_STANDS_FOR = {"noBreakHyphen": "-", "tab": " ", "br": " ", "cr": " ", "ptab": " ", "p": "\n", "si": "\n", "tc": "\n"}
_PRINTED_AS = {f"{_W}{name}": _STANDS_FOR[name] for name in ("noBreakHyphen", "tab", "br", "cr", "ptab")}
_LONGEST_WITHOUT_TEXT = 20
_NO_VALUE = re.compile(r"https?://schemas\.|http://purl\.org/|urn:|[0-9A-Fa-f{}-]+\Z|[\d\s.,;:%-]+\Z")
# A picture in base64.
_NOT_READ = frozenset({"gfxdata"})


def stored_texts(path: Path, max_embedded_bytes: int) -> Iterator[str]:
    """The text of every part of the file and of the Office files embedded in it, runs joined to words.

    Args:
        path: the file.
        max_embedded_bytes: what the embedded files may unpack to.

    Raises:
        InputError: it holds a file of another kind or takes in another document; what is not read is not guarded.
        Exception: damaged; what zipfile and lxml raise then is not a closed set.
    """
    with zipfile.ZipFile(path) as archive:
        yield from _Archives(path, max_embedded_bytes).texts(archive)


def visible_text(element: Any) -> str:
    """What a paragraph, or a cell of a table, says as it is printed, in one line."""
    parts: list[str] = []
    waiting = [element]
    while waiting:
        part = waiting.pop()
        if part.tag == f"{_W}t":
            parts.append(part.text or "")
        elif part.tag in _PRINTED_AS:
            parts.append(_PRINTED_AS[part.tag])
        elif part.tag not in _ASIDE:
            if part.tag == f"{_W}p":
                parts.append(" ")
            waiting += reversed(part)
    return one_line(without_control_characters("".join(parts)))


class _Archives:
    """The file and what is embedded in it, with one bound for all that it unpacks to."""

    def __init__(self, path: Path, max_embedded_bytes: int) -> None:
        self._path = path
        self._left_bytes = max_embedded_bytes

    def texts(self, archive: zipfile.ZipFile, deep: int = 0) -> Iterator[str]:
        for member in archive.infolist():
            name = member.filename.casefold()
            if name.endswith(_PARTS) or _begins_as_xml(archive, member):
                yield from _part(self._path, archive.read(member))
            elif name.endswith(_PACKAGES) and deep < _MOST_PACKAGES_DEEP:
                with self._embedded(archive.read(member)) as inner:
                    yield from self.texts(inner, deep + 1)
            elif member.file_size and not name.endswith(_NO_TEXT) and _PRINTER not in name:
                raise InputError(f"{self._path}: a file embedded in it is not read; {_REMOVE}")

    def _embedded(self, data: bytes) -> zipfile.ZipFile:
        try:
            inner = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            raise InputError(f"{self._path}: a sheet or document embedded in it is damaged or has a password; "
                             f"{_REMOVE}") from error
        self._left_bytes -= sum(member.file_size for member in inner.infolist())
        if self._left_bytes < 0:
            raise InputError(f"{self._path}: what is embedded in it unpacks to too much; {_REMOVE}")
        return inner


def _begins_as_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """A part may be called anything: its content type says what it is."""
    with archive.open(member) as stream:
        return stream.read(100).lstrip(_BYTE_ORDER_MARKS + b" \t\r\n").startswith(b"<")


def _part(path: Path, data: bytes) -> Iterator[str]:
    from lxml import etree

    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=False))
    if any(_takes_in_another(element) for element in root.iter("*")):
        raise InputError(f"{path}: another document is inserted into this DOCX file (altChunk); open it in a word "
                         f"processor and save it as DOCX again, which makes it text")
    yield without_control_characters("".join(_running_text(root)))
    # As it reads: what was deleted, and a box beside it, may stand in the middle of a sentence.
    for paragraph in root.iter(f"{_W}p"):
        yield visible_text(paragraph)
    texts = [node.text or "" for node in root.getroottree().xpath("//comment() | //processing-instruction()")]
    yield without_control_characters("\n".join((*texts, *_values(root))))


def _takes_in_another(element: Any) -> bool:
    return element.tag == f"{_W}altChunk" or (element.get("Type") or "").endswith("/aFChunk")


def _running_text(root: Any) -> Iterator[str]:
    for element in root.iter("*"):
        name = element.tag.rpartition("}")[2]
        text = element.text or ""
        if name in _RUNS:
            yield text
        else:
            yield _STANDS_FOR.get(name, "")
            if text.strip():
                yield f"\n{text}\n"
        if (element.tail or "").strip():
            yield f"\n{element.tail}\n"


def _values(root: Any) -> Iterator[str]:
    """Attributes that may say something: alternative texts, entries of lists, tooltips, names of authors, links."""
    values = {value: None for element in root.iter("*") for name, value in element.attrib.items()
              if (len(value) > _LONGEST_WITHOUT_TEXT or " " in value)
              and not _NO_VALUE.match(value) and name.rpartition("}")[2] not in _NOT_READ}
    yield from values
    yield from (percent_decoded(value) for value in values if "%" in value)
