"""K, its index and what a search found, as lines of at most 80 columns; ids and paths are never cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from appliance.views.text import count, printable, size

WIDTH = 80
_LABEL = 18
_INDENT = "   "
_SHOWN = 5
_STATES = {"missing": "none; `psi knowledge index` makes one",
           "stale": "stale: K or the embedding model changed; `psi knowledge index` renews it",
           "partial": "not complete; `psi knowledge index` goes on", "fresh": "fresh"}


def status_lines(status: Mapping[str, Any]) -> tuple[str, ...]:
    """What ``psi knowledge status --json`` prints, for people."""
    return tuple(printable(line) for line in _status(status))


def _status(status: Mapping[str, Any]) -> Iterator[str]:
    index = status["index"]
    formats = ", ".join(f"{number} {suffix}" for suffix, number in status["formats"].items())
    yield f"K in {status['knowledge']}"
    yield from _fact("pages", f"{count(status['pages'])} ({formats})")
    yield from _fact("passages", f"{count(status['passages'])}, {count(status['words'])} words")
    yield from _fact("facts", count(status["facts"]))
    yield from _fact("knowledge id", status["knowledge_id"][:16])
    yield from _fact("index", _STATES[index["state"]])
    if index["embedded"] is not None:
        yield from _fact("", f"{count(index['embedded'])} of {count(index['passages'])} passages embedded, "
                             f"{size(index['size_bytes'])} on disk")
        yield f"  {'':<{_LABEL}}{index['directory']}"
    yield "Longest passages"
    for passage in status["longest"]:
        yield f"  {count(passage['words']):>5} words  {passage['id']}"
    yield from _some("Pages without a statement that stands alone (never used by the shape single)",
                     status["without_facts"])
    yield from _some("PDF files with pages that hold no text (an image is not read)",
                     [f"{page} ({count(number)} pages)" for page, number in status["without_text"].items()])


def _fact(label: str, value: str) -> Iterator[str]:
    for position, line in enumerate(wrap(value, WIDTH - _LABEL - 2) or [""]):
        yield f"  {label if position == 0 else '':<{_LABEL}}{line}"


def _some(heading: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield heading
        yield from (f"  {name}" for name in names[:_SHOWN])
        if len(names) > _SHOWN:
            yield f"  and {count(len(names) - _SHOWN)} more"


def hit_lines(hits: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What a search found, for people."""
    return tuple(line for number, hit in enumerate(hits, start=1) for line in _hit(number, hit))


def _hit(number: int, hit: Mapping[str, Any]) -> Iterator[str]:
    yield f"{number}. {printable(hit['id'])}"
    yield from wrap(printable(hit["title"]), WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    ranks = (("words", hit["by_words_rank"]), ("meaning", hit["by_meaning_rank"]))
    found = ", ".join(f"{way} {'no match' if rank is None else f'rank {rank}'}" for way, rank in ranks)
    yield f"{_INDENT}score {hit['score']:.4f} ({found})"
    for line in hit["text"].splitlines():
        yield from wrap(printable(line), WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    yield ""
