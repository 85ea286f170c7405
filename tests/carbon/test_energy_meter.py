"""The meter charges every joule the counters counted to exactly one line, and never ends the job."""

from __future__ import annotations

import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.carbon.base import Reading
from appliance.carbon.ledger import LATE, LEDGER_NAME, OPENING, OVERHEAD, Ledger, LedgerRow, microjoules
from appliance.carbon.meter import Meter
from appliance.errors import MeterError
from appliance.units import Quality

NEVER_S = 3600.0


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / LEDGER_NAME)


def charged(rows: list[LedgerRow], source: str = "scripted") -> int:
    """Microjoules of one source over the whole ledger."""
    return sum(microjoules(row.energy_joules) for row in rows
               if row.source == source and row.energy_joules is not None)


def by_stage(rows: list[LedgerRow]) -> dict[str, float]:
    energy: dict[str, float] = {}
    for row in rows:
        if row.energy_joules is not None:
            energy[row.stage] = energy.get(row.stage, 0.0) + row.energy_joules
    return energy


def test_energy_goes_to_the_stage_that_was_running(ledger: Ledger, scripted: Any) -> None:
    # One answer at opening, one at each of the four boundaries, one at close.
    source = scripted([100.0, 101.0, 111.0, 113.0, 213.0, 216.5])
    with Meter(ledger, [source], "job", 1, NEVER_S) as meter:
        assert meter.wait_open(5)
        with meter.stage("expansion"):
            meter.tokens(7, 11)
            meter.tokens(1, 2)
        with meter.stage("generation"):
            pass
    rows = list(ledger)
    assert {OVERHEAD: 1.0 + 2.0 + 3.5, "expansion": 10.0, "generation": 100.0} == by_stage(rows)
    assert [(8, 13)] == [(row.prompt_tokens, row.completion_tokens) for row in rows if row.prompt_tokens]
    assert ["expansion"] == [row.stage for row in rows if row.prompt_tokens]
    assert "finished" == rows[-1].outcome
    assert source.closed


counters = st.lists(st.floats(min_value=0, max_value=1e7, allow_nan=False), min_size=1, max_size=24)
stage_names = st.lists(st.sampled_from(["expansion", "reflection", "generation"]), max_size=8)


@settings(deadline=None, max_examples=40)
@given(steps=counters, start=st.floats(min_value=0, max_value=1e9), stages=stage_names)
def test_all_lines_together_are_what_the_counter_counted(steps: list[float], start: float, stages: list[str],
                                                         scripted: Any) -> None:
    readings = [start]
    for step in steps:
        readings.append(readings[-1] + step)
    sources = [scripted(readings, "scripted"), scripted(readings[::2], "second", Quality.MODELLED)]
    rows = run(sources, stages)
    for source in sources:
        assert microjoules(source.answered[-1]) - microjoules(source.answered[0]) == charged(rows, source.id)
    assert set(stages) <= {row.stage for row in rows}


@settings(deadline=None, max_examples=40)
@given(readings=st.lists(st.floats(min_value=0, max_value=1e9) | st.sampled_from([float("nan"), None]), min_size=1,
                         max_size=20), stages=stage_names)
def test_a_counter_that_jumps_back_or_dies_loses_only_what_nobody_counted(readings: list[float | None],
                                                                          stages: list[str], scripted: Any) -> None:
    source = scripted([MeterError("lost") if reading is None else reading for reading in readings])
    rows = run([source], stages)
    known = [microjoules(joules) for joules in source.answered if joules == joules]
    assert sum(max(0, after - before) for before, after in pairwise(known)) == charged(rows)
    backwards = sum(after < before for before, after in pairwise(known))
    assert backwards == sum("backwards" in (row.note or "") for row in rows)


def run(sources: list[Any], stages: list[str]) -> list[LedgerRow]:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / LEDGER_NAME)
        with Meter(ledger, sources, "job", 1, NEVER_S) as meter:
            meter.wait_open(5)
            for stage in stages:
                with meter.stage(stage):
                    pass
        totals = meter.totals()
        rows = list(ledger)
        # The running totals for the display agree with the ledger to the microjoule.
        in_ledger = sum(microjoules(row.energy_joules) for row in rows if row.energy_joules is not None)
        assert in_ledger == microjoules(totals.energy_joules or 0.0)
        return rows


def test_a_frozen_counter_is_zero_energy_and_not_unknown(ledger: Ledger, scripted: Any) -> None:
    with Meter(ledger, [scripted([5.0])], "job", 1, NEVER_S) as meter:
        assert meter.wait_open(5)
        with meter.stage("expansion"):
            pass
    assert {OVERHEAD: 0.0, "expansion": 0.0} == by_stage(list(ledger))
    assert meter.totals().complete


def test_a_failed_source_marks_the_seconds_and_the_job_goes_on(ledger: Ledger, scripted: Any,
                                                               lost: MeterError) -> None:
    with Meter(ledger, [scripted([0.0, 1.0, lost])], "job", 1, NEVER_S) as meter:
        assert meter.wait_open(5)
        assert meter.totals().complete
        with meter.stage("expansion"):
            time.sleep(0.05)
    totals = meter.totals()
    assert 1.0 == totals.energy_joules
    assert not totals.complete
    assert totals.power_watts is None
    unmetered = [row for row in ledger if row.unmetered and row.note != OPENING]
    assert ["expansion", OVERHEAD] == [row.stage for row in unmetered]
    assert {"the counter is lost"} == {row.note for row in unmetered}
    assert 0.05 <= unmetered[0].duration_s < 5


