"""From token bytes to the text of an answer: UTF-8 across token borders, stop strings, what was written."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class Answer:
    """Text that grows by the bytes of one token at a time.

    The text does not depend on where the token borders fall: it ends before the stop string that is completed
    first (the longest one, if several end at the same character). Bytes that are not UTF-8 become U+FFFD, and a
    character that was never finished is left out.

    Attributes:
        stopped: a stop string was found; nothing may be added any more.
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(sorted((string for string in stop if string), key=len, reverse=True))
        self._text = ""
        self._starts: list[int] = []
        self._logprobs: list[float] = []
        self.stopped = False

    @property
    def text(self) -> str:
        """What is written so far, without the stop string."""
        return self._text

    @property
    def tokens(self) -> int:
        """Tokens added so far."""
        return len(self._starts)

    def add(self, piece: bytes, logprob: float) -> None:
        """Append the bytes of one token.

        Args:
            piece: may be empty, or end inside a character.
            logprob: natural-log probability of the token.
        """
        start = len(self._text)
        self._starts.append(start)
        self._logprobs.append(logprob)
        for character in self._decoder.decode(piece):
            self._text += character
            if self._cut():
                return

    def mean_logprob(self) -> float | None:
        """Mean over the tokens that left something in the text; None if there is none."""
        written = [value for start, value in zip(self._starts, self._logprobs, strict=True)
                   if start < len(self._text)]
        return sum(written) / len(written) if written else None

    def _cut(self) -> bool:
        for string in self._stop:
            if self._text.endswith(string):
                self._text = self._text[:-len(string)]
                self.stopped = True
                return True
        return False
