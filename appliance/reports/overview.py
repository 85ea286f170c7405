"""A dataset at a glance, as one JSON object, and some of its rows drawn at random."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from appliance.errors import InputError
from appliance.records import Instance
from appliance.reports.attribution import carbon_report, per_accepted
from appliance.reports.dataset import Dataset, Rejection
from appliance.reports.statistics import describe

SCHEMA = 1
_T = TypeVar("_T")


def overview(dataset: Dataset) -> dict[str, Any]:
    """Counts, yield, reasons, energy, lengths and variety; what is not known is None.

    Raises:
        MeterError: the energy ledger is damaged.
    """
    carbon = carbon_report(dataset)
    joules = carbon.total.total_joules if carbon is not None else None
    return {
        "schema": SCHEMA, "job": dataset.origin.job_id, "name": dataset.origin.name, "state": dataset.origin.state,
        "partial": dataset.complete is False, "demonstration": dataset.demonstration,
        "accepted": len(dataset.instances), "stated": dataset.stated, "candidates": dataset.candidates,
        "yield": len(dataset.instances) / dataset.candidates if dataset.candidates else None,
        "rejected": dataset.reasons, "principles": len(dataset.principles),
        "energy": {"energy_joules": joules, "quality": carbon.total.quality if carbon is not None else None,
                   "emissions_kgco2e": carbon.total.emissions_kgco2e if carbon is not None else None,
                   "joules_per_accepted": per_accepted(joules, dataset.instances)},
        **describe(dataset.instances)}


def drawn(dataset: Dataset, size: int, seed: int, *, rejected: bool = False,
          reason: str | None = None) -> tuple[list[Instance], list[Rejection]]:
    """Some accepted instances, or some rejected candidates, in the order of the dataset.

    Raises:
        InputError: there is nothing to draw from, or no such reason.
    """
    if not rejected:
        if not dataset.instances:
            raise InputError("there is no accepted instance to show yet")
        return _draw(dataset.instances, size, seed), []
    reasons = dataset.reasons
    if not reasons:
        raise InputError("a file holds no rejected candidates; name a job" if reasons is None
                         else "no candidate was rejected")
    if reason is not None and reason not in reasons:
        raise InputError(f"nothing was rejected for {reason!r}; there are {', '.join(reasons)}")
    wanted = [each for each in dataset.rejected or () if reason in (None, each.reason)]
    return [], _draw(wanted, size, seed)


def _draw(rows: Sequence[_T], size: int, seed: int) -> list[_T]:
    places = random.Random(seed).sample(range(len(rows)), min(size, len(rows)))
    return [rows[place] for place in sorted(places)]
