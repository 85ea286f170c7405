"""The figures of arXiv 2507.05991, appendix A.4, from their inputs."""

from __future__ import annotations

import json

import pytest

from appliance.carbon import paper
from appliance.units import JOULES_PER_WH, Quality, joules_to_wh

GOLDEN = pytest.approx


@pytest.mark.parametrize(("made", "requests", "kwh", "kgco2e", "printed"), [
    (paper.alpaca_gpt4(), 2_500, 7.250, 1.74000, "1.74"),
    (paper.alpagasus(), 58_500, 169.650, 40.71600, "40.72"),
    (paper.wizardlm(), 49_920, 144.768, 34.74432, "34.74"),
    (paper.psi(), 10, 2.029, 0.48696, "0.49"),
    (paper.psi(requests=15), 15, 2.0435, 0.49044, "0.49"),
    (paper.psi(requests=10 + 9), 19, 2.0551, 0.49322, "0.49"),
])
def test_the_paper_s_estimates(made: paper.Estimate, requests: int, kwh: float, kgco2e: float, printed: str) -> None:
    assert requests == made.requests
    assert made.energy_joules == GOLDEN(kwh * 3_600_000, rel=1e-12)
    assert made.emissions_kgco2e == GOLDEN(kgco2e, abs=5e-6)
    assert printed == f"{made.emissions_kgco2e:.2f}"
    assert Quality.ESTIMATED is made.quality


def test_the_table_has_the_four_methods_in_order() -> None:
    assert ["Alpaca-GPT4", "AlpaGasus", "WizardLM", "PSI"] == [made.name for made in paper.paper_table()]


def test_most_of_psi_is_local() -> None:
    made = paper.psi()
    assert 2000.0 == joules_to_wh(made.local_joules)
    assert (made.energy_joules - made.local_joules) / made.energy_joules == GOLDEN(0.0143, abs=1e-4)


def test_every_assumption_is_named_beside_its_number() -> None:
    for made in paper.paper_table():
        assert {2.9, 0.24} <= {factor.value for factor in made.factors}
        assert all(factor.unit and factor.source and factor.date for factor in made.factors)
    assert {250, 8} <= {factor.value for factor in paper.psi().factors}


def test_the_counterfactual_of_the_paper_s_own_size_is_alpaca_gpt4() -> None:
    made = paper.counterfactual(accepted=20_000, requests=19, intensity_kgco2e_per_kwh=0.24, intensity_source="site")
    assert made.generation.emissions_kgco2e == GOLDEN(1.74, abs=1e-9)
    assert made.reflection.emissions_kgco2e == GOLDEN(19 * 0.0029 * 0.24, abs=1e-12)
    document = json.loads(json.dumps(made.to_json()))
    assert {"alpaca_gpt4_same_count_kgco2e", "reflection_if_external_kgco2e"} == set(document["would_be_kgco2e"])
    assert "estimated" == document["quality"]
    assert 3 == len(document["assumptions"])
    assert "grid intensity 0.24 kgCO2e/kWh (site)" in document["assumptions"]


def test_no_instances_and_no_requests_cost_nothing() -> None:
    made = paper.counterfactual(accepted=0, requests=0, intensity_kgco2e_per_kwh=0.24)
    assert (0.0, 0.0) == (made.generation.emissions_kgco2e, made.reflection.emissions_kgco2e)


def test_the_break_even() -> None:
    local_joules = 2000.0 * JOULES_PER_WH
    assert paper.break_even_wh_per_request(local_joules, 20_000, 10) == GOLDEN(0.8032, abs=5e-5)
    assert paper.break_even_wh_per_request(local_joules, 20_000, 19) == GOLDEN(0.8061, abs=5e-5)
    assert paper.break_even_wh_per_request(local_joules, 80, 10) is None
