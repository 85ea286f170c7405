"""From ledger rows to energy and emissions per stage, per attempt and in all; None where unknown, never 0.

Emissions are kWh x PUE x grid intensity (arXiv 2507.05991, A.4). Energies of different quality stay apart;
where they are added, the shares are given beside the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from appliance.carbon.ledger import OPENING, LedgerRow, Outcome, joules, microjoules, weakest
from appliance.units import Quality, emissions_kgco2e, joules_to_kwh

_Key = TypeVar("_Key", str, int)


@dataclass(frozen=True, slots=True)
class Energy:
    """An amount of local energy.

    Attributes:
        energy_joules: by quality; empty while unknown.
        emissions_kgco2e: of all of it, None while unknown.
    """

    energy_joules: Mapping[Quality, float]
    emissions_kgco2e: float | None

    @property
    def total_joules(self) -> float | None:
        """All qualities together: show `share` beside it."""
        return sum(self.energy_joules.values()) if self.energy_joules else None

    @property
    def share(self) -> dict[Quality, float]:
        """Fraction of the total by quality; empty where the total is unknown or nothing."""
        total = self.total_joules
        return {quality: amount / total for quality, amount in self.energy_joules.items()} if total else {}

    @property
    def quality(self) -> Quality | None:
        """The weakest quality in the total."""
        return weakest(self.energy_joules)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; ``energy_joules`` is the total."""
        total = self.total_joules
        return {"energy_joules": total, "energy_kwh": None if total is None else joules_to_kwh(total),
                "emissions_kgco2e": self.emissions_kgco2e, "quality": self.quality,
                "by_quality": {str(quality): amount for quality, amount in self.energy_joules.items()},
                "share_by_quality": {str(quality): part for quality, part in self.share.items()}}


@dataclass(frozen=True, slots=True)
class Unmetered:
    """Seconds whose energy is unknown; energy marked as late may cover them without saying when it fell.

    Attributes:
        source: None where the whole meter was missing.
        from_utc: RFC 3339, None where only the end is known.
        duration_s: at most, where the meter was killed.
    """

    attempt: int
    source: str | None
    stage: str
    from_utc: str | None
    to_utc: str
    duration_s: float | None
    note: str

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class StageCarbon:
    """One stage over all attempts.

    Attributes:
        prompt_tokens: read by the local model.
        completion_tokens: written by the local model.
        unmetered_s: seconds unknown, by source.
    """

    stage: str
    attempts: tuple[int, ...]
    wall_s: float
    prompt_tokens: int
    completion_tokens: int
    energy: Energy
    unmetered_s: Mapping[str, float]

    @property
    def joules_per_completion_token(self) -> float | None:
        """Joules of all qualities per token written."""
        total = self.energy.total_joules
        return None if total is None or not self.completion_tokens else total / self.completion_tokens

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"name": self.stage, "attempts": list(self.attempts), "wall_s": self.wall_s,
                "prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens,
                **self.energy.to_json(), "joules_per_completion_token": self.joules_per_completion_token,
                "unmetered_s": dict(self.unmetered_s)}


@dataclass(frozen=True, slots=True)
class AttemptCarbon:
    """One attempt.

    Attributes:
        outcome: None if it was killed or still runs.
        failed: it did not get to the end of the job, or another attempt had to follow.
    """

    attempt: int
    outcome: Outcome | None
    failed: bool
    wall_s: float
    energy: Energy

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"attempt": self.attempt, "outcome": self.outcome, "failed": self.failed,
                "wall_s": self.wall_s, **self.energy.to_json()}


@dataclass(frozen=True, slots=True)
class CarbonReport:
    """The whole job, failed attempts included.

    Attributes:
        complete: False where energy of some seconds is unknown, other than while the sources were opening.
        parts_joules: by source and component, such as ``codecarbon`` and ``ram``.
        failed_attempts: energy of the attempts that did not finish; part of `total`.
    """

    stages: tuple[StageCarbon, ...]
    attempts: tuple[AttemptCarbon, ...]
    total: Energy
    failed_attempts: Energy
    parts_joules: Mapping[str, Mapping[str, float]]
    unmetered: tuple[Unmetered, ...]
    complete: bool
    intensity_kgco2e_per_kwh: float
    pue: float

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"intensity_kgco2e_per_kwh": self.intensity_kgco2e_per_kwh, "pue": self.pue,
                "total": {**self.total.to_json(), "complete": self.complete},
                "failed_attempts": self.failed_attempts.to_json(),
                "stages": [stage.to_json() for stage in self.stages],
                "attempts": [attempt.to_json() for attempt in self.attempts],
                "parts_joules": {source: dict(parts) for source, parts in self.parts_joules.items()},
                "unmetered": [span.to_json() for span in self.unmetered]}


@dataclass(frozen=True, slots=True)
class _Factors:
    intensity_kgco2e_per_kwh: float
    pue: float


