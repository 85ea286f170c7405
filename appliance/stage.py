"""What a stage is: a name, the artefacts it reads, the one it writes, and a `run` that can be stopped anywhere.

A method is a tuple of stages. The runner gives each of them, uniformly, resume, metering, progress, an audit
context and a random generator. A stage that starts again continues from the rows its output already has.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from appliance.artefact import Artefact
from appliance.errors import Interrupted


class Locality(StrEnum):
    """Whether a stage may ask for something from outside this process."""

    LOCAL = "local"
    EXTERNAL = "external"


class Pulse(Protocol):
    """How a stage reports progress; the runner adds rate, ETA, energy and what passed the door."""

    def __call__(self, done: int, wanted: int, *, accepted: int | None = None,
                 rejected: Mapping[str, int] | None = None) -> None:
        """One step."""


@dataclass(frozen=True, slots=True)
class StageContext:
    """What the runner hands to a stage.

    Attributes:
        directory: the job's own folder.
        seed: seed of this stage, derived from the job's seed and the stage's name.
        pulse: progress.
        notice: one sentence for the person watching.
        tokens: tell the meter how many tokens the local model has read and written.
        energy_joules: of the job so far, earlier attempts included; None while unknown.
        stopping: True once the operator asked to stop.
    """

    job_id: str
    stage: str
    directory: Path
    seed: int
    pulse: Pulse
    notice: Callable[[str], None]
    tokens: Callable[[int, int], None]
    energy_joules: Callable[[], float | None]
    stopping: Callable[[], bool]

    def random(self, *names: object) -> random.Random:
        """A generator for one purpose of this stage; the same names give the same numbers on every attempt."""
        return random.Random(derive_seed(self.seed, *names))

    def check_stop(self) -> None:
        """Leave between two pieces of work.

        Raises:
            Interrupted: the operator asked to stop.
        """
        if self.stopping():
            raise Interrupted(f"stopped in stage {self.stage}; finished work is kept")


class Stage(Protocol):
    """One step of a method.

    Attributes:
        name: unique in its method; also the name of the output file.
        inputs: names of the stages whose artefacts it reads.
        locality: `Locality.EXTERNAL` if it goes through the door.
    """

    @property
    def name(self) -> str:
        """See the class."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """See the class."""

    @property
    def locality(self) -> Locality:
        """See the class."""

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Do the rest of the work; return when the output artefact is complete.

        Raises:
            ApplianceError: any branch; rows already appended stay.
        """


def derive_seed(seed: int, *names: object) -> int:
    """A 31-bit seed from a parent seed and names, stable across processes and Python versions."""
    text = "\x1f".join([str(seed), *map(str, names)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest()) & 0x7FFF_FFFF
