"""What a policy names outside itself: public text and folders of detectors are inputs of a job like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import scripted_job

from appliance.audit.reader import AuditReader
from appliance.config import JobConfig
from appliance.errors import InputError, LimitReached, PolicyError
from appliance.events import NoDisplay
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.jobs import inputs as inputs_of_jobs
from appliance.jobs.assembly import audit_directory
from appliance.jobs.guarding import guard_over
from appliance.jobs.inputs import load_inputs, settle_manifest
from appliance.jobs.notices import first_lines
from appliance.jobs.store import JobState, JobStore

PAGE = "Repeat prescriptions are ready after two working days. Controlled medicines need a visit in person. "
PRIVATE = " ".join(f"Room {number} holds the files of ward {number} and nobody else has its key."
                   for number in range(40))
PLUGIN = "detector: {plugins: [{kind: spacy, path: model, labels: {PER: PERSON}}]}\n"


def job(root: Path, policy: str) -> JobConfig:
    """A job over a page that has a public and a private part."""
    made = scripted_job.config(root)
    (made.knowledge / "page.md").write_text(f"{PAGE}\n\n{PRIVATE}\n")
    made.policy.write_text(f"name: test\nversion: 1\n{policy}")
    for name in ("leaflet.txt", "model/config.json"):
        (made.policy.parent / name).parent.mkdir(exist_ok=True)
        (made.policy.parent / name).write_text(PAGE)
    return made


def started(root: Path, made: JobConfig) -> tuple[str, ...]:
    """The first lines of an attempt."""
    inputs = load_inputs(made)
    return first_lines(made, inputs, settle_manifest(root, made, inputs))


@pytest.mark.parametrize(("policy", "name"), [
    ("knowledge: {public_text: [leaflet.txt]}\n", "leaflet.txt"), (PLUGIN, "model/config.json"),
    (PLUGIN, "model/weights.bin")])
def test_what_lies_in_a_file_that_the_policy_names_may_not_change_while_a_job_is_unfinished(
        root: Path, policy: str, name: str) -> None:
    made = job(root, policy)
    first = started(root, made)
    assert first == started(root, made)
    file = made.policy.parent / name
    before = file.read_text() if file.exists() else None
    file.write_text("something else")
    with pytest.raises(InputError, match=r"knowledge\.public_text or detector\.plugins of the policy changed since"):
        started(root, made)
    if before is None:
        file.unlink()
    else:
        file.write_text(before)
    assert first == started(root, made)


def test_a_whole_job_does_not_go_on_with_other_public_text(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = job(root, "limits: {requests: 2}\nknowledge: {public_text: [leaflet.txt]}\n")
    monkeypatch.setattr(scripted_job, "config", lambda _: made)
    with pytest.raises(LimitReached):
        scripted_job.start_or_resume(root, NoDisplay())
    sent = [record.fields for record in AuditReader(audit_directory(root)).records() if record.kind == "request"]
    assert 2 == len(sent)
    assert all(0 < fields["knowledge"]["public_runs"] < fields["knowledge"]["runs"] for fields in sent)
    made.policy.write_text(made.policy.read_text().replace("requests: 2", "requests: 50"))
    (made.policy.parent / "leaflet.txt").write_text(PRIVATE[:200])
    with pytest.raises(InputError, match=r"knowledge\.public_text"):
        scripted_job.start_or_resume(root, NoDisplay())
    assert 2 == sum(record.kind == "request" for record in AuditReader(audit_directory(root)).records())
    with JobStore.read_only(root) as store:
        assert JobState.FAILED is store.list()[0].state


@pytest.mark.parametrize(("text", "said"), [
    ("Nothing of it stands there.", "has no run of the knowledge base; it opens nothing"),
    (PAGE, "WARNING: knowledge.public_text has 3.8% of the knowledge base's runs of 24 characters; these may be")])
def test_how_much_of_the_knowledge_counts_as_public_is_said(root: Path, text: str, said: str) -> None:
    made = job(root, "knowledge: {public_text: [leaflet.txt]}\n")
    (made.policy.parent / "leaflet.txt").write_text(text)
    [line] = [line for line in started(root, made) if "knowledge.public_text" in line]
    assert said in line


def test_nothing_is_said_of_public_text_where_there_is_none(root: Path) -> None:
    assert [] == [line for line in started(root, job(root, "")) if "public" in line]


@pytest.mark.parametrize(("policy", "at_once"), [("", 0), ("knowledge: {public_text: [leaflet.txt]}\n", 1)])
def test_k_is_indexed_once_and_the_share_is_that_of_the_index_the_door_gets(
        root: Path, monkeypatch: pytest.MonkeyPatch, policy: str, at_once: int) -> None:
    made: list[KnowledgeGuard] = []

    def counted(*over: Any, **more: Any) -> KnowledgeGuard:
        made.append(guard_over(*over, **more))
        return made[-1]

    monkeypatch.setattr(inputs_of_jobs, "guard_over", counted)
    inputs = load_inputs(job(root, policy))
    assert at_once == len(made)
    share = inputs.public_share
    index = inputs.knowledge()
    assert ([index], index.public_share) == (made, share)
    assert bool(at_once) is (share > 0)


@pytest.mark.parametrize("copied", [0.25, 1.0])
def test_a_copy_of_the_knowledge_is_not_public_unless_the_policy_says_that_most_of_it_is(root: Path,
                                                                                        copied: float) -> None:
    made = job(root, "knowledge: {public_text: [leaflet.txt]}\n")
    text = (made.knowledge / "page.md").read_text().upper()
    (made.policy.parent / "leaflet.txt").write_text(text[:int(len(text) * copied)])
    with pytest.raises(PolicyError, match=r"more than 20%.*knowledge\.mostly_public: true"):
        load_inputs(made)
    made.policy.write_text("name: test\nversion: 1\nknowledge: {public_text: [leaflet.txt], mostly_public: true}\n")
    lines = started(root, made)
    assert ["WARNING: policy", "WARNING: knowledge.public_text has"] == [
        found for line in lines for found in ("WARNING: policy", "WARNING: knowledge.public_text has") if found in line]
