"""What says much the same as K in other words: a warning, or dropped, or not looked at, by policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from door_bench import Bench, Upstream, instance
from plain_detector import PlainDetector

from appliance.errors import EgressDenied, EngineError
from appliance.gateway.near import MAX_PASSAGES, Nearness
from appliance.records import Passage, Provenance

PASSAGES = [Passage("p-1", "p.md", "P", "parking"), Passage("p-2", "p.md", "P", "prices")]


class Topics:
    """A vector for the topic a text names; counts the texts."""

    embedded = 0

    def embed(self, texts: Sequence[str]) -> Any:
        import numpy

        Topics.embedded += len(texts)
        rows = [[float("parking" in text), float("prices" in text), 0.1] for text in texts]
        return numpy.array([row / numpy.linalg.norm(row) for row in rows], numpy.float32)


def missing() -> Any:
    raise EngineError("the model is not installed")


@pytest.fixture
def bench(tmp_path: Path, upstream: Upstream) -> Bench:
    return Bench(tmp_path / "log", upstream, PlainDetector())


def drawn(passage: str) -> list[Any]:
    made = instance("a", "Where is the parking?")
    return [replace(made, provenance=Provenance(passage_ids=(passage,))), instance("b", "Are you open?")]


@pytest.mark.parametrize(("on_near", "near", "refused"), [
    ("warn", {"a"}, {}), ("drop", set(), {"a": "near_knowledge"}), ("do_not_look", set(), {})])
def test_the_policy_decides_what_becomes_of_what_is_near(bench: Bench, on_near: str, near: set[str],
                                                         refused: dict[str, str]) -> None:
    knowledge = bench.policy.knowledge.model_copy(update={"on_near": on_near})
    bench.policy = bench.policy.model_copy(update={"knowledge": knowledge})
    door = bench.door()
    door._nearness = Nearness(Topics, PASSAGES, 0.9, needed=on_near == "drop")
    admission = door.admit(drawn("p-1"))
    assert (near, refused) == (set(admission.near), dict(admission.refused))


def test_an_instance_is_compared_with_the_passages_it_was_written_from_and_once() -> None:
    Topics.embedded = 0
    nearness = Nearness(Topics, PASSAGES, 0.9, needed=False)
    assert {} == nearness.near([("a", "parking", ("p-2",))])
    assert 2 == Topics.embedded
    assert {} == nearness.near([("a", "parking", ("p-2",))])
    assert 2 == Topics.embedded
    assert {"b": 1.0} == nearness.near([("b", "the parking", ())])
    many = [Passage(str(number), "p.md", "P", "parking") for number in range(MAX_PASSAGES + 1)]
    assert {} == Nearness(Topics, many, 0.9, needed=True).near([("a", "parking", ())]), "too large to look everywhere"


def test_without_an_embedder_a_warning_is_left_out_and_a_drop_keeps_the_door_shut() -> None:
    assert {} == Nearness(missing, PASSAGES, 0.9, needed=False).near([("a", "parking", ("p-1",))])
    with pytest.raises(EgressDenied, match="on_near"):
        Nearness(missing, PASSAGES, 0.9, needed=True).near([("a", "parking", ("p-1",))])
