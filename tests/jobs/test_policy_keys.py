"""Keys of a policy that only the wiring of a job gives an effect: each reaches the door of a whole job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import scripted_job
from door_bench import Upstream

from appliance.detection.pool import DetectorPool
from appliance.errors import EgressDenied, EngineError, InputError, LimitReached
from appliance.events import NoDisplay
from appliance.gateway.door import Admission, Door
from appliance.gateway.guard import KNOWLEDGE_RUN
from appliance.gateway.near import NEAR
from appliance.gateway.vault import Vault
from appliance.jobs.assembly import Assembly
from appliance.jobs.inputs import load_inputs, settle_manifest
from appliance.jobs.notices import first_lines

QUOTED = "The amber is near the delta."  # what initial-0 says, and no other


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    server = Upstream()
    scripted_job.install(server.port, 0.0, monkeypatch.setattr)
    yield tmp_path
    server.close()


def write(root: Path, policy: str, monkeypatch: pytest.MonkeyPatch, version: int = 1) -> None:
    """Inputs with this policy, which a later start leaves as they are."""
    made = scripted_job.config(root)
    monkeypatch.setattr(scripted_job, "config", lambda _: made)
    made.policy.write_text(f"name: test\nversion: {version}\n{policy}\n")


def run(root: Path, policy: str, monkeypatch: pytest.MonkeyPatch) -> Admission:
    """A whole job under a policy; what its door admitted."""
    write(root, policy, monkeypatch)
    admitted: list[Admission] = []
    admit = Door.admit

    def watched(door: Door, instances: Any) -> Admission:
        admitted.append(admit(door, instances))
        return admitted[-1]

    monkeypatch.setattr(Door, "admit", watched)
    scripted_job.start_or_resume(root, NoDisplay())
    return admitted[0]


def tables(root: Path) -> list[Path]:
    return list((root / "vault").glob("*.values"))


@pytest.mark.parametrize(("policy", "reason"), [
    ("", KNOWLEDGE_RUN), ("knowledge: {public_text: [leaflet.txt]}", None)])
def test_what_stands_in_a_public_text_may_be_quoted(root: Path, monkeypatch: pytest.MonkeyPatch, policy: str,
                                                    reason: str | None) -> None:
    made = scripted_job.config(root)
    (made.knowledge / "page.md").write_text(f"# Page\n\nNobody else knows this. {QUOTED}\n")
    (root / "inputs" / "leaflet.txt").write_text(f"A leaflet for all. {QUOTED} Take one.\n")
    monkeypatch.setattr(scripted_job, "config", lambda _: made)
    assert reason == run(root, policy, monkeypatch).refused.get("initial-0")


class Meanings:
    """Instances about amber mean something like the passage, cosine 0.6; everything else means something else."""

    def embed(self, texts: Sequence[str]) -> Any:
        import numpy

        rows = [[0.6, 0.8, 0.0] if "harbour" in text else [1.0, 0.0, 0.0] if "amber" in text else [0.0, 0.0, 1.0]
                for text in texts]
        return numpy.array(rows, numpy.float32)


@pytest.mark.parametrize(("policy", "near", "refused"), [
    ("knowledge: {near_similarity: 0.7}", False, False), ("knowledge: {near_similarity: 0.5}", True, False),
    ("knowledge: {near_similarity: 0.5, on_near: drop}", False, True)])
def test_how_near_is_too_near_is_for_the_policy_to_say(root: Path, monkeypatch: pytest.MonkeyPatch, policy: str,
                                                       near: bool, refused: bool) -> None:
    monkeypatch.setattr(Assembly, "embedder", Meanings())
    admission = run(root, policy, monkeypatch)
    assert (near, refused) == ("initial-0" in admission.near, admission.refused.get("initial-0") == NEAR)


def test_a_policy_that_drops_what_is_near_needs_the_model_that_says_so(root: Path,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def embed(self, texts: Sequence[str]) -> Any:
            raise EngineError("no model")

    monkeypatch.setattr(Assembly, "embedder", Missing())
    with pytest.raises(EgressDenied, match=r"knowledge\.on_near is drop"):
        run(root, "knowledge: {on_near: drop}", monkeypatch)


def test_the_table_of_values_is_gone_when_the_job_is_done_and_not_before(root: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LimitReached):
        run(root, "limits: {requests: 2}", monkeypatch)
    assert 1 == len(tables(root))
    write(root, "limits: {requests: 50}", monkeypatch, version=2)
    scripted_job.start_or_resume(root, NoDisplay())
    assert [] == tables(root)


def test_a_policy_may_keep_the_table_of_values(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted_job, "WORDS", ["Zebedee", *scripted_job.WORDS[1:]])
    run(root, "pseudonym_map: keep_encrypted", monkeypatch)
    [table] = tables(root)
    kept = Vault(root).load(table.stem)
    assert kept is not None
    assert ["Zebedee"] == list(kept.values.values())
    assert b"Zebedee" not in table.read_bytes()


@pytest.mark.parametrize("later", ["limits: {masked_share: 0.9}", "limits: {models: [other]}",
                                   "knowledge: {near_similarity: 1.0}"])
def test_a_waiting_job_takes_higher_counts_and_nothing_else(root: Path, monkeypatch: pytest.MonkeyPatch,
                                                            later: str) -> None:
    def settled(policy: str, version: int) -> tuple[str, ...]:
        write(root, policy, monkeypatch, version)
        made = scripted_job.config(root)
        inputs = load_inputs(made)
        return first_lines(made, inputs, settle_manifest(root, made, inputs))

    assert not any("changed since this job began" in line for line in settled("limits: {requests: 2}", 1))
    assert not any("changed since this job began" in line for line in settled("limits: {requests: 2}", 1))
    [said] = [line for line in settled("limits: {requests: 70}", 2) if "changed since this job began" in line]
    assert "test version 2" in said and "requests 70" in said
    with pytest.raises(InputError, match="policy changed"):
        settled(later, 3)


def test_a_job_reads_with_as_many_detectors_as_pay_and_ends_them_all(tmp_path: Path) -> None:
    made = scripted_job.config(tmp_path)
    inputs = load_inputs(made)
    assembly = Assembly(config=made, inputs=inputs, manifest=settle_manifest(tmp_path, made, inputs), job_id="j",
                        root=tmp_path, directory=tmp_path, wait=lambda _: None)
    pool = assembly.detector
    assert isinstance(pool, DetectorPool)
    assert [["EMAIL_ADDRESS"]] == [[span.entity for span in spans if span.entity == "EMAIL_ADDRESS"]
                                   for spans in pool.detect(["Write to ann.holm@example.org today."])]
    [process] = [member._process for member in pool._members if member._process is not None]
    assembly.close()
    assert process.poll() is not None
