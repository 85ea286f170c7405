"""A dataset of the real runner: what a job leaves in its folder is what the export expects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import scripted_job
from door_bench import Upstream

from appliance.events import NoDisplay
from appliance.jobs.assembly import audit_directory
from appliance.jobs.store import JobStore
from appliance.reports.dataset import Origin, read_job
from appliance.reports.format import Format
from appliance.reports.formats import file_bytes, folder_files


def test_a_job_of_the_runner_is_exported(tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted_job.install(upstream.port, 0.0, monkeypatch.setattr)
    summary = scripted_job.start_or_resume(tmp_path, NoDisplay())
    with JobStore.read_only(tmp_path) as store:
        row = store.list()[0]
        made = read_job(Origin(row.name, row.id, str(row.state), json.loads(row.config_json),
                               store.job_directory(row.id), audit_directory(tmp_path)))
    sizes = summary["sizes"]
    assert (sizes["accepted"], sizes["candidates"]) == (len(made.instances), made.candidates)
    assert summary["rejected"]["generation"] == made.reasons
    rows = [json.loads(line) for line in file_bytes(made, Format.JSONL).decode().splitlines()]
    assert [json.loads(line)["id"] for line in (made.origin.directory / "dataset.jsonl").read_text().splitlines()] == [
        row["id"] for row in rows]
    assert {True} == {row["demonstration"] or not row["principle_ids"] for row in rows}
    card = folder_files(made)["README.md"].decode()
    for said in (f"| requests that passed the door | {summary['egress']['passed_requests']:,} |",
                 "| requests that left this machine | 0 |", "stand-in on this machine",
                 f"| seeds | {sizes['seeds']} |", f"| passages of knowledge | {sizes['passages']} |"):
        assert said in card
