"""A job that nobody will resume: ended for good, its table of values deleted, and what is left of others is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import scripted_job

from appliance.cli.main import main
from appliance.errors import ApplianceError, InputError, JobLocked, LimitReached
from appliance.events import NoDisplay
from appliance.gateway.vault import ValueMap, Vault
from appliance.jobs.cancel import cancel, kept_tables
from appliance.jobs.rows import JobRow, JobState
from appliance.jobs.store import JobStore
from appliance.setup.doctor_root import job_store
from appliance.setup.findings import Verdict


@pytest.fixture
def waiting(root: Path, monkeypatch: pytest.MonkeyPatch) -> JobRow:
    """A job that stopped at a limit and has a table."""
    made = scripted_job.config(root)
    made.policy.write_text("name: test\nversion: 1\nlimits: {requests: 2}\n")
    monkeypatch.setattr(scripted_job, "config", lambda _: made)
    with pytest.raises(LimitReached):
        scripted_job.start_or_resume(root, NoDisplay())
    with JobStore.read_only(root) as store:
        [job] = store.list()
    return job


def said(root: Path) -> list[tuple[Verdict, str]]:
    return [(finding.verdict, finding.says) for finding in job_store(root) if finding.topic == "values"]


def test_a_cancelled_job_has_no_table_and_is_never_resumed(root: Path, waiting: JobRow,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    assert (waiting.id,) == kept_tables(root)
    [(verdict, says)] = said(root)
    assert Verdict.OK is verdict
    assert waiting.id in says and "psi cancel JOB" in says
    for _ in range(2):
        assert 0 == main(["cancel", waiting.id[:12], "--root", str(root)])
        assert ((), []) == (kept_tables(root), said(root))
    assert "is cancelled and its table of values is deleted" in capsys.readouterr().err
    with JobStore.open(root) as store:
        assert (JobState.CANCELLED, True) == (store.get(waiting.id).state, (root / "jobs" / waiting.id).is_dir())
        with pytest.raises(ApplianceError, match="is cancelled; nothing is left to run"):
            store.claim(waiting.id)


def test_a_job_that_runs_or_is_done_is_not_cancelled(root: Path, waiting: JobRow) -> None:
    with JobStore.open(root) as store:
        with store.claim(waiting.id) as claim:
            with pytest.raises(JobLocked):
                cancel(store, waiting)
            assert (waiting.id,) == kept_tables(root)
            claim.finish(JobState.DONE)
        with pytest.raises(InputError, match="is done"):
            cancel(store, waiting)
    assert (waiting.id,) == kept_tables(root), "its policy said what becomes of it"
    assert [Verdict.OK] == [verdict for verdict, _ in said(root)]


@pytest.mark.parametrize("store_is_there", [True, False])
def test_a_table_that_no_job_needs_is_said(root: Path, store_is_there: bool) -> None:
    if store_is_there:
        JobStore.open(root).close()
    Vault(root).save("gone-20261121-aaaaaa", ValueMap(1, {"<PERSON_1>": "Amara Osei"}))
    [(verdict, says)] = said(root)
    assert Verdict.WARN is verdict
    assert "gone-20261121-aaaaaa" in says and "Osei" not in says
