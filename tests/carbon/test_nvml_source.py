"""GPU counters through the real nvidia-ml-py and a small shared library in the place of NVIDIA's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appliance.carbon.nvml import gpu_uuids

FAKE = Path(__file__).with_name("fake_nvml.c")

# Each step of the script is either a state of the hardware or a read; answers come back as JSON lines.
DRIVER = """
import json, os, sys, warnings
warnings.simplefilter("error")
from pathlib import Path
from appliance.carbon.nvml import NvmlSource, gpu_uuids
from appliance.carbon.sources import open_sources
from appliance.config import CarbonConfig
from appliance.errors import MeterError

now, source = 0.0, None
for step in json.loads(sys.argv[1]):
    what, value = step
    if what == "state":
        Path(os.environ["FAKE_NVML"]).write_text(value)
        continue
    if what == "wait":
        now += value
        continue
    try:
        if what == "gpus":
            answer = gpu_uuids()
        elif what == "open":
            answer = [source.id for source in open_sources(CarbonConfig())]
        elif what == "fail":
            open_sources(CarbonConfig())[0].read()
        else:
            source = source or NvmlSource(value, lambda: now)
            reading = source.read()
            answer = [reading.energy_joules, reading.power_watts, str(reading.quality)]
    except MeterError as error:
        answer = str(error)
    print(json.dumps(answer))
if source:
    source.close()
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("there is no gcc to build the stand-in for NVML")
    folder = tmp_path_factory.mktemp("nvml")
    subprocess.run([gcc, "-shared", "-fPIC", "-O1", "-o", folder / "libnvidia-ml.so.1", FAKE], check=True)
    return folder


def environment(library: Path, state: Path) -> dict[str, str]:
    return {**os.environ, "LD_LIBRARY_PATH": str(library), "FAKE_NVML": str(state)}


def answers(library: Path, tmp_path: Path, *steps: tuple[str, Any]) -> list[Any]:
    done = subprocess.run([sys.executable, "-c", DRIVER, json.dumps(steps)], check=True, capture_output=True,
                          text=True, env=environment(library, tmp_path / "state"))
    assert "" == done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_counter_is_read_in_joules_since_opening(library: Path, tmp_path: Path) -> None:
    assert [["GPU-a", "GPU-b"], [0.0, 250.0, "measured"], [0.5, 251.0, "measured"], [3.75, None, "measured"]] == \
        answers(library, tmp_path,
                ("state", "GPU-a 1000 250000 0\nGPU-b 9 1000 0\n"), ("gpus", None), ("read", "GPU-a"),
                ("state", "GPU-a 1500 251000 0\n"), ("read", "GPU-a"),
                # The indices change places; the counter is still that of GPU-a.
                ("state", "GPU-b 9 1000 0\nGPU-a 4750 0 0\n"), ("read", "GPU-a"))


def test_a_counter_that_goes_backwards_starts_a_new_baseline(library: Path, tmp_path: Path) -> None:
    first, second, reset, after = answers(
        library, tmp_path, ("state", "GPU-a 5000 1000 0"), ("read", "GPU-a"),
        ("state", "GPU-a 6000 1000 0"), ("read", "GPU-a"), ("state", "GPU-a 100 1000 0"), ("read", "GPU-a"),
        ("state", "GPU-a 350 1000 0"), ("read", "GPU-a"))
    assert (0.0, 1.0, 1.25) == (first[0], second[0], after[0])
    assert "went backwards" in reset


def test_a_lost_gpu_is_an_error_and_what_it_counted_meanwhile_is_not_lost(library: Path, tmp_path: Path) -> None:
    first, gone, lost, back = answers(
        library, tmp_path, ("state", "GPU-a 5000 1000 0"), ("read", "GPU-a"),
        ("state", "GPU-b 5000 1000 0"), ("read", "GPU-a"),
        ("state", "GPU-a 6000 1000 15"), ("read", "GPU-a"), ("state", "GPU-a 7000 1000 0"), ("read", "GPU-a"))
    assert (0.0, 2.0) == (first[0], back[0])
    assert "GPU-a" in gone
    assert "GPU-a" in lost


def test_a_counter_that_stands_still_while_power_flows_is_an_error(library: Path, tmp_path: Path) -> None:
    still, stuck, moving = answers(
        library, tmp_path, ("state", "GPU-a 5000 90000 0"), ("read", "GPU-a"), ("wait", 11.0), ("read", "GPU-a"),
        ("state", "GPU-a 5900 90000 0"), ("read", "GPU-a"))
    assert (0.0, 0.9) == (still[0], moving[0])
    assert "stands still" in stuck


def test_a_gpu_without_the_counter_is_unmetered_and_not_guessed(library: Path, tmp_path: Path) -> None:
    refused, = answers(library, tmp_path, ("state", "GPU-a 0 90000 3"), ("read", "GPU-a"))
    assert "before Volta" in refused


@pytest.mark.parametrize(("code", "sources"), [(9, ["codecarbon"]), (18, ["nvml", "codecarbon"])])
def test_a_missing_driver_is_no_gpu_and_a_broken_one_is_a_gap(library: Path, tmp_path: Path, code: int,
                                                              sources: list[str]) -> None:
    assert [sources] == answers(library, tmp_path, ("state", f"init {code}"), ("open", None))


def test_a_broken_driver_fails_every_read(library: Path, tmp_path: Path) -> None:
    refused, = answers(library, tmp_path, ("state", "init 18"), ("fail", None))
    assert "nvidia-smi" in refused


def test_each_gpu_is_a_source_beside_the_model(library: Path, tmp_path: Path) -> None:
    assert [["nvml:GPU-a", "nvml:GPU-b", "codecarbon"]] == answers(
        library, tmp_path, ("state", "GPU-a 1 1 0\nGPU-b 1 1 0\n"), ("open", None))


BOTH = """
import sys, time
from appliance.carbon.codecarbon_model import CodeCarbonSource
from appliance.config import CarbonConfig
from codecarbon.core import gpu
assert gpu.is_nvidia_system(), "CodeCarbon does not see the GPU; the test would prove nothing"
for round in range(2):   # the second tracker takes its hardware from a cache that forgets which GPUs were left out
    source = CodeCarbonSource(CarbonConfig())
    source.read()
    from pathlib import Path; import os
    Path(os.environ["FAKE_NVML"]).write_text(f"GPU-a {10**9 * (round + 1)} 250000 0")
    time.sleep(0.2)
    reading = source.read()
    source.close()
    assert set(reading.parts) == {"cpu", "ram"}
    print(reading.power_watts)
"""


def test_codecarbon_s_own_gpu_figure_is_never_counted(library: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("GPU-a 1000 250000 0")
    smi = tmp_path / "nvidia-smi"
    smi.write_text("#!/bin/sh\nexit 0\n")
    smi.chmod(0o755)
    env = environment(library, state) | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([sys.executable, "-c", BOTH], check=True, capture_output=True, text=True, env=env)
    powers_watts = [float(line) for line in done.stdout.splitlines()]
    assert 2 == len(powers_watts)
    # A megajoule in 0.2 s would be 5 MW.
    assert max(powers_watts) < 10_000


def test_this_machine_answers_without_an_error() -> None:
    assert all(uuid.startswith("GPU-") for uuid in gpu_uuids())
