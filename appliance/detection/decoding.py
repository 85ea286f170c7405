"""What encoded runs say: from signs to bytes, from bytes to a text, unpacked where they are packed.

Bytes that are a text only in part are read as one too, or in stretches between what is none. What is packed and cannot
be read in full is no text but not nothing: the caller refuses it.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_CHARS = 200_000
"""Characters that one text may unfold to; a run that goes beyond counts as unreadable."""

_MIN_READ_CHARS = 5
# From this length on a few bytes that fit no text do not hide the rest.
_MIN_PATCHED_CHARS = 12
_MIN_PRINTABLE = 0.85
# Of bytes that are no UTF-8: Latin-1 of any language is nearly all ASCII, bytes by chance are not.
_MAX_LATIN_1 = 0.2
# Below this a byte stands for no letter; in UTF-16 of most scripts every second one does, the upper half.
_UPPER_HALF = 8
_MIN_UPPER_HALVES = 0.85
_SPELLED = re.compile(rb"[0-9 ]+|(?:[A-Z]?[a-z]+|[A-Z]+)(?: (?:[A-Z]?[a-z]+|[A-Z]+))*")
_URL_SAFE = str.maketrans("-_", "+/")
# The bytes of a text in UTF-8.
_CODES = frozenset((10, *range(32, 127), *range(128, 245)))
# Takes the place of a code that is none of them; a text that holds it is refused.
_NO_CODE = 0
# So many bytes in a row that are not UTF-8 are no letters of Latin-1 either.
_NOISE = re.compile("[\udc80-\udcff]{3,}")
_MIN_ASCII = 0.8
# A name, words, a number with its signs or without, an address.
_WRITTEN = re.compile(r"(?<![A-Za-z])[A-Z][a-z]{2}|[a-z]{2} [a-zA-Z]|\d[\-. ]\d|\d{8}|[a-z]@[a-z]")
_PLAIN_SIGNS = frozenset("@.,-_'/:;+=")
_GZIP = b"\x1f\x8b\x08"
# bzip2, xz, zip, 7-zip, Zstandard and LZ4, by the first bytes that their formats prescribe.
_OTHER_PACKED = (b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"\x28\xb5\x2f\xfd",
                 b"\x04\x22\x4d\x18")
# What `surrogateescape` leaves of the bytes that are not UTF-8, as the Latin-1 they may be.
_LATIN_1 = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}


@dataclass(frozen=True, slots=True)
class Said:
    """What some bytes say.

    Attributes:
        text: the text, or None where they are packed and nobody can read all of it.
        packed: they were packed.
        in_part: the text is what could be read between bytes that say nothing.
    """

    text: str | None
    packed: bool = False
    in_part: bool = False


def from_base64(run: str) -> bytes | None:
    """The bytes of a run in either alphabet, or None where it looks like a word."""
    # Words and names of things have no capitals, digits or signs inside them.
    if run[1:].islower() or run.isupper():
        return None
    plain = re.sub(r"\s", "", run).rstrip("=").translate(_URL_SAFE)
    if plain.isdigit():
        return None
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def from_hex(run: str) -> bytes | None:
    """The bytes of pairs of digits, with or without signs between them."""
    plain = re.sub(r"0x|\\x|[ :,\-]", "", run)
    data = bytes.fromhex(plain) if len(plain) % 2 == 0 else None
    # Digits alone are a number, unless they spell words or digits.
    return None if data and plain.isdigit() and not _SPELLED.fullmatch(data) else data


def from_base32(run: str) -> bytes | None:
    """The bytes of a run in capitals or in small letters."""
    plain = run.rstrip("=")
    try:
        return base64.b32decode(plain + "=" * (-len(plain) % 8), casefold=True)
    except (binascii.Error, ValueError):
        return None


def from_decimal(run: str) -> bytes | None:
    """The bytes of character codes, or None where they are readings in a row: no two words, no number."""
    codes = [int(code) for code in re.findall(r"\d+", run)]
    data = bytes(code if code in _CODES else _NO_CODE for code in codes)
    if _NO_CODE in data:
        return data if stretches(data) else None
    return data if is_written(data) and not data.isalpha() else None


def from_binary(run: str) -> bytes | None:
    """The bytes of eight binary digits each."""
    return bytes(int(byte, 2) for byte in re.findall(r"[01]{8}", run))


def from_base85(run: str) -> bytes | None:
    """The bytes of a run in the alphabet of RFC 1924 or of Ascii85, whichever says something."""
    if run.isalnum():
        return None
    # The sign behind it may be one of the sentence.
    for signs in (run, run[:-1]):
        # A folded text has no grave accent; RFC 1924 has no apostrophe.
        for decode, each in ((base64.b85decode, signs.replace("'", "`")), (base64.a85decode, signs)):
            try:
                data = decode(each.removeprefix("<~").removesuffix("~>"))
            except ValueError:
                continue
            if is_written(data):
                return data
    return None


def is_written(data: bytes) -> bool:
    """Whether bytes are UTF-8 without a control character, with something in them that is not there by chance."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return text.replace("\n", "").isprintable() and _WRITTEN.search(text) is not None


