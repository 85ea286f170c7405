"""Text with something over it that a reader looks through: figures in the place of letters, tags of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Figures in the place of letters, as in "J0hn Sm1th", two at a time at the most.
_FIGURED = re.compile(r"(?<![^\W_])(?=[^\W_]{4})(?=[^\W\d_]*[013457])"
                      r"[013457]{0,2}(?:[^\W\d_]++[013457]{1,2})*+[^\W\d_]*+(?![^\W_])")
_LETTERS_MEANT = (str.maketrans("013457", "oleast"), str.maketrans("013457", "oieast"))
_TAGS = re.compile(r"</?(?:a|b|i|u|p|s|em|strong|span|font|br|wbr|div|li|ul|ol|td|tr|sup|sub|code|mark|small|h[1-6])"
                   r"(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)


def lettered(text: str) -> Iterator[str]:
    """The text with letters where figures may stand for them, length unchanged; nothing where there are none."""
    for table in _LETTERS_MEANT if _FIGURED.search(text) else ():
        yield _FIGURED.sub(lambda word, table=table: word[0].translate(table), text)  # type: ignore[misc]


def untagged(text: str) -> Iterator[str]:
    """The text without its tags; nothing where there are none."""
    if _TAGS.search(text):
        yield _TAGS.sub("", text)
