"""The files that hold seeds, by suffix, read as rows; nothing in here knows what a good seed is.

======================  ===============================================================================================
``.jsonl`` ``.ndjson``  one JSON object a line
``.json``               one array of such objects, as Alpaca's data
``.csv``                RFC 4180 with a header line; commas, or semicolons as spreadsheets of many countries write them
``.parquet``            text columns
======================  ===============================================================================================

A row of the JSON formats may also be a Self-Instruct seed task. Names of fields and columns are read without regard to
case and surrounding blanks. Messages give the place of an unknown name and never the name: a file without a header
line has a record there.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from appliance.errors import InputError
from appliance.text_file import read_lines, read_text, too_large

FIELDS = ("id", "instruction", "input", "output")
SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".parquet")
MAX_BYTES = 256_000_000
"""Of the file; of Parquet, unpacked."""
# What other data sets call these fields: proposed in a message, never assumed.
_CALLED = {"answer": "output", "completion": "output", "response": "output", "reply": "output", "target": "output",
           "prompt": "instruction", "question": "instruction", "task": "instruction", "context": "input"}
_BLANK = re.compile(r"\s*")
_BATCH_ROWS = 256


@dataclass(frozen=True, slots=True)
class Row:
    """One record, unchecked.

    Attributes:
        path: the file.
        place: where in it, such as ``in line 3``.
        where: both, as messages begin: ``seeds.jsonl:3``.
    """

    path: Path
    place: str
    where: str
    values: dict[str, object]


def read_rows(path: Path) -> Iterator[Row]:
    """The records of a file, one in memory at a time (of ``.json`` the text of the whole file).

    Raises:
        InputError: unreadable, too large, or not what its suffix says; names file, line and fix.
    """
    readers = {".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json_array, ".csv": _csv, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: seeds are read from {', '.join(SUFFIXES)} files; rename or convert this one")
    return reader(path)


def check_names(names: Sequence[object], where: str, noun: str) -> list[str]:
    """The fields that some names mean, in the same order.

    Args:
        names: as they stand in the file.
        where: for the message.
        noun: ``field`` or ``column``.

    Raises:
        InputError: one is unknown or repeated; proposes the nearest known name.
    """
    meant = [str(name).strip().casefold() for name in names]
    unknown = [number for number, name in enumerate(meant, start=1) if name not in FIELDS]
    if unknown:
        name = meant[unknown[0] - 1]
        nearest = _CALLED.get(name) or next(iter(get_close_matches(name, FIELDS)), None)
        advice = f"rename it to {nearest}" if nearest else "remove it"
        raise InputError(f"{where}: {len(unknown)} unknown {noun}(s), the first is {noun} {unknown[0]}; {advice} "
                         f"(known are {', '.join(FIELDS)})")
    if len(set(meant)) != len(meant):
        raise InputError(f"{where}: a {noun} stands twice; remove one")
    return meant


def _json_lines(path: Path) -> Iterator[Row]:
    for number, line in read_lines(path, MAX_BYTES):
        if line.strip():
            where = f"{path}:{number}"
            hint = "an array belongs in a .json file" if line.lstrip().startswith("[") else "each line holds one"
            values, end = _object(line, 0, where, hint)
            if line[end:].strip():
                raise InputError(f"{where}: not a JSON object; {hint}")
            yield Row(path, f"in line {number}", where, values)


def _json_array(path: Path) -> Iterator[Row]:
    text = read_text(path, MAX_BYTES)
    at = _skip(text, 0)
    if text[at:at + 1] != "[":
        raise InputError(f"{path}:1: not a JSON array; objects one a line belong in a .jsonl file")
    at, number, line, counted = _skip(text, at + 1), 0, 1, 0
    while text[at:at + 1] != "]":
        line, counted, number = line + text.count("\n", counted, at), at, number + 1
        where = f"{path}:{line}: item {number}"
        values, at = _object(text, at, where, "the array holds one for each seed")
        yield Row(path, f"in line {line} as item {number}", where, values)
        at = _skip(text, at)
        if text[at:at + 1] == "," and text[(after := _skip(text, at + 1)):after + 1] != "]":
            at = after
        elif text[at:at + 1] != "]":
            raise InputError(f"{where}: one comma or the closing bracket has to follow this item")
    if text[at + 1:].strip():
        raise InputError(f"{path}: something stands after the closing bracket of the array; remove it")


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _object(text: str, at: int, where: str, hint: str) -> tuple[dict[str, object], int]:
    try:
        values, end = _DECODER.raw_decode(text, _skip(text, at))
    except _Repeated as error:
        raise InputError(f"{where}: a field stands twice; remove one") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not a JSON object; {hint}") from error
    if not isinstance(values, dict):
        raise InputError(f"{where}: expected a JSON object with instruction, input and output; {hint}")
    return values, end


class _Repeated(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise _Repeated
    return row


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _csv(path: Path) -> Iterator[Row]:
    rows = _csv_rows(path, _separator(path))
    begins, header = next(rows, (0, []))
    if not header:
        return
    columns = check_names(header, f"{path}:{begins}", "column")
    _refuse_missing(columns, f"{path}:{begins}", "the first line has to name the columns")
    for number, cells in rows:
        if len(cells) != len(columns):
            raise InputError(f"{path}:{number}: {len(cells)} cells where the first line names {len(columns)} columns; "
                             f"put quotes around a text that holds a separator")
        yield Row(path, f"in line {number}", f"{path}:{number}", dict(zip(columns, cells, strict=True)))


def _separator(path: Path) -> str:
    """The one under which more known columns stand in the first line."""
    header = next((line for _, line in read_lines(path, MAX_BYTES) if line.strip()), "")
    known = {separator: sum(name.strip(' "').casefold() in FIELDS for name in header.split(separator))
             for separator in (",", ";")}
    return ";" if known[";"] > known[","] else ","


def _csv_rows(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the number of the line they begin in."""
    reader = csv.reader((line + "\n" for _, line in read_lines(path, MAX_BYTES)), delimiter=separator, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError(f"{path}:{begins}: a quote is not closed, or stands inside a text; "
                             f"write \"\" for a quote inside a quoted text") from error
        if cells is None:
            return
        if cells:
            yield begins, cells


def _parquet(path: Path) -> Iterator[Row]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(f"{path}: reading Parquet takes pyarrow; "
                         f"install the extra: pip install 'psi-appliance[parquet]'") from error
    try:
        # Repeated texts stay packed until their row is read: a few kB can hold gigabytes.
        packed = [column.name for column in pyarrow.parquet.read_schema(path)
                  if column.name.strip().casefold() in FIELDS and column.type == pyarrow.string()]
        with pyarrow.parquet.ParquetFile(path, read_dictionary=packed) as file:
            yield from _parquet_rows(path, file)
    except (pyarrow.ArrowException, OSError) as error:
        reason = getattr(error, "strerror", None) or "damaged, encrypted or not a Parquet file"
        raise InputError(f"{path}: cannot be read ({reason}); write it again") from error


def _parquet_rows(path: Path, file: Any) -> Iterator[Row]:
    groups = [file.metadata.row_group(group) for group in range(file.metadata.num_row_groups)]
    if sum(group.total_byte_size for group in groups) > MAX_BYTES:
        raise too_large(path, MAX_BYTES)
    # pandas writes its row labels as a column of this name.
    columns = [name for name in file.schema_arrow.names if not name.startswith("__index_level_")]
    if "instances" not in columns:
        _refuse_missing(check_names(columns, str(path), "column"), str(path), "seeds have these columns")
    number = unpacked_chars = 0
    for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
        for offset in range(batch.num_rows):
            number += 1
            where = f"{path}: row {number}"
            try:
                [values] = batch.slice(offset, 1).to_pylist()
            except UnicodeDecodeError as error:
                raise InputError(f"{where}: not UTF-8; write the file again from UTF-8 text") from error
            unpacked_chars += sum(len(value) for value in values.values() if isinstance(value, str))
            if unpacked_chars > MAX_BYTES:
                raise too_large(path, MAX_BYTES)
            yield Row(path, f"in row {number}", where, values)


def _refuse_missing(columns: Sequence[str], where: str, rule: str) -> None:
    missing = [name for name in ("instruction", "output") if name not in columns]
    if missing:
        raise InputError(f"{where}: no column {missing[0]}; {rule}: instruction, input, output")
