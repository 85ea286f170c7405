"""Limits of a job: counted from the log, named when reached, and not forgotten by a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from door_bench import MODEL, Bench, Upstream, instance
from plain_detector import PlainDetector

from appliance.config import ReflectorConfig
from appliance.errors import LimitReached
from appliance.reflect.anthropic_client import AnthropicReflector
from appliance.sender.base import Outcome


@pytest.fixture
def bench(tmp_path: Path, upstream: Upstream) -> Bench:
    return Bench(tmp_path / "log", upstream, PlainDetector())


def ask(bench: Bench, number: int, **changes: Any) -> None:
    """A request about two instances, by a door made anew, as after a restart."""
    door = bench.door(**changes)
    admission = door.admit([instance(f"{number}-{each}", f"Question {number} of {each}?") for each in "ab"])
    released = door.release_subset(f"d-{number}", admission.clean)
    AnthropicReflector(door, ReflectorConfig(model=MODEL), bench.url, demonstration=True).reflect(released)


def limited(bench: Bench, **limits: Any) -> None:
    bench.policy = bench.policy.model_copy(update={"limits": bench.policy.limits.model_copy(update=limits)})


def last(bench: Bench) -> dict[str, Any]:
    return dict(list(bench.log.reader.records())[-1].fields)


@pytest.mark.parametrize(("key", "value", "sent"), [("requests", 3, 3), ("instances", 5, 2)])
def test_the_count_goes_on_after_a_restart_and_the_limit_has_a_name(bench: Bench, key: str, value: int,
                                                                   sent: int) -> None:
    limited(bench, **{key: value})
    for number in range(sent):
        ask(bench, number)
    for _ in range(2):
        with pytest.raises(LimitReached, match=f"limits.{key}"):
            ask(bench, 99)
        assert ("LimitReached", f"limits.{key}") == (last(bench)["reason"], last(bench)["limit"])
    assert sent == len(bench.upstream.received)
    ask(bench, 99, job_id="job-2")
    limited(bench, **{key: 2 * value})
    ask(bench, 99)
    assert sent + 2 == len(bench.upstream.received), "a raised limit lets the job go on"


def test_bytes_add_up(bench: Bench) -> None:
    ask(bench, 1)
    size = next(bench.log.reader.records()).fields["payload_bytes"]
    limited(bench, total_bytes=2 * size - 1)
    with pytest.raises(LimitReached, match=r"limits\.total_bytes"):
        ask(bench, 2)
    limited(bench, total_bytes=2 * size)
    ask(bench, 2)
    assert {"requests": 2, "bytes": 2 * size, "instances": 4, "short_runs": 0} == [
        record.fields["used"] for record in bench.log.reader.records() if record.kind == "request"][-1]


def test_a_model_that_the_policy_does_not_list_is_not_asked(bench: Bench) -> None:
    limited(bench, models=("another-model",))
    with pytest.raises(LimitReached, match=r"limits\.models"):
        ask(bench, 1)
    assert [] == bench.upstream.received
    limited(bench, models=("another-model", MODEL))
    ask(bench, 1)


class NeverConnects:
    """A sender that is sure that no byte went out."""

    def send(self, log_index: int) -> Outcome:
        return Outcome(log_index, None, (), b"", "refused", may_have_left=False, elapsed_ms=1)


def test_attempts_of_which_no_byte_went_out_do_not_count_and_repeats_do(bench: Bench) -> None:
    from appliance.errors import SendFailed

    limited(bench, requests=3)
    with pytest.raises(SendFailed):
        ask(bench, 1, sender=NeverConnects())
    bench.upstream.script = [(500, b"{}"), (500, b"{}"), *bench.upstream.script]
    ask(bench, 1)
    assert 3 == len(bench.upstream.received)
    with pytest.raises(LimitReached, match=r"limits\.requests"):
        ask(bench, 2)
    ask(bench, 1)
    assert 3 == len(bench.upstream.received), "an answer that is there already costs nothing"


def test_a_storm_ends_at_the_limit(bench: Bench) -> None:
    limited(bench, requests=2)
    bench.upstream.script = [(500, b"{}")]
    with pytest.raises(LimitReached, match=r"limits\.requests"):
        ask(bench, 1)
    assert (2, "refused") == (len(bench.upstream.received), bench.kinds()[-1])
