"""The card says what is known, marks what is not, and shows no text that is private."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from made_job import PRINCIPLES, SHA, instance, make_job

from appliance.audit.reader import AuditReader
from appliance.audit.record import line_hash
from appliance.reports.card import dataset_card
from appliance.reports.card_text import bars, inline, number
from appliance.reports.dataset import Dataset, Origin, read_job
from appliance.reports.egress import read_egress
from appliance.reports.statistics import lengths


def front_matter(card: str) -> dict[str, Any]:
    start, header, _ = card.split("---\n", 2)
    assert "" == start
    read: dict[str, Any] = yaml.safe_load(header)
    return read


def test_the_front_matter_is_what_the_hub_reads(tmp_path: Path) -> None:
    card = dataset_card(read_job(make_job(tmp_path).origin()))
    header = front_matter(card)
    assert ("other", "unspecified", ["n<1K"], ["text-generation"]) == (
        header["license"], header["license_name"], header["size_categories"], header["task_categories"])
    assert [{"split": "train", "path": "data/train-*"}] == header["configs"][0]["data_files"]
    hub = pytest.importorskip("huggingface_hub", reason="the hub's library is not installed")
    assert "clinic" == hub.DatasetCard(card).data.pretty_name


def test_every_part_of_the_story_is_told(tmp_path: Path) -> None:
    card = dataset_card(read_job(make_job(tmp_path).origin()))
    for said in ("| accepted instances | 3 |", "| candidates | 5 |", "| rejected: no\\_question | 1 |",
                 "| H-1 | Name the \\| place\\_and time. | reflector claude-sonnet-5-5 |",
                 "| U-1 | Be brief. | a person |",
                 "| seeds | 30 |", "| passages of knowledge | 15 |", "| random seed | 7 |", f"| {SHA['seeds']} |",
                 "| made by appliance version | 0.0.9 |", "| requests that left this machine | 1 |",
                 "| destination | api.anthropic.com:443 |", "| audit records | 0 to 1 |",
                 "| generation | 1 s | 200 | 0.1111 Wh | 0.00002667 kgCO2e | modelled |", "PUE 1",
                 "arXiv 2507.05991 A.4",
                 "| whole job | 166.7 J |", "### What it would have been elsewhere", "no part of the totals",
                 "| instruction | words | 3 | 3 | 3 | 3 | 3 |", "| read by the generator | tokens | 30 |",
                 "Whoever owns the seeds and the knowledge base has to fill in `license`"):
        assert said in card
    assert "demonstration, not training data" not in card and "very small model" not in card


def test_the_hash_in_the_card_is_that_of_the_jobs_last_record(tmp_path: Path) -> None:
    made = read_job(make_job(tmp_path).origin())
    found = read_egress(made)
    assert found is not None and found.records == (0, 1)
    assert line_hash(AuditReader(tmp_path / "audit_logs" / "appliance").record(1).encode()) == found.head


@pytest.mark.parametrize("harm", ["altered", "missing", "another job"])
def test_a_log_that_cannot_be_trusted_is_unknown_and_not_zero(tmp_path: Path, harm: str) -> None:
    job = make_job(tmp_path)
    segment = tmp_path / "audit_logs" / "appliance" / "seg-000001.jsonl"
    if harm == "altered":
        segment.write_bytes(segment.read_bytes().replace(b"api.anthropic.com", b"api.anthropic.org", 1))
    made = read_job(replace(job.origin(), **({"audit": tmp_path / "none"} if harm == "missing" else
                                             {"job_id": "stranger"} if harm == "another job" else {})))
    card = dataset_card(made)
    assert "Unknown: no audit record of this job can be read here" in card
    assert "requests to the reflector, at an external model | unknown |" in card


def test_a_demonstration_a_small_model_and_an_unfinished_job_are_said_first(tmp_path: Path) -> None:
    job = make_job(tmp_path, principles=[replace(PRINCIPLES[0], demonstration=True)])
    (job.directory / "engine.json").write_text('{"name": "tiny", "parameters": 134515008}')
    card = dataset_card(read_job(job.origin("paused")))
    opening = card.split("## Counts")[0]
    for said in ("**Not finished.** The job was paused", "3 of 3 instances", "**A demonstration, not training data.**",
                 "**Written by a very small model** (134,515,008 weights)"):
        assert said in opening
    assert {"demonstration", "partial"} < set(front_matter(card)["tags"])
    assert "stand-in, a demonstration |" in card


def test_ablations_are_told_as_they_were(tmp_path: Path) -> None:
    job = make_job(tmp_path, principles=())
    for name in ("expansion", "reflection"):
        (job.directory / f"{name}.jsonl").unlink()
    card = dataset_card(read_job(replace(job.origin(), config=job.config | {"psi": {"knowledge": False}})))
    assert "1. The generator, a local model, wrote candidates from seeds as examples.\n" in card
    assert "None: the instances were written without principles" in card


def test_outputs_that_are_a_sentence_of_the_knowledge_base_are_told(tmp_path: Path) -> None:
    stated = replace(instance(0).provenance, sampling={"reply": {"replaced_by": "fact"}})
    card = dataset_card(read_job(make_job(tmp_path / "a", [instance(0, provenance=stated), instance(1)]).origin()))
    assert "In 1 of 2 instances the generator's reply was rejected and the output is the sentence of the" in card
    assert "reply was rejected" not in dataset_card(read_job(make_job(tmp_path / "b").origin()))


def test_a_file_on_its_own_makes_a_card_full_of_unknowns() -> None:
    card = dataset_card(Dataset(Origin("x.jsonl"), (instance(0),)))
    assert "| candidates | unknown |" in card
    assert "Unknown: there is no energy ledger" in card
    assert dataset_card(Dataset(Origin("x.jsonl"), ()))


def test_bars_keep_what_is_rare_and_figures_keep_their_digits() -> None:
    made = lengths([1] * 1000 + [3], "words")
    assert made is not None
    assert ["1  1,000  " + "█" * 30, "2      0", "3      1  █"] == bars(made).splitlines()
    assert ("0.00002667 kg", "1,234,568", "12.35", "unknown", "7 J") == (
        number(0.0000266666, "kg"), number(1234567.8), number(12.345678), number(None), number(7.0, "J"))
    assert r"a \| b \<i\> \`c\`" == inline("a |\n b\u202e \x1b<i> `c`")
