"""A report is recomputed from rows alone; what is unknown is None and never 0."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from appliance.carbon.ledger import OPENING, OVERHEAD, LedgerRow
from appliance.carbon.report import CarbonReport, report
from appliance.units import JOULES_PER_KWH, Quality


def row(seq: int, **changes: Any) -> LedgerRow:
    base = LedgerRow(seq, "job", 1, "generation", "nvml:GPU-1", Quality.MEASURED, 100.0, 1.0, float(seq),
                     f"2026-01-01T00:00:{seq:02}.000+00:00", "boot")
    return replace(base, **changes)


def frame(seq: int, attempt: int = 1, outcome: Any = None) -> LedgerRow:
    kind: Any = "ended" if outcome else "started"
    return row(seq, attempt=attempt, kind=kind, source=None, quality=None, energy_joules=None, duration_s=0.0,
               stage=OVERHEAD, outcome=outcome, interval_s=None if outcome else 1.0)


def made(*rows: LedgerRow, pue: float = 1.0) -> CarbonReport:
    return report(rows, intensity_kgco2e_per_kwh=0.24, pue=pue)


def test_measured_and_modelled_energy_stay_apart_and_their_shares_are_said() -> None:
    result = made(
        frame(0),
        row(1, t_mono=1.0, prompt_tokens=5, completion_tokens=50),
        row(2, t_mono=1.0, source="codecarbon", quality=Quality.MODELLED, energy_joules=25.0,
            parts_joules={"cpu": 5.0, "ram": 20.0}),
        row(3, t_mono=2.0, stage=OVERHEAD, energy_joules=75.0),
        frame(4, outcome="finished"))
    generation, overhead = result.stages
    assert {Quality.MEASURED: 100.0, Quality.MODELLED: 25.0} == generation.energy.energy_joules
    assert {Quality.MEASURED: 0.8, Quality.MODELLED: 0.2} == generation.energy.share
    # Two sources in one tick are one second.
    assert (1.0, 5, 50, 2.5) == (generation.wall_s, generation.prompt_tokens, generation.completion_tokens,
                                 generation.joules_per_completion_token)
    assert OVERHEAD == overhead.stage
    assert 200.0 == result.total.total_joules
    assert Quality.MODELLED == result.total.quality
    assert {"codecarbon": {"cpu": 5.0, "ram": 20.0}} == result.parts_joules
    assert result.complete


def test_emissions_are_kwh_times_pue_times_intensity() -> None:
    result = made(frame(0), row(1, energy_joules=float(JOULES_PER_KWH)), frame(2, outcome="finished"), pue=1.5)
    assert result.total.emissions_kgco2e == pytest.approx(1.5 * 0.24)


def test_unknown_is_none_and_never_zero() -> None:
    result = made(frame(0), row(1, energy_joules=None, note="lost"), row(2, energy_joules=None, note="lost"),
                  frame(3, outcome="finished"))
    stage = result.to_json()["stages"][0]
    assert (None, None, None, {}, {"nvml:GPU-1": 2.0}) == (
        stage["energy_joules"], stage["emissions_kgco2e"], stage["quality"], stage["by_quality"],
        stage["unmetered_s"])
    span, = result.unmetered
    assert ("2026-01-01T00:00:00.000+00:00", "2026-01-01T00:00:02.000+00:00", 2.0, "lost") == (
        span.from_utc, span.to_utc, span.duration_s, span.note)
    assert not result.complete


def test_a_gap_that_heals_and_opens_again_is_two_gaps() -> None:
    result = made(frame(0), row(1, energy_joules=None, note="lost"), row(2), row(3, energy_joules=None, note="lost"),
                  frame(4, outcome="finished"))
    assert [1.0, 1.0] == [span.duration_s for span in result.unmetered]


def test_opening_is_shown_and_does_not_make_a_job_incomplete() -> None:
    result = made(frame(0), row(1, energy_joules=None, note=OPENING), row(2), frame(3, outcome="finished"))
    assert result.complete
    assert [OPENING] == [span.note for span in result.unmetered]


def test_failed_attempts_are_kept_and_count() -> None:
    result = made(frame(0), row(1, energy_joules=30.0), frame(2, outcome="stopped"),
                  frame(3, attempt=2), row(4, attempt=2, energy_joules=40.0),
                  frame(5, attempt=3), row(6, attempt=3, energy_joules=50.0), frame(7, attempt=3, outcome="finished"))
    assert [(1, "stopped", True, 30.0), (2, None, True, 40.0), (3, "finished", False, 50.0)] == [
        (attempt.attempt, attempt.outcome, attempt.failed, attempt.energy.total_joules)
        for attempt in result.attempts]
    assert (120.0, 70.0) == (result.total.total_joules, result.failed_attempts.total_joules)
    assert (1, 2, 3) == result.stages[0].attempts
    # The kill of attempt 2 lost at most its interval, and the report says so.
    assert [(2, 1.0)] == [(span.attempt, span.duration_s) for span in result.unmetered]
    assert not result.complete


def test_an_attempt_that_another_had_to_follow_failed_whatever_it_said() -> None:
    result = made(frame(0), row(1), frame(2, outcome="finished"), frame(3, attempt=2), row(4, attempt=2),
                  frame(5, attempt=2, outcome="finished"))
    assert [True, False] == [attempt.failed for attempt in result.attempts]


def test_an_empty_ledger_reports_nothing_known() -> None:
    document = made().to_json()
    assert (None, None, []) == (document["total"]["energy_joules"], document["total"]["emissions_kgco2e"],
                                document["stages"])


def test_the_json_is_json() -> None:
    result = made(frame(0), row(1), row(2, energy_joules=None), frame(3, outcome="finished")).to_json()
    assert result == json.loads(json.dumps(result, allow_nan=False))
