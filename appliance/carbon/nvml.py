"""GPU energy from NVIDIA's counter, one per GPU (``nvmlDeviceGetTotalEnergyConsumption``, since Volta).

The counter is in millijoules since the driver was loaded. It misses the host CPU, fans and losses of the
power supply, and it is the whole GPU's: NVML knows no energy of a MIG slice or of a process. The module
``pynvml`` is the distribution nvidia-ml-py.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from appliance.carbon.base import Reading
from appliance.errors import MeterError
from appliance.units import Quality

# The counter moves every 10 to 100 ms; one that rests this long while the GPU draws power is not counting.
STANDSTILL_S = 10.0


def gpu_uuids() -> tuple[str, ...]:
    """The GPUs of this machine; none where the library, the driver or a GPU is missing.

    Raises:
        MeterError: NVML is here and fails, so there may be GPUs that nobody can meter.
    """
    try:
        import pynvml
    except ImportError:
        return ()
    try:
        with _initialised(pynvml):
            handles = map(pynvml.nvmlDeviceGetHandleByIndex, range(pynvml.nvmlDeviceGetCount()))
            return tuple(_text(pynvml.nvmlDeviceGetUUID(handle)) for handle in handles)
    except pynvml.NVMLError as error:
        if getattr(error, "value", None) in (pynvml.NVML_ERROR_LIBRARY_NOT_FOUND,
                                             pynvml.NVML_ERROR_DRIVER_NOT_LOADED):
            return ()
        raise MeterError(f"NVML: {error}; check the driver with nvidia-smi") from error


class NvmlSource:
    """One GPU.

    Args:
        uuid: as `gpu_uuids` lists it; counters of different GPUs are never mixed up by a changed index.
        clock: seconds, monotonic.
    """

    quality = Quality.MEASURED

    def __init__(self, uuid: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.id = f"nvml:{uuid}"
        self._uuid = uuid
        self._clock = clock
        self._nvml: Any = None
        self._last_mj: int | None = None
        self._total_mj = 0
        self._moved_at = 0.0

    def read(self) -> Reading:
        """See `EnergySource.read`.

        Raises:
            MeterError: NVML failed, or the counter went backwards or stands still.
        """
        counter_mj, power_watts = self._sample()
        now = self._clock()
        last_mj, self._last_mj = self._last_mj, counter_mj
        if counter_mj != last_mj:
            self._moved_at = now
        if last_mj is not None and counter_mj < last_mj:
            raise MeterError(f"GPU {self._uuid}: the energy counter went backwards (driver reload?); "
                             f"counting starts again from here")
        self._total_mj += counter_mj - (counter_mj if last_mj is None else last_mj)
        if power_watts and now - self._moved_at > STANDSTILL_S:
            raise MeterError(f"GPU {self._uuid}: the energy counter stands still while the GPU draws power")
        return Reading(self._total_mj / 1000, self.quality, power_watts)

    def close(self) -> None:
        """Give this use of NVML back.

        Raises:
            MeterError: NVML refused.
        """
        nvml, self._nvml = self._nvml, None
        if nvml is None:
            return
        try:
            nvml.nvmlShutdown()
        except nvml.NVMLError as error:
            raise MeterError(f"NVML does not shut down ({error})") from error

    def _sample(self) -> tuple[int, float | None]:
        """Counter in millijoules, power in watts."""
        try:
            import pynvml
        except ImportError as error:
            raise MeterError("nvidia-ml-py is not installed") from error
        try:
            if self._nvml is None:
                pynvml.nvmlInit()
                self._nvml = pynvml
            handle = pynvml.nvmlDeviceGetHandleByUUID(self._uuid)
            return int(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)), _power_watts(pynvml, handle)
        except pynvml.NVMLError as error:
            # A later read starts with a fresh initialisation, as a reloaded driver needs.
            with contextlib.suppress(MeterError):
                self.close()
            raise MeterError(f"GPU {self._uuid}: {error}; a GPU before Volta has no energy counter, "
                             f"else check the driver with nvidia-smi") from error


@contextlib.contextmanager
def _initialised(pynvml: Any) -> Iterator[None]:
    pynvml.nvmlInit()
    try:
        yield
    finally:
        pynvml.nvmlShutdown()


def _power_watts(pynvml: Any, handle: Any) -> float | None:
    """For display and for the standstill check only; not every GPU that counts energy reports its power."""
    try:
        return int(pynvml.nvmlDeviceGetPowerUsage(handle)) / 1000
    except pynvml.NVMLError:
        return None


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
