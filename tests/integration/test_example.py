"""The example of the README, with every part real: the command, the model, Presidio, the embedder, the stand-in."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.artefact import Artefact
from appliance.audit.log import AuditLog
from appliance.knowledge.fingerprints import Fingerprints
from appliance.knowledge.ingest import load_pages
from appliance.seeds import load_seeds

ROOT = Path(__file__).parent.parent.parent
PSI = Path(sys.executable).with_name("psi")
JOB = ROOT / "examples" / "clinic" / "job.yaml"
PRIVATE = ("Brandt", "Osei", "Quintero", "Larkfield", "555-01", "@example.org", "MRN-204817", "Quarry Lane", "1968")
RUN_TIMEOUT_S = 1500


def psi(*arguments: str | Path, root: Path, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC")}
    return subprocess.Popen([*before, PSI, *map(str, arguments), "--root", str(root)], text=True, env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root)


def check(root: Path, summary: dict[str, Any]) -> None:
    """What the summary says is what is on disk, and nothing private is in what passed the door."""
    files = summary["files"]
    dataset = [json.loads(line) for line in Path(files["dataset"]).read_text().splitlines()]
    assert 24 == len({row["id"] for row in dataset}) == len(dataset) == summary["sizes"]["accepted"]
    assert all(row["instruction"] and row["input"] and row["output"] for row in dataset)
    assert all(row["provenance"][key] for row in dataset for key in ("seed_ids", "passage_ids", "principle_ids"))
    assert 60 == len(Artefact(Path(files["initial"])))
    reader = AuditLog.open(Path(files["audit_log"])).reader
    requests = [record for record in reader.records() if record.kind == "request"]
    assert len(requests) >= 5 + summary["sizes"]["high_principles"]
    assert not any(record.fields["leaves_machine"] for record in requests)
    assert 0 == summary["egress"]["left_machine_requests"]
    index = Fingerprints(load_pages(ROOT / "knowledge_base" / "clinic").values(), 24)
    seeds = " ".join(" ".join(seed.texts().values()) for seed in load_seeds(JOB.with_name("seeds.jsonl")))
    assert any(value in seeds for value in PRIVATE), "the example has something private to mask"
    for record in requests:
        body = json.loads(reader.payload(record.fields["payload_sha256"]))
        text = body["messages"][0]["content"]
        assert 0 == index.runs(text)
        assert [] == [value for value in PRIVATE if value.casefold() in text.casefold()]


@pytest.mark.timeout(RUN_TIMEOUT_S)
def test_the_example_runs_to_its_end_and_connects_to_nothing_but_loopback(tmp_path: Path) -> None:
    trace = tmp_path / "connects"
    strace = shutil.which("strace")
    before = [strace, "-f", "--seccomp-bpf", "-e", "trace=connect", "-o", str(trace)] if strace else []
    with psi("run", JOB, "--json", root=tmp_path, before=before) as process:
        out, said = process.communicate(timeout=RUN_TIMEOUT_S)
    assert 0 == process.returncode, said
    summary = json.loads(out)
    check(tmp_path, summary)
    assert "stand-in" in said
    assert "demonstration" in said
    assert {"modelled"} >= {stage["quality"] for stage in summary["stages"]} - {"measured", None}
    assert summary["energy"]["energy_joules"] > 0
    if strace:
        inet = re.findall(r"connect\(.*?sa_family=AF_INET6?,.*", trace.read_text())
        assert inet, "the requests to the stand-in are connections too"
        assert [] == [line for line in inet if '"127.0.0.1"' not in line]
    with psi("jobs", "--json", root=tmp_path) as process:
        jobs = json.loads(process.communicate(timeout=60)[0])["jobs"]
    assert ["done"] == [job["state"] for job in jobs]
    with psi("resume", jobs[0]["id"], "--json", root=tmp_path) as process:
        assert summary == json.loads(process.communicate(timeout=60)[0]), "a finished job shows its summary again"


def newest(root: Path) -> dict[str, Any]:
    """The newest job, as `psi jobs` shows it."""
    with psi("jobs", "--json", root=root) as process:
        jobs: list[dict[str, Any]] = json.loads(process.communicate(timeout=60)[0])["jobs"]
    return jobs[0]


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_twenty_kills_of_the_example(tmp_path: Path) -> None:
    draw = random.Random(5991)
    kills, arguments = 0, ["run", str(JOB)]
    while True:
        with psi(*arguments, "--json", root=tmp_path) as process:
            try:
                out, said = process.communicate(timeout=draw.uniform(4, 40) if kills < 20 else RUN_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
                # A kill may also come after the last stage; resuming a finished job shows its summary.
                arguments = ["resume", newest(tmp_path)["id"]]
                continue
        assert 0 == process.returncode, said
        check(tmp_path, json.loads(out))
        if kills >= 20:
            return
        arguments = ["run", str(JOB)]
