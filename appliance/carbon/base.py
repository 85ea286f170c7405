"""The `EnergySource` seam: something whose energy since it was opened can be read at any moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from appliance.units import Quality


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source says now.

    Attributes:
        energy_joules: joules since the source was opened; never falls.
        power_watts: power now or over the last window, None where the source does not know.
        parts: the same joules split by component (``cpu``, ``ram``, a GPU's UUID), empty where there is no
            split.
    """

    energy_joules: float
    quality: Quality
    power_watts: float | None
    parts: Mapping[str, float] = field(default_factory=dict)


class EnergySource(Protocol):
    """One meter or one model. Not thread-safe: one caller at a time.

    Attributes:
        id: short name, unique among the sources of one job; goes into every ledger row.
        quality: how its figures are obtained.
    """

    @property
    def id(self) -> str:
        """See the class."""

    @property
    def quality(self) -> Quality:
        """See the class."""

    def read(self) -> Reading:
        """The energy so far.

        The first call opens the source and may take seconds; later calls take milliseconds.

        Raises:
            MeterError: the source has no answer. A later call may succeed; energy the hardware kept counting
                in between is then part of that answer, energy nobody counted is not.
        """

    def close(self) -> None:
        """Let go of the hardware."""
