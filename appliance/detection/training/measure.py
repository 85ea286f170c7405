"""How well spans agree with annotated ones, in the terms of the project's published tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Gold = Sequence[tuple[int, int, str]]


@dataclass
class Tally:
    """Sums over texts.

    Attributes:
        gold_characters: alphanumeric characters inside annotated spans; the other counts likewise.
        mentions: annotated mentions by type; ``touched``: those a prediction of any type overlaps; ``covered``: those
            whose every alphanumeric character is predicted.
    """

    characters: int = 0
    gold_characters: int = 0
    found_characters: int = 0
    right_characters: int = 0
    mentions: dict[str, int] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    covered: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, gold: Gold, found: Iterable[tuple[int, int]]) -> None:
        """Count one text."""
        predicted = {at for start, end in found for at in range(start, end)}
        letters = {at for at, letter in enumerate(text) if letter.isalnum()}
        annotated = {at for start, end, _ in gold for at in range(start, end)} & letters
        self.characters += len(letters)
        self.gold_characters += len(annotated)
        self.found_characters += len(predicted & letters)
        self.right_characters += len(annotated & predicted)
        for start, end, kind in gold:
            span = set(range(start, end))
            for counts, is_so in ((self.mentions, True), (self.touched, bool(span & predicted)),
                                  (self.covered, span & letters <= predicted)):
                counts[kind] = counts.get(kind, 0) + is_so

    @property
    def recall(self) -> float | None:
        """Share of the annotated characters that were predicted; None without annotation."""
        return self.right_characters / self.gold_characters if self.gold_characters else None

    @property
    def precision(self) -> float | None:
        """Share of the predicted characters that are annotated; None without predictions."""
        return self.right_characters / self.found_characters if self.found_characters else None

    @property
    def masked(self) -> float | None:
        """Share of all alphanumeric characters that were predicted; None without text."""
        return self.found_characters / self.characters if self.characters else None

    def touched_share(self, kind: str) -> float | None:
        """Share of one type's mentions that a prediction touches; None when there are none."""
        return self.touched[kind] / self.mentions[kind] if self.mentions.get(kind) else None

    def covered_share(self, kind: str) -> float | None:
        """Share of one type's mentions that are wholly covered; None when there are none."""
        return self.covered[kind] / self.mentions[kind] if self.mentions.get(kind) else None
