"""What K is made of, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from appliance.knowledge.facts import split_facts
from appliance.knowledge.ingest import Pages
from appliance.records import Passage

LONGEST = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of one K.

    Attributes:
        formats: pages by suffix.
        facts: statements that the shape ``single`` can ask about.
        longest: the longest passages as id and words, longest first.
        without_facts: pages of which no statement stands alone, such as tables of codes; ``single`` never uses them.
        without_text: PDF pages that hold no text, by file; an image of a text is not read.
    """

    pages: int
    formats: dict[str, int]
    passages: int
    words: int
    facts: int
    longest: tuple[tuple[str, int], ...]
    without_facts: tuple[str, ...]
    without_text: dict[str, int]


def overview(pages: Pages, passages: Sequence[Passage]) -> Overview:
    """Count."""
    words = {passage.id: len(passage.text.split()) for passage in passages}
    facts: Counter[str] = Counter(dict.fromkeys(pages, 0))
    for passage in passages:
        facts[passage.page] += len(split_facts(passage))
    longest = sorted(words.items(), key=lambda item: (-item[1], item[0]))[:LONGEST]
    formats = Counter(PurePosixPath(page).suffix.lower() for page in pages)
    return Overview(len(pages), dict(sorted(formats.items())), len(passages), sum(words.values()), facts.total(),
                    tuple(longest), tuple(page for page in pages if not facts[page]),
                    {page: count for page in pages if (count := pages.without_text(page))})
