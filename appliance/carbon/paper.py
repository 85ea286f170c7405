"""Estimates of arXiv 2507.05991, A.4, every assumption named; beside local energy, never added to it.

kgCO2e = (requests x 2.9 Wh + local Wh) / 1000 x grid intensity. The paper charges every request of every model
the same, whatever its length, and counts of its own method only the T requests for low-level principles, not the
N summaries.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from appliance.units import JOULES_PER_WH, Quality, emissions_kgco2e, joules_to_wh

_PAPER = "arXiv 2507.05991, A.4"


@dataclass(frozen=True, slots=True)
class AssumedFactor:
    """One number that was assumed and not measured here.

    Attributes:
        date: year and month of the source, None where it is the operator's own.
    """

    name: str
    value: float
    unit: str
    source: str
    date: str | None

    def sentence(self) -> str:
        """Name, value, unit and source in one line."""
        origin = f"{self.source}, {self.date}" if self.date else self.source
        return f"{self.name} {self.value:g} {self.unit} ({origin})"


REQUEST_ENERGY = AssumedFactor("energy of one request to a large model", 2.9, "Wh/request",
                               "de Vries, Joule 7 (2023), as used in " + _PAPER, "2023-10")
GRID_INTENSITY = AssumedFactor("grid intensity", 0.24, "kgCO2e/kWh", _PAPER + ": Azure US West", "2025-07")
INSTANCES_PER_REQUEST = AssumedFactor("instances in one answer", 8, "instances/request", _PAPER, "2025-07")
PUBLISHED_INSTANCES = 20_000
GPU_POWER = AssumedFactor("power of the generator's GPU", 250, "W", _PAPER, "2025-07")
GPU_TIME = AssumedFactor("time of the generator", 8, "h", _PAPER, "2025-07")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What some requests, and some local energy, would cost under the factors named.

    Attributes:
        requests: to an external model; a fraction where the paper divides instances by instances per request.
        local_joules: of the local generator, 0 where the method has none.
        factors: every assumption in the number.
    """

    name: str
    requests: float
    local_joules: float
    energy_joules: float
    emissions_kgco2e: float
    factors: tuple[AssumedFactor, ...]
    quality: Quality = Quality.ESTIMATED

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, factors included."""
        return asdict(self)


def estimate(name: str, requests: float, *, local_wh: float = 0.0, intensity: AssumedFactor = GRID_INTENSITY,
             others: tuple[AssumedFactor, ...] = ()) -> Estimate:
    """The formula of A.4, PUE 1.

    Args:
        name: what is estimated.
        requests: to the external model.
        local_wh: energy of the local generator, watt-hours.
        intensity: kgCO2e/kWh, the same for both sides as in the paper.
        others: assumptions behind `requests` and `local_wh`.
    """
    energy_joules = (requests * REQUEST_ENERGY.value + local_wh) * JOULES_PER_WH
    return Estimate(name, requests, local_wh * JOULES_PER_WH, energy_joules,
                    emissions_kgco2e(energy_joules, intensity.value), (REQUEST_ENERGY, intensity, *others))


def alpaca_gpt4() -> Estimate:
    """20,000 instances, eight to an answer."""
    return estimate("Alpaca-GPT4", 20_000 / INSTANCES_PER_REQUEST.value, others=(INSTANCES_PER_REQUEST,))


def alpagasus() -> Estimate:
    """52,000 instances generated, eight to an answer, and each rated by a request of its own."""
    requests = 52_000 / INSTANCES_PER_REQUEST.value + 52_000
    return estimate("AlpaGasus", requests, others=(INSTANCES_PER_REQUEST,))


def wizardlm() -> Estimate:
    """624,000 requests for 250,000 instances, scaled to 20,000."""
    scale = AssumedFactor("requests per instance", 624 / 250, "requests/instance", _PAPER, "2025-07")
    return estimate("WizardLM", 624_000 * 20 / 250, others=(scale,))


def psi(requests: int = 10) -> Estimate:
    """The paper's own method: T = 10 requests (19 with its N = 9 summaries) and one GPU at 250 W for 8 h."""
    return estimate("PSI", requests, local_wh=GPU_POWER.value * GPU_TIME.value, others=(GPU_POWER, GPU_TIME))


def paper_table() -> tuple[Estimate, ...]:
    """The four methods in the paper's order."""
    return alpaca_gpt4(), alpagasus(), wizardlm(), psi()


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What a job's dataset would have cost elsewhere, under the paper's factors.

    Attributes:
        generation: as many instances, written by an external model as for Alpaca-GPT4.
        reflection: the job's own requests to the reflector, at an external model.
    """

    generation: Estimate
    reflection: Estimate

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; every assumption once, as a sentence and as a value."""
        factors = tuple(dict.fromkeys(self.generation.factors + self.reflection.factors))
        return {
            "would_be_kgco2e": {"alpaca_gpt4_same_count_kgco2e": self.generation.emissions_kgco2e,
                                "reflection_if_external_kgco2e": self.reflection.emissions_kgco2e},
            "quality": str(Quality.ESTIMATED),
            "published_kgco2e": {row.name: row.emissions_kgco2e for row in paper_table()},
            "published_instances": PUBLISHED_INSTANCES,
            "requests": {"alpaca_gpt4_same_count": self.generation.requests,
                         "reflection_if_external": self.reflection.requests},
            "assumptions": [factor.sentence() for factor in factors],
            "factors": [asdict(factor) for factor in factors]}


def counterfactual(accepted: int, requests: int, intensity_kgco2e_per_kwh: float,
                   intensity_source: str = "the job's own grid intensity") -> Counterfactual:
    """Both estimates for one job.

    Args:
        accepted: instances the job produced.
        requests: the job's requests to the reflector, summaries and retries included.
        intensity_kgco2e_per_kwh: the same factor as for the job's local energy.
        intensity_source: where that factor is from.
    """
    intensity = AssumedFactor(GRID_INTENSITY.name, intensity_kgco2e_per_kwh, GRID_INTENSITY.unit,
                              intensity_source, None)
    generation = estimate("the same instances, written by an external model (Claude, GPT-4)",
                          accepted / INSTANCES_PER_REQUEST.value, intensity=intensity,
                          others=(INSTANCES_PER_REQUEST,))
    return Counterfactual(generation, reflection_if_external(requests, intensity))


def reflection_if_external(requests: int, intensity: AssumedFactor = GRID_INTENSITY) -> Estimate:
    """What that many requests to the reflector cost, or would have cost, at an external model."""
    return estimate("reflection by an external model", requests, intensity=intensity)


def break_even_wh_per_request(local_joules: float, accepted: int, requests: int) -> float | None:
    """Energy of a request below which an external model would have used less than this job did.

    Args:
        local_joules: local energy of the job.
        accepted: instances the job produced.
        requests: the job's own requests to the external model.

    Returns:
        Wh/request; None where the job made as many requests as the external model would have needed.
    """
    saved = accepted / INSTANCES_PER_REQUEST.value - requests
    return joules_to_wh(local_joules) / saved if saved > 0 else None
