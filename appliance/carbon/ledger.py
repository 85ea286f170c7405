"""The energy ledger of a job: append-only JSON Lines, durable row by row; all totals come from its rows.

Each tick of the meter appends one row per source, and the rows of one source tile the time of an attempt. A
row without energy says which seconds are unknown and why. Rows of failed attempts stay and count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from appliance.artefact import Artefact
from appliance.errors import MeterError, StorageError
from appliance.units import Quality

LEDGER_NAME = "energy.jsonl"
OVERHEAD = "overhead"
"""The line of everything outside a stage."""
OPENING = "opening"
"""Note of the rows written while a source has not answered yet."""
LATE = "late: counted while the source gave no answer"
"""Note of energy that a source had counted during earlier unmetered rows."""
MICROJOULES_PER_JOULE = 1_000_000

Kind = Literal["started", "energy", "ended"]
Outcome = Literal["finished", "stopped"]


def microjoules(energy_joules: float) -> int:
    """Whole microjoules: the grid all ledger energies lie on, so that sums are exact."""
    return round(energy_joules * MICROJOULES_PER_JOULE)


def joules(energy_microjoules: int) -> float:
    """The inverse of `microjoules`."""
    return energy_microjoules / MICROJOULES_PER_JOULE


def weakest(qualities: Iterable[Quality]) -> Quality | None:
    """The quality a sum deserves: estimated before modelled before measured; None of nothing."""
    return max(qualities, key=list(Quality).index, default=None)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row.

    Attributes:
        seq: position in the ledger, from 0.
        kind: ``started`` and ``ended`` frame an attempt; one without ``ended`` was killed.
        stage: what the job was doing, `OVERHEAD` outside any stage.
        source: which source, None in a row that only frames or only carries tokens.
        energy_joules: joules since this source's last good row, on the microjoule grid; None while unknown.
        parts_joules: the same by component.
        duration_s: seconds this row covers, up to `t_mono`; 0 for energy that arrived late.
        t_mono: seconds of the monotonic clock, comparable only under the same `boot_id`.
        t_utc: wall clock, RFC 3339.
        prompt_tokens: tokens since the last tick, in the first row of a tick only.
        interval_s: in ``started``: the most a kill can lose.
        outcome: in ``ended``: whether the job got to its end.
        note: why the energy is unknown or late.
    """

    seq: int
    job: str
    attempt: int
    stage: str
    source: str | None
    quality: Quality | None
    energy_joules: float | None
    duration_s: float
    t_mono: float
    t_utc: str
    boot_id: str | None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    kind: Kind = "energy"
    parts_joules: dict[str, float] = field(default_factory=dict)
    interval_s: float | None = None
    outcome: Outcome | None = None
    note: str | None = None

    @property
    def unmetered(self) -> bool:
        """Whether this row stands for seconds whose energy is unknown."""
        return self.kind == "energy" and self.energy_joules is None


_ROW: TypeAdapter[LedgerRow] = TypeAdapter(LedgerRow)


class Ledger:
    """The rows of one job. One writer at a time: the meter of the running attempt.

    Args:
        path: the file, `LEDGER_NAME` in the job's folder; a torn last line is cut off.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._artefact = Artefact(path)

    def rows(self) -> Iterator[LedgerRow]:
        """All rows in order; see `read_ledger`."""
        return read_ledger(self.path)

    def __iter__(self) -> Iterator[LedgerRow]:
        return self.rows()

    def append(self, rows: Sequence[LedgerRow]) -> None:
        """Append rows as one write and make them durable; all or none.

        Raises:
            MeterError: the disk refused.
        """
        try:
            self._artefact.append([_encode(row) for row in rows])
        except StorageError as error:
            raise MeterError(f"{self.path}: cannot write the energy ledger") from error


def read_ledger(path: Path) -> Iterator[LedgerRow]:
    """All rows of a ledger in order, also of one that is being written; nothing is changed.

    A last line without its newline is left out: it was never reported durable. No file means no rows.

    Raises:
        MeterError: a line is damaged or missing; names the file and line.
    """
    if not path.exists():
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream):
            if line.endswith(b"\n"):
                yield _decode(line, number, f"{path}:{number + 1}")


def _decode(line: bytes, number: int, where: str) -> LedgerRow:
    try:
        row = _ROW.validate_json(line)
    except ValidationError as error:
        fields = ", ".join(str(item["loc"][0]) if item["loc"] else "not JSON"
                           for item in error.errors(include_input=False, include_url=False))
        raise MeterError(f"{where}: not a row of an energy ledger ({fields})") from error
    if row.seq != number:
        raise MeterError(f"{where}: row {row.seq} where row {number} belongs; the ledger was altered")
    return row


def _encode(row: LedgerRow) -> dict[str, Any]:
    """The row without what is at its default, which is most of it."""
    return {name: value for name, value in asdict(row).items()
            if name not in _DEFAULTS or value != _DEFAULTS[name]}


_DEFAULTS: dict[str, Any] = {"prompt_tokens": 0, "completion_tokens": 0, "kind": "energy", "parts_joules": {},
                             "interval_s": None, "outcome": None, "note": None}
