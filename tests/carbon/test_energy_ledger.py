"""The ledger survives a kill, and no damaged or altered ledger passes as a good one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.carbon.ledger import LEDGER_NAME, Ledger, LedgerRow, read_ledger
from appliance.carbon.meter import Meter
from appliance.carbon.report import report
from appliance.errors import MeterError
from appliance.units import Quality

INTERVAL_S = 0.2
# What scheduling and fsync may add on a busy machine.
SLACK_S = 0.3

# A counter of exactly 100 W on the clock all processes of this machine share.
KILLED = """
import sys, time
from pathlib import Path
from appliance.carbon.base import Reading
from appliance.carbon.ledger import Ledger
from appliance.carbon.meter import Meter
from appliance.units import Quality

class HundredWatts:
    id, quality = "scripted", Quality.MEASURED
    def read(self):
        return Reading(100.0 * time.monotonic(), self.quality, 100.0)
    def close(self):
        pass

meter = Meter(Ledger(Path(sys.argv[1])), [HundredWatts()], "job", 1, float(sys.argv[2]))
assert meter.wait_open(5)
with meter.stage("generation"):
    print("running", flush=True)
    time.sleep(60)
"""


def test_a_kill_loses_at_most_one_interval_and_the_next_attempt_adds(tmp_path: Path, scripted: Any) -> None:
    path = tmp_path / LEDGER_NAME
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path), str(INTERVAL_S)],
                          stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"running\n" == process.stdout.readline()
        started = time.monotonic()
        time.sleep(1.1)
        killed = time.monotonic()
        process.send_signal(signal.SIGKILL)
    rows = list(Ledger(path))
    assert killed - rows[-1].t_mono < INTERVAL_S + SLACK_S
    ran = sum(row.energy_joules or 0.0 for row in rows if row.stage == "generation")
    assert 100.0 * (killed - started) - 100.0 * (INTERVAL_S + SLACK_S) < ran <= 100.0 * (killed - started + 1)

    with Meter(Ledger(path), [scripted([0.0, 1.0])], "job", 2, 3600.0) as meter:
        assert meter.wait_open(5)
        assert not meter.totals().complete
    first, second = report(Ledger(path), intensity_kgco2e_per_kwh=0.24).attempts
    assert (None, True, "finished", False) == (first.outcome, first.failed, second.outcome, second.failed)
    assert 1.0 == second.energy.total_joules
    assert rows == list(Ledger(path))[:len(rows)]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / LEDGER_NAME)
    ledger.append([row(0), row(1), row(2)])
    return ledger


def row(seq: int) -> LedgerRow:
    return LedgerRow(seq, "job", 1, "generation", "scripted", Quality.MODELLED, 0.1 * seq, 1.0, 5.0 + seq,
                     "2026-01-01T00:00:00.000+00:00", None, parts_joules={"cpu": 0.1 * seq})


def test_rows_come_back_as_they_were_written(ledger: Ledger) -> None:
    assert [row(0), row(1), row(2)] == list(Ledger(ledger.path))


def test_a_torn_last_line_is_left_out_and_cut_by_the_next_writer(ledger: Ledger) -> None:
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + b'{"seq": 3, "job"')
    assert 3 == len(list(read_ledger(ledger.path)))
    assert ledger.path.read_bytes() != whole
    later = Ledger(ledger.path)
    later.append([row(3)])
    assert 4 == len(list(later))
    assert ledger.path.read_bytes().startswith(whole)


@pytest.mark.parametrize("damage", [
    lambda lines: lines[:1] + lines[2:],
    lambda lines: [lines[0], lines[1], lines[1], lines[2]],
    lambda lines: [lines[0], b"{}\n", lines[2]],
    lambda lines: [lines[0], b"\xff\x00\n", lines[2]],
    lambda lines: [lines[0], lines[1].replace(b"modelled", b"measure"), lines[2]],
])
def test_a_missing_repeated_or_damaged_row_is_found_with_its_line(ledger: Ledger, damage: Any) -> None:
    ledger.path.write_bytes(b"".join(damage(ledger.path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(MeterError, match=rf"{LEDGER_NAME}:[23]"):
        list(ledger)


def test_the_same_attempt_twice_is_refused(ledger: Ledger, scripted: Any) -> None:
    with pytest.raises(MeterError, match="attempt 1 is already there"):
        Meter(ledger, [scripted([0.0])], "job", 1)


def test_a_write_that_fails_leaves_no_half_row(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ledger.path.read_bytes()
    real = os.pwrite
    answers = iter([7])

    def short_then_full(handle: int, data: Any, offset: int) -> int:
        size = next(answers, None)
        if size is None:
            raise OSError(28, "No space left on device")
        return real(handle, bytes(data)[:size], offset)

    monkeypatch.setattr(os, "pwrite", short_then_full)
    with pytest.raises(MeterError, match="cannot write the energy ledger"):
        ledger.append([row(3)])
    monkeypatch.setattr(os, "pwrite", real)
    assert whole == ledger.path.read_bytes()
    ledger.append([row(3)])
    assert 4 == len(list(ledger))


def test_the_ledger_is_for_its_owner_only_and_holds_no_surprises(ledger: Ledger) -> None:
    assert 0o600 == ledger.path.stat().st_mode & 0o777
    document = json.loads(ledger.path.read_text().splitlines()[1])
    assert {"seq": 1, "job": "job", "attempt": 1, "stage": "generation", "source": "scripted",
            "quality": "modelled", "energy_joules": 0.1, "duration_s": 1.0, "t_mono": 6.0,
            "t_utc": "2026-01-01T00:00:00.000+00:00", "boot_id": None, "parts_joules": {"cpu": 0.1}} == document
