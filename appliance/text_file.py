"""Reading the text files people bring: UTF-8, bounded, and without characters that no text holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from appliance.errors import InputError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The categories Cc and Cs, except tab and line feed: what follows is text or a way to hide it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def read_text(path: Path, max_bytes: int) -> str:
    """A whole UTF-8 text file; line ends become line feeds.

    Raises:
        InputError: unreadable, too large, not UTF-8, or with control characters; names file and line.
    """
    try:
        text = read_bytes(path, max_bytes).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    text = text.replace("\r\n", "\n")
    if found := _CONTROL.search(text):
        raise _control_character(found, f"{path}:{text.count(chr(10), 0, found.start()) + 1}")
    return text


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """A whole file.

    Raises:
        InputError: unreadable or longer than `max_bytes`.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > max_bytes:
        raise too_large(path, max_bytes)
    return data


def read_lines(path: Path, max_bytes: int) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 text file with their numbers from 1, without line ends; one line in memory at a time.

    Raises:
        InputError: as `read_text`.
    """
    read = number = 0
    try:
        with path.open("rb") as stream:
            while line := stream.readline(max_bytes - read + 1):
                read, number = read + len(line), number + 1
                if read > max_bytes:
                    raise too_large(path, max_bytes)
                yield number, _line(line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line, f"{path}:{number}")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def refuse_control_characters(text: str, where: str) -> None:
    """Tabs and line feeds may stay.

    Raises:
        InputError: a control character or half of a surrogate pair; names the place and the code point.
    """
    if found := _CONTROL.search(text):
        raise _control_character(found, where)


def without_control_characters(text: str) -> str:
    """A blank for each of them; for text that a program took out of a document, where nobody can mend it."""
    return _CONTROL.sub(" ", text)


def too_large(path: Path, max_bytes: int) -> InputError:
    """The error about a file that is longer than this program reads."""
    return InputError(f"{path}: larger than {max_bytes / 1_000_000:,.0f} MB; split it into smaller files")


def _line(line: bytes, where: str) -> str:
    try:
        text = line.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: byte {error.start + 1} of this line is not UTF-8; "
                         f"save the file as UTF-8") from error
    refuse_control_characters(text, where)
    return text


def _control_character(found: re.Match[str], where: str) -> InputError:
    return InputError(f"{where}: control character U+{ord(found[0]):04X}; remove it")
