"""From what the model wrote to the fields of an instance. What does not parse is rejected, never repaired."""

from __future__ import annotations

import re
from dataclasses import dataclass

NO_INPUT = "<noinput>"


@dataclass(frozen=True, slots=True)
class Fields:
    """The three fields of one instance, each on one line."""

    instruction: str
    input: str
    output: str


def one_line(text: str) -> str:
    """The text with every run of whitespace as one blank."""
    return " ".join(text.split())


def task_list(text: str, first: int, truncated: bool) -> list[Fields]:
    """The instances of a numbered task list in the format of the instance-generation prompt.

    The format is that of Alpaca, which Table 8 of arXiv 2507.05991 keeps: tasks separated by ``###``, each with
    ``n. Instruction:``, ``n. Input:`` and ``n. Output:``.

    Args:
        text: the list, beginning with the label ``{first}. Instruction:``.
        first: number of the first task in it.
        truncated: the generation hit its length limit, so that its last task is incomplete and dropped.

    Returns:
        Well-formed tasks only; an input of `NO_INPUT` becomes empty.
    """
    chunks = re.split(r"\n?###\n?", text)
    if truncated:
        chunks = chunks[:-1]
    parsed = (_task(chunk, number) for number, chunk in enumerate(chunks, start=first))
    return [fields for fields in parsed if fields is not None]


def _task(chunk: str, number: int) -> Fields | None:
    pieces = re.split(rf"(?m)^{number}\. (Instruction|Input|Output):", chunk.strip())
    if pieces[1::2] != ["Instruction", "Input", "Output"] or pieces[0].strip():
        return None
    instruction, given, output = (piece.strip() for piece in pieces[2::2])
    given = "" if given.lower() == NO_INPUT else given
    return Fields(one_line(instruction), given, output) if instruction and output else None
