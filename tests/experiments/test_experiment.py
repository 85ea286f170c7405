"""Experiments: variants are ordinary jobs, run again they go on, and the ablations do what their names say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import scripted_job
import yaml
from door_bench import Upstream

from appliance.artefact import Artefact
from appliance.cli.main import main
from appliance.errors import ConfigError
from appliance.experiments.plan import load_experiment
from appliance.jobs.store import JobStore


@pytest.fixture
def folder(tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with a job file whose parts are scripted."""
    scripted_job.install(upstream.port, 0.0, monkeypatch.setattr)
    document = scripted_job.config(tmp_path).to_json()
    (tmp_path / "job.yaml").write_text(yaml.safe_dump(document))
    (tmp_path / "open.yaml").write_text("name: open\nversion: 1\nseeds_may_leave: true\n")
    return tmp_path


def write(folder: Path, **content: Any) -> Path:
    path = folder / "experiment.yaml"
    path.write_text(yaml.safe_dump({"name": "try", "job": "job.yaml", **content}, sort_keys=False))
    return path


def run(path: Path, *options: str) -> int:
    return main(["experiment", str(path), "--root", str(path.parent), "--display", "none", *options])


def table(folder: Path) -> dict[str, dict[str, Any]]:
    document = json.loads((folder / "experiments" / "try" / "table.json").read_text())
    return {row["variant"]: row for row in document["rows"]}


def jobs(folder: Path) -> dict[str, Path]:
    with JobStore.read_only(folder) as store:
        return {row.name.removeprefix("try."): store.job_directory(row.id) for row in store.list()}


def test_the_ablations_of_the_paper_run_and_make_one_table(folder: Path, upstream: Upstream) -> None:
    one_seed = {"policy": "open.yaml", "psi.subsets": 1, "psi.subset_size": 1}
    path = write(folder, preset="ablations", variants={"without_initial": one_seed}, sizes=[3, 6, 99])
    assert 0 == run(path)
    rows, made = table(folder), jobs(folder)
    assert {"full", "without_initial", "without_sample", "without_cluster", "without_knowledge",
            "without_principles"} == set(rows) == set(made)
    assert all(scripted_job.WANTED == row["accepted"] and row["state"] == "done" for row in rows.values())
    assert scripted_job.SUBSETS < rows["full"]["passed_requests"]
    assert 0 == rows["without_principles"]["passed_requests"] == rows["without_principles"]["principles"]
    assert scripted_job.SUBSETS == rows["without_cluster"]["passed_requests"]
    assert ("seeds", "none", "shared") == tuple(
        rows[name]["initial"] for name in ("without_initial", "without_principles", "without_cluster"))
    drawn = next(Artefact(made["without_sample"] / "anonymise.jsonl").rows())["subsets"]
    assert [scripted_job.INITIAL] == [len(subset["instance_ids"]) for subset in drawn]
    assert ["seed-001"] == [row["id"] for row in Artefact(made["without_initial"] / "expansion.jsonl").rows()]
    low = [row["id"] for row in Artefact(made["without_cluster"] / "principles.jsonl").rows()]
    assert low and all(each.startswith("L-") for each in low)
    assert not (made["without_principles"] / "anonymise.jsonl").exists()
    sizes = json.loads((folder / "experiments" / "try" / "table.json").read_text())["sizes"]
    assert [(3, True), (6, True), (99, False)] == [(row["size"], "requests" in row) for row in sizes]
    asked = len(upstream.received)
    assert 0 == run(path)
    assert (asked, 6) == (len(upstream.received), len(jobs(folder))), "a finished experiment was run again"


