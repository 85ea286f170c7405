"""Runs the stages of one job, in order, from wherever they are; kill it anywhere and run it again.

A stage is finished when its artefact is complete; the store is told afterwards. A crash between the two runs the
stage again, which finds its rows and returns at once.
"""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from appliance.artefact import Artefact, write_durably
from appliance.audit.egress import egress_totals
from appliance.audit.reader import AuditReader
from appliance.carbon.ledger import LEDGER_NAME, Ledger
from appliance.carbon.meter import Meter
from appliance.carbon.sources import open_sources
from appliance.config import JobConfig
from appliance.errors import ApplianceError, AwaitingApproval, AwaitingReview, Interrupted, JobLocked, StorageError
from appliance.events import Display, EgressTotals, EnergyTotals, JobStarted, StageFinished
from appliance.jobs.assembly import Assembly, audit_directory
from appliance.jobs.inputs import Inputs, load_inputs, settle_manifest
from appliance.jobs.manifest import Manifest
from appliance.jobs.notices import first_lines
from appliance.jobs.pulse import StagePulse
from appliance.jobs.rows import JobRow, JobState
from appliance.jobs.store import Claim, JobStore
from appliance.methods.psi.method import psi_stages
from appliance.reports.export import export_dataset, export_principles
from appliance.reports.summary import Facts, summarise_job
from appliance.stage import Locality, Stage, StageContext, derive_seed
from appliance.units import emissions_kgco2e

WAIT_STEP_S = 0.2


def run_job(store: JobStore, job_id: str, display: Display, stopping: Callable[[], bool]) -> dict[str, Any]:
    """Claim a job, run what is left of it, and say how it ended.

    Args:
        store: open for writing.
        job_id: a job that is not done.
        display: where the run shows itself.
        stopping: asked between two pieces of work; True ends the attempt cleanly.

    Returns:
        The summary (schema 1), also written to ``summary.json`` in the job's folder.

    Raises:
        ApplianceError: the attempt failed or was stopped; the store says so, and the job can be resumed.
    """
    row = store.get(job_id)
    config = JobConfig.model_validate_json(row.config_json)
    with store.claim(job_id) as claim:
        try:
            with _disk_errors_named():
                summary = _Attempt(store, row, claim, config, display, stopping).run()
        except BaseException as error:
            _record_end(claim, error)
            raise
        claim.finish(JobState.DONE)
    return summary


@contextmanager
def _disk_errors_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
            raise
        raise StorageError(f"{error.filename or 'the disk'}: {error.strerror}; "
                           f"free space or repair the disk, then psi resume") from error


def _record_end(claim: Claim, error: BaseException) -> None:
    """Tell the store how an attempt ended; a store that cannot be told must not hide why it ended."""
    with suppress(ApplianceError):
        _finish(claim, error)


def _finish(claim: Claim, error: BaseException) -> None:
    if isinstance(error, JobLocked):
        return
    if isinstance(error, Interrupted | KeyboardInterrupt):
        claim.finish(JobState.PAUSED, "Interrupted", "stopped by the operator; psi resume goes on")
    elif isinstance(error, AwaitingApproval | AwaitingReview):
        claim.finish(JobState.AWAITING_APPROVAL, type(error).__name__, str(error))
    elif isinstance(error, ApplianceError):
        claim.finish(JobState.FAILED, type(error).__name__, str(error))
    else:
        # The text of a foreign error may quote a record; its type never does.
        claim.finish(JobState.FAILED, type(error).__name__, "an unexpected error; see crash.txt in the job's folder")


