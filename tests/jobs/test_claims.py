"""The claim: one per job, a crash that costs nothing, fences that hold."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from store_bench import ENDINGS, HOLD, WRITES, child, everything, new_job, reap, said

from appliance.errors import ApplianceError, JobLocked
from appliance.jobs.claim import is_locked
from appliance.jobs.store import Claim, JobState, JobStore


def test_a_second_process_cannot_claim_a_job_that_runs(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    holder = child(HOLD, tmp_path, job)
    try:
        assert "holds" == said(holder)
        with JobStore.open(tmp_path) as store:
            assert store.alive(job)
            with pytest.raises(JobLocked, match=f"already runs in process {holder.pid}") as caught:
                store.claim(job)
            assert 6 == caught.value.exit_code
            assert 1 == store.get(job).attempt
    finally:
        reap(holder)


def test_of_two_processes_that_claim_at_once_exactly_one_wins(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    race = ("print('ready', flush=True)\nsys.stdin.readline()\ntry:\n    claim = store.claim(job)\n"
            "    print('won', flush=True)\nexcept JobLocked:\n    print('locked', flush=True)\n"
            "sys.stdin.read()\n")
    racers = [child(race, tmp_path, job) for _ in range(2)]
    try:
        assert ["ready", "ready"] == [said(racer) for racer in racers]
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        assert ["locked", "won"] == sorted(said(racer) for racer in racers)
    finally:
        for racer in racers:
            reap(racer)


def test_after_kill_9_the_next_claim_is_attempt_2_and_what_was_written_is_there(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    holder = child(HOLD, tmp_path, job)
    assert "holds" == said(holder)
    os.kill(holder.pid, signal.SIGKILL)
    reap(holder)
    with JobStore.open(tmp_path) as store:
        left = store.get(job)
        assert (JobState.RUNNING, 1, holder.pid) == (left.state, left.attempt, left.owner)
        assert not store.alive(job)
        assert ["expand"] == [stage.name for stage in store.stages(job)]
        with store.claim(job) as claim:
            assert 2 == claim.attempt
            assert store.alive(job)
            claim.finish(JobState.DONE)
        assert JobState.DONE == store.get(job).state


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("how", ["superseded", "finished"])
def test_a_stale_claim_changes_nothing_and_says_so(tmp_path: Path, write: str, how: str) -> None:
    job = new_job(tmp_path)
    with JobStore.open(tmp_path) as store:
        stale = store.claim(job)
        stale.stage_started("expand")
        if how == "finished":
            stale.finish(JobState.PAUSED)
        stale.release()
        fresh = store.claim(job) if how == "superseded" else None
        before = everything(store, job)
        with pytest.raises(JobLocked, match="attempt 1"):
            WRITES[write](stale)
        assert before == everything(store, job)
        if fresh is not None:
            WRITES[write](fresh)
            fresh.release()


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_an_attempt_cannot_end_as_running(tmp_path: Path, state: JobState) -> None:
    job = new_job(tmp_path)
    with JobStore.open(tmp_path) as store, store.claim(job) as claim, pytest.raises(ValueError, match=state):
        claim.finish(state)


@pytest.mark.parametrize("state", ENDINGS)
def test_what_is_finished_cannot_be_claimed_and_everything_else_can(tmp_path: Path, state: JobState) -> None:
    job = new_job(tmp_path)
    with JobStore.open(tmp_path) as store:
        with store.claim(job) as claim:
            claim.finish(state, "StalledError", "3 of 10")
        row = store.get(job)
        assert ("StalledError", "3 of 10", None) == (row.error_category, row.error_message, row.owner)
        if state.finished:
            with pytest.raises(ApplianceError, match=f"is {state}"):
                store.claim(job)
            assert not store.alive(job)
            return
        with store.claim(job) as claim:
            assert 2 == claim.attempt
            assert (None, None) == (store.get(job).error_category, store.get(job).error_message)


class Claims(RuleBasedStateMachine):
    """Any order of claiming, writing, ending and dying, against the simplest model of it."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.store = JobStore.open(Path(self.folder.name))
        self.job = self.store.create("clinic", "job.yaml", {}).id
        self.current: Claim | None = None
        self.stale: list[Claim] = []
        self.attempt = 0
        self.state = JobState.QUEUED

    @precondition(lambda self: self.current is None and not self.state.finished)
    @rule()
    def claim(self) -> None:
        self.current = self.store.claim(self.job)
        self.attempt += 1
        self.state = JobState.RUNNING

    @precondition(lambda self: self.current is not None)
    @rule()
    def process_dies(self) -> None:
        assert self.current is not None
        self.current.release()
        self.stale.append(self.current)
        self.current = None

    @precondition(lambda self: self.current is not None)
    @rule(state=st.sampled_from(ENDINGS))
    def finish(self, state: JobState) -> None:
        assert self.current is not None
        self.current.finish(state)
        self.state = state
        self.process_dies()

    @precondition(lambda self: any(claim.attempt < self.attempt or self.state is not JobState.RUNNING
                                   for claim in self.stale))
    @rule(write=st.sampled_from(sorted(WRITES)), data=st.data())
    def stale_claim_writes(self, write: str, data: st.DataObject) -> None:
        old = [claim for claim in self.stale
               if claim.attempt < self.attempt or self.state is not JobState.RUNNING]
        with pytest.raises(JobLocked):
            WRITES[write](data.draw(st.sampled_from(old)))

    @invariant()
    def store_agrees(self) -> None:
        row = self.store.get(self.job)
        assert (self.state, self.attempt) == (row.state, row.attempt)
        assert (self.current is not None) == self.store.alive(self.job)

    def teardown(self) -> None:
        if self.current is not None:
            self.current.release()
        self.store.close()
        self.folder.cleanup()


TestClaims = Claims.TestCase
TestClaims.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


def test_asking_whether_a_job_lives_never_costs_somebody_the_claim(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            is_locked(tmp_path / "jobs" / job / "lock")

    asking = threading.Thread(target=ask)
    with JobStore.open(tmp_path) as store:
        store.claim(job).release()
        asking.start()
        try:
            for _ in range(50):
                store.claim(job).release()
        finally:
            stop.set()
            asking.join()
        assert 51 == store.get(job).attempt
