"""Principles as people write them: one a line in a text file, or the JSON that ``psi principles export`` writes.

::

    # A comment.
    H-1: State prices exactly as the source gives them.
    Answer the question that was asked.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.errors import InputError
from appliance.methods.psi.clusters.grouping import normalised
from appliance.records import Principle
from appliance.reflect.parse import MAX_WORDS, one_line
from appliance.text_file import read_text

MAX_FILE_BYTES = 1_000_000
DEMONSTRATION = "# DEMONSTRATION"
# L- and H- are the reflector's, U- a person's. A line need not have one.
_ID = re.compile(r"([LHU]-\d[\d-]{0,30}):(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Line:
    """One principle of a file.

    Attributes:
        where: file and line, or entry, for messages.
        id: as the file gives it, None without.
        demonstration: the file says that the stand-in wrote it.
    """

    where: str
    id: str | None
    text: str
    demonstration: bool = False


def load_principles(path: Path) -> tuple[Principle, ...]:
    """Principles that a person brings for a new job (``principles.source``).

    Returns:
        In the order of the file. What has an id there keeps it; the others are ``U-1``, ``U-2`` and so on. All count
        as a person's, whoever wrote them first.

    Raises:
        InputError: unreadable, not UTF-8, control characters, none at all, an empty one, one that is too long, or
            one that stands there twice; names file and line.
    """
    return revised((), read_lines(path))


def read_lines(path: Path) -> tuple[Line, ...]:
    """The principles of a file, checked.

    Raises:
        InputError: as for `load_principles`.
    """
    text = read_text(path, MAX_FILE_BYTES)
    lines = _from_json(path, text) if text.lstrip().startswith(("{", "[")) else _from_text(path, text)
    if not lines:
        raise InputError(f"{path}: no principle in this file; write one a line")
    _check(lines)
    return tuple(lines)


def revised(current: Sequence[Principle], lines: Iterable[Line]) -> tuple[Principle, ...]:
    """What a list of principles becomes when a person replaces it by these lines.

    A line that says what a principle of the list says stays that principle. Anything else is the person's: under the
    id of a principle of the list it is an edit of that one, under an id of its own it keeps that, otherwise it gets
    the next free ``U-`` number. An edit gets a number of its own too, so that an id never means two texts of which
    one is the reflector's.
    """
    lines = tuple(lines)
    known = {principle.id: principle for principle in current}
    by_text = {principle.text: principle for principle in current}
    taken = {*known, *(line.id for line in lines if line.id)}
    made: list[Principle] = []
    for line in lines:
        same = known.get(line.id) if line.id else by_text.get(line.text)
        if same is not None and same.text == line.text:
            made.append(same)
            continue
        made.append(_by_a_person(line, same, taken))
        taken.add(made[-1].id)
    return tuple(made)


def as_lines(principles: Iterable[Principle]) -> str:
    """Principles as a file that `read_lines` reads."""
    return "".join(f"{principle.id}: {principle.text}\n" for principle in principles)


def _by_a_person(line: Line, before: Principle | None, taken: set[str]) -> Principle:
    if before is None:
        return Principle(line.id or _free(taken), line.text, (), None, line.demonstration, "person")
    if before.origin == "person":
        return replace(before, text=line.text)
    return Principle(_free(taken), line.text, (before.id,), None, before.demonstration, origin="person")


def _free(taken: set[str]) -> str:
    number = 1
    while f"U-{number}" in taken:
        number += 1
    return f"U-{number}"


def _from_text(path: Path, text: str) -> list[Line]:
    lines = []
    # The mark of an export is about some of its principles; which ones is not said, so it counts for all.
    demonstration = any(line.startswith(DEMONSTRATION) for line in text.split("\n"))
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.strip()
        if content and not content.startswith("#"):
            found = _ID.match(content)
            lines.append(Line(f"{path}:{number}", found[1] if found else None,
                              one_line(content[found.end():] if found else content), demonstration))
    return lines


def _from_json(path: Path, text: str) -> list[Line]:
    try:
        document = json.loads(text)
        rows = document["principles"] if isinstance(document, dict) else document
        return [_from_row(row, f"{path}: entry {number}") for number, row in enumerate(rows, start=1)]
    except InputError:
        raise
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise InputError(f"{path}: begins like JSON and is not what `psi principles export` writes; "
                         f"a text file has one principle a line") from error


def _from_row(row: object, where: str) -> Line:
    if isinstance(row, str):
        row = {"text": row}
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError(f"{where}: a principle is an object with a text")
    identifier = row.get("id")
    if identifier is not None and not (isinstance(identifier, str) and _ID.fullmatch(f"{identifier}:")):
        raise InputError(f"{where}: an id is L-, H- or U- and a number, such as U-1")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in row["text"] if character not in "\t\n"):
        raise InputError(f"{where}: control characters in the text; remove them")
    return Line(where, identifier, one_line(row["text"]), row.get("demonstration") is True)


def _check(lines: Sequence[Line]) -> None:
    ids: dict[str, str] = {}
    texts: dict[str, str] = {}
    for line in lines:
        words = len(line.text.split())
        if not words:
            raise InputError(f"{line.where}: this principle is empty; write it or remove the line")
        if words > MAX_WORDS:
            raise InputError(f"{line.where}: {words} words; a principle has at most {MAX_WORDS}")
        if line.id and (first := ids.setdefault(line.id, line.where)) != line.where:
            raise InputError(f"{line.where}: the id {line.id} is already used in {first}")
        if (first := texts.setdefault(normalised(line.text), line.where)) != line.where:
            raise InputError(f"{line.where}: the same principle stands in {first}; remove one")
