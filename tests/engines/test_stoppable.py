"""A stop is noticed between two completions, and the engine is free again."""

from __future__ import annotations

import pytest

from appliance.engines.base import GenerationRequest, Sampling, ScoreRequest
from appliance.engines.scripted import ScriptedGenerator
from appliance.engines.stoppable import StoppableGenerator
from appliance.errors import Interrupted

REQUESTS = [GenerationRequest(str(number), "Say", Sampling(5)) for number in range(8)]


def test_a_stop_between_two_completions_frees_the_engine() -> None:
    inner = ScriptedGenerator(["yes"])
    left = iter(range(3))

    def check() -> None:
        if next(left, None) is None:
            raise Interrupted("stop")

    seen = []
    with pytest.raises(Interrupted):
        seen.extend(completion.id for completion in StoppableGenerator(inner, check).generate(REQUESTS))
    taken = len(inner.seen)
    assert taken < len(REQUESTS)
    assert 8 == len(list(inner.generate(REQUESTS)))


def test_without_a_stop_everything_comes_through() -> None:
    generator = StoppableGenerator(ScriptedGenerator(["yes"]), lambda: None)
    assert {str(number) for number in range(8)} == {completion.id for completion in generator.generate(REQUESTS)}
    assert "scripted" == generator.info().name


def test_scoring_stops_as_well() -> None:
    left = iter([None, None])

    def check() -> None:
        if next(left, "none left") == "none left":
            raise Interrupted("stop")

    generator = StoppableGenerator(ScriptedGenerator(["yes"]), check)
    iterator = generator.score([ScoreRequest(str(number), "Say", " yes") for number in range(8)])
    assert ["3", "2"] == [next(iterator).id, next(iterator).id]
    with pytest.raises(Interrupted):
        next(iterator)
