"""Fixtures of the door: see `door_bench`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from door_bench import Bench, Upstream

from appliance.detection.process import DetectorProcess
from appliance.policy.model import Policy


@pytest.fixture(scope="session")
def presidio() -> Iterator[DetectorProcess]:
    with DetectorProcess(Policy(name="test", version=1, unknown_outcome="resend_once")) as detector:
        yield detector


@pytest.fixture
def bench(tmp_path: Path, upstream: Upstream, presidio: DetectorProcess) -> Bench:
    return Bench(tmp_path / "log", upstream, presidio)
