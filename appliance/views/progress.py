"""One step of a running stage in words: what the plain lines and the live screen both say."""

from __future__ import annotations

from appliance.events import EgressTotals, EnergyTotals, Progress
from appliance.views.text import UNKNOWN, count, duration, emissions, energy, number, size, top_reason


def amount(event: Progress) -> str:
    """Such as ``412/1,000``."""
    return f"{count(event.done)}/{count(event.wanted)}"


def pace(event: Progress) -> str:
    """Rate and time to go, such as ``3.2/s, 3 min 04 s left``; empty before both are known."""
    rate = None if event.rate_per_s is None else f"{number(event.rate_per_s)}/s"
    left = None if event.eta_s is None else f"{duration(event.eta_s)} left"
    return ", ".join(part for part in (rate, left) if part)


def kept(event: Progress) -> str:
    """What the filters did, such as ``kept 400, dropped 12 (most: too_short 7)``; empty without filters."""
    if event.accepted is None and not event.rejected:
        return ""
    dropped = sum(event.rejected.values())
    most = f" (most: {top_reason(event.rejected)})" if dropped else ""
    return f"kept {count(event.accepted)}, dropped {count(dropped)}{most}"


def energy_so_far(totals: EnergyTotals) -> str:
    """Such as ``4.1 Wh (modelled), 0.000984 kgCO2e``."""
    if totals.energy_joules is None:
        return f"energy {UNKNOWN}"
    quality = "quality unknown" if totals.quality is None else totals.quality.value
    return f"{energy(totals.energy_joules)} ({quality}), {emissions(totals.emissions_kgco2e)}"


def passed_door(totals: EgressTotals) -> str:
    """Such as ``7 requests, 18.2 kB``."""
    return f"{count(totals.passed_requests)} requests, {size(totals.passed_bytes)}"


def left_machine(totals: EgressTotals) -> str:
    """Such as ``0``; with bytes once something left."""
    if totals.left_machine_requests == 0:
        return "0"
    return f"{count(totals.left_machine_requests)} requests, {size(totals.left_machine_bytes)}"
