"""Fixtures of the jobs: see `scripted_job`."""

from __future__ import annotations

from pathlib import Path

import pytest
import scripted_job
from door_bench import Upstream


@pytest.fixture
def root(tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root whose jobs run over scripted parts and ask `upstream`."""
    scripted_job.install(upstream.port, 0.0, monkeypatch.setattr)
    return tmp_path
