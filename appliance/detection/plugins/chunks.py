"""Long texts in overlapping pieces, for libraries that refuse or silently cut them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.detection.detector import Span


def chunks(text: str, size: int, overlap: int) -> list[tuple[int, int]]:
    """Ranges that cover a text: each but the last has `size` characters and shares `overlap` with the next.

    An entity of at most `overlap` characters lies whole in at least one of them.
    """
    if len(text) <= size:
        return [(0, len(text))]
    starts = [*range(0, len(text) - size, size - overlap), len(text) - size]
    return [(start, start + size) for start in starts]


def moved(spans: Iterable[Span], by: int) -> list[Span]:
    """Spans of a piece in the coordinates of the text."""
    return [replace(span, start=span.start + by, end=span.end + by) for span in spans]


def without_cut_ones(pieces: Sequence[tuple[tuple[int, int], list[Span]]], length: int) -> list[Span]:
    """All spans of all pieces, without repeats and without those that only a cut made short.

    A span that touches an inner end of its piece is left out if the neighbour found one that covers it; otherwise it
    stays, because a half is better than nothing.
    """
    found = list(dict.fromkeys(span for _, spans in pieces for span in spans))
    kept = []
    for (start, end), spans in pieces:
        for span in spans:
            cut = (span.start == start and start > 0) or (span.end == end and end < length)
            covered = cut and any(other.start <= span.start and span.end <= other.end and other.entity == span.entity
                                  and (other.start, other.end) != (span.start, span.end) for other in found)
            if not covered:
                kept.append(span)
    return sorted(set(kept), key=lambda span: (span.start, span.end, span.entity))
