"""Energy and emissions: joules inside, kWh and kgCO2e at the edge, and how each figure was obtained."""

from __future__ import annotations

from enum import StrEnum

JOULES_PER_KWH = 3_600_000
JOULES_PER_WH = 3_600


class Quality(StrEnum):
    """How a figure was obtained; figures of different quality are never added without saying so."""

    MEASURED = "measured"
    MODELLED = "modelled"
    ESTIMATED = "estimated"


def joules_to_kwh(energy_joules: float) -> float:
    """Exact conversion: 1 kWh is 3,600,000 J."""
    return energy_joules / JOULES_PER_KWH


def joules_to_wh(energy_joules: float) -> float:
    """Exact conversion: 1 Wh is 3,600 J."""
    return energy_joules / JOULES_PER_WH


def emissions_kgco2e(energy_joules: float, intensity_kgco2e_per_kwh: float, pue: float = 1.0) -> float:
    """Emissions of an amount of IT energy: kWh x PUE x grid intensity (arXiv 2507.05991, A.4).

    Args:
        energy_joules: energy at the IT equipment, joules.
        intensity_kgco2e_per_kwh: grid intensity, kgCO2e per kWh.
        pue: power usage effectiveness of the site, 1.0 or more.

    Returns:
        kgCO2e.
    """
    return joules_to_kwh(energy_joules) * pue * intensity_kgco2e_per_kwh
