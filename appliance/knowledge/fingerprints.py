"""An exact index of every k-character run of K: the hard gate against quoting K.

Guarantee: a text that shares k or more consecutive characters with K, both spelled as `Spelling` spells them, is always
found, because equal strings hash equal. Paraphrase and translation are outside it; encodings are undone elsewhere.

The hashes are keyed: every code point stands for 64 bits of SHAKE-256 under a key that this process drew at random and
never writes, and a window is their polynomial at a random odd base, modulo 2**64. That is not a pseudorandom function:
who reads this process's memory has the key, and can try guesses. A collision of two windows can refuse a clean text; it
could hide a run only together with `subtract`, at about one in 2**50 for each pair of windows.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import bool_, uint64
    from numpy.typing import NDArray

    Hashes = NDArray[uint64]

_CODE_POINTS = 0x110000
_CHUNK_CHARS = 2_000_000
_BLANKS = re.compile(" +")
# Between two texts that are hashed together; `Spelling` gives it to no text.
_BORDER = "\x00"


class Spelling(dict[int, str]):
    """What each character of a text counts as: letters and digits folded, marks gone, everything else one blank.

    It is made character by character, so that a piece of a text is spelled like the same piece of another, and every
    letter knows where it came from. NFKC, case folding and NFKD (Unicode UAX 15); for `str.translate`.

    Args:
        alike: what a look-alike letter stands for, such as the Latin one for a Cyrillic one.
    """

    def __init__(self, alike: Callable[[str], str] = str) -> None:
        super().__init__()
        self._alike = alike

    def __missing__(self, code: int) -> str:
        character = unicodedata.normalize("NFKC", chr(code))
        folded = unicodedata.normalize("NFKD", "".join(map(self._alike, character)).casefold())
        pieces = ("" if unicodedata.category(each) in ("Cf", "Mn", "Me") else each if each.isalnum() else " "
                  for each in folded)
        return self.setdefault(code, "".join(pieces))

    def spaced(self, text: str) -> str:
        """A text in letters, digits and single blanks."""
        return _BLANKS.sub(" ", text.translate(self)).strip()

    def tight(self, text: str) -> str:
        """A text in letters and digits alone."""
        return text.translate(self).replace(" ", "")

    def placed(self, text: str, *, blanks: bool) -> tuple[str, list[int]]:
        """As `spaced` or `tight`, and for every character of that the index it came from in the text."""
        spelled: list[str] = []
        places: list[int] = []
        for place, character in enumerate(text):
            for each in self[ord(character)]:
                if each != " " or (blanks and spelled and spelled[-1] != " "):
                    spelled.append(each)
                    places.append(place)
        if spelled and spelled[-1] == " ":
            del spelled[-1], places[-1]
        return "".join(spelled), places


_PLAIN = Spelling()


def normalise(text: str) -> str:
    """NFKC, case folded, format characters and marks dropped, each run of spaces and punctuation one space."""
    return _PLAIN.spaced(text)


class Fingerprints:
    """The k-grams of K as sorted 64-bit hashes, about 8 bytes per character of K.

    Args:
        texts: every text of K.
        run_chars: k, the shortest run that counts.
        spelling: how texts are read, K's and others'.
        blanks: whether a blank between two words counts as a character; without, spacing hides nothing.
    """

    def __init__(self, texts: Iterable[str], run_chars: int, *, spelling: Spelling = _PLAIN,
                 blanks: bool = True) -> None:
        self.run_chars = run_chars
        self._spelling = spelling
        self._blanks = blanks
        self._index = _distinct(self._windows(texts))
        self._sieve = _Sieve(self._index)

    def __len__(self) -> int:
        return len(self._index)

    def subtract(self, texts: Iterable[str]) -> None:
        """Forget the runs that stand in texts which are nobody's secret, and no others.

        A run of K around such a text is still found: every window that reaches beyond it stays.
        """
        import numpy

        public = _distinct(self._windows(texts))
        places = numpy.searchsorted(self._index, public[self._known(public)])
        self._index = numpy.delete(self._index, places)
        self._sieve = _Sieve(self._index)

    def runs(self, text: str) -> int:
        """How many positions of a text begin a k-character run of K."""
        return self.runs_spelled(text.translate(self._spelling))

    def runs_spelled(self, translated: str) -> int:
        """As `runs`, of a text that `Spelling` has translated already: for several indexes that read alike."""
        spelled = _BLANKS.sub(" ", translated).strip() if self._blanks else translated.replace(" ", "")
        return int(self._known(_window_hashes(spelled, self.run_chars)).sum())

    def seen(self, text: str) -> set[int]:
        """Which runs of K stand in a text, by hash: the same run is the same number in this process."""
        hashes = _window_hashes(self._spelled(text), self.run_chars)
        return set(hashes[self._known(hashes)].tolist())

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where runs of K stand in a text, as disjoint ranges of it in order."""
        import numpy

        spelled, places = self._spelling.placed(text, blanks=self._blanks)
        starts = numpy.flatnonzero(self._known(_window_hashes(spelled, self.run_chars))).tolist()
        spans: list[tuple[int, int]] = []
        for at in starts:
            start, end = places[at], places[at + self.run_chars - 1] + 1
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        return spans

    def _spelled(self, text: str) -> str:
        return self._spelling.spaced(text) if self._blanks else self._spelling.tight(text)

    def _windows(self, texts: Iterable[str]) -> Iterator[Hashes]:
        """Hashes of many texts; small ones together, because each call costs more than its characters."""
        together: list[str] = []
        size = 0
        for text in texts:
            together.append(self._spelled(text))
            size += len(together[-1]) + 1
            if size >= _CHUNK_CHARS:
                yield from _chunks(_BORDER.join(together), self.run_chars)
                together, size = [], 0
        yield from _chunks(_BORDER.join(together), self.run_chars)

    def _known(self, hashes: Hashes) -> NDArray[bool_]:
        import numpy

        if not len(self._index):
            return numpy.zeros(len(hashes), numpy.bool_)
        known = self._sieve.passes(hashes)
        left = numpy.flatnonzero(known)
        if len(left):
            # In order: neighbours are then looked for in the same part of the index, several times as fast.
            left = left[numpy.argsort(hashes[left])]
            wanted = hashes[left]
            places = numpy.searchsorted(self._index, wanted)
            known[left] = self._index[numpy.minimum(places, len(self._index) - 1)] == wanted
        return known


