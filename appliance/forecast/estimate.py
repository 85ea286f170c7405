"""Figures that are ranges: what is known about one, from what, and how they add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.forecast.samples import StageSample

# 1.645 standard deviations: nine times of ten the true yield lies in the interval.
_Z = 1.645


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a forecast.

    Attributes:
        low: at least, None while unknown.
        high: at most, None while unknown.
        basis: where it comes from, in words.
    """

    low: float | None
    high: float | None
    basis: str

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"low": self.low, "high": self.high, "basis": self.basis}

    def times(self, factor: float) -> Figure:
        """The figure in another unit."""
        return Figure(None if self.low is None else self.low * factor,
                      None if self.high is None else self.high * factor, self.basis)


def unknown(why: str) -> Figure:
    """A figure nobody knows, and why."""
    return Figure(None, None, why)


def added(figures: Iterable[Figure], basis: str) -> Figure:
    """The sum. With an unknown part the sum of the rest is still the least; without any known part it is unknown."""
    parts = list(figures)
    lows, highs = [part.low for part in parts if part.low is not None], [part.high for part in parts]
    return Figure(None if not sum(lows) and None in highs else sum(lows),
                  None if None in highs else sum(high for high in highs if high is not None), basis)


def yield_interval(accepted: int, candidates: int) -> tuple[float, float]:
    """The Wilson interval of a share, 90 %: nothing accepted of a few is not a yield of zero.

    Returns:
        Low and high, both within 0 to 1; (0, 1) for no candidates.
    """
    if candidates <= 0:
        return 0.0, 1.0
    share, spread = accepted / candidates, _Z * _Z / candidates
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / candidates + spread / (4 * candidates))
    # Rounding must not leave the share outside: at none accepted, a low of 1e-18 would become an endless forecast.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


@dataclass(frozen=True, slots=True)
class StageForecast:
    """What one generating stage will need.

    Attributes:
        candidates: how many instances have to be written to accept the wanted ones.
        tokens: of M_g.
        wall_s: seconds.
        energy_joules: joules.
        row_bytes: of its rows on disk.
    """

    candidates: Figure
    tokens: Figure
    wall_s: Figure
    energy_joules: Figure
    row_bytes: Figure


def stage_forecast(samples: Sequence[StageSample], wanted: int, basis: str) -> StageForecast:
    """What a stage needs to accept so many, from what it or a probe of it needed before.

    Args:
        samples: earlier jobs or a probe; none gives a stage of which nothing is known but the least.
        wanted: instances to accept.
        basis: where the samples come from, in words.
    """
    if not samples:
        nothing = unknown(basis)
        return StageForecast(nothing, nothing, nothing, nothing, nothing)
    candidates = _candidates(samples, wanted, basis)

    def scaled(name: str) -> Figure:
        each = [getattr(sample, name) for sample in samples]
        rates = [value / sample.candidates for value, sample in zip(each, samples, strict=True)
                 if value is not None and sample.candidates]
        if not rates:
            return unknown("not measured")
        return Figure(None if candidates.low is None else candidates.low * min(rates),
                      None if candidates.high is None else candidates.high * max(rates), basis)

    return StageForecast(candidates, scaled("tokens"), scaled("wall_s"), scaled("energy_joules"), scaled("row_bytes"))


def _candidates(samples: Sequence[StageSample], wanted: int, basis: str) -> Figure:
    least, most = yield_interval(sum(sample.accepted for sample in samples),
                                 sum(sample.candidates for sample in samples))
    shares = [sample.accepted / sample.candidates for sample in samples if sample.candidates]
    least, most = min(least, *shares, 1.0), max(most, *shares)
    accepted = sum(sample.accepted for sample in samples)
    basis = f"{accepted:,} of {sum(sample.candidates for sample in samples):,} accepted in {basis}"
    # With nothing accepted at all there is no most: the stage may never get there.
    return Figure(wanted / most if most else None, wanted / least if accepted and least else None, basis)
