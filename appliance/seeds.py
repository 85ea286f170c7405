"""D_seed: the instances a person wrote, each with an ``instruction``, an ``input`` (may be empty) and an ``output``.

An ``id`` is optional; a seed without one is called by its number, such as ``seed-007``. `appliance.seed_files` says
which files hold seeds; the same seeds give the same instances from each of them.
"""

from __future__ import annotations

from pathlib import Path

from appliance.errors import InputError
from appliance.records import Instance
from appliance.seed_files import FIELDS, Row, check_names, read_rows
from appliance.text_file import refuse_control_characters

MAX_FIELD_CHARS = 100_000
"""Longer than any context of a model: a damaged file, not a seed."""
_REQUIRED = ("instruction", "output")


def load_seeds(path: Path) -> tuple[Instance, ...]:
    """Read and validate the seed set.

    Args:
        path: ``.jsonl``, ``.ndjson``, ``.json``, ``.csv`` or ``.parquet``.

    Raises:
        InputError: unreadable, another format, a missing, empty, unknown or repeated field, a repeated id; names file,
            line (row of Parquet), field and fix.
    """
    seeds: dict[str, Instance] = {}
    places: dict[str, str] = {}
    for number, row in enumerate(read_rows(path), start=1):
        seed = _instance(row, default_id=f"seed-{number:03d}")
        if seed.id in seeds:
            raise InputError(f"{row.where}: the id of this seed is used twice, first {places[seed.id]}; "
                             f"ids have to differ")
        seeds[seed.id], places[seed.id] = seed, row.place
    if not seeds:
        raise InputError(f"{path}: no seed instances in this file")
    return tuple(seeds.values())


def _instance(row: Row, default_id: str) -> Instance:
    values = _task(row) if "instances" in row.values else _named(row.values, row.where)
    texts = {name: _text(values.get(name), name, row.where) for name in FIELDS}
    for name in _REQUIRED:
        if not texts[name].strip():
            raise InputError(f"{row.where}: the field {name} is missing or empty")
    return Instance(texts["id"].strip() or default_id, texts["instruction"], texts["input"], texts["output"])


def _named(values: dict[str, object], where: str) -> dict[str, object]:
    return dict(zip(check_names(list(values), where, "field"), values.values(), strict=True))


def _task(row: Row) -> dict[str, object]:
    """One of the Self-Instruct seed tasks: ``instances`` holds input and output, names and classes are passed over."""
    instances = row.values["instances"]
    if not isinstance(instances, list) or len(instances) != 1 or not isinstance(instances[0], dict):
        raise InputError(f"{row.where}: the field instances has to be a list of one object with input and output; "
                         f"write one task for each")
    outer = {name: value for name, value in row.values.items()
             if name not in ("instances", "name", "is_classification")}
    return _named({**outer, **instances[0]}, row.where)


def _text(value: object, name: str, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{where}: the field {name} must be text; put quotes around it")
    text = value.replace("\r\n", "\n")
    if len(text) > MAX_FIELD_CHARS:
        raise InputError(f"{where}: the field {name} is longer than {MAX_FIELD_CHARS:,} characters; shorten it")
    refuse_control_characters(text, f"{where}: {name}")
    return text
