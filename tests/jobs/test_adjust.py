"""`psi resume --set`: what keeps finished work valid may change, is checked like the job file, and is written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import scripted_job

from appliance.artefact import Artefact
from appliance.config import JobConfig
from appliance.errors import ConfigError, InputError, JobLocked, StorageError
from appliance.jobs.adjust import ADJUSTABLE, ADJUSTMENTS, adjust
from appliance.jobs.store import JobRow, JobState, JobStore


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore.open(tmp_path)


@pytest.fixture
def job(store: JobStore, tmp_path: Path) -> JobRow:
    return store.create("scripted", "job.yaml", scripted_job.config(tmp_path).to_json())


def config_of(store: JobStore, job: JobRow) -> JobConfig:
    return JobConfig.model_validate_json(store.get(job.id).config_json)


def test_every_key_that_may_change_changes_and_is_written_down(store: JobStore, job: JobRow) -> None:
    wanted = {"psi.instances": 7, "budget.requests": 900, "budget.tokens": 12_345, "budget.energy_wh": 1.5,
              "reflector.timeout_s": 30.5, "generator.threads": 1, "generator.sequences": 4,
              "generator.context_tokens": 9000}
    assert set(ADJUSTABLE) == set(wanted)
    made = adjust(store, job, [f"{key}={value}" for key, value in wanted.items()])
    document = config_of(store, job).to_json()
    assert wanted == {key: document[key.split(".")[0]][key.split(".")[1]] for key in wanted}
    rows = list(Artefact(store.job_directory(job.id) / ADJUSTMENTS).rows())
    assert [(change.key, change.before, change.after) for change in made] == [
        (row["key"], row["before"], row["after"]) for row in rows]
    assert all(row["who"] and row["when_utc"].endswith("Z") for row in rows)


def test_everything_else_stays_as_it_was(store: JobStore, job: JobRow) -> None:
    before = json.loads(job.config_json)
    adjust(store, job, ["psi.instances=5"])
    before["psi"]["instances"] = 5
    assert before == json.loads(store.get(job.id).config_json)


def test_none_takes_a_budget_away_again_and_the_same_value_is_no_change(store: JobStore, job: JobRow) -> None:
    adjust(store, job, ["budget.tokens=5000"])
    adjust(store, store.get(job.id), ["budget.tokens=none"])
    assert config_of(store, job).budget.tokens is None
    assert () == adjust(store, store.get(job.id), ["budget.tokens=none", f"psi.instances={scripted_job.WANTED}"])
    assert 2 == len(Artefact(store.job_directory(job.id) / ADJUSTMENTS))


@pytest.mark.parametrize(("assignment", "says"), [
    ("psi.subsets=3", "psi.subsets cannot change while a job is unfinished"),
    ("nonsense=3", "these can: psi.instances"),
    ("psi.instances", "takes KEY=VALUE"), ("psi.instances=", "takes KEY=VALUE"),
    ("psi.instances=0", "psi.instances: must be a whole number of at least 1"),
    ("psi.instances=yes", "psi.instances: must be a whole number of at least 1"),
    ("psi.instances=none", "psi.instances: must be a whole number of at least 1"),
    ("budget.energy_wh=-1", "budget.energy_wh: must be a number above 0"),
    ("budget.energy_wh=.inf", "budget.energy_wh: must be a number above 0"),
    ("generator.threads=[1", "generator.threads: not a value"),
    ("budget.requests=1", "budget.requests allows 1, which can give"),
])
def test_what_cannot_be_is_refused_and_nothing_changes(store: JobStore, job: JobRow, assignment: str,
                                                       says: str) -> None:
    job = store.get(job.id)
    if assignment == "budget.requests=1":
        adjust(store, job, ["psi.instances=50"])
        job = store.get(job.id)
    with pytest.raises(ConfigError) as caught:
        adjust(store, job, ["reflector.timeout_s=9", assignment])
    assert says in str(caught.value)
    assert job == store.get(job.id)


def test_a_finished_job_and_a_running_one_are_left_alone(store: JobStore, job: JobRow, tmp_path: Path) -> None:
    with store.claim(job.id) as claim:
        with JobStore.open(tmp_path) as other, pytest.raises(JobLocked, match="stop it first"):
            adjust(other, other.get(job.id), ["psi.instances=5"])
        claim.finish(JobState.DONE)
    with pytest.raises(InputError, match="is done"):
        adjust(store, store.get(job.id), ["psi.instances=5"])
    assert not (store.job_directory(job.id) / ADJUSTMENTS).exists()


def test_finished_generation_cannot_be_asked_for_more_but_for_fewer(store: JobStore, job: JobRow) -> None:
    with store.claim(job.id) as claim:
        claim.plan_stages(["generation"])
        claim.stage_started("generation")
        claim.stage_finished("generation", scripted_job.WANTED, 1.0)
        claim.finish(JobState.FAILED, "StorageError", "full")
    with pytest.raises(InputError, match="has finished generation"):
        adjust(store, store.get(job.id), ["psi.instances=99"])
    assert 1 == len(adjust(store, store.get(job.id), ["psi.instances=5"]))


def test_of_two_people_at_once_one_is_told(store: JobStore, job: JobRow, tmp_path: Path) -> None:
    adjust(store, job, ["psi.instances=5"])
    with pytest.raises(InputError, match="changed by somebody else"):
        adjust(store, job, ["psi.instances=6"])
    assert 5 == config_of(store, job).psi.instances


def test_what_cannot_be_written_down_does_not_happen(store: JobStore, job: JobRow,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Artefact, rows: object) -> None:
        raise StorageError("full")

    monkeypatch.setattr(Artefact, "append", full)
    with pytest.raises(StorageError):
        adjust(store, job, ["psi.instances=5"])
    assert scripted_job.WANTED == config_of(store, job).psi.instances
