"""Bad input is one line with file, line and fix, before anything is written."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
import scripted_job
import yaml

from appliance.config import JobConfig, load_job
from appliance.engines.weights import locate
from appliance.errors import ApplianceError, ConfigError
from appliance.jobs import checks
from appliance.jobs.checks import check_prompts, check_settings, located, package_problems, read_job, settings_problems
from appliance.jobs.inputs import load_inputs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scripted_job.config(tmp_path)
    seed = {"instruction": "Answer.", "input": "When does it open?", "output": "It opens at nine."}
    (tmp_path / "inputs" / "seeds.jsonl").write_text(json.dumps(seed) + "\n")
    return tmp_path / "inputs"


def job_file(folder: Path, **parts: Any) -> Path:
    document: dict[str, Any] = {"name": "job", "seeds": "seeds.jsonl", "knowledge": "k", "policy": "policy.yaml",
                                "reflector": {"use": "stand_in"}, "psi": {"demos": 1}}
    for name, value in parts.items():
        document[name] = {**document.get(name, {}), **value} if isinstance(value, dict) else value
    path = folder / "job.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def refused(path: Path) -> str:
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(ApplianceError) as caught:
        read_job(path)
    assert 2 == caught.value.exit_code
    assert before == sorted(path.parent.rglob("*"))
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(str(path.parent) + "/", "")


def test_a_good_job_is_read_in_a_moment(folder: Path) -> None:
    path = job_file(folder)
    read_job(path)
    began_s = time.monotonic()
    config, inputs = read_job(path)
    assert (config, inputs) == (load_job(path), load_inputs(config))
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize(("parts", "says"), [
    ({"psi": {"instances": 5000, "shape": "single"}, "budget": {"requests": 400}},
     "job.yaml:9: psi.instances is 5,000 and budget.requests allows 400, which can give 400 at the most"),
    ({"psi": {"initial_instances": 9000, "instances": 5}, "budget": {"requests": 400}},
     "psi.initial_instances is 9,000 and budget.requests allows 400, which can give 8,000 at the most"),
    ({"generator": {"server": "http://127.0.0.1:1"}}, "generator.server is only for engine vllm"),
    ({"generator": {"engine": "vllm", "model": "m"}}, "job.yaml:9: generator.server is missing"),
    ({"generator": {"engine": "vllm", "model": "m", "server": "http://example.org:80"}},
     "job.yaml:12: generator.server is not an address of this machine"),
    ({"generator": {"engine": "vllm", "server": "http://127.0.0.1:1"}}, "generator.model is smollm2; with engine vllm"),
    ({"principles": {"source": "none", "leave_out": ["H-1"]}}, "principles.leave_out has nothing to leave out"),
    ({"reflector": {"use": "stand_in", "max_tokens": 9}}, "reflector.max_tokens is 9"),
    ({"psi": {"subset_size": 2000, "demos": 1}}, "job.yaml:9: psi.subset_size is 2000, more than"),
    ({"psi": {"demos": 2}}, "job.yaml:8: psi.demos is 2 and there are only 1 seeds"),
    ({"psi": {"initial_file": "absent.jsonl"}}, "psi.initial_file: absent.jsonl does not exist"),
    ({"reflector": {"use": "external"}}, "job.yaml:6: reflector.use is external and there is no credential"),
    ({"generator": {"model": "absent.gguf"}}, "job.yaml:10: generator.model: absent.gguf: cannot read the model"),
    ({"seeds": "absent.jsonl"}, "absent.jsonl: cannot be read"),
    ({"knowledge": "absent"}, "absent: "),
    ({"policy": "absent.yaml"}, "absent.yaml: cannot be read"),
])
def test_what_cannot_work_is_refused_with_its_line(folder: Path, parts: dict[str, Any], says: str) -> None:
    assert says in refused(job_file(folder, **parts))


def test_several_contradictions_come_at_once(folder: Path) -> None:
    config = load_job(job_file(folder, generator={"server": "unix:/x"}, budget={"requests": 1}))
    with pytest.raises(ConfigError) as caught:
        check_settings(config)
    assert all(key in str(caught.value) for key in ("psi.instances", "psi.initial_instances", "generator.server"))


def test_a_model_that_is_cut_short_is_noticed_before_the_job(folder: Path) -> None:
    (folder / "m.gguf").write_bytes(locate("smollm2").read_bytes()[:2_000_000])
    message = refused(job_file(folder, generator={"model": "m.gguf"}))
    assert "generator.model: m.gguf: this GGUF file is cut short: it has 2,000,000 bytes of at least 98,3" in message


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_a_file_this_user_may_not_read_says_so(folder: Path) -> None:
    path = job_file(folder)
    (folder / "policy.yaml").chmod(0)
    assert "policy.yaml: cannot be read (Permission denied)" in refused(path)


def test_a_context_too_small_for_the_prompts_is_noticed_before_the_job(folder: Path) -> None:
    long = "Where is the office and when does it open, and what does it cost to " + "really " * 30 + "go there?"
    seed = {"instruction": "Answer.", "input": long, "output": "It is near the harbour and opens at nine."}
    (folder / "seeds.jsonl").write_text(json.dumps(seed) + "\n")
    message = refused(job_file(folder, generator={"context_tokens": 64}))
    assert "generator.context_tokens is 64: a prompt of" in message
    assert "psi.demos (1)" in message


def test_the_prompts_of_a_good_job_are_measured_and_nothing_is_left(
        folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = folder.parent / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    config = load_job(job_file(folder))
    check_prompts(config, load_inputs(config))
    assert [] == list(scratch.iterdir())


def test_a_missing_package_is_named_with_the_command_that_installs_it(
        folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    config = load_job(job_file(folder, principles={"clusterer": "raptor"}))
    found = list(package_problems(config))
    assert any(problem.startswith("principles.clusterer is raptor") and "psi-appliance[raptor]" in problem
               for problem in found)
    assert any("psi-appliance[embedded]" in problem for problem in found)
    without = JobConfig.model_validate({**config.to_json(), "principles": {"source": "none"}})
    assert ["llama_cpp"] == [problem.split("the package ")[1].split()[0] for problem in package_problems(without)]


def test_an_ordinary_job_has_no_problems(folder: Path) -> None:
    config = load_job(job_file(folder))
    assert [] == [*settings_problems(config), *package_problems(config), *checks.model_problems(config)]


def test_only_messages_about_the_job_file_get_its_name(folder: Path) -> None:
    path = job_file(folder)
    assert f"{path}:8: psi.demos is 2" == located(path, "psi.demos is 2")
    assert f"{path}: budget.requests is 2" == located(path, "budget.requests is 2")
    assert "seeds.jsonl:1: psi" == located(path, "seeds.jsonl:1: psi")
    assert "/x/policy.yaml: destinations" == located(path, "/x/policy.yaml: destinations")


def test_nothing_outside_is_touched_by_a_whole_refused_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from appliance.cli.main import main

    root = folder.parent / "root"
    monkeypatch.chdir(folder)
    assert 2 == main(["run", str(job_file(folder, psi={"demos": 9})), "--root", str(root)])
    assert not root.exists()
    shutil.rmtree(folder / "k")
    assert 2 == main(["run", str(job_file(folder)), "--root", str(root)])
    assert not root.exists()
