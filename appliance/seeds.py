"""D_seed: the instances a person wrote, one JSON object a line (``instruction``, ``input``, ``output``, ``id``)."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from appliance.errors import InputError
from appliance.records import Instance

_FIELDS = {"id", "instruction", "input", "output"}


def load_seeds(path: Path) -> tuple[Instance, ...]:
    """Read and validate the seed set.

    Raises:
        InputError: unreadable, not UTF-8, not JSON Lines, a missing, empty, unknown or repeated field, a repeated id;
            names file, line and field.
    """
    seeds: dict[str, Instance] = {}
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        seed = _parse(line, f"{path}:{number}", default_id=f"seed-{len(seeds) + 1:03d}")
        if seed.id in seeds:
            raise InputError(f"{path}:{number}: the id {seed.id!r} is used twice")
        seeds[seed.id] = seed
    if not seeds:
        raise InputError(f"{path}: no seed instances in this file")
    return tuple(seeds.values())


def read_text(path: Path) -> str:
    """A whole UTF-8 text file, refusing what no text holds.

    Raises:
        InputError: unreadable, not UTF-8, or with control characters.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        _refuse_control_characters(line, f"{path}:{number}")
    return text


def _parse(line: str, where: str, default_id: str) -> Instance:
    try:
        row = json.loads(line, object_pairs_hook=_unique, parse_constant=_no_constant)
    except _Repeated as error:
        raise InputError(f"{where}: a field stands twice in this line") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not a JSON object; each line holds one") from error
    if not isinstance(row, dict):
        raise InputError(f"{where}: expected a JSON object with instruction, input and output")
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise InputError(f"{where}: {len(unknown)} unknown field(s); allowed are {', '.join(sorted(_FIELDS))}")
    values = {name: _text(row, name, where) for name in ("instruction", "input", "output")}
    for name in ("instruction", "output"):
        if not values[name].strip():
            raise InputError(f"{where}: the field {name} is missing or empty")
    identifier = row.get("id", default_id)
    if not isinstance(identifier, str) or not identifier.strip():
        raise InputError(f"{where}: the field id must be text")
    _refuse_control_characters(identifier, f"{where}: id")
    return Instance(identifier, values["instruction"], values["input"], values["output"])


def _text(row: dict[str, Any], name: str, where: str) -> str:
    value = row.get(name) if row.get(name) is not None else ""
    if not isinstance(value, str):
        raise InputError(f"{where}: the field {name} must be text")
    _refuse_control_characters(value.replace("\n", " "), f"{where}: {name}")
    return value


def _refuse_control_characters(text: str, where: str) -> None:
    for character in text:
        if character != "\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise InputError(f"{where}: control character U+{ord(character):04X}; remove it")


class _Repeated(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise _Repeated
    return row


def _no_constant(name: str) -> None:
    raise ValueError(name)
