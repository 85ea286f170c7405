"""The dataset as a file to hand over: complete or absent, never half."""

from __future__ import annotations

import json
from pathlib import Path

from appliance.artefact import Artefact, write_durably
from appliance.records import Principle


def export_dataset(generated: Artefact, path: Path) -> int:
    """Write accepted instances, with their provenance, as ``dataset.jsonl``.

    Returns:
        How many instances there are.
    """
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in generated.rows()]
    write_durably(path, "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def export_principles(used: Artefact, path: Path) -> tuple[Principle, ...]:
    """Write the principles that generation worked under as ``principles.json``; returns them."""
    principles = tuple(map(Principle.from_row, used.rows()))
    document = json.dumps([principle.to_row() for principle in principles], ensure_ascii=False, indent=2)
    write_durably(path, document.encode() + b"\n")
    return principles
