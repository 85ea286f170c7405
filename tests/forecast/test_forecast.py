"""A forecast says ranges with their basis; what nobody knows stays unknown; nothing is stored and nothing is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import scripted_job
from hypothesis import given
from hypothesis import strategies as st

from appliance.carbon.sources import open_sources
from appliance.config import JobConfig
from appliance.engines.scripted import ScriptedGenerator
from appliance.forecast import probe as probing
from appliance.forecast.estimate import Figure, added, stage_forecast, unknown, yield_interval
from appliance.forecast.forecast import Forecast, forecast
from appliance.forecast.probe import Probe, run_probe
from appliance.forecast.samples import JobSample, StageSample, job_samples
from appliance.jobs.inputs import Inputs, load_inputs
from appliance.jobs.rows import JobState
from appliance.jobs.store import JobStore
from appliance.views.forecast_lines import between, forecast_lines
from appliance.views.text import count

SAMPLE = StageSample(candidates=200, accepted=100, requests=200, wall_s=50.0, tokens=20_000, energy_joules=1000.0,
                     row_bytes=40_000)


@pytest.fixture
def ready(tmp_path: Path) -> tuple[JobConfig, Inputs]:
    config = scripted_job.config(tmp_path)
    return config, load_inputs(config)


def made(ready: tuple[JobConfig, Inputs], earlier: tuple[JobSample, ...] = (), probe: Probe | None = None,
         **parts: Any) -> Forecast:
    config, inputs = ready
    document = config.to_json()
    for name, values in parts.items():
        document[name] |= values
    return forecast(JobConfig.model_validate(document), inputs, "single", earlier, probe)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_true_share_lies_in_the_interval_and_the_interval_in_the_unit(accepted: int, more: int) -> None:
    low, high = yield_interval(accepted, accepted + more)
    assert 0 <= low <= accepted / (accepted + more) <= high <= 1
    wider = yield_interval(accepted, accepted + more)
    narrower = yield_interval(accepted * 10, (accepted + more) * 10)
    assert narrower[1] - narrower[0] <= wider[1] - wider[0]


@given(st.lists(st.builds(StageSample, candidates=st.integers(1, 1000), accepted=st.integers(1, 1), requests=st.none(),
                          wall_s=st.floats(0.1, 1e4), tokens=st.integers(1, 10**6), energy_joules=st.none(),
                          row_bytes=st.integers(1, 10**6)), min_size=1, max_size=5), st.integers(1, 10**5))
def test_a_stage_needs_at_least_what_it_accepts_and_more_for_more(samples: list[StageSample], wanted: int) -> None:
    figures, twice = stage_forecast(samples, wanted, "b"), stage_forecast(samples, 2 * wanted, "b")
    low, high = figures.candidates.low, figures.candidates.high
    assert low is not None and high is not None
    assert wanted <= low * (1 + 1e-9) and low <= high
    assert twice.candidates.low == pytest.approx(2 * low)
    assert (None, None) == (figures.energy_joules.low, figures.energy_joules.high)


def test_sums_with_an_unknown_part_have_no_most() -> None:
    assert Figure(3, 5, "x") == added([Figure(1, 2, ""), Figure(2, 3, "")], "x")
    assert Figure(1, None, "x") == added([Figure(1, 2, ""), unknown("")], "x")
    assert Figure(None, None, "x") == added([Figure(0, 0, ""), unknown("")], "x")


def test_without_earlier_jobs_and_probe_only_the_door_is_known(ready: tuple[JobConfig, Inputs]) -> None:
    found = made(ready)
    assert (scripted_job.SUBSETS + 1, scripted_job.SUBSETS + 24) == (found.door_requests.low, found.door_requests.high)
    assert found.door_bytes.low is not None and found.door_bytes.low > 400
    for figure in (found.candidates, found.local_tokens, found.wall_s, found.energy_joules, found.emissions_kgco2e,
                   found.disk_bytes):
        assert (None, None) == (figure.low, figure.high)
    lines = list(forecast_lines(found))
    assert 4 <= sum("unknown" in line for line in lines)
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(("parts", "requests"), [
    ({"principles": {"source": "none"}}, (0, 0)),
    ({"principles": {"clusterer": "none"}}, (4, 4)),
    ({"principles": {"maximum": 2}}, (5, 8)),
    ({"psi": {"sample": False}, "principles": {"clusterer": "none"}}, (1, 1))])
def test_requests_through_the_door_follow_from_the_job_file(ready: tuple[JobConfig, Inputs], parts: dict[str, Any],
                                                           requests: tuple[int, int]) -> None:
    found = made(ready, **parts)
    assert requests == (found.door_requests.low, found.door_requests.high)
    assert (found.door_bytes.high == 0) == (requests == (0, 0))


def test_earlier_jobs_tell_what_a_like_one_needs(ready: tuple[JobConfig, Inputs]) -> None:
    stages = {"expansion": SAMPLE, "generation": replace(SAMPLE, accepted=50)}
    job = JobSample("a", stages, 30.0, 600.0, 900.0, False, 6, 9000, 4, 3)
    found = made(ready, (job, replace(job, id="b", between_s=60.0)))
    assert found.candidates.low is not None and found.candidates.high is not None
    assert found.candidates.low <= scripted_job.WANTED * 4 <= found.candidates.high
    assert "100 of 400 accepted in 2 finished job(s)" in found.candidates.basis
    between_s = found.stages["between"].wall_s
    assert (6 * 5.0, 6 * 10.0) == (between_s.low, between_s.high)
    assert (9000, 9000) == (found.door_bytes.low, found.door_bytes.high)
    assert (5, 28) == (found.door_requests.low, found.door_requests.high)
    parts = [stage.wall_s for stage in found.stages.values()]
    assert found.wall_s.low == pytest.approx(sum(part.low or 0 for part in parts))
    assert found.emissions_kgco2e.low == pytest.approx((found.energy_joules.low or 0) / 3.6e6 * 0.24)
    assert json.loads(json.dumps(found.to_json()))["wall_s"]["low"] == found.wall_s.low


def test_budgets_that_would_not_do_are_said(ready: tuple[JobConfig, Inputs]) -> None:
    stages = {"expansion": SAMPLE, "generation": replace(SAMPLE, accepted=1)}
    job = JobSample("a", stages, 1.0, 1.0, 1.0, False, 6, 9000, 4, 3)
    found = made(ready, (job,), budget={"requests": 100, "tokens": 1000, "energy_wh": 0.001})
    said = " ".join(found.notes)
    assert all(f"budget.{name} is" in said for name in ("requests", "tokens", "energy_wh"))


def test_nothing_accepted_has_no_most(ready: tuple[JobConfig, Inputs]) -> None:
    probe = Probe({"generation": replace(SAMPLE, candidates=8, accepted=0)}, (), 1.0)
    found = made(ready, (), probe)
    assert found.candidates.low is not None and found.candidates.high is None
    assert "0 of 8 accepted" in " ".join(found.notes)


def test_what_leaves_is_said_before_it_does(ready: tuple[JobConfig, Inputs], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test-key")
    found = made(ready, reflector={"use": "external"})
    assert "external" == found.reflector
    assert "release: automatic" in found.notes[0] and "resend_once" in found.notes[0]
    assert "api.anthropic.com" in found.destination


def test_finished_jobs_of_the_same_model_and_shape_are_found(tmp_path: Path) -> None:
    config = scripted_job.config(tmp_path)
    with JobStore.open(tmp_path) as store:
        for model, shape, state in (("m", "single", JobState.DONE), ("other", "single", JobState.DONE),
                                    ("m", "table8", JobState.DONE), ("m", "single", JobState.PAUSED)):
            job = store.create("a", "f", config.to_json())
            folder = store.job_directory(job.id)
            stages = [{"name": name, "wall_s": 2.0, "prompt_tokens": 50, "completion_tokens": 50,
                       "energy_joules": None if name == "reflection" else 5.0}
                      for name in ("expansion", "reflection", "generation", "overhead")]
            (folder / "manifest.json").write_text(json.dumps({"model_sha256": model}))
            (folder / "generation.jsonl").write_text(json.dumps({"provenance": {"shape": shape}}) + "\n")
            (folder / "summary.json").write_text(json.dumps({
                "stages": stages, "sizes": {"initial": 20, "accepted": 12, "high_principles": 2},
                "rejected": {"expansion": {"x": 5}, "generation": {"y": 3, "z": 1}},
                "egress": {"passed_requests": 6, "passed_bytes": 900}}))
            with store.claim(job.id) as claim:
                claim.finish(state)
    (sample,) = job_samples(tmp_path, config, "m", "single")
    assert (16, 12, 100, 2.0) == tuple(getattr(sample.stages["generation"], name) for name in (
        "candidates", "accepted", "tokens", "wall_s"))
    assert (2.0, None, 100) == (sample.between_s, sample.between_joules, sample.between_tokens)
    assert () == job_samples(tmp_path / "absent", config, "m", "single")
    assert not (tmp_path / "absent").exists()


def test_a_damaged_summary_does_not_keep_a_new_job_from_being_forecast(tmp_path: Path) -> None:
    config = scripted_job.config(tmp_path)
    with JobStore.open(tmp_path) as store:
        job = store.create("a", "f", config.to_json())
        folder = store.job_directory(job.id)
        (folder / "manifest.json").write_text('{"model_sha256": "m"}')
        (folder / "generation.jsonl").write_text('{"provenance": {"shape": "single"}}\n')
        (folder / "summary.json").write_text('{"stages": 3}')
        with store.claim(job.id) as claim:
            claim.finish(JobState.DONE)
    assert () == job_samples(tmp_path, config, "m", "single")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A probe over the scripted composer and a scripted meter, in a temporary folder of its own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setattr(probing, "open_generator", lambda *_: ScriptedGenerator(["x"]))
    monkeypatch.setattr(probing, "open_sources", lambda _: (scripted_job.Source(),))
    return scratch


def test_a_probe_measures_both_stages_and_leaves_nothing(ready: tuple[JobConfig, Inputs], quick: Path, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "trial_composer", lambda *_: scripted_job.Composer(0.02))
    root = tmp_path / "root"
    found = run_probe(*ready, root, soft_s=0.6, hard_s=5)
    assert {"expansion", "generation"} == set(found.stages)
    for sample in found.stages.values():
        assert sample.candidates > sample.accepted > 0
        assert sample.tokens == 8 * sample.candidates
        assert sample.energy_joules is not None and sample.energy_joules > 300
    assert found.instance_bytes
    assert [] == list(quick.iterdir())
    assert not root.exists()


def test_a_probe_of_something_slow_ends_in_time_and_knows_nothing(
        ready: tuple[JobConfig, Inputs], quick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def expand(self, indices: Any) -> Any:
            from appliance.errors import Interrupted

            raise Interrupted("late")
            yield

        def generate(self, indices: Any, principles: Any) -> Any:
            return self.expand(indices)

    monkeypatch.setattr(probing, "trial_composer", lambda *_: Slow())
    found = run_probe(*ready, tmp_path, soft_s=0.1, hard_s=0.2)
    assert ({}, ()) == (found.stages, found.instance_bytes)
    assert "no candidate in its time" in made(ready, (), found).wall_s.basis
    assert open_sources is not probing.open_sources


@pytest.mark.parametrize(("figure", "says"), [
    (Figure(3, 3, ""), "3"), (Figure(3, 9, ""), "3 to 9"), (Figure(3, None, ""), "at least 3"),
    (Figure(None, 9, ""), "at most 9"), (Figure(None, None, ""), "unknown"), (Figure(0, 0, ""), "0")])
def test_a_range_in_words(figure: Figure, says: str) -> None:
    assert says == between(figure, count)
