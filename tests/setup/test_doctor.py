"""`psi doctor`: every kind of trouble has a line that says how to mend it, and looking changes nothing."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import scripted_job

from appliance.audit.log import AuditLog
from appliance.config import JobConfig
from appliance.errors import ConfigError, DetectorFailed, MeterError
from appliance.jobs.assembly import audit_directory
from appliance.jobs.rows import JobState
from appliance.jobs.store import JobStore
from appliance.setup import doctor_machine, doctor_root
from appliance.setup.doctor_job import credential, job_file
from appliance.setup.findings import Finding, Verdict, examined, ok
from appliance.setup.policies import doctor_policies
from appliance.setup.starter import start
from appliance.views.doctor_lines import finding_lines, verdict_line


def verdicts(findings: Iterable[Finding]) -> dict[str, str]:
    """The worst verdict by topic."""
    found: dict[str, str] = {}
    for finding in findings:
        found[finding.topic] = max(found.get(finding.topic, "OK"), str(finding.verdict),
                                   key=["OK", "WARN", "FAIL"].index)
    return found


def said(findings: Iterable[Finding]) -> str:
    return " ".join(f"{finding.says} {finding.mend}" for finding in findings)


def contents(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_size for path in folder.rglob("*")}


def test_this_machine_passes_what_the_tests_need() -> None:
    findings = [*doctor_machine.python(), *doctor_machine.packages(), *doctor_machine.engine(),
                *doctor_machine.packaged_models(), *doctor_machine.clock()]
    assert "FAIL" not in verdicts(findings).values(), said(findings)
    assert {"python", "packages", "extra embedded", "extra principles", "llama.cpp", "cores", "model M_g", "embeddings",
            "clock"} <= set(verdicts(findings))


def test_the_detector_makes_a_real_round_trip() -> None:
    (finding,) = doctor_machine.detector()
    assert (Verdict.OK, True) == (finding.verdict, "finds a known value" in finding.says)


def test_a_detector_that_finds_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.detection.process.DetectorProcess.detect", lambda _, texts: [[] for _ in texts])
    monkeypatch.setattr("appliance.detection.process.DetectorProcess.describe", lambda *_: {})
    (finding,) = doctor_machine.detector()
    assert Verdict.FAIL is finding.verdict


def test_missing_and_unfitting_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def pretended(name: str) -> str:
        if name == "llama-cpp-python":
            raise importlib.metadata.PackageNotFoundError
        return "0.1" if name == "rich" else real(name)

    monkeypatch.setattr("importlib.metadata.version", pretended)
    findings = list(doctor_machine.packages())
    assert ("WARN", "FAIL") == (verdicts(findings)["packages"], verdicts(findings)["extra embedded"])
    assert "rich 0.1 (wanted" in said(findings)
    assert "pip install 'psi-appliance[embedded]'" in said(findings)


def test_a_changed_model_file_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert doctor_machine._whole(path, "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
    path.write_bytes(b"abd")
    assert not doctor_machine._whole(path, "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
    assert not doctor_machine._whole(tmp_path / "absent", "")


@pytest.mark.parametrize(("free", "verdict"), [(1_000, "FAIL"), (1_000_000_000, "WARN"), (10**12, "OK")])
def test_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free})())
    assert verdict == verdicts(doctor_machine.resources(tmp_path))["disk"]


def test_energy_that_cannot_be_read_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        id, quality = "broken", "measured"

        def read(self) -> None:
            raise MeterError("no counter")

        def close(self) -> None:
            pass

    monkeypatch.setattr("appliance.carbon.sources.open_sources", lambda _: (scripted_job.Source(), Broken()))
    findings = list(doctor_machine.energy())
    assert "WARN" == verdicts(findings)["energy"]
    assert "scripted: modelled" in said(findings)


def test_a_root_that_is_not_there_yet_is_fine_and_stays_away(tmp_path: Path) -> None:
    root = tmp_path / "a" / "b"
    findings = [*doctor_root.writable(root), *doctor_root.audit_log(root), *doctor_root.job_store(root)]
    assert {"OK"} == set(verdicts(findings).values())
    assert {} == contents(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_root_that_cannot_be_written_fails(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "FAIL" == verdicts(doctor_root.writable(tmp_path))["root"]


def test_a_good_a_torn_a_latched_and_a_forged_log(tmp_path: Path) -> None:
    log = AuditLog.open(audit_directory(tmp_path))
    log.append("decision", {"job": "a", "reason": "b"})
    directory = audit_directory(tmp_path)
    segment = next(directory.glob("seg-*"))
    assert {"audit log": "OK"} == verdicts(doctor_root.audit_log(tmp_path))
    whole = segment.read_bytes()
    segment.write_bytes(whole + b'{"torn')
    assert {"audit log": "WARN"} == verdicts(doctor_root.audit_log(tmp_path))
    segment.write_bytes(whole)
    (directory / "LATCHED").write_text("ENOSPC")
    assert {"audit log": "WARN"} == verdicts(doctor_root.audit_log(tmp_path))
    segment.write_bytes(whole.replace(b'"reason":"b"', b'"reason":"c"') + whole)
    assert {"audit log": "FAIL"} == verdicts(examined("audit log", lambda: doctor_root.audit_log(tmp_path)))


def test_a_record_from_the_future_questions_the_clock(tmp_path: Path) -> None:
    log = AuditLog.open(audit_directory(tmp_path), clock=lambda: datetime(2999, 1, 1, tzinfo=UTC))
    log.append("decision", {"job": "a", "reason": "b"})
    assert "WARN" == verdicts(doctor_root.audit_log(tmp_path))["clock"]


def test_dead_jobs_leftovers_and_a_damaged_store(tmp_path: Path) -> None:
    with JobStore.open(tmp_path) as store:
        dead, failed = (store.create(name, "f", {}).id for name in ("dead", "failed"))
        with store.claim(failed) as claim:
            claim.finish(JobState.FAILED, "StalledError", "3 of 10")
        with store._transaction() as connection:
            connection.execute("UPDATE jobs SET state = 'running' WHERE id = ?", (dead,))
    jobs = tmp_path / "jobs"
    (jobs / "stranger").mkdir()
    (jobs / dead / "x.part").write_text("")
    before = contents(tmp_path)
    findings = list(doctor_root.job_store(tmp_path))
    assert before == contents(tmp_path)
    text = said(findings)
    assert f"1 died while running: {dead}" in text and f"1 failed or wait for a person: {failed}" in text
    assert "stranger" in text and "x.part" in text
    assert "OK" == verdicts(findings)["job store"]
    (jobs / "jobs.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert "FAIL" == verdicts(examined("job store", lambda: doctor_root.job_store(tmp_path)))["job store"]


def test_what_psi_init_wrote_passes_except_for_what_is_left_to_do(tmp_path: Path) -> None:
    findings = list(job_file(start(tmp_path).job))
    assert {"seeds": "WARN", "knowledge": "WARN", "policy": "WARN"} == {
        topic: verdict for topic, verdict in verdicts(findings).items() if verdict != "OK"}
    assert "together" in verdicts(findings)


def test_the_policy_that_would_hold_and_what_it_opens(tmp_path: Path) -> None:
    job = start(tmp_path).job
    (tmp_path / "policy.yaml").write_text("name: ours\nversion: 7\ndeny_list: {PROJECT: [Bluebird]}\ndestinations: []\n"
                                          "detector: {other_language: send_unread}\nknowledge: {on_run: mask}\n")
    text = said(finding for finding in job_file(job) if finding.topic == "policy")
    for words in ("ours version 7 in", "1 terms on its deny list", "detector.other_language: texts in languages",
                  "more permissive than the defaults in knowledge.on_run", "lets nothing leave, whatever API key"):
        assert words in text
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "bad.yaml").write_text("name: [")
    findings = list(doctor_policies(tmp_path))
    assert [Verdict.WARN, Verdict.OK] == [finding.verdict for finding in findings]
    assert "bad cannot be used" in findings[0].says and "default, gdpr-strict" in findings[1].says


def test_every_broken_part_of_a_job_has_its_own_line(tmp_path: Path) -> None:
    job = start(tmp_path).job
    job.write_text(job.read_text().replace("requests: 5000", "requests: 1").replace("model: smollm2", "model: no.gguf"))
    (tmp_path / "seeds.jsonl").write_text("{\n")
    (tmp_path / "policy.yaml").write_text("name: a\n")
    (tmp_path / "knowledge" / "README.md").write_text("")
    findings = list(job_file(job))
    assert {"settings", "model", "seeds", "knowledge", "policy"} == {
        topic for topic, verdict in verdicts(findings).items() if verdict == "FAIL"}
    assert f"{job}:" in said(finding for finding in findings if finding.topic == "settings")


def test_a_job_file_that_cannot_be_read_ends_there(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text("name: a\nsead: b\n")
    (finding,) = job_file(tmp_path / "job.yaml")
    assert Verdict.FAIL is finding.verdict
    assert "unknown key; did you mean seeds?" in finding.says + finding.mend


@pytest.mark.parametrize(("mode", "verdict"), [(0o600, "OK"), (0o640, "WARN"), (0o604, "FAIL"), (None, "FAIL")])
def test_who_can_read_the_credential(tmp_path: Path, mode: int | None, verdict: str) -> None:
    key = tmp_path / "key"
    if mode is not None:
        key.write_text("sk-abc-key\n")
        key.chmod(mode)
    config = scripted_job.config(tmp_path)
    config = JobConfig.model_validate({**config.to_json(), "reflector": {"credential_file": str(key)}})
    findings = list(examined("credential", lambda: credential(config)))
    assert verdict == verdicts(findings)["credential"]
    assert "sk-abc-key" not in said(findings)


def test_a_check_that_breaks_is_a_finding_without_its_message() -> None:
    def breaks() -> Iterable[Finding]:
        yield ok("x", "fine")
        raise LookupError("Zebedee")

    findings = list(examined("x", breaks))
    assert ["OK", "FAIL"] == [str(finding.verdict) for finding in findings]
    assert "Zebedee" not in said(findings)
    for error, expected in ((ConfigError("a is wrong; mend it"), ("a is wrong", "mend it")),
                            (DetectorFailed("it died; nothing was released"),
                             ("it died", "nothing can run until this works")),
                            (PermissionError(13, "Permission denied", "/x"),
                             ("/x: Permission denied", "give this user the right to read it"))):
        (finding,) = examined("x", lambda error=error: (_ for _ in ()).throw(error))  # type: ignore[misc]
        assert expected == (finding.says, finding.mend)


def test_lines_fit_and_say_the_verdict_in_words() -> None:
    finding = Finding("audit log", Verdict.FAIL, "word " * 40, "do " * 40 + "/a/very/long/path" * 6)
    lines = list(finding_lines(finding))
    assert lines[0].startswith("FAIL  audit log")
    assert all(len(line) <= 80 or "/" in line for line in lines)
    assert "/a/very/long/path" * 6 in "".join(lines)
    assert "1 of 2 keep a job from running." == verdict_line([finding, ok("a", "b")])
    assert "Nothing keeps a job from running." == verdict_line([ok("a", "b")])
