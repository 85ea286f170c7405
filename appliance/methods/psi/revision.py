"""What a person did to the principles of a job: the edit and the acceptance, two small files in its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.artefact import write_durably
from appliance.errors import InputError
from appliance.records import Principle, sha256_hex

EDITED, ACCEPTED = "principles.edited.json", "principles.accepted.json"


@dataclass(frozen=True, slots=True)
class Revision:
    """The list of principles as a person left it.

    Attributes:
        principles: all of them, edited or not, in order.
        by: who, as the operating system knows them.
        at_utc: when, RFC 3339.
        reason: why, in their words; None when they gave none.
        edited_sha256: `principles_sha256` of the list they edited.
    """

    principles: tuple[Principle, ...]
    by: str
    at_utc: str
    reason: str | None
    edited_sha256: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a person read the principles and lets generation begin under them.

    Attributes:
        accepted_sha256: `principles_sha256` of the list they read; another list needs another acceptance.
    """

    by: str
    at_utc: str
    accepted_sha256: str


def principles_sha256(principles: Sequence[Principle]) -> str:
    """A hash of a list of principles, order included."""
    rows = [principle.to_row() for principle in principles]
    return sha256_hex(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode())


def write_revision(directory: Path, revision: Revision) -> None:
    """Keep an edit; it takes effect when the stage ``principles`` runs next."""
    _write(directory / EDITED, asdict(revision))


def read_revision(directory: Path) -> Revision | None:
    """The last edit, None without one.

    Raises:
        InputError: the file is damaged.
    """
    row = _read(directory / EDITED)
    try:
        return row and Revision(tuple(map(Principle.from_row, row["principles"])), row["by"], row["at_utc"],
                                row["reason"], row["edited_sha256"])
    except (KeyError, TypeError) as error:
        raise _damaged(directory / EDITED) from error


def write_acceptance(directory: Path, acceptance: Acceptance) -> None:
    """Keep an acceptance."""
    _write(directory / ACCEPTED, asdict(acceptance))


def read_acceptance(directory: Path) -> Acceptance | None:
    """The last acceptance, None without one.

    Raises:
        InputError: the file is damaged.
    """
    row = _read(directory / ACCEPTED)
    try:
        return row and Acceptance(row["by"], row["at_utc"], row["accepted_sha256"])
    except (KeyError, TypeError) as error:
        raise _damaged(directory / ACCEPTED) from error


def _write(path: Path, row: dict[str, Any]) -> None:
    write_durably(path, json.dumps({"schema": 1, **row}, ensure_ascii=False, indent=2).encode() + b"\n")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> InputError:
    return InputError(f"{path}: this file is damaged; restore it, or move it away to go on without it")
