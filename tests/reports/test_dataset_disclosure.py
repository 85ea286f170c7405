"""An export names seeds, pages and models without what their own names give away, and keeps flagged principles back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_job import Made, instance, make_job

from appliance.errors import InputError
from appliance.records import Principle, sha256_hex
from appliance.reports.card import dataset_card
from appliance.reports.dataset import read_job
from appliance.reports.disclosure import published_model, published_passage
from appliance.reports.format import Format
from appliance.reports.formats import PARQUET_FILE, file_bytes, folder_files
from appliance.reports.rows import MEANING, flat_rows

SECRET = "The safe code is 4471 on Tuesdays."
LOW = Principle("L-1-1", "Charge eighteen dollars for the form.", ("d-1",), 0, False)
HIGH = Principle("H-1", SECRET, ("L-1-1",), 1, False)


def flagged_job(root: Path, *used: Principle) -> Made:
    """A job of which both a low-level and a high-level principle were flagged."""
    job = make_job(root, principles=used)
    rows = {"reflection": {"subset": "d-1", "principles": [LOW.to_row()], "findings": {"L-1-1": "residual_PERSON"}},
            "summarise": {"cluster": "c-1", "principle": HIGH.to_row(), "findings": {"H-1": "knowledge_run"}}}
    for name, row in rows.items():
        (job.directory / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
    return job


@pytest.mark.parametrize(("used", "reason"), [
    (HIGH, r"knowledge\_run"), (LOW, r"residual\_PERSON"),
    (Principle("U-1", SECRET, ("H-1",), None, False, "person"), r"knowledge\_run"),
    (Principle("U-2", "the  SAFE code is 4471 on Tuesdays", (), None, False, "person"), r"knowledge\_run"),
    (Principle("U-3", f"Always say: {SECRET} Then stop.", ("H-1",), None, False, "person"), r"knowledge\_run")])
def test_a_flagged_principle_is_withheld_whoever_wrote_it_again(tmp_path: Path, used: Principle, reason: str) -> None:
    card = dataset_card(read_job(flagged_job(tmp_path, used, Principle("H-2", "Be brief.", (), 1, False)).origin()))
    assert f"| {used.id} | withheld: may hold something private ({reason}) |" in card
    assert "| H-2 | Be brief. |" in card
    assert not any(text in card.casefold() for text in ("4471", "eighteen"))


def test_a_flagged_principle_that_a_person_mended_is_shown(tmp_path: Path) -> None:
    mended = Principle("U-1", "Say which codes exist.", ("H-1",), None, False, "person")
    card = dataset_card(read_job(flagged_job(tmp_path, mended).origin()))
    assert "| U-1 | Say which codes exist. | a person |" in card


@pytest.mark.parametrize("row", [{"findings": ["H-1"]}, {"findings": 3}, {"principle": "x", "findings": {"H-1": "x"}}])
def test_findings_that_cannot_be_read_stop_the_card(tmp_path: Path, row: object) -> None:
    job = flagged_job(tmp_path, HIGH)
    (job.directory / "summarise.jsonl").write_text("{}\n" + json.dumps(row) + "\n")
    with pytest.raises(InputError, match=r"summarise\.jsonl:2: not an answer"):
        dataset_card(read_job(job.origin()))


def private_job(root: Path) -> Made:
    made = replace(instance(0).provenance, seed_ids=("Erika Mustermann MRN-204817",),
                   passage_ids=("clients/Acme # merger.md#d1e6f0", "clients/Acme.md#d1e6f0-2", "clients/Acme"),
                   engine="vllm:/home/ann/private/secret-7b")
    job = make_job(root, [instance(0, provenance=made)])
    (job.directory / "engine.json").write_text(json.dumps({
        "name": "vllm:/home/ann/private/secret-7b", "parameters": None,
        "settings": {"model_root": "private/secret-7b", "server": "unix:/run/ann.sock"}}))
    return job


def test_rows_carry_hashes_and_names_without_folders(tmp_path: Path) -> None:
    [row] = flat_rows(read_job(private_job(tmp_path).origin()))
    assert [sha256_hex(b"Erika Mustermann MRN-204817")[:8]] == row["seed_ids"]
    assert ["d1e6f0", "d1e6f0-2", sha256_hex(b"clients/Acme")[:8]] == row["passage_ids"]
    assert ("vllm:secret-7b", "vllm:secret-7b") == (row["engine"], row["model"])
    assert "first 8 hex digits of the SHA-256 of its id" in MEANING["seed_ids"]


def test_no_format_names_a_seed_a_page_or_a_folder(tmp_path: Path) -> None:
    made = read_job(private_job(tmp_path).origin())
    files = {kind: file_bytes(made, kind, with_provenance=True) for kind in Format if kind is not Format.HF}
    folder = folder_files(made)
    for data in (*files.values(), folder["README.md"], folder[PARQUET_FILE]):
        assert not [word for word in (b"Mustermann", b"204817", b"clients", b"Acme", b"/home", b"private/", b"ann.sock")
                    if word in data]
    assert "| generator | vllm:secret-7b |" in folder["README.md"].decode()


@given(st.text(r"ab:/\#0-") | st.text())
def test_what_is_published_holds_no_folder_and_stays_as_it_is(text: str) -> None:
    for published in (published_model, published_passage):
        once = published(text)
        assert "/" not in once and "\\" not in once
        assert once == published(once)


@pytest.mark.parametrize(("name", "expected"), [
    ("vllm:/home/x/secret", "vllm:secret"), ("vllm:/home/x/secret/", "vllm:secret"), ("vllm:org/m", "vllm:m"),
    ("llama.cpp:m-Q8", "llama.cpp:m-Q8"), ("/home/a:b/m.gguf", "m.gguf"), (r"C:\models\m.gguf", "C:m.gguf"),
    ("m", "m")])
def test_a_model_is_named_without_its_folders(name: str, expected: str) -> None:
    assert expected == published_model(name)