def report(rows: Iterable[LedgerRow], *, intensity_kgco2e_per_kwh: float, pue: float = 1.0) -> CarbonReport:
    """Recompute everything from a ledger; a job that still runs reads as an unfinished attempt.

    Args:
        rows: a `Ledger`, or `read_ledger` of a job that runs.
        intensity_kgco2e_per_kwh: grid intensity.
        pue: power usage effectiveness of the site.

    Raises:
        MeterError: the ledger is damaged.
    """
    factors = _Factors(intensity_kgco2e_per_kwh, pue)
    ledger = list(rows)
    energy_rows = [row for row in ledger if row.kind == "energy"]
    by_stage = _grouped(energy_rows, lambda row: row.stage)
    by_attempt = _grouped(ledger, lambda row: row.attempt)
    attempts = tuple(_attempt(mine, mine[-1].attempt == ledger[-1].attempt, factors)
                     for mine in by_attempt.values())
    failed = {attempt.attempt for attempt in attempts if attempt.failed}
    unmetered = (*_unmetered(energy_rows), *_killed(by_attempt))
    return CarbonReport(
        tuple(_stage(name, mine, factors) for name, mine in by_stage.items()), attempts,
        _energy(energy_rows, factors),
        _energy([row for row in energy_rows if row.attempt in failed], factors),
        _parts(energy_rows), unmetered, all(span.note == OPENING for span in unmetered),
        intensity_kgco2e_per_kwh, pue)


def _grouped(rows: Iterable[LedgerRow], key: Callable[[LedgerRow], _Key]) -> dict[_Key, list[LedgerRow]]:
    groups: dict[_Key, list[LedgerRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _energy(rows: Iterable[LedgerRow], factors: _Factors) -> Energy:
    amounts: dict[Quality, int] = {}
    for row in rows:
        if row.energy_joules is not None and row.quality is not None:
            amounts[row.quality] = amounts.get(row.quality, 0) + microjoules(row.energy_joules)
    by_quality = {quality: joules(amount) for quality, amount in amounts.items()}
    emissions = emissions_kgco2e(sum(by_quality.values()), factors.intensity_kgco2e_per_kwh, factors.pue)
    return Energy(by_quality, emissions if by_quality else None)


def _wall_s(rows: Iterable[LedgerRow]) -> float:
    """Every source has a row for the same tick; count each tick once."""
    return sum({(row.attempt, row.t_mono): row.duration_s for row in rows if row.duration_s > 0}.values())


def _stage(name: str, rows: Sequence[LedgerRow], factors: _Factors) -> StageCarbon:
    unmetered_s: dict[str, float] = {}
    for row in rows:
        if row.unmetered:
            source = row.source or "none"
            unmetered_s[source] = unmetered_s.get(source, 0.0) + row.duration_s
    return StageCarbon(
        name, tuple(sorted({row.attempt for row in rows})), _wall_s(rows),
        sum(row.prompt_tokens for row in rows), sum(row.completion_tokens for row in rows),
        _energy(rows, factors), unmetered_s)


def _attempt(rows: Sequence[LedgerRow], last: bool, factors: _Factors) -> AttemptCarbon:
    outcome = rows[-1].outcome
    return AttemptCarbon(rows[-1].attempt, outcome, outcome != "finished" or not last, _wall_s(rows),
                         _energy(rows, factors))


def _parts(rows: Iterable[LedgerRow]) -> dict[str, dict[str, float]]:
    parts: dict[str, dict[str, int]] = {}
    for row in rows:
        for name, amount in row.parts_joules.items():
            mine = parts.setdefault(row.source or "none", {})
            mine[name] = mine.get(name, 0) + microjoules(amount)
    return {source: {name: joules(amount) for name, amount in mine.items()} for source, mine in parts.items()}


def _unmetered(rows: Sequence[LedgerRow]) -> list[Unmetered]:
    """Unmetered rows that follow one another, joined into spans."""
    spans: list[Unmetered] = []
    open_spans: dict[str | None, int] = {}
    for row in rows:
        if not row.unmetered:
            if row.duration_s > 0:
                open_spans.pop(row.source, None)
            continue
        at = open_spans.get(row.source)
        fresh = _span(row)
        if at is not None and _same(spans[at], fresh):
            spans[at] = _joined(spans[at], fresh)
        else:
            open_spans[row.source] = len(spans)
            spans.append(fresh)
    return spans


def _span(row: LedgerRow) -> Unmetered:
    start = datetime.fromisoformat(row.t_utc) - timedelta(seconds=row.duration_s)
    return Unmetered(row.attempt, row.source, row.stage, start.isoformat(timespec="milliseconds"), row.t_utc,
                     row.duration_s, row.note or "unknown")


def _same(span: Unmetered, other: Unmetered) -> bool:
    return (span.attempt, span.stage, span.note) == (other.attempt, other.stage, other.note)


def _joined(span: Unmetered, later: Unmetered) -> Unmetered:
    return Unmetered(span.attempt, span.source, span.stage, span.from_utc, later.to_utc,
                     (span.duration_s or 0.0) + (later.duration_s or 0.0), span.note)


def _killed(by_attempt: Mapping[int, Sequence[LedgerRow]]) -> list[Unmetered]:
    """What a kill lost at the end of an attempt: at most one interval."""
    return [Unmetered(number, None, rows[-1].stage, None, rows[-1].t_utc, rows[0].interval_s,
                      "killed, or still running: at most this long after the last row is not metered")
            for number, rows in by_attempt.items() if rows[-1].kind != "ended"]
