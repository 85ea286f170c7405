"""A whole job and its guards: canaries, a door that is shut, limits that are raised, K that changes on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import scripted_job
from scripted_job import SUBSETS, start_or_resume

from appliance.audit.log import AuditLog
from appliance.errors import DoorLatched, EgressDenied, InputError, LimitReached
from appliance.events import NoDisplay
from appliance.gateway.canaries import DoorLatch, door_state
from appliance.jobs.assembly import audit_directory
from appliance.jobs.decision import open_door
from appliance.jobs.store import JobStore
from appliance.knowledge.canaries import Canary, CanaryFile
from appliance.knowledge.ingest import load_pages
from appliance.reflect.standin import StandIn


class Answers:
    """Only what the stand-in's server needs of a generator; it counts what it was asked."""

    asked = 0

    def chat_prompt(self, messages: Any) -> str:
        return "prompt"

    def generate(self, requests: Any) -> Iterator[Any]:
        from appliance.engines.base import Completion
        from appliance.records import Usage

        for request in requests:
            Answers.asked += 1
            yield Completion(request.id, "Reasoning: short.\nInsights:\n- Answer the question that was asked.\n"
                                         f"- Keep to what is known, number {Answers.asked}.\n", "stop", Usage(3, 4))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A root whose jobs ask an upstream on loopback."""
    Answers.asked = 0
    server = StandIn(Answers(), "claude-sonnet-5-5")  # type: ignore[arg-type]  # as much of one as it needs
    scripted_job.install(server.port, 0.0, monkeypatch.setattr)
    monkeypatch.setattr("appliance.jobs.assembly.Assembly._credential", lambda *_: server.secret)
    yield tmp_path
    server.close()


def records(root: Path) -> list[Any]:
    return list(AuditLog.open(audit_directory(root)).reader.records())


def policy(root: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job's policy from now on; `config` would write the usual one again."""
    made = scripted_job.config(root)
    monkeypatch.setattr(scripted_job, "config", lambda _: made)
    (root / "inputs" / "policy.yaml").write_text(f"name: test\nversion: 1\n{text}")


def canary(root: Path, word: str, other: str) -> None:
    CanaryFile(root).save([Canary("c-1", (word, other), "none", "2026-11-21T00:00:00Z", None)])


def test_what_records_say_about_limits_index_and_policy(root: Path) -> None:
    start_or_resume(root, NoDisplay())
    requests = [record.fields for record in records(root) if record.kind == "request"]
    assert len(requests) > SUBSETS
    assert [3] * SUBSETS == [fields["instances"] for fields in requests[:SUBSETS]]
    assert list(range(1, len(requests) + 1)) == [fields["used"]["requests"] for fields in requests]
    assert 1 == len({json.dumps(fields["knowledge"], sort_keys=True) for fields in requests})
    assert 24 == requests[0]["knowledge"]["run_chars"]


def test_a_generated_instance_with_a_canary_is_dropped_and_the_job_ends_well(root: Path, monkeypatch: Any) -> None:
    from appliance.jobs.assembly import Assembly
    from appliance.jobs.canary_filter import CanaryFilter

    canary(root, "zebrainitial", "tellmeaboutthezebra")
    inner = Assembly.composer
    monkeypatch.setattr(Assembly, "composer", lambda self, context: CanaryFilter(inner(self, context), self._watch))
    start_or_resume(root, NoDisplay())
    [folder] = (root / "jobs").glob("scripted-*")
    dropped = [json.loads(line) for line in (folder / "expansion.rejected.jsonl").read_text().splitlines()]
    assert ["canary"] == [row["reason"] for row in dropped if row["request_index"] == 24]
    assert not any("zebra initial" in (folder / name).read_text() for name in ("expansion.jsonl", "dataset.jsonl"))
    assert None is door_state(AuditLog.open(audit_directory(root)).reader)


def test_a_canary_in_the_drawn_set_shuts_the_door_until_a_person_opens_it(root: Path) -> None:
    canary(root, "tellmeaboutthe", "nobodyknowsthis")
    with pytest.raises(DoorLatched, match="instance"):
        start_or_resume(root, NoDisplay())
    for _ in range(2):
        with pytest.raises(DoorLatched):
            start_or_resume(root, NoDisplay())
    assert (0, ["latched"]) == (Answers.asked, [record.kind for record in records(root)])
    CanaryFile(root).save([])
    assert open_door(root, "the canary was badly chosen")
    start_or_resume(root, NoDisplay())
    assert Answers.asked > 0


def test_a_job_that_asks_nobody_runs_behind_a_shut_door(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scripted_job.config(root)
    alone = made.model_copy(update={"principles": made.principles.model_copy(update={"source": "none"})})
    monkeypatch.setattr(scripted_job, "config", lambda _: alone)
    DoorLatch(AuditLog.open(audit_directory(root))).shut("c-1", "answer", None)
    start_or_resume(root, NoDisplay())


def test_a_list_of_canaries_that_is_damaged_stops_every_job(root: Path) -> None:
    canary(root, "a" * 12, "b" * 12)
    CanaryFile(root).path.write_text("{")
    with pytest.raises(EgressDenied, match="canaries"):
        start_or_resume(root, NoDisplay())
    assert 0 == Answers.asked


def test_a_job_that_reached_a_limit_goes_on_when_it_is_raised(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy(root, "limits:\n  requests: 2\n", monkeypatch)
    with pytest.raises(LimitReached, match=r"limits\.requests"):
        start_or_resume(root, NoDisplay())
    assert 2 == Answers.asked
    raised = "name: test\nversion: 2\nlimits:\n  requests: 50\n"
    (root / "inputs" / "policy.yaml").write_text(f"{raised}seeds_may_leave: true\n")
    with pytest.raises(InputError, match="policy changed"):
        start_or_resume(root, NoDisplay())
    (root / "inputs" / "policy.yaml").write_text(raised)
    start_or_resume(root, NoDisplay())
    requests = [record.fields for record in records(root) if record.kind == "request"]
    assert len(requests) == Answers.asked > 2
    assert 2 == len({fields["policy_sha256"] for fields in requests})


def test_a_page_that_changes_while_it_is_read_is_not_taken_for_the_one_that_was(root: Path, monkeypatch: Any) -> None:
    from appliance.jobs import inputs

    def read_and_changed(directory: Path) -> Any:
        pages = load_pages(directory)
        (directory / "more.md").write_text("# More\n\nSomething the index does not know.\n")
        return pages

    monkeypatch.setattr(inputs, "load_pages", read_and_changed)
    with pytest.raises(EgressDenied, match="changed while this job ran"):
        start_or_resume(root, NoDisplay())
    assert 0 == Answers.asked


def test_a_page_that_changes_while_the_job_runs_shuts_its_door(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(self: Any, messages: Any) -> str:
        (root / "inputs" / "k" / "more.md").write_text("# More\n\nSomething the index does not know.\n")
        return "prompt"

    monkeypatch.setattr(Answers, "chat_prompt", changed)
    with pytest.raises(EgressDenied, match="changed while this job ran"):
        start_or_resume(root, NoDisplay())
    assert 1 == Answers.asked
    with pytest.raises(InputError, match="knowledge changed"):
        start_or_resume(root, NoDisplay())
    (root / "inputs" / "k" / "more.md").unlink()
    monkeypatch.setattr(Answers, "chat_prompt", lambda *_: "prompt")
    start_or_resume(root, NoDisplay())
    with JobStore.open(root) as store:
        assert ["done"] == [str(job.state) for job in store.list()]
