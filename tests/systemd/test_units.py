"""The units as systemd itself reads them: no unknown key, no bad value, and shut as far as they claim."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")


def installed(unit: str, folder: Path) -> Path:
    """The unit with a binary that exists on every machine, because ours is not installed here."""
    text = (UNITS / unit).read_text()
    assert 1 == text.count("ExecStart=/usr/bin/psi ")
    copy = folder / unit
    copy.write_text(text.replace("/usr/bin/psi ", "/bin/true "))
    return copy


def verify(unit: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)


@needs_systemd
def test_systemd_has_nothing_to_say_about_the_unit(tmp_path: Path) -> None:
    checked = verify(installed("psi-resume.service", tmp_path))
    # An unknown key only warns and is then ignored: the exit code alone would hide it.
    assert (0, "", "") == (checked.returncode, checked.stdout, checked.stderr)


@needs_systemd
def test_a_misspelt_key_would_be_noticed(tmp_path: Path) -> None:
    unit = installed("psi-resume.service", tmp_path)
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHoem="))
    assert "ProtectHoem" in verify(unit).stderr


@needs_systemd
def test_the_unit_is_shut_as_far_as_it_claims(tmp_path: Path) -> None:
    unit = installed("psi-resume.service", tmp_path)
    # 10 times the exposure that systemd computes; a unit without any of this has 96.
    judged = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
                            capture_output=True, text=True, timeout=60)
    assert 0 == judged.returncode, judged.stdout[-200:]


def test_the_unit_says_that_it_has_a_network_and_runs_a_command_that_exists() -> None:
    text = (UNITS / "psi-resume.service").read_text()
    assert "one process" in text
    assert "ExecStart=/usr/bin/psi resume --all --display plain\n" in text
    assert "SuccessExitStatus=130" in text
