"""What a job reads is checked before anything heavy starts, and pinned for all its attempts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import scripted_job

from appliance.artefact import Artefact
from appliance.config import JobConfig, load_job
from appliance.errors import ConfigError, InputError
from appliance.jobs.inputs import load_inputs, settle_manifest
from appliance.jobs.notices import few_facts
from appliance.records import Instance


def changed(root: Path, **parts: dict[str, Any]) -> JobConfig:
    document = scripted_job.config(root).model_dump()
    for name, values in parts.items():
        document[name] |= values
    return JobConfig.model_validate(document)


@pytest.mark.parametrize(("parts", "says"), [
    ({"psi": {"demos": 2}}, "only 1 seeds"), ({"psi": {"subset_size": 21}}, "more than psi.initial_instances"),
    ({"reflector": {"use": "external"}}, "no credential")])
def test_settings_that_cannot_work_are_refused(tmp_path: Path, parts: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_inputs(changed(tmp_path, **parts))


def test_a_key_that_appears_later_does_not_turn_a_demonstration_into_a_real_one(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = changed(tmp_path, reflector={"use": "auto"})
    inputs = load_inputs(config)
    assert "stand_in" == settle_manifest(tmp_path, config, inputs).reflector
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-late-key")
    with pytest.raises(InputError, match="reflector"):
        settle_manifest(tmp_path, config, inputs)


@pytest.mark.parametrize(("name", "path"), [("seeds", "seeds.jsonl"), ("policy", "policy.yaml")])
def test_a_changed_input_is_named(tmp_path: Path, name: str, path: str) -> None:
    config = scripted_job.config(tmp_path)
    settle_manifest(tmp_path, config, load_inputs(config))
    file = tmp_path / "inputs" / path
    file.write_text(file.read_text().replace("pier", "quay").replace("resend_once", "ask"))
    with pytest.raises(InputError, match=f"^{name} changed"):
        settle_manifest(tmp_path, config, load_inputs(config))


def test_paths_in_a_job_file_are_relative_to_it(tmp_path: Path) -> None:
    path = tmp_path / "job.yaml"
    path.write_text("name: a\nseeds: s.jsonl\nknowledge: ../k\npolicy: p.yaml\n"
                    "generator: {model: m.gguf}\nreflector: {credential_file: key}\n")
    config = load_job(path)
    assert (tmp_path / "s.jsonl", tmp_path.parent / "k", str(tmp_path / "m.gguf"), tmp_path / "key") == (
        config.seeds, config.knowledge, config.generator.model, config.reflector.credential_file)


def test_an_initial_set_of_other_seeds_is_refused(tmp_path: Path) -> None:
    config = changed(tmp_path)
    folder = tmp_path / "jobs" / "earlier"
    folder.mkdir(parents=True)
    settle_manifest(folder, config, load_inputs(config))
    row = Instance("initial-0", "Answer.", "Where is the boat?", "At the pier.").to_row()
    Artefact(folder / "expansion.jsonl").append([row, row | {"id": "initial-1"}, row | {"id": "initial-2"}])
    using = changed(tmp_path, psi={"initial_file": folder / "expansion.jsonl", "subsets": 1, "subset_size": 2})
    assert 3 == len(load_inputs(using).initial or ())
    seeds = tmp_path / "inputs" / "seeds.jsonl"
    seeds.write_text(seeds.read_text().replace("boat", "ferry"))
    with pytest.raises(InputError, match="other seeds or another knowledge base"):
        load_inputs(using)


@pytest.mark.parametrize("name", ["expansion.jsonl", "seeds.jsonl"])
def test_an_initial_set_from_nowhere_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    Artefact(path).append([Instance("a", "Answer.", "Where is the boat?", "At the pier.").to_row()])
    if name == "seeds.jsonl":
        config = changed(tmp_path)
        settle_manifest(tmp_path, config, load_inputs(config))
    with pytest.raises(InputError, match=r"is not expansion\.jsonl in the folder of a job"):
        load_inputs(changed(tmp_path, psi={"initial_file": path, "subsets": 1, "subset_size": 1}))


def test_a_small_knowledge_base_is_said_to_be_small(tmp_path: Path) -> None:
    config = changed(tmp_path)
    inputs = load_inputs(config)
    assert "has 1 facts" in few_facts(config, inputs)[0]
    assert [] == few_facts(changed(tmp_path, psi={"knowledge": False}), inputs)
    enough = replace(inputs, passages=tuple(replace(inputs.passages[0], text=f"The office number {each} opens at nine.")
                                            for each in range(100)))
    assert [] == few_facts(config, enough)
