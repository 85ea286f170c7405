r"""Synthetic records: templates filled with values, joined, wrapped and re-cased.

Grammar of a template: ``{slot}`` is replaced by a value (`values`), ``{person1:formal}`` by a form of the record's
person number 1, ``[this|that|]`` by one of the alternatives (they may be nested), ``{{`` is a brace.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from appliance.detection.training.people import People
from appliance.detection.training.templates_legal import LEGAL, NEWS
from appliance.detection.training.templates_medical import MEDICAL, MEDICAL_PLAIN
from appliance.detection.training.templates_office import CHAT, OFFICE, PLAIN
from appliance.detection.training.templates_technical import NAMED, RESULTS, TECHNICAL
from appliance.detection.training.values import Values

_SLOT = re.compile(r"\{([a-zA-Z]+)(\d?)(?::([a-z_]+))?\}")
_CHOICE = re.compile(r"\[([^\[\]{}]*(?:\{[^{}]*\}[^\[\]{}]*)*)\]")
CAPITALS = ("CITY", "COUNTRY")
# Weight of each genre in the draw.
GENRES = ((6, LEGAL), (6, NEWS), (5, MEDICAL), (8, OFFICE), (4, CHAT), (6, MEDICAL_PLAIN), (6, PLAIN),
          (4, RESULTS), (5, TECHNICAL), (4, NAMED))


@dataclass(frozen=True, slots=True)
class Record:
    """A text with its entities.

    Attributes:
        spans: first character, one past the last, entity type; in order, without overlap.
        partial: the source does not annotate DATE_TIME and NRP, so an unmarked word may be one.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    partial: bool = False


def synthetic(seed: int, people: People | None = None) -> Iterator[Record]:
    """Records without end; equal seeds give equal records."""
    rng = random.Random(seed)
    values = Values(people or People(), rng)
    weights = [weight for weight, _ in GENRES]
    while True:
        genre = rng.choices(GENRES, weights)[0][1]
        values.forget()
        count = rng.choices((1, 2, 3, 4, 6, 9), (5, 4, 3, 2, 2, 1))[0]
        pieces = []
        for _ in range(count):
            # Mostly one genre, so that a long record reads like one document.
            source = genre if rng.random() < 0.7 else rng.choices(GENRES, weights)[0][1]
            pieces.append(fill(rng.choice(source), values, rng))
            if rng.random() < 0.5:
                values.forget()
        yield disturb(joined(pieces, rng), rng)


def fill(template: str, values: Values, rng: random.Random) -> Record:
    """One template with every choice made and every slot filled."""
    while found := _CHOICE.search(template):
        options = _split_choice(found.group(1))
        template = template[:found.start()] + rng.choice(options) + template[found.end():]
    text, spans, at = "", [], 0
    for slot in _SLOT.finditer(template):
        text += template[at:slot.start()].replace("{{", "{").replace("}}", "}")
        at = slot.end()
        capitals = slot.group(1) in CAPITALS
        name = slot.group(1).lower() if capitals else slot.group(1)
        for value, kind in values.part(name, slot.group(2), slot.group(3) or ""):
            part = value.upper() if capitals else value
            if kind is not None:
                spans.append((len(text), len(text) + len(part), kind))
            text += part
    return Record(text + template[at:].replace("{{", "{").replace("}}", "}"), tuple(spans))


def _split_choice(text: str) -> list[str]:
    return re.split(r"\|(?![^{]*\})", text)


def joined(pieces: list[Record], rng: random.Random) -> Record:
    """Records one after the other, on one line or on several."""
    glue = rng.choices((" ", "\n", "\n\n"), (6, 3, 1))[0]
    text, spans = "", []
    for piece in pieces:
        text += (glue if "\n" not in piece.text else "\n") if text else ""
        spans += [(start + len(text), end + len(text), kind) for start, end, kind in piece.spans]
        text += piece.text
    return Record(text, tuple(spans), any(piece.partial for piece in pieces))


def disturb(record: Record, rng: random.Random) -> Record:
    """Now and then lower case, capitals, or lines broken at some width, as files have them."""
    draw = rng.random()
    if draw < 0.18:
        return recased(record, str.lower)
    if draw < 0.22:
        return recased(record, str.upper)
    if draw < 0.3 and len(record.text) > 100:
        return wrapped(record, rng.randint(50, 100))
    return record


def recased(record: Record, case: object) -> Record:
    """The record in another case; letters that change their length keep their case, so that spans stay true."""
    change = str.lower if case is str.lower else str.upper
    text = "".join(changed if len(changed := change(letter)) == 1 else letter for letter in record.text)
    return replace(record, text=text)


def wrapped(record: Record, width: int) -> Record:
    """Spaces near every ``width`` characters become line ends."""
    letters, line = list(record.text), 0
    for at, letter in enumerate(letters):
        line = 0 if letter == "\n" else line + 1
        if letter == " " and line >= width:
            letters[at], line = "\n", 0
    return replace(record, text="".join(letters))
