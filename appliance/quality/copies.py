"""Whether a text repeats another one word for word, asked of many texts at once."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.quality.near_duplicates import tokens

RUN_WORDS = 12
"""A run of so many words is a copy. Shorter runs are stock phrases: *please let us know if you have any questions*."""
MIN_WHOLE_WORDS = 4
"""A text of fewer words than this is no copy: *Thank you very much.*"""


class Copies:
    """Runs of words of some texts.

    Args:
        texts: what must not be repeated.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[int] = set()
        self._whole: set[int] = set()
        for text in texts:
            listed = tokens(text)
            self._runs.update(_runs(listed))
            if len(listed) >= MIN_WHOLE_WORDS:
                self._whole.add(hash(tuple(listed)))

    def holds(self, text: str) -> bool:
        """Whether a run of `RUN_WORDS` words, or the whole text, stands in one of them."""
        listed = tokens(text)
        return hash(tuple(listed)) in self._whole or not self._runs.isdisjoint(_runs(listed))


def _runs(listed: list[str]) -> Iterable[int]:
    """Hashes of every run; one process long, so that the seed of Python's hash does not matter."""
    return (hash(tuple(listed[start:start + RUN_WORDS])) for start in range(len(listed) - RUN_WORDS + 1))
