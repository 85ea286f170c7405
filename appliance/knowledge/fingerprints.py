"""An exact index of every k-character run of K: the hard gate against quoting K.

Guarantee: a text that shares k or more consecutive characters with K, both normalised by `normalise`, is always found
(equal strings hash equal). Paraphrase, translation and encoding are outside it. A hash collision can only refuse a
clean text, never pass a quoting one.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

_NOT_WORD = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """NFKC, case folded, format characters and marks dropped, each run of spaces and punctuation one space."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(character for character in folded if unicodedata.category(character) not in ("Cf", "Mn"))
    return _NOT_WORD.sub(" ", kept).strip()


class Fingerprints:
    """The k-grams of K as sorted 64-bit hashes, about 8 bytes per character of K.

    Args:
        texts: every text of K.
        run_chars: k, the shortest run that counts.
    """

    def __init__(self, texts: Iterable[str], run_chars: int) -> None:
        import numpy

        self.run_chars = run_chars
        self._base = numpy.uint64(secrets.randbits(64) | 1)
        hashes = [self._hashes(normalise(text)) for text in texts]
        self._index = numpy.unique(numpy.concatenate(hashes)) if hashes else numpy.empty(0, numpy.uint64)

    def __len__(self) -> int:
        return len(self._index)

    def runs(self, text: str) -> int:
        """How many positions of a text begin a k-character run of K."""
        import numpy

        hashes = self._hashes(normalise(text))
        if not len(self._index) or not len(hashes):
            return 0
        places = numpy.searchsorted(self._index, hashes)
        return int((self._index[numpy.minimum(places, len(self._index) - 1)] == hashes).sum())

    def _hashes(self, text: str) -> NDArray[uint64]:
        """Polynomial hash of every window of k code points, modulo 2**64; empty for a shorter text."""
        import numpy

        codes = numpy.frombuffer(text.encode("utf-32-le"), numpy.uint32).astype(numpy.uint64)
        count = len(codes) - self.run_chars + 1
        if count <= 0:
            return numpy.empty(0, numpy.uint64)
        # Spread the small code points over 64 bits first, or short runs of ASCII would crowd together.
        codes = (codes + numpy.uint64(1)) * numpy.uint64(0x9E37_79B9_7F4A_7C15)
        codes ^= codes >> numpy.uint64(29)
        total = numpy.zeros(count, numpy.uint64)
        for offset in range(self.run_chars):
            total = total * self._base + codes[offset:offset + count]
        return total
