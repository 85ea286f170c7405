"""CodeCarbon as a model of CPU and RAM: nothing leaves, nothing from outside changes it, no failure passes."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.carbon import codecarbon_model
from appliance.carbon.codecarbon_model import CodeCarbonSource, tracker_options
from appliance.config import CarbonConfig
from appliance.errors import MeterError
from appliance.units import Quality, emissions_kgco2e

CONFIG = CarbonConfig(intensity_kgco2e_per_kwh=0.31)


@pytest.fixture
def source() -> Any:
    source = CodeCarbonSource(CONFIG)
    yield source
    source.close()


def test_energy_is_modelled_grows_and_has_its_parts(source: CodeCarbonSource) -> None:
    first = source.read()
    time.sleep(0.2)
    second = source.read()
    time.sleep(0.2)
    third = source.read()
    assert (0.0, None) == (first.energy_joules, first.power_watts)
    assert 0 < second.energy_joules < third.energy_joules
    assert {Quality.MODELLED} == {first.quality, second.quality, third.quality}
    assert third.energy_joules == pytest.approx(sum(third.parts.values()))
    assert {"cpu", "ram"} == set(third.parts)
    assert second.power_watts is not None
    assert second.energy_joules / 0.2 == pytest.approx(second.power_watts, rel=0.5)


def test_its_emissions_are_our_factor_times_its_energy(source: CodeCarbonSource) -> None:
    source.read()
    time.sleep(0.2)
    reading = source.read()
    assert source.codecarbon_kgco2e == pytest.approx(emissions_kgco2e(reading.energy_joules, 0.31), rel=1e-9)


def test_a_long_job_changes_trackers_and_counts_on(source: CodeCarbonSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecarbon_model, "TASKS_PER_TRACKER", 3)
    trackers = set()
    energies = []
    for _ in range(10):
        energies.append(source.read().energy_joules)
        trackers.add(id(source._tracker))
        time.sleep(0.02)
    assert sorted(set(energies)) == energies
    assert len(trackers) > 1
    assert len(source._tracker._tasks) <= 3


def test_it_writes_nothing_and_prints_nothing(source: CodeCarbonSource, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch,
                                              capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    source.read()
    logging.getLogger("codecarbon").error("anything")
    source.read()
    source.close()
    assert ("", "") == capfd.readouterr()
    assert [] == list(tmp_path.iterdir())
    assert not Path("/unused.csv").exists()


def task(**changes: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"cpu_energy": 1e-6, "ram_energy": 1e-6, "energy_consumed": 2e-6,
                              "emissions": 0.62e-6, "duration": 1.0} | changes)


@pytest.mark.parametrize(("answer", "message"), [
    (None, "not running"),
    (task(cpu_energy=0.0), "no energy for cpu"),
    (task(ram_energy=float("nan")), "no energy for ram"),
    (task(cpu_energy=-1e-9), "no energy for cpu"),
    (task(emissions=2e-6 * 0.00394), "grid factor"),
])
def test_a_wrong_answer_is_an_error_and_the_next_read_starts_again(source: CodeCarbonSource, answer: Any,
                                                                   message: str) -> None:
    source.read()
    tracker = source._tracker
    tracker.stop_task = lambda: answer
    with pytest.raises(MeterError, match=message):
        source.read()
    after = source.read()
    assert source._tracker is not tracker
    assert 0.0 == after.energy_joules


def test_an_exception_inside_codecarbon_is_a_meter_error(source: CodeCarbonSource) -> None:
    source.read()
    source._tracker.start_task = lambda name: 1 / 0
    with pytest.raises(MeterError, match="division") as caught:
        source.read()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_very_short_window_may_hold_nothing(source: CodeCarbonSource) -> None:
    source._add(task(cpu_energy=0.0, ram_energy=0.0, energy_consumed=0.0, emissions=0.0, duration=0.001))


def test_every_option_codecarbon_looks_up_elsewhere_is_given() -> None:
    from codecarbon import OfflineEmissionsTracker

    asked: set[str] = set()

    class Listening(OfflineEmissionsTracker):  # type: ignore[misc]
        def _set_from_conf(self, var: Any, name: str, *rest: Any, **more: Any) -> Any:
            asked.add(name)
            return super()._set_from_conf(var, name, *rest, **more)

    Listening(**tracker_options(CONFIG))
    assert {"emissions_endpoint", "pue", "force_cpu_power"} <= asked
    assert asked <= set(tracker_options(CONFIG))


HOSTILE = {"emissions_endpoint": "http://203.0.113.7:9/take", "api_endpoint": "http://203.0.113.7:9", "api_key": "x",
           "output_methods": "csv,api,prometheus,logfire", "save_to_api": "true", "save_to_prometheus": "true",
           "prometheus_url": "203.0.113.7:9091", "electricitymaps_api_token": "x", "co2_signal_api_token": "x",
           "output_dir": "/nowhere", "output_handlers": "x", "tracking_mode": "nonsense", "api_call_interval": "1",
           "force_carbon_intensity_g_co2e_kwh": "1", "pue": "7", "wue": "9", "force_cpu_power": "9000",
           "force_ram_power": "9000", "force_mode_cpu_load": "true", "allow_multiple_runs": "false",
           "cloud_provider": "aws", "cloud_region": "eu-west-1", "country_2letter_iso_code": "FR",
           "region": "quebec", "log_level": "debug", "logger_preamble": "loud", "gpu_ids": "0,1",
           "metadata": "/etc/passwd", "measure_power_secs": "0.001", "on_csv_write": "update"}

TRIPWIRE = """
import json, socket, sys, time, warnings
warnings.simplefilter("error")
attempts = []
def refuse(name):
    def attempt(*args, **kwargs):
        attempts.append(name)
        raise OSError("the tripwire was touched")
    return attempt
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse(name))
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refuse(name))

