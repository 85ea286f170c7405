"""The runner: a job ends with exactly what was wanted, from wherever it was stopped or killed."""

from __future__ import annotations

import errno
import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import scripted_job
from door_bench import Upstream

from appliance.artefact import Artefact
from appliance.audit.log import AuditLog
from appliance.audit.reader import AuditReader
from appliance.detection.process import DetectorProcess
from appliance.errors import (
    AwaitingApproval,
    DetectorFailed,
    InputError,
    Interrupted,
    JobLocked,
    ReflectorError,
    StalledError,
    StorageError,
    TooFewLeft,
)
from appliance.events import NoDisplay, Progress, StageFinished
from appliance.jobs.assembly import Assembly, audit_directory
from appliance.jobs.decision import allow_sending_again
from appliance.jobs.inputs import load_inputs, settle_manifest
from appliance.jobs.store import JobStore
from appliance.policy.model import Policy
from appliance.records import Instance, sha256_hex

STAGES = ["expansion", "anonymise", "reflection", "embed_cluster", "summarise", "principles", "generation"]


class Recorded(NoDisplay):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.finished: list[StageFinished] = []
        self.steps: list[Progress] = []

    def progress(self, event: Progress) -> None:
        self.steps.append(event)

    def stage_finished(self, event: StageFinished) -> None:
        self.finished.append(event)


def job_directory(root: Path) -> Path:
    with JobStore.read_only(root) as store:
        return store.job_directory(store.list()[0].id)


def state(root: Path) -> tuple[str, str | None]:
    with JobStore.read_only(root) as store:
        job = store.list()[0]
    return str(job.state), job.error_category


def assert_complete(root: Path, upstream: Upstream) -> None:
    """Exactly the wanted instances, none twice; every byte that arrived stands in a verified log, before it left."""
    directory = job_directory(root)
    dataset = [json.loads(line) for line in (directory / "dataset.jsonl").read_text().splitlines()]
    assert scripted_job.WANTED == len({row["id"] for row in dataset}) == len(dataset)
    assert scripted_job.INITIAL == len({row["id"] for row in Artefact(directory / "expansion.jsonl").rows()})
    for stage in ("expansion", "generation"):
        indices = [row["provenance"]["request_index"] for row in Artefact(directory / f"{stage}.jsonl").rows()]
        dropped = [row["request_index"] for row in Artefact(directory / f"{stage}.rejected.jsonl").rows()]
        assert len(indices + dropped) == len({*indices, *dropped}), "a verdict was given twice"
    reader = AuditLog.open(audit_directory(root)).reader
    recorded = Counter(record.fields["payload_sha256"] for record in reader.records() if record.kind == "request")
    arrived = Counter(sha256_hex(raw.partition(b"\r\n\r\n")[2]) for raw in upstream.received)
    assert arrived <= recorded, "something arrived that no record knows"
    first_of: dict[str, int] = {}
    for record in reader.records():
        if record.kind == "request":
            first = first_of.setdefault(record.fields["payload_sha256"], record.seq)
            assert record.fields["repeats"] == (None if first == record.seq else first)


def test_a_job_runs_through_and_its_summary_adds_up(root: Path, upstream: Upstream) -> None:
    display = Recorded()
    summary = scripted_job.start_or_resume(root, display)
    assert_complete(root, upstream)
    assert (STAGES, ("done", None)) == ([event.stage for event in display.finished], state(root))
    assert summary == json.loads((job_directory(root) / "summary.json").read_text())
    sizes = summary["sizes"]
    assert (scripted_job.INITIAL, scripted_job.WANTED) == (sizes["initial"], sizes["accepted"])
    assert sizes["candidates"] == sizes["accepted"] + sum(summary["rejected"]["generation"].values())
    assert len(upstream.received) == summary["egress"]["passed_requests"] == sizes["subsets"] + sizes["high_principles"]
    assert 0 == summary["egress"]["left_machine_requests"]
    assert all(principle["demonstration"] for principle in summary["principles"])
    total = sum(stage["energy_joules"] for stage in summary["stages"])
    assert summary["energy"]["energy_joules"] == pytest.approx(total, abs=1e-3)
    assert summary["energy"]["emissions_kgco2e"] == pytest.approx(total / 3.6e6 * 0.24)
    assert all(step.egress.left_machine_requests == 0 for step in display.steps)


