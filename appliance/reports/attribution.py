"""The energy of a job, and each instance's part of it; None wherever something is not known, never 0.

A stage is metered as a whole, so an instance's part is a convention: energy follows tokens, and a token that was read
counts as much as one that was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from appliance.carbon.ledger import LEDGER_NAME, read_ledger
from appliance.carbon.report import CarbonReport, StageCarbon, report
from appliance.records import Instance, Provenance
from appliance.reports.dataset import Dataset, Rejection

GENERATION = "generation"


@dataclass(frozen=True, slots=True)
class Share:
    """One instance's part of the energy of the stage that wrote it.

    Attributes:
        energy_joules: the stage's energy x this instance's tokens / all tokens of the stage, rejected candidates
            included.
        energy_joules_with_rejected: the stage's energy x this instance's tokens / tokens of all accepted instances,
            so that the parts of a dataset add up to the stage.
        quality: weakest quality in the stage's energy: ``measured``, ``modelled`` or ``estimated``; None without one.
    """

    energy_joules: float | None = None
    energy_joules_with_rejected: float | None = None
    quality: str | None = None


def carbon_report(dataset: Dataset) -> CarbonReport | None:
    """The job's energy recomputed from its ledger; None where no ledger or no grid intensity is known.

    Raises:
        MeterError: the ledger is damaged.
    """
    origin = dataset.origin
    intensity, pue = origin.setting("carbon", "intensity_kgco2e_per_kwh"), origin.setting("carbon", "pue")
    if origin.directory is None or intensity is None:
        return None
    rows = list(read_ledger(origin.directory / LEDGER_NAME))
    return report(rows, intensity_kgco2e_per_kwh=intensity, pue=1.0 if pue is None else pue) if rows else None


def generation_stage(carbon: CarbonReport | None) -> StageCarbon | None:
    """The stage that wrote the accepted instances."""
    return next((stage for stage in carbon.stages if stage.stage == GENERATION), None) if carbon else None


def shares(dataset: Dataset, stage: StageCarbon | None) -> list[Share]:
    """Each instance's part, in the order of the dataset."""
    total = None if stage is None else stage.energy.total_joules
    if stage is None or total is None:
        return [Share() for _ in dataset.instances]
    accepted = _sum([_tokens(instance.provenance) for instance in dataset.instances])
    everything = _stage_tokens(dataset, stage)
    return [_share(total, _tokens(instance.provenance), everything, accepted, str(stage.energy.quality))
            for instance in dataset.instances]


def per_accepted(energy_joules: float | None, instances: Sequence[Instance]) -> float | None:
    """Joules over instances; None where either is missing."""
    return None if energy_joules is None or not instances else energy_joules / len(instances)


def _stage_tokens(dataset: Dataset, stage: StageCarbon) -> int:
    """What the stage spent: a kill loses tokens from the ledger and not from rows that were already written."""
    rows: list[Any] = [*(instance.provenance for instance in dataset.instances), *(dataset.rejected or ())]
    return max(stage.prompt_tokens + stage.completion_tokens, sum(_tokens(row) or 0 for row in rows))


def _tokens(row: Provenance | Rejection) -> int | None:
    return None if row.prompt_tokens is None or row.completion_tokens is None \
        else row.prompt_tokens + row.completion_tokens


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _share(total: float, tokens: int | None, everything: int, accepted: int | None, quality: str) -> Share:
    own, with_rejected = _part(total, tokens, everything), _part(total, tokens, accepted)
    return Share(own, with_rejected, None if own is None else quality)


def _part(total: float, tokens: int | None, of: int | None) -> float | None:
    # On the microjoule grid of the ledger; more digits would claim more than a meter knows.
    return round(total * tokens / of, 6) if tokens is not None and of else None