def test_a_broken_adapter_does_not_end_the_job_either(ledger: Ledger, scripted: Any) -> None:
    with Meter(ledger, [scripted([0.0, ZeroDivisionError()])], "job", 1, NEVER_S) as meter:
        assert meter.wait_open(5)
        with meter.stage("expansion"):
            pass
    assert "ZeroDivisionError in the source" in {row.note for row in ledger}


def test_a_source_that_comes_back_is_charged_for_what_its_hardware_counted(ledger: Ledger, scripted: Any,
                                                                           lost: MeterError) -> None:
    source = scripted([0.0, 1.0, lost, 50.0, 60.0])
    with Meter(ledger, [source], "job", 1, 0.05) as meter:
        assert meter.wait_open(5)
        # The sampler meets the failure; the retry comes a second later.
        deadline = time.monotonic() + 10
        while 60.0 not in source.answered and time.monotonic() < deadline:
            time.sleep(0.02)
    rows = list(ledger)
    assert 60_000_000 == charged(rows)
    assert [49.0] == [row.energy_joules for row in rows if row.note == LATE]
    assert not meter.totals().complete


def test_energy_counted_across_a_stage_boundary_belongs_to_no_stage(ledger: Ledger, scripted: Any,
                                                                    lost: MeterError) -> None:
    source = scripted([0.0, 1.0, lost, 50.0])
    with Meter(ledger, [source], "job", 1, 0.05) as meter:
        assert meter.wait_open(5)
        with meter.stage("expansion"):
            time.sleep(0.2)
        with meter.stage("generation"):
            deadline = time.monotonic() + 10
            while 50.0 not in source.answered and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(0.1)
    assert [OVERHEAD] == [row.stage for row in ledger if row.note == LATE]


def test_opening_a_slow_source_holds_nothing_up_and_charges_from_its_first_answer(ledger: Ledger,
                                                                                  scripted: Any) -> None:
    gate = threading.Event()

    class Slow(scripted):  # type: ignore[misc]
        def read(self) -> Reading:
            gate.wait(10)
            return super().read()  # type: ignore[no-any-return]

    before = time.monotonic()
    with Meter(ledger, [Slow([70.0, 72.0])], "job", 1, 0.05) as meter:
        with meter.stage("expansion"):
            time.sleep(0.15)
        assert time.monotonic() - before < 2
        assert meter.totals().energy_joules is None
        assert not meter.wait_open(0.01)
        gate.set()
        assert meter.wait_open(5)
    rows = list(ledger)
    assert {OVERHEAD: 2.0} == by_stage(rows)
    assert {OPENING} == {row.note for row in rows if row.stage == "expansion"}
    assert meter.totals().complete


def test_without_a_source_every_second_is_unmetered_and_tokens_still_count(ledger: Ledger) -> None:
    with Meter(ledger, [], "job", 1, NEVER_S) as meter, meter.stage("expansion"):
        meter.tokens(3, 4)
    assert meter.totals().energy_joules is None
    assert not meter.totals().complete
    assert [(3, 4)] == [(row.prompt_tokens, row.completion_tokens) for row in ledger if row.stage == "expansion"]


def test_stages_do_not_nest(ledger: Ledger, scripted: Any) -> None:
    with (Meter(ledger, [scripted([0.0])], "job", 1, NEVER_S) as meter, meter.stage("expansion"),
          pytest.raises(MeterError, match="do not nest"), meter.stage("generation")):
        pass
    with pytest.raises(MeterError, match="closed"), meter.stage("generation"):
        pass


def test_a_stage_that_fails_is_charged_and_its_attempt_is_not_finished(ledger: Ledger, scripted: Any) -> None:
    with (pytest.raises(RuntimeError), Meter(ledger, [scripted([0.0, 1.0, 5.0])], "job", 1, NEVER_S) as meter):
        assert meter.wait_open(5)
        with meter.stage("expansion"):
            raise RuntimeError
    rows = list(ledger)
    assert 4.0 == by_stage(rows)["expansion"]
    assert "stopped" == rows[-1].outcome


def test_a_disk_that_refuses_delays_rows_and_marks_the_totals(ledger: Ledger, scripted: Any,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    real = Ledger.append

    def full(self: Ledger, rows: object) -> None:
        raise MeterError("disk full")

    with Meter(ledger, [scripted([0.0, 1.0, 3.0, 6.0])], "job", 1, NEVER_S) as meter:
        assert meter.wait_open(5)
        monkeypatch.setattr(Ledger, "append", full)
        with meter.stage("expansion"):
            pass
        assert not meter.totals().complete
        monkeypatch.setattr(Ledger, "append", real)
    assert meter.totals().complete
    assert 6_000_000 == charged(list(ledger))


def test_a_sampler_reads_between_boundaries(ledger: Ledger, scripted: Any) -> None:
    source = scripted([float(n) for n in range(1000)])
    with Meter(ledger, [source], "job", 1, 0.02) as meter:
        assert meter.wait_open(5)
        with meter.stage("generation"):
            time.sleep(0.5)
    rows = [row for row in ledger if row.stage == "generation"]
    assert 5 <= len(rows) <= 30
    # The rows of a source tile its time: each starts where the one before ended.
    for before, after in pairwise(rows):
        assert before.t_mono == pytest.approx(after.t_mono - after.duration_s, abs=1e-6)