def test_every_instance_says_where_it_came_from(root: Path) -> None:
    scripted_job.start_or_resume(root, NoDisplay())
    row = json.loads((job_directory(root) / "dataset.jsonl").read_text().splitlines()[0])
    assert {"id", "instruction", "input", "output", "provenance"} == set(row)
    made = row["provenance"]
    assert {"seed_ids", "passage_ids", "principle_ids", "request_index", "engine", "shape", "sampling",
            "prompt_tokens", "completion_tokens", "demonstration"} == set(made)
    principles = json.loads((job_directory(root) / "principles.json").read_text())
    assert [principle["id"] for principle in principles] == made["principle_ids"]
    assert (5, 3) == (made["prompt_tokens"], made["completion_tokens"])


def test_stopped_between_any_two_steps_a_job_goes_on_and_reuses_what_is_done(root: Path, upstream: Upstream) -> None:
    stops = 0
    for patience in range(1, 200, 3):
        asked = iter(range(patience))
        display = Recorded()
        try:
            scripted_job.start_or_resume(root, display, lambda asked=asked: next(asked, None) is None)
            break
        except Interrupted:
            stops += 1
            assert ("paused", "Interrupted") == state(root)
    assert stops >= 3
    assert any(event.reused for event in display.finished)
    assert_complete(root, upstream)
    clusters = next(Artefact(job_directory(root) / "embed_cluster.jsonl").rows())["clusters"]
    assert scripted_job.SUBSETS + len(clusters) == len(upstream.received), "nothing was asked twice"


def test_inputs_that_changed_since_the_job_began_are_refused_by_name(root: Path) -> None:
    with pytest.raises(Interrupted):
        scripted_job.start_or_resume(root, NoDisplay(), lambda: True)
    page = root / "inputs" / "k" / "page.md"
    page.write_text(page.read_text() + "\nA new fact.\n")
    with JobStore.open(root) as store, pytest.raises(InputError, match="knowledge changed since this job began"):
        scripted_job.runner.run_job(store, store.list()[0].id, NoDisplay(), lambda: False)
    assert ("failed", "InputError") == state(root)


def test_two_processes_cannot_run_one_job(root: Path) -> None:
    with pytest.raises(Interrupted):
        scripted_job.start_or_resume(root, NoDisplay(), lambda: True)
    with JobStore.open(root) as first, JobStore.open(root) as second:
        job = first.list()[0].id
        with first.claim(job), pytest.raises(JobLocked):
            scripted_job.runner.run_job(second, job, NoDisplay(), lambda: False)


