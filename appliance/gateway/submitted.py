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
NOT_JSON = "not_json"
"""Why a line of JSON Lines is refused that is no JSON at all."""


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


def read_submitted(name: str) -> list[Submitted]:
    """The records of a file, or of standard input where the name is ``-``.

    JSON Lines are one record a line, blank lines included: a JSON string, the ``text`` of an object, or else the JSON
    value of the line as a document. Anything else is one record. See `_is_json_lines`.

    Raises:
        InputError: unreadable, too large, not UTF-8; or a .json file that is not JSON.
    """
    where = "standard input" if name == "-" else name
    data = _read(name)
    suffix = "" if name == "-" else Path(name).suffix.lower()
    lines = data.removeprefix(BYTE_ORDER_MARK.encode()).split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    if not data.strip() and suffix not in _LINES:
        return []
    if _is_json_lines(lines, suffix):
        return [_line(line) for line in lines]
    text = _decode(data, where)
    return [_document(text, where) if suffix == ".json" or _is_json(text) else Submitted(text)]


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


def _is_json_lines(lines: Sequence[bytes], suffix: str) -> bool:
    """Whether each line is a record of its own.

    By the name: .jsonl and .ndjson. In .txt and .md: where every line is a JSON string or object. Elsewhere: where the
    first line that is not blank is a JSON object, or is a JSON string and the next one starts as either does. A .json
    file of one line is a document, unless it holds a text and nothing else.
    """
    if suffix in _LINES:
        return True
    filled = [line for line in lines if line.strip()]
    if suffix in _PROSE:
        return all(_holds_record(line) for line in filled)
    if suffix == ".json" and len(filled) == 1:
        return _only_a_text(filled[0])
    following = filled[1:2] or [b"{"]
    return _holds_record(filled[0]) and (_opens(filled[0]) == b"{" or _opens(following[0]) in (b"{", b'"'))


def _opens(line: bytes) -> bytes:
    return line.lstrip()[:1]


def _holds_record(line: bytes) -> bool:
    """Whether a line is a JSON string or object, also one that nobody may read."""
    return _opens(line) in (b"{", b'"') and _line(line).refused != NOT_JSON


def _line(line: bytes) -> Submitted:
    """One line as a record; what is wrong with it refuses it alone."""
    try:
        text = line.decode().removesuffix("\r")
        if not text.strip():
            return Submitted("")
        value = read_strictly(text)
    except UnicodeDecodeError:
        return Submitted(None, refused="not_utf8")
    except Unreadable as error:
        return Submitted(None, refused=str(error))
    except ValueError:
        return Submitted(None, refused=NOT_JSON)
    if isinstance(value, dict) and "text" in value:
        value = value["text"]
        if not isinstance(value, str):
            return Submitted(None, refused="text_is_not_a_string")
    return Submitted(value) if isinstance(value, str) else Submitted(text, JsonDocument(text))


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
