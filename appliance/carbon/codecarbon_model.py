"""CPU and RAM energy from CodeCarbon's offline model. Every figure is a model output, never a measurement.

CodeCarbon reads ``.codecarbon.config`` from the working directory and the home directory, and
``CODECARBON_*`` from the environment; an ``emissions_endpoint`` there makes even its offline tracker send
figures out. A value given to the constructor wins, so every option it knows is given here. Only tasks are
used: its run total loses the energy between ``start()`` and the first task.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from typing import Any

from appliance.carbon.base import Reading
from appliance.config import CarbonConfig
from appliance.errors import MeterError
from appliance.units import JOULES_PER_KWH, Quality

# CodeCarbon keeps every finished task (2.4 kB each); a new tracker now and then keeps a long job's memory
# flat.
TASKS_PER_TRACKER = 1000
# /proc/stat counts in steps of 10 ms and RAPL in 1 ms: a shorter window may truthfully hold nothing.
SHORT_WINDOW_S = 0.05


class _Complaints(logging.Filter):
    """Keeps CodeCarbon's log off the terminal and remembers it for the message of a failure."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: deque[str] = deque(maxlen=1)

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            self.latest.append(record.getMessage().partition("\n")[0])
        return False


_COMPLAINTS = _Complaints()


class CodeCarbonSource:
    """CPU and RAM of the whole machine, as one modelled source with the parts ``cpu`` and ``ram``.

    The first `read` imports CodeCarbon and probes the hardware (seconds); energy counts from its return. Each
    later one closes the running task, adds its energy and opens the next; about a millisecond between the two
    is lost. A GPU figure of CodeCarbon is left out.
    """

    id = "codecarbon"
    quality = Quality.MODELLED

    def __init__(self, config: CarbonConfig) -> None:
        self._config = config
        self._tracker: Any = None
        self._tasks = 0
        self._kwh = {"cpu": 0.0, "ram": 0.0}
        self._power_watts: float | None = None
        self.codecarbon_kgco2e = 0.0
        """CodeCarbon's own emissions figure: a cross-check of the factor, used nowhere else."""

    def read(self) -> Reading:
        """See `EnergySource.read`.

        Raises:
            MeterError: CodeCarbon failed or answered nonsense; the next call starts a new tracker.
        """
        try:
            if self._tracker is not None:
                self._add(self._tracker.stop_task())
                if self._tasks >= TASKS_PER_TRACKER:
                    self._stop()
            if self._tracker is None:
                self._tracker, self._tasks = self._build(), 0
            self._tracker.start_task(str(self._tasks))
            self._tasks += 1
        except Exception as error:
            self._abandon()
            raise MeterError(f"CodeCarbon: {error}{_complaint()}") from error
        parts = {name: kwh * JOULES_PER_KWH for name, kwh in self._kwh.items()}
        return Reading(sum(parts.values()), self.quality, self._power_watts, parts)

    def close(self) -> None:
        """Stop the tracker; the task that was running since the last `read` is dropped."""
        if self._tracker is not None:
            self._stop()

    def _add(self, task: Any) -> None:
        if task is None:
            raise MeterError("a task was not running")
        kwh = {"cpu": task.cpu_energy, "ram": task.ram_energy}
        silent = [name for name, value in kwh.items()
                  if not math.isfinite(value) or value < 0 or (value == 0 and task.duration > SHORT_WINDOW_S)]
        if silent:
            raise MeterError(f"no energy for {' and '.join(silent)} in {task.duration:.1f} s")
        factor = self._config.intensity_kgco2e_per_kwh
        if not math.isclose(task.emissions, task.energy_consumed * factor, rel_tol=1e-6, abs_tol=1e-15):
            raise MeterError("it did not use the grid factor it was given")
        self._kwh = {name: self._kwh[name] + value for name, value in kwh.items()}
        self.codecarbon_kgco2e += task.emissions
        if task.duration > 0:
            self._power_watts = sum(kwh.values()) * JOULES_PER_KWH / task.duration

    def _build(self) -> Any:
        """A tracker that cannot send anything and takes nothing from files or the environment."""
        logger = logging.getLogger("codecarbon")
        logger.addFilter(_COMPLAINTS)
        from codecarbon import OfflineEmissionsTracker

        tracker = OfflineEmissionsTracker(**tracker_options(self._config))
        # Its constructor swallows exceptions; run_id is the last thing it sets.
        if not hasattr(tracker, "run_id"):
            raise MeterError("its tracker did not start; is there a damaged .codecarbon.config file?")
        return tracker

    def _stop(self) -> None:
        tracker, self._tracker = self._tracker, None
        tracker.stop()
        if not hasattr(tracker, "final_emissions_data"):
            raise MeterError(f"CodeCarbon: its tracker did not stop{_complaint()}")

    def _abandon(self) -> None:
        tracker, self._tracker = self._tracker, None
        if tracker is not None:
            tracker.stop()


def tracker_options(config: CarbonConfig) -> dict[str, Any]:
    """Every option CodeCarbon 3.3.2 would otherwise look up in files or the environment.

    PUE is 1 and the factor is ours, because both are applied where reports are made.
    """
    no_network: dict[str, Any] = {
        "output_methods": [], "output_handlers": [], "emissions_endpoint": False,
        "electricitymaps_api_token": False, "api_call_interval": -1, "api_endpoint": "", "api_key": "",
        "prometheus_url": "", "logging_logger": None}
    place: dict[str, Any] = {
        "country_iso_code": config.country_iso_code, "country_2letter_iso_code": None, "region": None,
        "cloud_provider": None, "cloud_region": None}
    model: dict[str, Any] = {
        "tracking_mode": "machine", "measure_power_secs": 1, "allow_multiple_runs": True, "gpu_ids": [],
        "force_cpu_power": None, "force_ram_power": None, "force_mode_cpu_load": False,
        "rapl_include_dram": False, "rapl_prefer_psys": False, "pue": 1.0, "wue": 0.0,
        "force_carbon_intensity_g_co2e_kwh": config.intensity_kgco2e_per_kwh * 1000}
    labels: dict[str, Any] = {
        "project_name": "psi", "experiment_id": "psi", "experiment_name": "psi", "metadata": None,
        "output_dir": "/", "output_file": "unused.csv", "on_csv_write": "append", "logger_preamble": "",
        "log_level": "error"}
    return no_network | place | model | labels


def _complaint() -> str:
    return f" ({_COMPLAINTS.latest.pop()})" if _COMPLAINTS.latest else ""
