"""What a running job tells a person: the `Display` protocol and the values it receives.

A display owns no state of the job. Texts in these values are ids, counts and names we chose, never record text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from appliance.units import Quality


@dataclass(frozen=True, slots=True)
class JobStarted:
    """The first lines of a run.

    Attributes:
        notices: one plain sentence each: who the reflector is, what the detector can and cannot find.
    """

    job_id: str
    name: str
    resumed: bool
    stages: tuple[str, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EgressTotals:
    """What passed the door so far. The two request counts differ when the reflector is a local stand-in."""

    passed_requests: int = 0
    passed_bytes: int = 0
    left_machine_requests: int = 0
    left_machine_bytes: int = 0


@dataclass(frozen=True, slots=True)
class EnergyTotals:
    """Energy of the job so far, local, with its quality; None while no source has answered."""

    energy_joules: float | None = None
    emissions_kgco2e: float | None = None
    quality: Quality | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of one stage.

    Attributes:
        done: units finished, out of `wanted` (instances, subsets, clusters).
        rate_per_s: units per second in this attempt, None before the first.
        eta_s: seconds to go at that rate, None while unknown.
        accepted: candidates kept by the filters, where the stage has filters.
        rejected: candidates dropped, by reason.
    """

    stage: str
    done: int
    wanted: int
    rate_per_s: float | None = None
    eta_s: float | None = None
    accepted: int | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)
    energy: EnergyTotals = field(default_factory=EnergyTotals)
    egress: EgressTotals = field(default_factory=EgressTotals)


@dataclass(frozen=True, slots=True)
class StageFinished:
    """A stage is complete and durable; `reused` when an earlier attempt had already finished it."""

    stage: str
    done: int
    wall_s: float
    reused: bool


class Display(Protocol):
    """Where a running job shows itself. Called from the job's thread only; must not raise."""

    def job_started(self, event: JobStarted) -> None:
        """The job begins or resumes."""

    def stage_started(self, stage: str, wanted: int | None) -> None:
        """A stage begins; `wanted` is None where it is not known beforehand."""

    def progress(self, event: Progress) -> None:
        """A stage moved."""

    def stage_finished(self, event: StageFinished) -> None:
        """A stage ended."""

    def notice(self, text: str) -> None:
        """Something a person should know, in one sentence."""

    def job_finished(self, summary: Mapping[str, Any]) -> None:
        """The job is done; `summary` is what `psi run --json` prints."""

    def close(self) -> None:
        """Give the terminal back."""


class NoDisplay:
    """Shows nothing; for libraries and tests."""

    def job_started(self, event: JobStarted) -> None:
        """Ignore."""

    def stage_started(self, stage: str, wanted: int | None) -> None:
        """Ignore."""

    def progress(self, event: Progress) -> None:
        """Ignore."""

    def stage_finished(self, event: StageFinished) -> None:
        """Ignore."""

    def notice(self, text: str) -> None:
        """Ignore."""

    def job_finished(self, summary: Mapping[str, Any]) -> None:
        """Ignore."""

    def close(self) -> None:
        """Ignore."""
