"""What a detector is shown of one record: each of its texts, all of them joined, and the borders between neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.detection.hidden import ENCODED
from appliance.gateway.pieces import in_plain_pieces, is_address, is_field_word, is_key_word, with_its_sign
from appliance.gateway.resolve import WRITTEN_IN_WORDS, Hit

BORDER_CHARS = 200
"""How far an entity that is split across fields may reach into each of them."""
MOST_BORDERED = 8
"""Of a document with more texts than that, all are joined at once: looking at each border would take minutes."""

# Context reaches over a blank; the guard joins by lines, and a model may see more or less there.
_GAPS = (" ", "\n")

# One call of the detector: enough for several processes to share, and over before a person wonders.
_BATCH_CHARS, _BATCH_TEXTS = 640_000, 4096

BY_CHANCE_ACROSS = WRITTEN_IN_WORDS | {"URL", "USERNAME"}
"""Types that two texts which merely follow each other seem to hold by chance: the end of the one and the beginning of
the other read like a name, or like that of a host."""


@dataclass(frozen=True, slots=True)
class Look:
    """One text for the detector.

    Attributes:
        text: what it sees.
        parts: for each field in it, its number, where its part begins in the field, and the part.
        gap: characters between the parts.
        border: only what crosses from one part into another counts.
        keys: of the fields, those that are keys of a document.
    """

    text: str
    parts: tuple[tuple[int, int, str], ...]
    gap: int = 0
    border: bool = False
    keys: frozenset[int] = frozenset()

    def in_fields(self, hits: Sequence[Hit]) -> Iterator[tuple[int, Hit]]:
        """Hits of this text as ``(field, hit)`` in coordinates of each field they touch."""
        for hit in hits:
            pieces = list(self._pieces(hit))
            if self.border and hit.entity == ENCODED and in_plain_pieces(map(self._shown, pieces)):
                continue
            if len(pieces) == 1 and not self.border:
                yield from self._said(pieces)
            elif len(pieces) > 1 and (not self.border or hit.fixed or hit.entity not in BY_CHANCE_ACROSS):
                yield from (piece for piece in self._said(pieces) if _counts(hit, self._shown(piece)))

    def _said(self, pieces: list[tuple[int, Hit]]) -> list[tuple[int, Hit]]:
        """Without whole keys that are words: what their neighbours hold does not make them private."""
        said = [piece for piece in pieces if piece[0] not in self.keys or piece[1].fixed
                or not self._is_key_word(piece)]
        if self.border and len(said) < len(pieces):
            return [piece for piece in said if is_address(self._shown(piece))] or said
        return said

    def _is_key_word(self, piece: tuple[int, Hit]) -> bool:
        shown = self._shown(piece)
        if not any(part == shown for number, _, part in self.parts if number == piece[0]):
            return False
        return is_field_word(shown, piece[1]) if len(self.parts) == 1 else is_key_word(shown)

    def _pieces(self, hit: Hit) -> Iterator[tuple[int, Hit]]:
        offset = 0
        for number, begin, part in self.parts:
            start, end = max(hit.start - offset, 0), min(hit.end - offset, len(part))
            if start < end:
                yield number, replace(hit, start=start + begin, end=end + begin)
            offset += len(part) + self.gap

    def _shown(self, piece: tuple[int, Hit]) -> str:
        number, hit = piece
        begin, part = next((begin, part) for field, begin, part in self.parts if field == number)
        return part[hit.start - begin:hit.end - begin]


def _counts(whole: Hit, shown: str) -> bool:
    """Whether a piece of a hit across fields is part of it.

    A name swallows the word after it: the lower-case beginning of another field is no part of a name that was found by
    the form of its words.
    """
    return whole.fixed or whole.entity not in BY_CHANCE_ACROSS or any(c.isupper() or c.isdigit() for c in shown)


def looks(fields: Sequence[str], keys: frozenset[int] = frozenset()) -> Iterator[Look]:
    """Each field alone; joined, for an entity that is split or whose context lies in another; borders.

    Neighbours are joined without a space by two, so that a third field does not hide where a word ends, and by three
    around a short one. What is found there by the form of its words does not count unless the deny list names it: the
    end of one sentence and the start of the next look like a host name.
    """
    filled = [(number, 0, text) for number, text in enumerate(fields) if text.strip()]
    yield from (Look(text, ((number, 0, text),), keys=keys) for number, _, text in filled)
    if len(filled) < 2:
        return
    for gap in _GAPS:
        yield Look(gap.join(text for _, _, text in filled), tuple(filled), gap=len(gap), keys=keys)
    if len(filled) > MOST_BORDERED:
        yield Look("".join(text for _, _, text in filled), tuple(filled), border=True, keys=keys)
        return
    last = len(filled) - 1
    runs = [(first, first + 1) for first in range(last)]
    runs += [(first, first + 2) for first in range(last - 1) if len(filled[first + 1][2]) <= BORDER_CHARS]
    for first, final in runs:
        number, _, text = filled[first]
        skipped = max(len(text) - BORDER_CHARS, 0)
        closing = (filled[final][0], 0, filled[final][2][:BORDER_CHARS])
        parts = ((number, skipped, text[skipped:]), *filled[first + 1:final], closing)
        yield Look("".join(part for _, _, part in parts), parts, border=True, keys=keys)


def collect(fields: Sequence[str], found: Callable[[str], Sequence[Hit]],
            keys: frozenset[int] = frozenset()) -> Mapping[int, list[Hit]]:
    """All hits of one record by field, still overlapping.

    Args:
        fields: its texts.
        found: the hits in a text that was looked at.
        keys: the numbers of those that are keys of a document.
    """
    hits: dict[int, list[Hit]] = {}
    for look in looks(fields, keys):
        for number, hit in look.in_fields(found(look.text)):
            hits.setdefault(number, []).append(with_its_sign(fields[number], hit))
    return hits


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Texts in order, as many at a time as one call of the detector takes."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (size + len(text) > _BATCH_CHARS or len(batch) == _BATCH_TEXTS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