class _Attempt:
    """One attempt at one job."""

    def __init__(self, store: JobStore, row: JobRow, claim: Claim, config: JobConfig, display: Display,
                 stopping: Callable[[], bool]) -> None:
        self._row = row
        self._claim = claim
        self._config = config
        self._display = display
        self._stopping = stopping
        self._directory = claim.directory
        self._root: Path = store.root
        self._done = {stage.name for stage in store.stages(row.id) if stage.state == "done"}
        self._egress = self._count_egress()
        self._reused: set[str] = set()

    def run(self) -> dict[str, Any]:
        """Run every stage that is not done, export, summarise."""
        inputs = load_inputs(self._config)
        manifest = settle_manifest(self._directory, self._config, inputs)
        assembly = Assembly(config=self._config, inputs=inputs, manifest=manifest, job_id=self._row.id,
                            root=self._root, directory=self._directory, wait=self._wait)
        meter = Meter(self._ledger, open_sources(self._config.carbon), job=self._row.id, attempt=self._claim.attempt)
        with meter, closing(assembly):
            assembly.verify_log()
            stages = psi_stages(assembly.parts())
            self._claim.plan_stages([stage.name for stage in stages])
            self._display.job_started(self._started(inputs, manifest, stages))
            for stage in stages:
                self._run_stage(stage, meter)
            assembly.finish()
        self._egress = self._count_egress()
        return self._finish(inputs, manifest)

    def _started(self, inputs: Inputs, manifest: Manifest, stages: tuple[Stage, ...]) -> JobStarted:
        return JobStarted(self._row.id, self._row.name, self._claim.attempt > 1,
                          tuple(stage.name for stage in stages),
                          first_lines(self._config, inputs, manifest))

    def _run_stage(self, stage: Stage, meter: Meter) -> None:
        output = self._artefact(stage.name)
        if stage.name in self._done:
            self._reused.add(stage.name)
            self._display.stage_finished(StageFinished(stage.name, len(output), 0.0, reused=True))
            return
        if self._stopping():
            raise Interrupted(f"stopped before stage {stage.name}; finished work is kept")
        self._claim.stage_started(stage.name)
        self._display.stage_started(stage.name, None)
        started_s = time.monotonic()
        with meter.stage(stage.name):
            stage.run(self._context(stage, meter), {name: self._artefact(name) for name in stage.inputs},
                      output)
        wall_s = time.monotonic() - started_s
        self._claim.stage_finished(stage.name, len(output), wall_s)
        self._display.stage_finished(StageFinished(stage.name, len(output), wall_s, reused=False))

    def _context(self, stage: Stage, meter: Meter) -> StageContext:
        def egress() -> EgressTotals:
            # Reading the log costs; only a stage that goes through the door can change what it says.
            if stage.locality is Locality.EXTERNAL:
                self._egress = self._count_egress()
            return self._egress

        pulse = StagePulse(stage.name, self._display, lambda: self._energy(meter), egress)
        return StageContext(self._row.id, stage.name, self._directory,
                            derive_seed(self._config.random_seed, stage.name), pulse, self._display.notice,
                            meter.tokens, lambda: meter.totals().energy_joules, self._stopping)

    def _count_egress(self) -> EgressTotals:
        return egress_totals(AuditReader(audit_directory(self._root)), self._row.id)

    def _energy(self, meter: Meter) -> EnergyTotals:
        totals = meter.totals()
        carbon = self._config.carbon
        joules = totals.energy_joules
        kg = None if joules is None else emissions_kgco2e(joules, carbon.intensity_kgco2e_per_kwh, carbon.pue)
        return EnergyTotals(joules, kg, totals.quality)

    def _finish(self, inputs: Inputs, manifest: Manifest) -> dict[str, Any]:
        dataset, principles = self._directory / "dataset.jsonl", self._directory / "principles.json"
        export_dataset(self._artefact("generation"), dataset)
        export_principles(self._artefact("principles"), principles)
        summary = summarise_job(Facts(
            job_id=self._row.id, name=self._row.name, attempts=self._claim.attempt, config=self._config,
            seeds=len(inputs.seeds), passages=len(inputs.passages), reflector=manifest.reflector,
            directory=self._directory, audit=audit_directory(self._root), ledger=self._ledger, egress=self._egress,
            reused=frozenset(self._reused)))
        write_durably(self._directory / "summary.json", json.dumps(summary, indent=2).encode() + b"\n")
        return summary

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self._directory / LEDGER_NAME)

    def _artefact(self, stage: str) -> Artefact:
        return Artefact(self._directory / f"{stage}.jsonl")

    def _wait(self, duration_s: float) -> None:
        until_s = time.monotonic() + duration_s
        while (left_s := until_s - time.monotonic()) > 0:
            if self._stopping():
                raise Interrupted("stopped while waiting for the reflector; finished work is kept")
            time.sleep(min(left_s, WAIT_STEP_S))
