"""The job store: its rows, their names and ages, and who may look."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_bench import new_job

from appliance.errors import ApplianceError
from appliance.jobs import store as store_module
from appliance.jobs.rows import job_id
from appliance.jobs.store import JobState, JobStore


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


def test_the_store_needs_nothing_heavy() -> None:
    code = "import appliance.jobs.store, sys; print(','.join(sorted(sys.modules)))"
    loaded = set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True,
                                text=True).stdout.strip().split(","))
    assert not loaded & {"torch", "anthropic", "presidio_analyzer", "textual", "llama_cpp", "rich", "typer"}
    assert "sqlite3" in loaded