class _Sieve:
    """One bit for each stretch of the hash space that holds any run of K: keeps most hashes from being searched for.

    Args:
        index: sorted hashes.
    """

    def __init__(self, index: Hashes) -> None:
        import numpy

        bits = max(len(index), 1).bit_length() + 3
        self._shift = numpy.uint64(64 - bits)
        stretches = numpy.zeros(1 << bits, numpy.bool_)
        stretches[index >> self._shift] = True
        self._bits = numpy.packbits(stretches, bitorder="little")

    def passes(self, hashes: Hashes) -> NDArray[bool_]:
        """False for what is surely not in the index."""
        import numpy

        if not len(hashes):
            return numpy.zeros(0, numpy.bool_)
        stretches = hashes >> self._shift
        found = self._bits[stretches >> numpy.uint64(3)] >> (stretches & numpy.uint64(7)).astype(numpy.uint8)
        known: NDArray[bool_] = (found & numpy.uint8(1)).astype(numpy.bool_)
        return known


@cache
def _key() -> tuple[Hashes, int]:
    """A random 64-bit value for every code point, and the base; drawn once in a process."""
    import numpy

    values = hashlib.shake_256(secrets.token_bytes(32)).digest(8 * _CODE_POINTS)
    return numpy.frombuffer(values, numpy.uint64), secrets.randbits(64) | 1


def _chunks(text: str, run_chars: int) -> Iterator[Hashes]:
    """Hashes of all windows of a long text without one border in them, in bounded memory."""
    for start in range(0, len(text), _CHUNK_CHARS):
        chunk = text[start:start + _CHUNK_CHARS + run_chars - 1]
        hashes = _window_hashes(chunk, run_chars)
        yield hashes[_without_border(chunk, run_chars)] if _BORDER in chunk and len(hashes) else hashes


def _without_border(text: str, run_chars: int) -> NDArray[bool_]:
    import numpy

    borders = numpy.cumsum(numpy.frombuffer(f"\x01{text}".encode("utf-32-le"), numpy.uint32) == 0)
    clear: NDArray[bool_] = borders[run_chars:] == borders[:-run_chars]
    return clear


def _window_hashes(text: str, run_chars: int) -> Hashes:
    """Polynomial hash of every window of k characters, modulo 2**64; empty for a shorter text."""
    import numpy

    if len(text) < run_chars:
        return numpy.empty(0, numpy.uint64)
    table, base = _key()
    values = table[numpy.frombuffer(text.encode("utf-32-le"), numpy.uint32)]
    hashes, width = values, 1
    for bit in bin(run_chars)[3:]:
        # A window twice as wide is one window shifted by its width, and the one after it.
        hashes = hashes[:-width] * numpy.uint64(pow(base, width, 1 << 64)) + hashes[width:]
        width *= 2
        if bit == "1":
            hashes = hashes[:-1] * numpy.uint64(base) + values[width:]
            width += 1
    return hashes


def _distinct(hashes: Iterable[Hashes]) -> Hashes:
    import numpy

    # Sorted by hand: `numpy.unique` of 2.4 hashes, which takes 80 times as long for 10 million integers.
    found = numpy.concatenate([numpy.empty(0, numpy.uint64), *hashes])
    found.sort()
    return found[numpy.append(numpy.True_, found[1:] != found[:-1])] if len(found) else found
