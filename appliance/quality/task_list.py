"""From a list of tasks that a model wrote to the fields of each instance. What does not parse is counted, not repaired.

The form is that of Alpaca, which Table 8 of arXiv 2507.05991 keeps: tasks with the labels ``n. Instruction:``,
``n. Input:`` and ``n. Output:`` at the beginning of a line, parted by ``###``. Models stray from it in ways that leave
no doubt about what they mean, and those are read: bold labels, a heading ``Task n``, a number on the first label only,
no ``###``, empty lines. Anything else makes the task malformed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from appliance.quality.terms import one_line

NO_INPUT = "<noinput>"

_MARKS = r"[ \t]*(?:[#>*_-]+[ \t]*)*"
_LABEL = re.compile(rf"^{_MARKS}(?:Task[ \t]+)?(?P<number>\d{{1,3}})?[ \t]*[.):]?[ \t]*[*_]*"
                    r"(?P<name>Instruction|Input|Output)[ \t]*[*_]*[ \t]*:(?P<rest>[*_]*)[ \t]*",
                    re.MULTILINE | re.IGNORECASE)
_SEPARATOR = re.compile(r"^[ \t]*#{3,}[ \t]*$|[ \t]+#{3,}[ \t]*$", re.MULTILINE)
# What may stand between two tasks: a heading such as `**Task 5**` or `## 5.`, a rule.
_HEADING = re.compile(rf"\n(?:{_MARKS}Task[ \t]+|[ \t]*(?:#+|\*\*)[ \t]*)\d{{1,3}}[ \t]*[.:)]?[ \t]*[*_]*[ \t]*[.:]?\Z",
                      re.IGNORECASE)
_RULE = re.compile(r"\n[ \t]*(?:[-=_*]{3,}|#{3,})[ \t]*\Z")
_NOTHING = re.compile(r"<?\s*no[\s_-]?input\s*>?\.?|n/a|none\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fields:
    """The three fields of one instance; input and output may be empty."""

    instruction: str
    input: str
    output: str


Fault = Literal["malformed", "truncated"]


@dataclass(frozen=True, slots=True)
class _Label:
    name: str
    number: int | None
    start: int
    end: int


def task_list(text: str, first: int, truncated: bool) -> list[Fields | Fault]:
    """The tasks of a list, in order; for one that cannot be used, why.

    Args:
        text: what the model wrote after the label ``{first}. Instruction:``, with or without writing it again.
        first: number of the first task in it.
        truncated: the generation hit its length limit, so that a last task without an end is incomplete.

    Returns:
        One item per task that was begun; empty if nothing looks like a task.
    """
    given = text.strip()
    if not _begins_a_task(given):
        given = f"{first}. Instruction: {given}"
    starts = list(_starts(given))
    ends = [start.start for start in starts[1:]] + [len(given)]
    tasks = [_task(given, start, end) for start, end in zip(starts, ends, strict=True)]
    if truncated and tasks and not _ended(given, starts[-1]):
        tasks[-1] = "truncated"
    return tasks if any(label.name == "output" for label in _labels(given)) else []


def _begins_a_task(text: str) -> bool:
    labels = list(_labels(text))
    return bool(labels) and labels[0].name == "instruction"


def _labels(text: str, start: int = 0, end: int | None = None) -> Iterator[_Label]:
    for match in _LABEL.finditer(text, start, len(text) if end is None else end):
        number = match["number"]
        # Stars after the colon close a bold label; where none was opened they belong to the text.
        bold = any(mark in text[match.start():match.start("rest")] for mark in ("**", "__"))
        stop = match.end() if bold or not match["rest"] else match.start("rest")
        yield _Label(match["name"].lower(), int(number) if number else None, match.start(), stop)


def _starts(text: str) -> Iterator[_Label]:
    """Labels that begin a task: a numbered instruction, or one right after a heading or a separator."""
    for label in _labels(text):
        if label.name == "instruction" and (label.number is not None or _stands_apart(text[:label.start])):
            yield label


def _stands_apart(before: str) -> bool:
    before = f"\n{before.rstrip()}"
    return before == "\n" or bool(_HEADING.search(before) or _RULE.search(before))


def _task(text: str, start: _Label, end: int) -> Fields | Fault:
    """One task: its own two other labels, once each and in order; unnumbered ones only if it has no numbered ones."""
    inside = list(_labels(text, start.end, end))
    own = [label for label in inside if label.number is not None and label.number == start.number]
    others = own or [label for label in inside if label.number is None]
    if [label.name for label in others] != ["input", "output"]:
        return "malformed"
    given, output = others
    instruction = one_line(_trimmed(text[start.end:given.start]))
    written = _trimmed(text[given.end:output.start])
    if not instruction:
        return "malformed"
    return Fields(instruction, "" if _NOTHING.fullmatch(written) else written, _output(text[output.end:end]))


def _output(text: str) -> str:
    """What is left of a region after its output label, without what announces the next task."""
    return _trimmed(_SEPARATOR.split(text, maxsplit=1)[0])


def _trimmed(text: str) -> str:
    text = text.strip()
    while True:
        shorter = _RULE.sub("", _HEADING.sub("", text)).strip()
        if shorter == text:
            return text
        text = shorter


def _ended(text: str, last: _Label) -> bool:
    """Whether a separator follows the output of the last task."""
    outputs = [label for label in _labels(text, last.end) if label.name == "output"]
    return bool(outputs) and bool(_SEPARATOR.search(text, outputs[0].end))

