"""The formats a dataset can be exported in; apart from `formats`, so that ``--help`` need not load what writes them."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What `psi dataset export --format` takes."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    HF = "hf"
    ALPACA = "alpaca"
    CHAT = "chat"
