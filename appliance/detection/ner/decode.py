"""From probabilities of tokens to spans: one decision for a word, by its piece that is least likely outside a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from appliance.detection.detector import Span
from appliance.detection.ner.features import LABELS, NEW_LINE, TYPES, Encoded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SOURCE = "ner"
EVEN = 0.5


def decode(encoded: Encoded, probabilities: NDArray[np.floating], thresholds: Mapping[str, float]) -> list[Span]:
    """The spans of one text.

    A word is masked when its lowest P(O) is at most 1 - threshold, with the threshold of its likeliest type. Words of
    one type that go on (I-) join into one span, over signs between them. No span begins or ends with a sign: a comma
    alone is nobody's name.

    Args:
        encoded: the tokens of the text.
        probabilities: tokens x labels, each row sums to 1.
        thresholds: by entity type, from 0 (mask everything) to 1.
    """
    spans: list[Span] = []
    open_type: str | None = None
    sign_end = -1
    for first, last, start, end in _words(encoded):
        if all(encoded.signs[first:last]):
            sign_end = end
            continue
        if open_type is None and sign_end == start and end - start == 1 and encoded.cases[first] % NEW_LINE == 0:
            continue  # the s of "'s"
        rows = probabilities[first:last]
        inside = 1.0 - float(rows[:, 0].min())
        tag = LABELS[1 + int(rows[:, 1:].max(axis=0).argmax())]
        mark, name = tag[0], tag[2:]
        if inside < thresholds[name]:
            open_type = None
            continue
        if open_type == name and mark == "I":
            before = spans.pop()
            spans.append(Span(before.start, end, name, max(before.score, inside), SOURCE))
        else:
            spans.append(Span(start, end, name, inside, SOURCE))
        open_type = name
    return [Span(span.start, span.end, span.entity, min(span.score, 1.0), SOURCE, _why(span.score)) for span in spans]


def _why(probability: float) -> str:
    doubt = ", unlikely, masked to be safe" if probability < EVEN else ""
    return f"probability {probability:.2f}{doubt}"


def _words(encoded: Encoded) -> list[tuple[int, int, int, int]]:
    """First token, one past the last token, first character and one past the last character of each word."""
    found: list[tuple[int, int, int, int]] = []
    first = 0
    for at in range(1, len(encoded.words) + 1):
        if at == len(encoded.words) or encoded.words[at] != encoded.words[first]:
            found.append((first, at, encoded.starts[first], max(encoded.ends[first:at])))
            first = at
    return found


assert len(LABELS) == 1 + 2 * len(TYPES)
