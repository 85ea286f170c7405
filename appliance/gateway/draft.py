"""A record on its way through the scrubber: its texts as they were, what was cut out of them, how they read now."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from appliance.detection.detector import Span
from appliance.gateway.original import Cleaned
from appliance.gateway.resolve import Hit

Render = Callable[[str, Sequence[Hit]], str]
"""The text with every hit replaced."""


@dataclass(slots=True)
class Field:
    """One text of a record.

    Attributes:
        source: the clean text and its way back to the original.
        cuts: what has been replaced so far, in coordinates of the clean text, in order, apart from each other.
        shown: the text with placeholders, as the next look sees it.
        is_key: it is a key of a document, see `appliance.gateway.documents.Key`.
    """

    source: Cleaned
    is_key: bool = False
    cuts: list[Hit] = field(default_factory=list)
    shown: str = ""
    _kept: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown, self._kept = self.source.text, [(0, 0)]

    def cut(self, hits: Iterable[Hit], render: Render, token: Callable[[Hit], str]) -> None:
        """Replace more of the text.

        Args:
            hits: in coordinates of `shown`; none of them touches a placeholder.
            render: makes the text out of the clean one and all cuts.
            token: what stands for a hit in `shown`.
        """
        new = list(hits)
        if not new:
            return
        self.cuts = sorted([*self.cuts, *map(self.in_clean, new)], key=lambda hit: hit.start)
        self.shown = render(self.source.text, self.cuts)
        self._kept, moved = [(0, 0)], 0
        for hit in self.cuts:
            moved += len(token(hit)) - (hit.end - hit.start)
            self._kept.append((hit.end + moved, hit.end))

    def in_clean(self, hit: Hit) -> Hit:
        """A hit in `shown` as one in the clean text."""
        shown, clean = self._kept[bisect_right(self._kept, (hit.start, len(self.source.text))) - 1]
        return replace(hit, start=hit.start - shown + clean, end=hit.end - shown + clean)

    def spans(self, stands: Callable[[Hit], str], further: Iterable[Hit] = ()) -> list[Span]:
        """Everything found, in coordinates of the original text, in order.

        Args:
            stands: the type of what stands for a hit that was replaced; a value that was found as two types has one.
            further: hits in `shown` that were not replaced because the record is refused.
        """
        found = []
        cuts = [replace(hit, entity=stands(hit)) for hit in self.cuts]
        for hit in sorted([*cuts, *map(self.in_clean, further)], key=lambda hit: (hit.start, hit.end)):
            start, end = self.source.to_original(hit.start, hit.end)
            found.append(Span(start, end, hit.entity, hit.score, hit.source, hit.why))
        return found


@dataclass(slots=True)
class Draft:
    """One record.

    Attributes:
        fields: empty where the record could not be read.
        refused: why it does not come out, None while it may.
        hits: what the latest look found, by field, in coordinates of what is shown.
        done: takes no further part; its texts are kept for a report alone.
    """

    id: str
    fields: list[Field] = field(default_factory=list)
    refused: str | None = None
    hits: dict[int, list[Hit]] = field(default_factory=dict)
    done: bool = False

    def refuse(self, reason: str, *, names_matter: bool = False) -> None:
        """Keep the first reason.

        Args:
            reason: one word for a report.
            names_matter: what stands in it must still be found, for others may say it too.
        """
        self.refused = self.refused or reason
        self.done = self.done or not names_matter

    def shown(self) -> list[str]:
        """Its texts as they read now."""
        return [item.shown for item in self.fields]

    def keys(self) -> frozenset[int]:
        """The numbers of the texts that are keys of a document."""
        return frozenset(number for number, item in enumerate(self.fields) if item.is_key)

    def invisible(self) -> int:
        """Characters that nobody sees and that its texts are now without."""
        return sum(item.source.invisible for item in self.fields)

    def masked_share(self) -> float:
        """Characters cut out of all its texts, of all characters, 0 to 1."""
        total = sum(len(item.source.text) for item in self.fields)
        return sum(hit.end - hit.start for item in self.fields for hit in item.cuts) / total if total else 0.0