def realigned(run: str, decode: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """The bytes of a run of base64 or hexadecimal without its first signs: a stray one in front shifts all the others.

    Args:
        run: as it stands.
        decode: `from_base64` or `from_hex`.
    """
    plain = re.sub(r"\s", "", run).rstrip("=") if decode is from_base64 else re.sub(r"0x|\\x|[ :,\-]", "", run)
    # Signs that stand for whole bytes, and those that are left when one of them is cut.
    each, cut = (4, 1) if decode is from_base64 else (2, 1)
    if decode is from_hex and plain.isdigit():
        return
    for front in range(1, each):
        rest = plain[front:]
        if data := decode(rest[:-1] if len(rest) % each == cut else rest):
            yield data


def from_quoted(run: str) -> bytes | None:
    """The bytes of quoted-printable."""
    return quopri.decodestring(run.encode("utf-8"))


def said(data: bytes | None) -> Said | None:
    """What some bytes say, or None where they are neither a text nor packed nor hold one."""
    if not data:
        return None
    if data.startswith(_OTHER_PACKED):
        return Said(None, packed=True)
    if data.startswith(_GZIP) or (data[:1] == b"\x78" and _is_zlib(data)):
        return _unpacked(data)
    text = _text(data)
    if text is not None:
        return Said(text)
    if any(sign in data for sign in (_GZIP, *_OTHER_PACKED)):
        return Said(None, packed=True)
    return said_between(data)


def said_between(data: bytes, least_chars: int = _MIN_READ_CHARS) -> Said | None:
    """What the readable stretches of bytes say: one for each line and, as noise may cut a value, all as one."""
    read = stretches(data, least_chars)
    if not read:
        return None
    return Said("\n".join([*read, "".join(read)] if len(read) > 1 else read), in_part=True)


def stretches(data: bytes, least_chars: int = _MIN_READ_CHARS) -> list[str]:
    """The readable stretches between bytes that no text has; none of a few letters that are there by chance.

    Args:
        data: that are no text as a whole.
        least_chars: the longest of them has so many and is written like something.
    """
    # Without the zeros, so that wide characters are read too.
    text = data.replace(b"\0", b"").decode("utf-8", "surrogateescape")
    parts = "".join(c if c.isprintable() or c in "\n\t" else "\0" for c in text).split("\0")
    long = [part for part in parts if len(part) >= _MIN_READ_CHARS]
    if any(len(part) >= least_chars and not part.isalpha() and is_written(part.encode()) and _reads(part)
           and sum(map(str.isascii, part)) >= _MIN_ASCII * len(part) for part in long):
        return long
    return []


def _unpacked(data: bytes) -> Said | None:
    """What is packed; without a text where it is too long, cut off, damaged or followed by more."""
    unpacker = zlib.decompressobj(wbits=47)
    try:
        inside = unpacker.decompress(data, MAX_CHARS + 1)
    except zlib.error:
        whole, inside = False, _up_to_the_damage(data)
    else:
        whole = unpacker.eof and not unpacker.unused_data and len(inside) <= MAX_CHARS
    if whole:
        return Said(_decoded(inside), packed=True) if inside else None
    # Two bytes are a zlib header by chance; three and a readable beginning are not.
    if data.startswith(_GZIP) or _text(inside) is not None:
        return Said(None, packed=True)
    return None


def _up_to_the_damage(data: bytes) -> bytes:
    unpacker, inside = zlib.decompressobj(wbits=47), b""
    try:
        for byte in data:
            inside += unpacker.decompress(bytes([byte]), MAX_CHARS)
            if len(inside) > _MIN_PATCHED_CHARS:
                break
    except zlib.error:
        pass
    return inside


def _is_zlib(data: bytes) -> bool:
    return len(data) > 8 and (data[0] * 256 + data[1]) % 31 == 0


def _text(data: bytes) -> str | None:
    text = _decoded(data)
    return text if text is not None and _reads(text) else None


def _decoded(data: bytes) -> str | None:
    """Bytes as UTF-32, UTF-16 or UTF-8, by where the small ones stand; a few that fit none as Latin-1."""
    for code, zeros in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if len(data) > 15 and not any(any(data[at::4]) for at in zeros):
            return data.decode(code, "replace").removeprefix("\ufeff")
    for code, upper in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        marked = data.startswith("\ufeff".encode(code))
        if marked or (len(data) > 7 and sum(b < _UPPER_HALF for b in upper) >= _MIN_UPPER_HALVES * len(upper)):
            return data.decode(code, "replace").removeprefix("\ufeff")
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    patched = _NOISE.sub(" ", text).translate(_LATIN_1)
    if patched == text:
        return text
    strange = sum(map(_LATIN_1.__contains__, map(ord, text)))
    return patched if strange <= _MAX_LATIN_1 * len(text) else None


def _reads(text: str) -> bool:
    """Whether it is a text and not bytes that happen to be one: printable, nearly all letters, digits and blanks.

    A few characters that no text has are let pass in a longer one; `normalise.clean` refuses them.
    """
    if len(text) < _MIN_READ_CHARS:
        return False
    printable = sum(c.isprintable() or c in "\n\t" for c in text.replace("\r\n", "\n\n"))
    if len(text) < _MIN_PATCHED_CHARS and not (text.isascii() and printable == len(text)):
        return False
    plain = sum(c.isalnum() or c.isspace() or c in _PLAIN_SIGNS for c in text)
    letters = sum(map(str.isalnum, text))
    return printable >= _MIN_PRINTABLE * len(text) and plain >= 0.9 * printable and letters >= 0.6 * printable
