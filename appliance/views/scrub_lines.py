"""What the gateway would do to some records, side by side as they were and as they would leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeVar

from appliance.views.columns import CLOSE, GAP, OPEN, beside, columns
from appliance.views.refusals import why_refused
from appliance.views.sources import who_found
from appliance.views.text import count, printable, shortened

T = TypeVar("T")

MIN_WIDTH = 80
MAX_PROSE = 100
"""Columns of a sentence: longer lines are hard to read."""
_MARKS = {OPEN: "[", CLOSE: "]"}
_COLOURS = {"before": "\x1b[1;31m", "after": "\x1b[1;32m"}
_PLAIN = "\x1b[0m"
_VALUE_CHARS = 40
RUN = "knowledge_run"
_STOPS = {
    RUN: "a record that quotes the knowledge base refuses the whole job (knowledge.on_run: refuse): nothing would "
         "leave",
    "canary_latches_the_door_shut":
        "a canary would stop the job and shut the door: nothing would leave. Nothing was shut now"}
# They choose how the character before them is drawn, and terminals do not agree on how wide that is.
_VARIANTS = re.compile("[\ufe00-\ufe0f]")


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
        invisible: how many characters that nobody sees were taken out of it.
        masked_share: of its characters, 0 to 1; None where nobody counted.
        most_share: up to which share the policy lets a record pass.
    """

    before: str | None
    after: str | None
    findings: tuple[Finding, ...]
    refused: str | None
    stand_ins: tuple[str, ...] = ()
    invisible: int = 0
    masked_share: float | None = None
    most_share: float = 1.0


def record_lines(shown: Shown, name: str, *, width: int, colour: bool, explain: bool) -> Iterator[str]:
    """One record: a heading, its text twice, and on request who found what.

    Args:
        shown: the record.
        name: such as ``record 3``.
        width: columns of the terminal; fewer than 80 are taken for 80.
        colour: whether escape sequences may be used; brackets mark the same places.
        explain: also say of each finding who found it and why.
    """
    width = max(width, MIN_WIDTH)
    if shown.refused is None and not shown.findings and shown.before == shown.after:
        yield f"{name}: nothing found, it would leave as it is"
        return
    if shown.refused:
        yield f"{name}: REFUSED ({shown.refused}), it would not leave"
        yield from _hanging("  ", f"{why_refused(shown.refused)}{_share(shown)}", width)
        if shown.before is not None and shown.findings:
            yield from _alone(shown, width, colour)
    else:
        yield from wrap(f"{name}: {_counted(shown)}", width, subsequent_indent="    ")
        yield from _side_by_side(shown, width, colour)
    if explain:
        yield from _explained(shown, width)


def summary_lines(records: Sequence[Shown], cannot_find: str | None, *, stops_job: bool = False,
                  knowledge: bool = True) -> tuple[str, ...]:
    """Counts over all records, and what no count can show.

    Args:
        records: all of them.
        cannot_find: what the detector is blind to, in words.
        stops_job: whether the policy refuses a whole job for a quotation.
        knowledge: whether K was compared with.
    """
    refused = Counter(record.refused for record in records if record.refused)
    places = Counter(finding.entity for record in records if not record.refused for finding in record.findings)
    lines = [f"{count(len(records))} record(s): {count(len(records) - refused.total())} would pass, "
             f"{count(refused.total())} refused"]
    lines += [f"  {'refused' if first else '':<12}{reason} {count(number)}"
              for first, (reason, number) in _numbered(refused.most_common())]
    lines += [f"  {'masked' if first else '':<12}{entity} {count(number)}"
              for first, (entity, number) in _numbered(places.most_common())]
    lines += [line for reason, text in _STOPS.items() if reason in refused and (stops_job or reason != RUN)
              for line in _item("in a job", text)]
    if not knowledge:
        lines += _item("not compared", "with your knowledge base; --knowledge DIR does")
    if cannot_find:
        lines += _item("cannot find", cannot_find)
    return (*map(printable, lines), "Nothing was sent and nothing was written.")


