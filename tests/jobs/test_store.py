"""The job store: one claim per job, crashes that cost nothing, fences that hold, schemas that grow."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from appliance.errors import ApplianceError, JobLocked
from appliance.jobs import database
from appliance.jobs import store as store_module
from appliance.jobs.claim import is_locked
from appliance.jobs.migrations import MIGRATIONS, Migration
from appliance.jobs.rows import job_id
from appliance.jobs.store import Claim, JobState, JobStore

ENDINGS = tuple(state for state in JobState if state not in (JobState.QUEUED, JobState.RUNNING))


def new_job(root: Path, name: str = "clinic") -> str:
    with JobStore.open(root) as store:
        return store.create(name, "job.yaml", {"name": name}).id


def child(code: str, root: Path, job: str) -> subprocess.Popen[str]:
    """A real second process with `store` and `job` at hand."""
    head = ("import sys, time\nfrom pathlib import Path\nfrom appliance.errors import JobLocked\n"
            "from appliance.jobs.store import JobStore, JobState\n"
            "store, job = JobStore.open(Path(sys.argv[1])), sys.argv[2]\n")
    return subprocess.Popen([sys.executable, "-c", head + code, str(root), job], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def reap(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


HOLD = ("claim = store.claim(job)\nclaim.stage_started('expand')\nprint('holds', flush=True)\n"
        "sys.stdin.read()\n")


def test_a_new_job_is_queued_and_only_its_owner_may_look(tmp_path: Path) -> None:
    with JobStore.open(tmp_path) as store:
        job = store.create("clinic", tmp_path / "job.yaml", {"name": "clinic", "seeds": "/s"})
        assert JobState.QUEUED == job.state
        assert 0 == job.attempt
        assert '{"name": "clinic", "seeds": "/s"}' == job.config_json
        assert (job,) == store.list()
        for path in (tmp_path / "jobs", store.job_directory(job.id)):
            assert 0o700 == stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "jobs").glob("jobs.db*"):
            assert 0o600 == stat.S_IMODE(path.stat().st_mode), path.name


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir(mode=0o755)
    JobStore.open(tmp_path).close()
    assert 0o700 == stat.S_IMODE((tmp_path / "jobs").stat().st_mode)


def test_the_store_syncs_fully_and_uses_a_write_ahead_log(tmp_path: Path) -> None:
    with JobStore.open(tmp_path) as store, store._transaction() as connection:
        assert ("wal",) == connection.execute("PRAGMA journal_mode").fetchone()
        assert (2,) == connection.execute("PRAGMA synchronous").fetchone()
        assert (1,) == connection.execute("PRAGMA foreign_keys").fetchone()


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a" * 65, "a b", "a\n"])
def test_a_name_that_could_leave_the_jobs_folder_is_refused(tmp_path: Path, name: str) -> None:
    with JobStore.open(tmp_path) as store:
        with pytest.raises(ApplianceError, match="job name"):
            store.create(name, "job.yaml", {})
        assert () == store.list()


DAY = datetime(2026, 11, 20, tzinfo=UTC)


@given(st.integers(0, 86_399_999), st.integers(0, 86_399_999))
def test_ids_of_one_name_sort_by_age(first_ms: int, second_ms: int) -> None:
    first, second = (job_id("clinic", DAY + timedelta(milliseconds=ms)) for ms in (first_ms, second_ms))
    assert len("clinic-20261120-a1b2c3") == len(first)
    assert (first_ms <= second_ms) <= (first <= second)


def test_jobs_made_in_the_same_tick_get_different_ids(tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "utc_now", lambda: DAY)
    with JobStore.open(tmp_path) as store:
        ids = [store.create("clinic", "job.yaml", {}).id for _ in range(20)]
    assert sorted(set(ids)) == ids


def test_a_job_is_found_by_id_by_beginning_and_as_the_newest_unfinished(tmp_path: Path) -> None:
    with JobStore.open(tmp_path) as store:
        with pytest.raises(ApplianceError, match="no unfinished job"):
            store.find(None)
        names = ("clinic", "clinic", "bank")
        first, second, third = (store.create(name, "job.yaml", {}).id for name in names)
        assert third == store.find(None).id
        with store.claim(third) as claim:
            claim.finish(JobState.DONE)
        assert second == store.find(None).id
        assert first == store.find(first).id
        assert third == store.find("ba").id
        with pytest.raises(ApplianceError, match="2 jobs begin with 'clinic'"):
            store.find("clinic")
        for nothing in ("zoo", "%", "clini_"):
            with pytest.raises(ApplianceError, match="no job"):
                store.find(nothing)


def test_a_whole_id_wins_over_a_longer_one_that_begins_with_it(tmp_path: Path) -> None:
    with JobStore.open(tmp_path) as store:
        short = store.create("clinic", "job.yaml", {}).id
        store.create(short, "job.yaml", {})
        assert short == store.find(short).id


def test_stages_keep_their_order_and_their_last_attempt(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    with JobStore.open(tmp_path) as store:
        with store.claim(job) as claim:
            claim.plan_stages(("expand", "reflect"))
            claim.stage_started("expand")
            claim.stage_finished("expand", rows=7, wall_s=1.5)
            claim.stage_started("reflect")
        with store.claim(job) as claim:
            claim.plan_stages(("expand", "reflect"))
            claim.stage_started("reflect")
            claim.stage_started("generate")
        stages = store.stages(job)
    assert [("expand", "done", 1, 7, 1.5), ("reflect", "running", 2, None, None),
            ("generate", "running", 2, None, None)] == [
        (stage.name, stage.state, stage.attempt, stage.rows, stage.wall_s) for stage in stages]


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


WRITES = {
    "plan_stages": lambda claim: claim.plan_stages(("late",)),
    "stage_started": lambda claim: claim.stage_started("late"),
    "stage_finished": lambda claim: claim.stage_finished("expand", 99, 9.0),
    "finish": lambda claim: claim.finish(JobState.DONE),
}


def everything(store: JobStore, job: str) -> object:
    return store.get(job), store.stages(job)


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


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    with JobStore.open(tmp_path) as store, store.claim(job) as claim:
        before = everything(store, job)
        with pytest.raises(ApplianceError, match="cannot be used"):
            claim.plan_stages(("expand", None))  # type: ignore[arg-type]
        assert before == everything(store, job)
        claim.stage_started("expand")


def test_a_reader_sees_what_a_writer_has_just_committed(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    with JobStore.open(tmp_path) as store, store.claim(job) as claim:
        claim.stage_started("expand")
        with JobStore.read_only(tmp_path) as reader:
            assert everything(store, job) == everything(reader, job)


def test_a_reader_of_a_store_nobody_has_open_sees_everything_and_writes_nothing(tmp_path: Path) -> None:
    job = new_job(tmp_path)
    with JobStore.read_only(tmp_path) as reader:
        assert [job] == [row.id for row in reader.list()]
        with pytest.raises(ApplianceError, match="readonly"):
            reader.create("clinic", "job.yaml", {})
        with pytest.raises(ApplianceError, match="readonly"):
            reader.claim(job)
        assert not reader.alive(job)


def test_a_store_that_does_not_exist_yet_reads_as_empty_and_is_not_made(tmp_path: Path) -> None:
    with JobStore.read_only(tmp_path) as reader:
        assert () == reader.list()
        assert () == reader.stages("x")
    assert [] == list(tmp_path.iterdir())
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs/jobs.db").touch()
    with JobStore.read_only(tmp_path) as reader:
        assert () == reader.list()


NEXT_STEP = Migration(len(MIGRATIONS) + 1, "a later step", ("ALTER TABLE jobs ADD COLUMN note TEXT",))


def test_an_older_store_is_brought_up_to_date_with_its_jobs(tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    job = new_job(tmp_path)
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, NEXT_STEP))
    with pytest.raises(ApplianceError, match="older version"):
        JobStore.read_only(tmp_path)
    with JobStore.open(tmp_path) as store, store._transaction() as connection:
        assert [job] == [row.id for row in store.list()]
        assert (None,) == connection.execute("SELECT note FROM jobs").fetchone()
        assert [(1,), (2,)] == connection.execute("SELECT version FROM migrations").fetchall()
    with JobStore.read_only(tmp_path) as reader:
        assert [job] == [row.id for row in reader.list()]


def test_a_step_that_fails_is_taken_back_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_job(tmp_path)
    bad = Migration(2, "bad", (*NEXT_STEP.statements, "ALTER TABLE absent ADD COLUMN x TEXT"))
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", (*MIGRATIONS, bad))
        with pytest.raises(ApplianceError, match="no such table"):
            JobStore.open(tmp_path)
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, NEXT_STEP))
    JobStore.open(tmp_path).close()


@pytest.mark.parametrize("way", [JobStore.open, JobStore.read_only])
def test_a_store_of_a_newer_version_is_refused_untouched(tmp_path: Path, way: object) -> None:
    new_job(tmp_path)
    with closing(sqlite3.connect(tmp_path / "jobs/jobs.db")) as connection, connection:
        connection.execute("INSERT INTO migrations VALUES (99, 'from the future', '2030')")
    with pytest.raises(ApplianceError, match="schema 99 and this version reads up to 1"):
        way(tmp_path)  # type: ignore[operator]


@pytest.mark.parametrize("way", [JobStore.open, JobStore.read_only])
def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path, way: object) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs/jobs.db").write_bytes(b"this is not a database " * 100)
    with pytest.raises(ApplianceError, match=r"jobs\.db: this job store is damaged"):
        way(tmp_path)  # type: ignore[operator]
    assert (tmp_path / "jobs/jobs.db").read_bytes().startswith(b"this is not")


def test_damaged_pages_are_a_clear_error_and_never_a_wrong_answer(tmp_path: Path) -> None:
    ids = [new_job(tmp_path) for _ in range(3)]
    path = tmp_path / "jobs/jobs.db"
    whole = path.read_bytes()
    refused = 0
    for page in range(0, len(whole), 4096):
        path.write_bytes(whole[:page] + b"\xff" * 4096 + whole[page + 4096:])
        try:
            with JobStore.read_only(tmp_path) as reader:
                assert ids == [row.id for row in reader.list()]
        except ApplianceError as error:
            refused += 1
            assert "damaged" in str(error)
    assert refused >= 2


def test_a_root_that_cannot_be_used_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ApplianceError, match="Not a directory"):
        JobStore.open(tmp_path / "file")


def test_processes_that_make_the_store_at_the_same_moment_all_succeed(tmp_path: Path) -> None:
    code = "print(store.create('clinic', 'job.yaml', {}).id, flush=True)"
    makers = [child(code, tmp_path, "-") for _ in range(4)]
    ids = {said(maker) for maker in makers}
    for maker in makers:
        reap(maker)
    with JobStore.read_only(tmp_path) as reader:
        assert ids == {row.id for row in reader.list()}
    assert 4 == len(ids)


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


def test_the_store_needs_nothing_heavy() -> None:
    code = "import appliance.jobs.store, sys; print(','.join(sorted(sys.modules)))"
    loaded = set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True,
                                text=True).stdout.strip().split(","))
    assert not loaded & {"torch", "anthropic", "presidio_analyzer", "textual", "llama_cpp", "rich", "typer"}
    assert "sqlite3" in loaded


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
