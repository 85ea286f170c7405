"""A policy that is replaced under a job, one that lets nothing leave, and one that is named rather than pointed at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import scripted_job
from door_bench import Upstream

from appliance.audit.reader import AuditReader
from appliance.config import JobConfig
from appliance.errors import ApplianceError, ConfigError, InputError, Interrupted, PolicyError
from appliance.events import NoDisplay, StageFinished
from appliance.jobs.assembly import audit_directory
from appliance.jobs.inputs import load_inputs, policy_file, settle_manifest
from appliance.jobs.notices import first_lines
from appliance.policy.model import load_policy

STRICT = "name: test\nversion: 1\nunknown_outcome: resend_once\n"
PERMISSIVE = ("name: test\nversion: 1\nunknown_outcome: resend_once\nallow_list: [Zebedee]\nentities: [URL]\n"
              "destinations: [{host: api.anthropic.com}]\n")


class After(NoDisplay):
    """Does something when the first stage is done."""

    def __init__(self, action: Any) -> None:
        self._action, self.done = action, False

    def stage_finished(self, event: StageFinished) -> None:
        if not self.done:
            self._action()
            self.done = True


def replace(policy: Path, text: str | None) -> None:
    if text is None:
        policy.unlink()
    else:
        policy.write_text(text)


@pytest.mark.parametrize("later", [PERMISSIVE, "", "name: [\n", "\x00", None])
def test_a_running_job_keeps_the_policy_it_began_with(root: Path, later: str | None) -> None:
    policy = scripted_job.config(root).policy
    before = load_policy(policy)
    scripted_job.start_or_resume(root, After(lambda: replace(policy, later)))
    sent = [record for record in AuditReader(audit_directory(root)).records() if record.kind == "request"]
    assert [("test", 1, before.sha256)] * len(sent) == [
        tuple(record.fields[name] for name in ("policy_name", "policy_version", "policy_sha256")) for record in sent]
    assert sent


@pytest.mark.parametrize(("later", "error", "says"), [
    (PERMISSIVE, InputError, "policy changed since this job began"), ("", PolicyError, "empty"),
    (STRICT.replace("resend_once", "ask"), InputError, "policy changed"),
    (STRICT + "knowledge: {run_chars: 200}\n", InputError, "policy changed"),
    ("name: [\n", PolicyError, "not valid YAML"), (STRICT + "surprise: 1\n", PolicyError, "unknown key"),
    (None, PolicyError, "cannot be read")])
def test_a_resumed_job_refuses_another_policy_and_sends_nothing(
        root: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch, later: str | None,
        error: type[ApplianceError], says: str) -> None:
    stop = After(lambda: None)
    with pytest.raises(Interrupted):
        scripted_job.start_or_resume(root, stop, lambda: stop.done)
    made = scripted_job.config(root)
    replace(made.policy, later)
    # The harness writes its inputs anew on each start; here they stay as they were left.
    monkeypatch.setattr(scripted_job, "config", lambda _: made)
    with pytest.raises(error, match=says):
        scripted_job.start_or_resume(root, NoDisplay())
    assert [] == upstream.received


def job(root: Path, policy: str, **reflector: object) -> JobConfig:
    document = scripted_job.config(root).model_dump()
    file = root / "inputs" / "policy.yaml"
    if policy.endswith("\n"):
        file.write_text(policy)
    return JobConfig.model_validate({**document, "reflector": {"use": "auto", **reflector},
                                     "policy": file if policy.endswith("\n") else root / "inputs" / policy})


@pytest.mark.parametrize("policy", ["internal-only", "gdpr-strict", STRICT + "destinations: []\n"])
def test_a_policy_that_lets_nothing_leave_runs_with_the_stand_in_whatever_key_there_is(
        root: Path, monkeypatch: pytest.MonkeyPatch, policy: str) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-real-key")
    config = job(root, policy)
    inputs = load_inputs(config)
    manifest = settle_manifest(root, config, inputs)
    assert "stand_in" == manifest.reflector
    assert any("the policy lets nothing leave, so a stand-in on this machine answers" in line
               for line in first_lines(config, inputs, manifest))
    with pytest.raises(PolicyError, match="destinations does not list"):
        load_inputs(job(root, policy, use="external"))


def test_a_policy_that_does_not_say_where_to_refuses_a_job_that_has_a_key(
        root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "stand_in" == settle_manifest(root, job(root, STRICT), load_inputs(job(root, STRICT))).reflector
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-real-key")
    with pytest.raises(PolicyError, match=r"or say destinations: \[\]"):
        load_inputs(job(root, STRICT))


def test_a_job_may_name_a_policy_and_one_beside_it_comes_first(root: Path) -> None:
    assert "hipaa-safe-harbor" == load_inputs(job(root, "hipaa-safe-harbor")).policy.name
    own = root / "inputs" / "policies" / "hipaa-safe-harbor.yaml"
    own.parent.mkdir()
    own.write_text(STRICT)
    assert own == policy_file(job(root, "hipaa-safe-harbor"))
    with pytest.raises(ConfigError, match="did you mean internal-only"):
        load_inputs(job(root, "internal"))


@pytest.mark.parametrize("path", ["k/page.md", "seeds.jsonl", "k/../k/page.md"])
def test_what_is_private_cannot_be_declared_public(root: Path, path: str) -> None:
    with pytest.raises(PolicyError, match="nothing of them is public"):
        load_inputs(job(root, f"{STRICT}knowledge: {{public_text: [{path}]}}\n"))
