"""Fixtures of the hostile inputs: the real detector once for all of them, a fresh door and upstream for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from door_bench import Bench, Upstream
from hostile_bench import POLICY

from appliance.detection.process import DetectorProcess


@pytest.fixture(scope="session")
def detector() -> Iterator[DetectorProcess]:
    with DetectorProcess(POLICY) as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, upstream: Upstream, detector: DetectorProcess) -> Bench:
    made = Bench(tmp_path / "log", upstream, detector)
    made.policy = POLICY
    return made
