"""What a person hands over to be looked at, as records: JSON Lines, one JSON document, or plain text."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import InputError
from appliance.gateway.documents import BYTE_ORDER_MARK, JsonDocument, Unreadable, read_strictly
from appliance.text_file import read_bytes

MAX_BYTES = 256_000_000
_LINES = (".jsonl", ".ndjson")
_PROSE = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Submitted:
    """One record as it was handed over.

    Attributes:
        text: what the offsets of findings count in; None where it cannot be read.
        document: the same as a JSON document, where it is one.
        refused: why it cannot be read, as one word.
    """

    text: str | None
    document: JsonDocument | None = None
    refused: str | None = None

    def texts(self) -> tuple[str, ...]:
        """What the scrubber has to look at."""
        if self.document is not None:
            return self.document.texts()
        return () if self.text is None else (self.text,)


class _NotARecord(Exception):
    """A line that is neither a JSON string nor an object with a text."""


def read_submitted(name: str) -> list[Submitted]:
    """The records of a file, or of standard input where the name is ``-``.

    Lines that each hold a JSON string, or an object with ``text``, are one record each. Anything else is one record.

    Raises:
        InputError: unreadable, too large, not UTF-8; or a line that is no record among lines that are.
    """
    where = "standard input" if name == "-" else name
    data = _read(name)
    if not data.strip():
        return []
    suffix = "" if name == "-" else Path(name).suffix.lower()
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), start=1) if line.strip()]
    if suffix in _LINES:
        return [_strict_line(line, where, number) for number, line in lines]
    if suffix == ".json" and not (len(lines) == 1 and _only_a_text(data)):
        return [_document(_decode(data, where), where)]
    if _begins_with_record(lines):
        if suffix in _PROSE:
            return _lines_or_none(lines) or [Submitted(_decode(data, where))]
        return [_strict_line(line, where, number) for number, line in lines]
    text = _decode(data, where)
    return [_document(text, where) if _is_json(text) else Submitted(text)]


def _read(name: str) -> bytes:
    if name != "-":
        return read_bytes(Path(name), MAX_BYTES)
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"standard input cannot be read ({error.strerror})") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"standard input is longer than {MAX_BYTES / 1_000_000:,.0f} MB; split it")
    return data


def _decode(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from None


def _begins_with_record(lines: Sequence[tuple[int, bytes]]) -> bool:
    """Whether the first line that can be read is a record, or each line looks like one that cannot."""
    for _, line in lines:
        try:
            if _line(line).refused is None:
                return True
        except _NotARecord:
            return False
    return lines[0][1].removeprefix(BYTE_ORDER_MARK.encode()).lstrip()[:1] in (b"{", b'"')


def _lines_or_none(lines: Sequence[tuple[int, bytes]]) -> list[Submitted] | None:
    try:
        return [_line(line) for _, line in lines]
    except _NotARecord:
        return None


def _strict_line(line: bytes, where: str, number: int) -> Submitted:
    try:
        return _line(line)
    except _NotARecord:
        raise InputError(f"{where}:{number}: neither a JSON string nor a JSON object with a text field, "
                         f"as the lines of JSON Lines have to be; mend the line or remove it") from None


def _line(line: bytes) -> Submitted:
    try:
        value = read_strictly(line.decode().strip())
    except UnicodeDecodeError:
        return Submitted(None, refused="not_utf8")
    except Unreadable as error:
        return Submitted(None, refused=str(error))
    except ValueError:
        raise _NotARecord from None
    if isinstance(value, dict) and "text" in value:
        value = value["text"]
        if not isinstance(value, str):
            return Submitted(None, refused="text_is_not_a_string")
    if not isinstance(value, str):
        raise _NotARecord
    return Submitted(value)


def _only_a_text(data: bytes) -> bool:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, str) or (isinstance(value, dict) and set(value) == {"text"})


def _is_json(text: str) -> bool:
    if text.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] not in ("{", "["):
        return False
    try:
        read_strictly(text)
    except Unreadable:
        return True
    except ValueError:
        return False
    return True


def _document(text: str, where: str) -> Submitted:
    try:
        read_strictly(text)
    except Unreadable as error:
        return Submitted(text, refused=str(error))
    except ValueError as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{where}{line}: not JSON; mend it, or give it another suffix to have it read as "
                         f"text") from None
    return Submitted(text, JsonDocument(text))