from appliance.carbon.codecarbon_model import CodeCarbonSource
from appliance.config import CarbonConfig
source = CodeCarbonSource(CarbonConfig(intensity_kgco2e_per_kwh=0.31))
for _ in range(12):
    reading = source.read()
    time.sleep(0.1)
reading = source.read()
power_watts = reading.power_watts
source.close()
print(json.dumps({"attempts": attempts, "joules": reading.energy_joules, "kg": source.codecarbon_kgco2e,
                  "power_watts": power_watts}))
"""


def in_fresh_process(folder: Path, **extra: str) -> dict[str, Any]:
    keep = {name: value for name, value in os.environ.items() if not name.lower().startswith("codecarbon")}
    done = subprocess.run([sys.executable, "-c", TRIPWIRE], cwd=folder, capture_output=True, text=True, check=True,
                          env=keep | {"HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])} | extra)
    assert "" == done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_hostile_configuration_opens_no_connection_and_changes_no_figure(tmp_path: Path) -> None:
    clean_folder, hostile_folder = tmp_path / "clean", tmp_path / "hostile"
    clean_folder.mkdir()
    hostile_folder.mkdir()
    settings = "[codecarbon]\n" + "".join(f"{name} = {value}\n" for name, value in HOSTILE.items())
    (hostile_folder / ".codecarbon.config").write_text(settings)
    variables = {f"CODECARBON_{name.upper()}": value for name, value in HOSTILE.items()}

    clean = in_fresh_process(clean_folder)
    hostile = in_fresh_process(hostile_folder, **variables)
    assert [] == hostile["attempts"]
    assert [".codecarbon.config"] == [path.name for path in hostile_folder.iterdir()]
    assert hostile["kg"] == pytest.approx(emissions_kgco2e(hostile["joules"], 0.31), rel=1e-9)
    # CPU load differs between two runs; forced powers of 9 kW or a PUE of 7 would not hide in that.
    assert hostile["power_watts"] == pytest.approx(clean["power_watts"], rel=0.9)


def test_the_tripwire_of_the_test_above_catches_what_an_unsafe_tracker_does(tmp_path: Path) -> None:
    unsafe = TRIPWIRE.partition("from appliance")[0] + """
import logging
from codecarbon import OfflineEmissionsTracker
logging.getLogger("codecarbon").addFilter(lambda record: False)
tracker = OfflineEmissionsTracker(country_iso_code="USA")
tracker.start_task("a"); time.sleep(0.1); tracker.stop_task(); tracker.stop()
print(json.dumps(attempts))
"""
    (tmp_path / ".codecarbon.config").write_text("[codecarbon]\nemissions_endpoint = http://203.0.113.7:9/take\n")
    done = subprocess.run([sys.executable, "-c", unsafe], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [] != json.loads(done.stdout)


def test_a_damaged_configuration_file_is_an_error_and_not_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                  ) -> None:
    (tmp_path / ".codecarbon.config").write_text("no section\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MeterError, match="did not start"):
        CodeCarbonSource(CONFIG).read()


def test_an_unknown_country_changes_nothing() -> None:
    source = CodeCarbonSource(CarbonConfig(country_iso_code="ZZZ"))
    source.read()
    time.sleep(0.1)
    assert source.read().energy_joules > 0
    source.close()


def test_no_thread_of_codecarbon_stays_after_close(source: CodeCarbonSource) -> None:
    source.read()
    source.close()
    deadline = time.monotonic() + 5
    while any(isinstance(thread, threading.Timer) for thread in threading.enumerate()) and \
            time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(isinstance(thread, threading.Timer) for thread in threading.enumerate())
