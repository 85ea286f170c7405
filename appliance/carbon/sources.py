"""Which energy sources this machine has."""

from __future__ import annotations

from appliance.carbon.base import EnergySource, Reading
from appliance.carbon.codecarbon_model import CodeCarbonSource
from appliance.carbon.nvml import NvmlSource, gpu_uuids
from appliance.config import CarbonConfig
from appliance.errors import MeterError
from appliance.units import Quality

__all__ = ["EnergySource", "Reading", "UnreadableSource", "open_sources"]


def open_sources(config: CarbonConfig) -> tuple[EnergySource, ...]:
    """The sources to meter a job on this machine: each GPU's counter, and a model of CPU and RAM.

    Nothing is counted twice: the model's own GPU figure is never used. The sources cover the whole machine,
    other programs included. The slow part of opening happens in each source's first `read`.
    """
    model = CodeCarbonSource(config)
    try:
        gpus = gpu_uuids()
    except MeterError as error:
        return UnreadableSource("nvml", str(error)), model
    return *(NvmlSource(uuid) for uuid in gpus), model


class UnreadableSource:
    """Hardware that is here and cannot be metered: every read fails, so that the ledger shows the gap."""

    quality = Quality.MEASURED

    def __init__(self, source_id: str, reason: str) -> None:
        self.id = source_id
        self._reason = reason

    def read(self) -> Reading:
        """Fail.

        Raises:
            MeterError: always, with the reason.
        """
        raise MeterError(self._reason)

    def close(self) -> None:
        """Nothing is open."""
