"""A short try of the local model on a job's own inputs: how fast, how much of it passes, and what it costs.

Everything lies in a folder that is gone afterwards; nothing is stored, nothing goes to the door.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.carbon.ledger import LEDGER_NAME, Ledger
from appliance.carbon.meter import Meter
from appliance.carbon.report import report
from appliance.carbon.sources import open_sources
from appliance.config import JobConfig
from appliance.errors import Interrupted
from appliance.forecast.samples import StageSample
from appliance.jobs.inputs import Inputs, reflects
from appliance.jobs.local_model import open_generator, placeholder_principles, trial_composer
from appliance.methods.psi.composer import Candidate, Composer
from appliance.quality.near_duplicates import NearDuplicates, comparable_text
from appliance.records import Instance

if TYPE_CHECKING:
    from appliance.engines.base import Generator

SOFT_S, HARD_S = 6.0, 15.0
"""Seconds for each of the two stages: after the first the block in work is finished, after the second it is not."""
METER_PATIENCE_S = 10.0
# No composer's block of requests is larger than the first, and the second keeps its sequences busy.
_BLOCK, _PIECE = 1000, 4


@dataclass(frozen=True, slots=True)
class Probe:
    """What a try found out.

    Attributes:
        stages: ``expansion`` and ``generation``; one that wrote no whole candidate in time is missing.
        instance_bytes: sizes of the initial instances it wrote, as the reflector would read them, UTF-8.
        load_s: until the model was ready.
    """

    stages: Mapping[str, StageSample]
    instance_bytes: tuple[int, ...]
    load_s: float


def run_probe(config: JobConfig, inputs: Inputs, root: Path, *, soft_s: float = SOFT_S,
              hard_s: float = HARD_S) -> Probe:
    """Load M_g and let it expand and generate for a few seconds each, under the meter.

    Args:
        config: of the job.
        inputs: what it reads.
        root: whose cache of converted weights is used if it has one already.
        soft_s: seconds after which a stage begins no further block.
        hard_s: seconds after which a stage ends where it is.

    Raises:
        EngineError: the model cannot be loaded or run.
    """
    with tempfile.TemporaryDirectory(prefix="psi-probe-") as folder:
        began_s = time.monotonic()
        ledger = Ledger(Path(folder) / LEDGER_NAME)
        cache = root / ".cache" / "weights"
        with closing(open_generator(config.generator,
                                    cache if cache.is_dir() else Path(folder) / "weights")) as generator:
            load_s = time.monotonic() - began_s
            meter = Meter(ledger, open_sources(config.carbon), job="probe", attempt=1)
            with meter:
                meter.wait_open(METER_PATIENCE_S)
                tries = [_Try(name, config, inputs, generator, meter, soft_s, hard_s)
                         for name in _stages(config, inputs)]
                for each in tries:
                    each.run()
        joules = {stage.stage: stage.energy.total_joules for stage in report(
            ledger, intensity_kgco2e_per_kwh=config.carbon.intensity_kgco2e_per_kwh, pue=config.carbon.pue).stages}
        stages = {each.name: each.sample(joules.get(each.name)) for each in tries if each.candidates}
        written = tuple(tries[0].instance_bytes) if tries[0].name == "expansion" else ()
        return Probe(stages, written, load_s)


def _stages(config: JobConfig, inputs: Inputs) -> tuple[str, ...]:
    """The generating stages this job has."""
    expands = reflects(config) and config.psi.initial and inputs.initial is None
    return ("expansion", "generation") if expands else ("generation",)


class _Try:
    """One stage of the probe."""

    def __init__(self, name: str, config: JobConfig, inputs: Inputs, generator: Generator, meter: Meter,
                 soft_s: float, hard_s: float) -> None:
        self.name = name
        self.candidates = self.accepted = self._tokens = self._row_bytes = 0
        self._requests: set[int] = set()
        self.instance_bytes: list[int] = []
        self._config, self._inputs, self._generator, self._meter = config, inputs, generator, meter
        self._soft_s, self._hard_s = soft_s, hard_s
        self._began_s = self._wall_s = 0.0
        self._duplicates: NearDuplicates | None = None

    def run(self) -> None:
        """Take candidates until the time is up."""
        with self._meter.stage(self.name):
            self._began_s = time.monotonic()
            try:
                composer = trial_composer(self._config, self._inputs, self._generator, self.name, self._check_late)
                for candidate in self._asked(composer):
                    self._take(candidate)
            except Interrupted:
                pass
            self._wall_s = time.monotonic() - self._began_s

    def sample(self, energy_joules: float | None) -> StageSample:
        """What was seen."""
        return StageSample(candidates=self.candidates, accepted=self.accepted, requests=len(self._requests),
                           wall_s=self._wall_s, tokens=self._tokens, energy_joules=energy_joules,
                           row_bytes=self._row_bytes)

    def _asked(self, composer: Composer) -> Iterator[Candidate]:
        if self.name == "expansion":
            return composer.expand(self._indices())
        return composer.generate(self._indices(), placeholder_principles(self._config, self._inputs))

    def _indices(self) -> Iterable[int]:
        """A few of each block: composers write a block together, and a whole one may take longer than there is."""
        for block in count(step=_BLOCK):
            for index in range(block, block + _PIECE):
                if time.monotonic() - self._began_s > self._soft_s:
                    return
                yield index

    def _check_late(self) -> None:
        if time.monotonic() - self._began_s > self._hard_s:
            raise Interrupted("the time of the probe is up")

    def _is_new(self, instance: Instance) -> bool:
        """As the job decides; its check of the language is left out, because it drops next to nothing."""
        shape = instance.provenance.shape
        if self._duplicates is None:
            self._duplicates = NearDuplicates(comparable_text(seed, shape) for seed in self._inputs.seeds)
        return self._duplicates.add_if_new(comparable_text(instance, shape))

    def _take(self, candidate: Candidate) -> None:
        self.candidates += 1
        self._requests.add(candidate.request_index)
        self._tokens += (candidate.usage.prompt_tokens or 0) + (candidate.usage.completion_tokens or 0)
        if candidate.instance is None:
            return
        self._row_bytes += len(repr(candidate.instance.to_row()).encode())
        if candidate.reason is None and self._is_new(candidate.instance):
            self.accepted += 1
            self.instance_bytes.append(sum(len(text.encode()) for text in candidate.instance.texts().values()))
