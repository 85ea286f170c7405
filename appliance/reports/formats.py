"""The bytes of a dataset in each format; the same dataset gives the same bytes every time.

``jsonl``, ``parquet`` and ``hf`` carry the columns of `rows.COLUMNS`. ``alpaca`` and ``chat`` carry what trainers
expect and, on request, the same columns beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from appliance.errors import ApplianceError
from appliance.records import sha256_hex
from appliance.reports.card import dataset_card
from appliance.reports.dataset import Dataset
from appliance.reports.format import Format
from appliance.reports.publish import publish_file, publish_folder
from appliance.reports.rows import COLUMNS, flat_rows

PARQUET_FILE = "data/train-00000-of-00001.parquet"
# Line breaks to Python's str.splitlines, though not to JSON: a reader that uses it would tear a row apart.
_LINE_BREAKS = str.maketrans({character: f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"})


def write_dataset(dataset: Dataset, kind: Format, path: Path, *, force: bool = False,
                  with_provenance: bool = False) -> list[dict[str, Any]]:
    """Write a dataset durably, complete or not at all.

    Returns:
        Path, bytes and SHA-256 of each file.

    Raises:
        InputError: something is there already, or nothing can be written there.
        StorageError: the disk refused.
        ApplianceError: pyarrow is needed and not installed.
        MeterError: the energy ledger is damaged.
    """
    if kind is Format.HF:
        files = folder_files(dataset)
        publish_folder(path, files, force=force)
        return [_written(path / name, data) for name, data in files.items()]
    data = file_bytes(dataset, kind, with_provenance=with_provenance)
    publish_file(path, data, force=force)
    return [_written(path, data)]


def _written(path: Path, data: bytes) -> dict[str, Any]:
    return {"path": str(path.absolute()), "bytes": len(data), "sha256": sha256_hex(data)}


def file_bytes(dataset: Dataset, kind: Format, *, with_provenance: bool = False) -> bytes:
    """The content of a one-file format.

    Raises:
        ApplianceError: ``parquet`` without pyarrow.
        MeterError: the energy ledger is damaged.
    """
    match kind:
        case Format.JSONL:
            return _json_lines(flat_rows(dataset))
        case Format.PARQUET:
            return parquet_bytes(dataset)
        case Format.ALPACA:
            return _json_array(_trainer_rows(dataset, _alpaca, with_provenance))
        case Format.CHAT:
            return _json_lines(_trainer_rows(dataset, _chat, with_provenance))
        case Format.HF:
            raise ValueError("a Hugging Face dataset is a folder: see folder_files")


def folder_files(dataset: Dataset) -> dict[str, bytes]:
    """The files of a Hugging Face dataset folder, which `datasets.load_dataset` reads as it is.

    Raises:
        ApplianceError: pyarrow is not installed.
        MeterError: the energy ledger is damaged.
    """
    return {PARQUET_FILE: parquet_bytes(dataset), "README.md": dataset_card(dataset).encode()}


def parquet_bytes(dataset: Dataset) -> bytes:
    """One Parquet file with the columns of `rows.COLUMNS`.

    Raises:
        ApplianceError: pyarrow is not installed.
        MeterError: the energy ledger is damaged.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ApplianceError("this format needs pyarrow, which is not installed: pip install "
                             "'psi-appliance[parquet]', or export as jsonl") from error
    types = {"string": pyarrow.string(), "json": pyarrow.string(), "bool": pyarrow.bool_(), "int64": pyarrow.int64(),
             "double": pyarrow.float64(), "list": pyarrow.list_(pyarrow.string())}
    schema = pyarrow.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    table = pyarrow.Table.from_pylist([_with_json_text(row) for row in flat_rows(dataset)], schema=schema)
    stream = pyarrow.BufferOutputStream()
    parquet.write_table(table, stream, compression="zstd")
    return bytes(stream.getvalue())


def _with_json_text(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _json(value) if COLUMNS[name] == "json" and value is not None else value
            for name, value in row.items()}


def _alpaca(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("instruction", "input", "output")}


def _chat(row: Mapping[str, Any]) -> dict[str, Any]:
    asked = f"{row['instruction']}\n\n{row['input']}" if row["input"] else row["instruction"]
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": row["output"]}]}


def _trainer_rows(dataset: Dataset, shape: Callable[[Mapping[str, Any]], dict[str, Any]],
                  with_provenance: bool) -> Iterator[dict[str, Any]]:
    if not with_provenance:
        # Without the ledger and all that: nothing of it is shown.
        yield from (shape(instance.texts()) for instance in dataset.instances)
        return
    for row in flat_rows(dataset):
        yield shape(row) | {name: row[name] for name in COLUMNS if name not in ("instruction", "input", "output")}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=isinstance(value, dict)).translate(_LINE_BREAKS)


def _json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False).translate(_LINE_BREAKS)}\n" for row in rows).encode()


def _json_array(rows: Iterable[Mapping[str, Any]]) -> bytes:
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, indent=2).translate(_LINE_BREAKS) for row in rows)
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"
