"""The store's file: readers beside writers, schemas that grow, damage that is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_bench import child, everything, new_job, reap, said

from appliance.errors import ApplianceError
from appliance.jobs import database
from appliance.jobs.migrations import MIGRATIONS, Migration
from appliance.jobs.store import JobStore


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