def test_one_principle_is_left_out_at_a_time_and_nothing_more_is_sent(folder: Path, upstream: Upstream) -> None:
    path = write(folder, variants={"full": {"principles.clusterer": "none"}}, leave_one_out="full")
    assert 0 == run(path)
    rows, made = table(folder), jobs(folder)
    every = {row["id"] for row in Artefact(made["full"] / "principles.jsonl").rows()}
    assert {f"without_{each}" for each in every} | {"full"} == set(rows)
    assert len(every) > 1
    for each in every:
        used = {row["id"] for row in Artefact(made[f"without_{each}"] / "principles.jsonl").rows()}
        assert every - {each} == used
        instance = next(Artefact(made[f"without_{each}"] / "generation.jsonl").rows())
        assert sorted(used) == sorted(instance["provenance"]["principle_ids"])
    assert rows["full"]["passed_requests"] == len(upstream.received)


def test_a_variant_that_fails_is_in_the_table_and_the_rest_still_runs(folder: Path) -> None:
    path = write(folder, grid={"psi.subset_size": [2, 3], "budget.requests": [1, 500]}, share_initial=False)
    assert 1 == run(path)
    states = {name: row["state"] for name, row in table(folder).items()}
    assert {"subset_size-2.requests-1": "failed", "subset_size-2.requests-500": "done",
            "subset_size-3.requests-1": "failed", "subset_size-3.requests-500": "done"} == states


def test_looking_runs_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(folder, preset="ablations", variants={"without_initial": {
        "policy": "open.yaml", "psi.subsets": 1, "psi.subset_size": 1}}, leave_one_out="full")
    assert 0 == run(path, "--dry-run")
    assert "without_cluster         principles.clusterer=none" in capsys.readouterr().out
    assert not (folder / "jobs").exists()


def test_a_changed_experiment_file_is_not_mixed_with_what_it_made_before(folder: Path) -> None:
    assert 0 == run(write(folder, variants={"a": {}}))
    assert 2 == run(write(folder, variants={"a": {"psi.subset_size": 2}}))


@pytest.mark.parametrize(("content", "says"), [
    ({}, "no variant"),
    ({"variants": {"a": {"psi.clusterer": "raptor"}}}, "variant a: psi.clusterer is not a key"),
    ({"variants": {"a": {"psi.subsets": 0}}}, "variant a: psi.subsets"),
    ({"variants": {"a": {}}, "leave_one_out": "b"}, "leave_one_out names no variant; there are a"),
    ({"variants": {"subsets-1": {}}, "grid": {"psi.subsets": [1]}}, "two variants have the same name"),
    ({"variants": {"a": {"name": "x"}}}, "not a key that a variant can change"),
    ({"variants": {"a b": {}}}, "variant a b: name"),
])
def test_what_cannot_be_an_experiment_says_why(folder: Path, content: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_experiment(write(folder, **content))
    assert says in str(raised.value)


def test_seeds_are_drawn_only_where_the_policy_lets_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == run(write(folder, variants={"a": {"psi.initial": False}}))
    assert "seeds_may_leave" in capsys.readouterr().err
    assert not (folder / "jobs").exists()


def test_half_a_d_initial_is_not_shared(folder: Path) -> None:
    stopped = {"budget.requests": 5}
    path = write(folder, variants={"a": stopped, "b": {}})
    assert 1 == run(path)
    made = jobs(folder)
    assert len(Artefact(made["a"] / "expansion.jsonl")) < scripted_job.INITIAL == len(
        Artefact(made["b"] / "expansion.jsonl"))
    assert ("failed", "own") == (table(folder)["a"]["state"], table(folder)["b"]["initial"])


def test_a_failed_variant_has_no_principles_to_leave_out(folder: Path) -> None:
    assert 1 == run(write(folder, variants={"a": {"budget.requests": 5}}, leave_one_out="a"))
    assert {"a"} == set(jobs(folder))


def test_a_combination_whose_values_make_no_name_gets_a_number(folder: Path) -> None:
    plan = load_experiment(write(folder, grid={"policy": ["inputs/policy.yaml"], "psi.subsets": [1, 2]}))
    assert ["grid-1", "grid-2"] == [variant.name for variant in plan.variants]