def test_too_few_clean_instances_refuse_before_anything_is_sent(root: Path, upstream: Upstream,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    config = scripted_job.config

    def quoting(where: Path) -> Any:
        made = config(where)
        (where / "inputs" / "k" / "page.md").write_text(
            "\n\n".join(f"The {word} is near the {other}." for word in scripted_job.WORDS
                        for other in scripted_job.WORDS))
        return made

    monkeypatch.setattr(scripted_job, "config", quoting)
    with pytest.raises(TooFewLeft, match="knowledge_run"):
        scripted_job.start_or_resume(root, NoDisplay())
    assert ([], ("failed", "TooFewLeft")) == (upstream.received, state(root))


def test_a_model_that_yields_nothing_stops_and_says_why(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted_job.Composer, "expand", lambda self, indices: (
        candidate for candidate in self._candidates("initial", indices) if candidate.reason))
    with pytest.raises(StalledError, match=r"accepted 0 of 20 .* every_third"):
        scripted_job.start_or_resume(root, NoDisplay())


def test_answers_without_a_principle_end_the_job_after_they_are_recorded(root: Path, upstream: Upstream) -> None:
    from door_bench import message

    upstream.script = [(200, message("Insights:"))]
    with pytest.raises(ReflectorError, match="no principle"):
        scripted_job.start_or_resume(root, NoDisplay())
    assert scripted_job.SUBSETS == sum(
        1 for record in AuditReader(audit_directory(root)).records() if record.kind == "outcome")


def test_a_detector_that_fails_stops_the_job_with_exit_3_and_a_working_one_resumes_it(
        root: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = DetectorProcess(Policy(name="test", version=1), command=["/nonexistent/detector"])
    hanging = DetectorProcess(Policy(name="test", version=1), command=["sleep", "60"], start_deadline_s=0.2)
    with monkeypatch.context() as broken:
        for detector in (missing, hanging):
            broken.setattr(Assembly, "detector", detector)
            with pytest.raises(DetectorFailed) as caught:
                scripted_job.start_or_resume(root, NoDisplay())
            assert 3 == caught.value.exit_code
            assert ([], ("failed", "DetectorFailed")) == (upstream.received, state(root))
    scripted_job.start_or_resume(root, NoDisplay())
    assert_complete(root, upstream)


def test_headings_borders_and_linked_words_of_k_are_guarded_too(root: Path) -> None:
    page = root / "inputs" / "k" / "page.md"
    config = scripted_job.config(root)
    page.write_text("# Visiting hours of the northern harbour\n\nThe office opens at nine\n\nand closes "
                    "[at five o'clock](https://example.org) in winter.\n")
    inputs = load_inputs(config)
    assembly = Assembly(config=config, inputs=inputs, manifest=settle_manifest(root, config, inputs), job_id="x",
                        root=root, directory=root, wait=lambda _: None)
    quotes = ["visiting hours of the northern", "office opens at nine and closes", "closes at five o'clock in winter"]
    admission = assembly.door.admit([Instance(text, "Say it.", text, "Yes.") for text in quotes])
    assert dict.fromkeys(quotes, "knowledge_run") == admission.refused


def test_a_disk_that_refuses_is_named_and_the_job_goes_on_when_there_is_room(
        root: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.pwrite", full)
        with pytest.raises(StorageError, match=r"expansion.*No space left on device.*free space"):
            scripted_job.start_or_resume(root, NoDisplay())
    assert ("failed", "StorageError") == state(root)
    scripted_job.start_or_resume(root, NoDisplay())
    assert_complete(root, upstream)


def test_two_lost_sends_wait_for_a_recorded_decision(root: Path, upstream: Upstream,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("appliance.sender.https.HttpsSender.send", dies)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                scripted_job.start_or_resume(root, NoDisplay())
    with pytest.raises(AwaitingApproval):
        scripted_job.start_or_resume(root, NoDisplay())
    assert ([], ("awaiting_approval", "AwaitingApproval")) == (upstream.received, state(root))
    with JobStore.open(root) as store:
        job = store.list()[0]
        with pytest.raises(InputError, match="needs a reason"):
            allow_sending_again(store, job, "  ")
        allow_sending_again(store, job, "the line was down")
    scripted_job.start_or_resume(root, NoDisplay())
    assert_complete(root, upstream)


def kill_loop(root: Path, upstream: Upstream, rounds: int, seed: int) -> int:
    """Kill the job `rounds` times at random moments after its stages began, starting it again each time.

    Returns:
        How many jobs came to their end; each is checked.
    """
    draw = random.Random(seed)
    done = kills = 0
    where = root / "0"
    seen: dict[str, list[dict[str, Any]]] = {}
    while kills < rounds or done == 0:
        where.mkdir(exist_ok=True)
        process = subprocess.Popen([sys.executable, scripted_job.__file__, str(where), str(upstream.port), "0.004"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with process:
            assert process.stdout is not None
            assert b"started\n" == process.stdout.readline(), process.communicate()[1].decode()
            try:
                code = process.wait(draw.uniform(0.0, 0.35) if kills < rounds else None)
            except subprocess.TimeoutExpired:
                process.kill()
                code, kills = None, kills + 1
            assert process.stderr is not None
            said = process.stderr.read().decode()
        if code is None:
            seen = assert_nothing_lost(where, seen)
        elif code == 3:
            assert ("awaiting_approval", "AwaitingApproval") == state(where), "two vanished sends wait for a person"
        else:
            assert 0 == code, said
            assert_complete(where, upstream)
        if code is not None:
            done, seen = done + (code == 0), {}
            where = root / str(kills + done)
    return done


def assert_nothing_lost(where: Path, before: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Every row that was there after the last kill is still there, in its place."""
    directory = job_directory(where)
    now = {name: list(Artefact(directory / f"{name}.jsonl").rows()) for name in STAGES}
    for name, rows in before.items():
        assert rows == now[name][:len(rows)]
    return now


def test_fifty_kills_lose_nothing_repeat_nothing_and_send_nothing_unlogged(tmp_path: Path, upstream: Upstream) -> None:
    # Slow answers widen the moment in which a request is out and has no outcome yet.
    upstream.before_answer = lambda: time.sleep(0.02)
    assert kill_loop(tmp_path, upstream, rounds=50, seed=2507) >= 1
