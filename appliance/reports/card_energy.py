"""The environmental section of a card: energy by stage with its quality, emissions, and what stays beside them."""

from __future__ import annotations

from appliance.carbon.paper import counterfactual
from appliance.carbon.report import CarbonReport, Energy
from appliance.reports.attribution import carbon_report, generation_stage, per_accepted
from appliance.reports.card_text import UNKNOWN, inline, number, table
from appliance.reports.dataset import Dataset
from appliance.reports.egress import Egress
from appliance.units import joules_to_wh

_SHARES = (
    "`energy_joules` of an instance is the energy of the generation stage x the tokens of this instance / all tokens "
    "of the stage, those of rejected candidates included. `energy_joules_with_rejected` is the energy of the stage x "
    "the tokens of this instance / the tokens of all accepted instances: added up over the dataset it gives the whole "
    "stage. Tokens are those the generator read and wrote, counted alike. The stage is metered as a whole, so both "
    "are a convention. Energy of the earlier stages is in neither.")


def energy_section(dataset: Dataset, egress: Egress | None) -> str:
    """The section; says so where nothing was metered.

    Raises:
        MeterError: the energy ledger is damaged.
    """
    carbon = carbon_report(dataset)
    if carbon is None:
        return "## Environmental impact\n\nUnknown: there is no energy ledger for this dataset."
    parts = ["## Environmental impact", _stages(carbon), _factors(dataset, carbon), _per_instance(dataset, carbon),
             f"### Energy of one instance\n\n{_SHARES}", _elsewhere(dataset, carbon, egress)]
    return "\n\n".join(part for part in parts if part)


def _stages(carbon: CarbonReport) -> str:
    rows = [(inline(stage.stage), number(round(stage.wall_s, 1), "s"),
             f"{stage.prompt_tokens + stage.completion_tokens:,}", *_energy(stage.energy)) for stage in carbon.stages]
    rows.append(("**total**", "", "", *_energy(carbon.total)))
    heads = ("stage", "time", "tokens", "energy", "emissions", "quality")
    return table(heads, rows)


def _energy(energy: Energy) -> tuple[str, str, str]:
    shares = ", ".join(f"{quality} {share:.0%}" for quality, share in energy.share.items())
    quality = shares if len(energy.share) > 1 else str(energy.quality or UNKNOWN)
    return _wh(energy.total_joules), number(energy.emissions_kgco2e, "kgCO2e"), quality


def _wh(energy_joules: float | None) -> str:
    return UNKNOWN if energy_joules is None else number(joules_to_wh(energy_joules), "Wh")


def _factors(dataset: Dataset, carbon: CarbonReport) -> str:
    source = inline(dataset.origin.setting("carbon", "intensity_source") or UNKNOWN)
    points = [f"Emissions are kWh x PUE x grid intensity: {number(carbon.intensity_kgco2e_per_kwh)} kgCO2e/kWh "
              f"({source}), PUE {number(carbon.pue)}.",
              "*Measured* energy comes from the hardware's own counters, *modelled* from a model of the hardware, "
              "*estimated* from published figures.",
              "Local energy only: what an external reflector used is not in these figures."]
    failed = carbon.failed_attempts.total_joules
    if failed:
        points.append(f"Attempts that were stopped, killed or failed used {_wh(failed)} of the total.")
    if not carbon.complete:
        points.append("**Not complete:** some seconds had no meter, and the true total is higher.")
    return "\n".join(f"- {point}" for point in points)


def _per_instance(dataset: Dataset, carbon: CarbonReport) -> str:
    stage = generation_stage(carbon)
    accepted = len(dataset.instances)
    emissions = carbon.total.emissions_kgco2e
    rows = [("whole job", number(per_accepted(carbon.total.total_joules, dataset.instances), "J"),
             number(None if emissions is None or not accepted else emissions * 1000 / accepted, "gCO2e")),
            ("generation stage", number(per_accepted(stage.energy.total_joules if stage else None, dataset.instances),
                                        "J"),
             number(None if stage is None or stage.energy.emissions_kgco2e is None or not accepted
                    else stage.energy.emissions_kgco2e * 1000 / accepted, "gCO2e"))]
    return "### For each accepted instance\n\n" + table(("what", "energy", "emissions"), rows)


def _elsewhere(dataset: Dataset, carbon: CarbonReport, egress: Egress | None) -> str:
    """The paper's counterfactual: estimated, and never part of a total."""
    requests = egress.totals.passed_requests if egress is not None else 0
    source = dataset.origin.setting("carbon", "intensity_source") or "the job's own grid intensity"
    would_be = counterfactual(len(dataset.instances), requests, carbon.intensity_kgco2e_per_kwh, source).to_json()
    figures = would_be["would_be_kgco2e"]
    rows = [("as many instances, written by GPT-4 as for Alpaca",
             number(figures["alpaca_gpt4_same_count_kgco2e"], "kgCO2e")),
            ("this job's requests to the reflector, at an external model",
             number(figures["reflection_if_external_kgco2e"] if egress is not None else None, "kgCO2e"))]
    assumed = "\n".join(f"- {inline(sentence)}" for sentence in would_be["assumptions"])
    return ("### What it would have been elsewhere\n\nEstimated with the paper's factors, and no part of the totals "
            f"above.\n\n{table(('what', 'emissions'), rows)}\n\nAssumed:\n\n{assumed}")
