"""What the gateway would do to some records, side by side as they were and as they would leave."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap

from appliance.views.text import count, printable

MIN_WIDTH = 80
_OPEN, _CLOSE = "\ue000", "\ue001"
# Private characters: `printable` takes them out of every record, so these are ours.
_MARKS = {_OPEN: "[", _CLOSE: "]"}
_COLOURS = {"before": "\x1b[1;31m", "after": "\x1b[1;32m"}
_PLAIN = "\x1b[0m"
_GAP = " | "


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a record: its range, type, score, and who found it why."""

    start: int
    end: int
    entity: str
    score: float
    source: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One record as a person sees it.

    Attributes:
        before: as it was handed over; None where it could not be read.
        after: as it would leave; None where it is refused.
        findings: in order, offsets in `before`.
        refused: why, as one word.
        stand_ins: what stands in the place of values in `after`, to be marked there.
    """

    before: str | None
    after: str | None
    findings: tuple[Finding, ...]
    refused: str | None
    stand_ins: tuple[str, ...] = ()


def record_lines(shown: Shown, name: str, *, width: int, colour: bool, explain: bool) -> Iterator[str]:
    """One record: a heading, its text twice, and on request who found what.

    Args:
        shown: the record.
        name: such as ``record 3``.
        width: columns of the terminal; fewer than 80 are taken for 80.
        colour: whether escape sequences may be used; brackets mark the same places.
        explain: also one line for each finding.
    """
    if shown.refused is None and not shown.findings and shown.before == shown.after:
        yield f"{name}: nothing found, it would leave as it is"
        return
    verdict = f"REFUSED ({shown.refused}), it would not leave" if shown.refused else _counted(shown.findings)
    yield f"{name}: {verdict}"
    if shown.before is not None and (shown.findings or not shown.refused):
        yield from _side_by_side(shown, max(width, MIN_WIDTH), colour)
    if explain:
        yield from map(printable, _explained(shown.findings))


def summary_lines(records: Sequence[Shown], cannot_find: str | None) -> tuple[str, ...]:
    """Counts over all records, and what no count can show."""
    refused = Counter(record.refused for record in records if record.refused)
    places = Counter(finding.entity for record in records if not record.refused for finding in record.findings)
    lines = [f"{count(len(records))} record(s): {count(len(records) - refused.total())} would pass, "
             f"{count(refused.total())} refused"]
    lines += [f"  refused     {reason} {count(number)}" for reason, number in refused.most_common()]
    lines += [f"  masked      {entity} {count(number)}" for entity, number in places.most_common()]
    if cannot_find:
        lines += [f"  {'cannot find' if first else '':<12}{line}"
                  for first, line in _numbered(wrap(cannot_find, MIN_WIDTH - 14))]
    return (*map(printable, lines), "Nothing was sent and nothing was written.")


def _numbered(lines: Sequence[str]) -> Iterator[tuple[bool, str]]:
    return ((number == 0, line) for number, line in enumerate(lines))


def _counted(findings: Sequence[Finding]) -> str:
    kinds: Mapping[str, int] = Counter(finding.entity for finding in findings)
    return "masked " + ", ".join(f"{kind} {number}" for kind, number in kinds.items()) if kinds else "tidied"


def _explained(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        where = f"{finding.start}-{finding.end}"
        reason = f": {finding.why}" if finding.why else ""
        line = f"  {where:>13}  {finding.entity}, {finding.score:.2f}, by {finding.source}{reason}"
        yield from wrap(line, MIN_WIDTH, subsequent_indent=" " * 17, drop_whitespace=True)


def _side_by_side(shown: Shown, width: int, colour: bool) -> Iterator[str]:
    half = (width - len(_GAP)) // 2
    left = _wrapped(_marked(shown.before or "", [(found.start, found.end) for found in shown.findings]), half)
    after = "" if shown.after is None else _marked(shown.after, _places(shown.after, shown.stand_ins))
    right = _wrapped(after, half)
    before_state = after_state = False
    for one, other in zip_longest(left, right, fillvalue=""):
        padding = " " * (half - _columns(one))
        first, before_state = _drawn(one, before_state, _COLOURS["before"] if colour else "")
        second, after_state = _drawn(other, after_state, _COLOURS["after"] if colour else "")
        yield f"{first}{padding}{_GAP}{second}".rstrip()


def _places(text: str, stand_ins: Sequence[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    position = 0
    for piece in stand_ins:
        at = text.find(piece, position) if piece else -1
        if at >= 0:
            position = at + len(piece)
            found.append((at, position))
    return found


def _marked(text: str, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """The lines of a text, safe to print, with marks around the ranges."""
    pieces, position = [], 0
    for start, end in ranges:
        pieces += [_safe(text[position:start]), _OPEN, _safe(text[start:end]), _CLOSE]
        position = max(end, position)
    return "".join([*pieces, _safe(text[position:])]).split("\n")


def _safe(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _wrapped(lines: Sequence[str], width: int) -> list[str]:
    return [piece for line in lines for piece in _wrap(line, width)]


def _wrap(line: str, width: int) -> Iterator[str]:
    """Pieces of at most `width` columns, broken after a blank where there is one."""
    while _columns(line) > width:
        fits = used = 0
        for character in line:
            used += _columns(character)
            if used > width:
                break
            fits += 1
        blank = line.rfind(" ", 0, fits + 1)
        cut = blank + 1 if blank > width // 3 else max(fits, 1)
        yield line[:cut].rstrip(" ") if cut > fits else line[:cut]
        line = line[cut:]
    yield line


def _columns(text: str) -> int:
    return sum(0 if unicodedata.combining(character) else
               2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _drawn(line: str, inside: bool, colour: str) -> tuple[str, bool]:
    """A line with its marks as brackets, coloured; and whether a mark goes on in the next line."""
    drawn = [colour if inside else ""]
    for character in line:
        if character == _OPEN:
            inside = True
            drawn += [colour, _MARKS[character]]
        elif character == _CLOSE:
            inside = False
            drawn += [_MARKS[character], _PLAIN if colour else ""]
        else:
            drawn.append(character)
    return "".join([*drawn, _PLAIN if colour and inside else ""]), inside
