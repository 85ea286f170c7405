"""`psi init`: the files it writes load, mention every setting, and replace nothing."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from appliance.config import JobConfig, load_job
from appliance.errors import InputError
from appliance.jobs.checks import read_job
from appliance.policy.model import Policy, load_policy
from appliance.setup import starter_text
from appliance.setup.starter import start
from appliance.views.starter_lines import starter_lines
from appliance.yaml_problems import leaves

# A setting that is switched off: '# key: value', never the prose beside it.
_OFF = re.compile(r"^( *)# (?=( *(?:- )?)[a-z_]+:(?: |$))", re.MULTILINE)


def switched_on(text: str) -> str:
    """Every commented setting as a real one."""
    return _OFF.sub(r"\1", text)


def keys(document: object, above: str = "") -> set[str]:
    if not isinstance(document, dict):
        return set()
    return {name for key, value in document.items() for name in (f"{above}{key}", *keys(value, f"{above}{key}."))}


def test_an_empty_folder_gets_a_job_that_runs(tmp_path: Path) -> None:
    made = start(tmp_path / "my new folder!")
    assert {"seeds.jsonl", "README.md", "policy.yaml", "job.yaml"} == {path.name for path in made.wrote}
    config, inputs = read_job(made.job)
    assert ("my-new-folder", 4, 3) == (config.name, len(inputs.seeds), config.psi.demos)
    assert all(starter_text.MARK in seed.id for seed in inputs.seeds)
    assert all(starter_text.MARK in text for text in inputs.pages.values())


def test_every_setting_of_a_job_stands_in_the_job_file_with_its_default(tmp_path: Path) -> None:
    made = start(tmp_path)
    text = switched_on(made.job.read_text())
    assert set(leaves(JobConfig)) == keys(yaml.safe_load(text))
    (tmp_path / "all.yaml").write_text(text)
    loaded = load_job(tmp_path / "all.yaml")
    assert load_job(made.job) == loaded
    least = JobConfig(name=loaded.name, seeds=loaded.seeds, knowledge=loaded.knowledge, policy=loaded.policy)
    chosen = {"initial_instances", "subsets", "subset_size", "instances", "demos", "requests"}
    for section in ("generator", "reflector", "psi", "principles", "budget", "carbon"):
        assert getattr(least, section).model_dump(exclude=chosen) == getattr(loaded, section).model_dump(exclude=chosen)


def test_every_setting_of_a_policy_stands_in_the_policy_with_its_default(tmp_path: Path) -> None:
    start(tmp_path)
    text = (tmp_path / "policy.yaml").read_text()
    head, _, rest = text.partition("deny_list: {}")
    # The example of a deny list is prose: it would put invented names on the list.
    (tmp_path / "all.yaml").write_text(f"{head}deny_list: {{}}{switched_on(rest)}")
    of_list_items = {leaf for leaf in leaves(Policy) if leaf.startswith(("destinations.", "detector.plugins."))}
    assert set(leaves(Policy)) - of_list_items == keys(yaml.safe_load((tmp_path / "all.yaml").read_text()))
    assert load_policy(tmp_path / "policy.yaml").model_dump() == load_policy(tmp_path / "all.yaml").model_dump()
    example = "".join(line.removeprefix("# ") + "\n" for line in head[head.index("# deny_list"):].splitlines())
    (tmp_path / "listed.yaml").write_text(f"name: a\nversion: 1\n{example}")
    assert {"PERSON", "ORGANIZATION", "PROJECT"} == set(load_policy(tmp_path / "listed.yaml").deny_list)


@pytest.mark.parametrize(("seeds", "pages", "found"), [
    ("seeds.csv", "docs/a.md", ("seeds.csv", "docs")), ("Seeds.JSONL", "K/a.txt", ("Seeds.JSONL", "K")),
    ("seeds.json", "Our pages/deep/a.html", ("seeds.json", "Our pages")),
    ("seeds.parquet", "knowledge/a.docx", ("seeds.parquet", "knowledge"))])
def test_what_is_there_is_found_and_stays_as_it_is(tmp_path: Path, seeds: str, pages: str,
                                                   found: tuple[str, str]) -> None:
    for name in (seeds, pages):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mine")
    made = start(tmp_path)
    assert {"policy.yaml", "job.yaml"} == {path.name for path in made.wrote}
    assert found == (made.seeds.name, made.knowledge.name)
    assert {"mine"} == {(tmp_path / name).read_text() for name in (seeds, pages)}
    config = load_job(made.job)
    assert (tmp_path / found[0], tmp_path / found[1]) == (config.seeds, config.knowledge)


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    start(tmp_path)
    (tmp_path / "job.yaml").write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    made = start(tmp_path)
    assert () == made.wrote
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any("kept   job.yaml" in line for line in starter_lines(made))


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "job.yaml").symlink_to(tmp_path / "elsewhere")
    start(tmp_path / "in")
    assert not (tmp_path / "elsewhere").exists()


def test_few_seeds_make_few_examples_in_a_prompt(tmp_path: Path) -> None:
    (tmp_path / "seeds.jsonl").write_text(json.dumps({"instruction": "Answer.", "output": "Gladly."}) + "\n")
    assert 1 == load_job(start(tmp_path).job).psi.demos


@pytest.mark.parametrize("name", ["...", "äöü", "a b", "x" * 200, "-", "2026", "yes"])
def test_any_folder_name_gives_a_job_name(tmp_path: Path, name: str) -> None:
    assert load_job(start(tmp_path / name / name if name == "..." else tmp_path / name).job).name


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        start(tmp_path / "new")


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another folder"):
        start(tmp_path / "file")