def _item(name: str, text: str) -> list[str]:
    return wrap(text, MIN_WIDTH, initial_indent=f"  {name:<14}", subsequent_indent=" " * 16)


def _numbered(items: Iterable[T]) -> Iterator[tuple[bool, T]]:
    return ((number == 0, item) for number, item in enumerate(items))


def _hanging(head: str, text: str, width: int) -> list[str]:
    return wrap(printable(text), min(width, MAX_PROSE), initial_indent=head, subsequent_indent=" " * len(head))


def _share(shown: Shown) -> str:
    """The numbers behind the refusal of a record that is mostly masked."""
    if shown.refused != "mostly_masked" or shown.masked_share is None:
        return ""
    return f" Found: {shown.masked_share:.1%}; limit: {shown.most_share:.1%}."


def _counted(shown: Shown) -> str:
    kinds: Mapping[str, int] = Counter(finding.entity for finding in shown.findings)
    masked = "masked " + ", ".join(f"{kind} {number}" for kind, number in kinds.items()) if kinds else "tidied"
    hidden = f", {count(shown.invisible)} invisible character(s) taken out" if shown.invisible else ""
    return f"{masked}{hidden}"


def _explained(shown: Shown, width: int) -> Iterator[str]:
    before = shown.before or ""
    for found in shown.findings:
        value = shortened(printable(before[found.start:found.end]), _VALUE_CHARS)
        yield f"  {found.start}-{found.end}  {value}"
        yield from _hanging("      ", f"{found.entity}, score {found.score:.2f}, "
                            f"{who_found(found.source, found.why)}", width)


def _side_by_side(shown: Shown, width: int, colour: bool) -> Iterator[str]:
    half = (width - len(GAP)) // 2
    after = shown.after or ""
    left = _marked(shown.before or "", [(found.start, found.end) for found in shown.findings])
    right = _marked(after, _places(after, shown.stand_ins))
    before_state = after_state = False
    for one, other in beside(left, right, half):
        padding = " " * (half - columns(one))
        first, before_state = _drawn(one, before_state, _COLOURS["before"] if colour else "")
        second, after_state = _drawn(other, after_state, _COLOURS["after"] if colour else "")
        yield f"{first}{padding}{GAP}{second}".rstrip()


def _alone(shown: Shown, width: int, colour: bool) -> Iterator[str]:
    """A record that does not leave, with what was found in it."""
    left = _marked(shown.before or "", [(found.start, found.end) for found in shown.findings])
    state = False
    for line, _ in beside(left, "", width - 2):
        drawn, state = _drawn(line, state, _COLOURS["before"] if colour else "")
        yield f"  {drawn}".rstrip()


def _places(text: str, stand_ins: Sequence[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    position = 0
    for piece in stand_ins:
        at = text.find(piece, position) if piece else -1
        if at >= 0:
            position = at + len(piece)
            found.append((at, position))
    return found


def _marked(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """A text, safe to print but for its line ends, with marks around the ranges; those that overlap share theirs."""
    pieces, position = [], 0
    for start, end in _apart(ranges):
        pieces += [_safe(text[position:start]), OPEN, _safe(text[start:end]), CLOSE]
        position = end
    return "".join([*pieces, _safe(text[position:])]).removesuffix("\n")


def _apart(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    apart: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _safe(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(printable(_VARIANTS.sub("", line)) for line in lines)


def _drawn(line: str, inside: bool, colour: str) -> tuple[str, bool]:
    """A line with its marks as brackets, coloured; and whether a mark goes on in the next line."""
    drawn = [colour if inside else ""]
    for character in line:
        if character == OPEN:
            inside = True
            drawn += [colour, _MARKS[character]]
        elif character == CLOSE:
            inside = False
            drawn += [_MARKS[character], _PLAIN if colour else ""]
        else:
            drawn.append(character)
    return "".join([*drawn, _PLAIN if colour and inside else ""]), inside
