"""Soft clustering: any number of bullets in any order, the same answer twice, nobody left out."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.artefact import Artefact
from appliance.config import PrinciplesConfig
from appliance.errors import EngineError
from appliance.knowledge.embedding import SentenceEmbedder
from appliance.methods.psi.cluster import EmbedCluster, soft_clusters
from appliance.methods.psi.clusters.grouping import Grouping, distinct, group
from appliance.methods.psi.clusters.robust import most_clusters, robust
from appliance.stage import StageContext

COUNTS = [0, 1, 2, 3, 4, 5, 8, 10, 11, 12, 15, 20, 30, 60, 200]
SENTENCES = [
    "Answer the question the patient asked, not another one.",
    "Reply to exactly what the patient wants to know.",
    "Make sure the reply addresses the question.",
    "Copy prices and times exactly as they stand in the rule.",
    "Numbers such as prices must match the source.",
    "Never change an amount, a date or a time.",
    "Be polite and use a warm tone.",
    "Keep a friendly and courteous voice.",
    "Write kindly, as a receptionist would.",
]


def sphere(count: int, seed: int = 0, dimensions: int = 32) -> Any:
    """Random unit vectors."""
    rows = numpy.random.default_rng(seed).normal(size=(count, dimensions))
    return (rows / numpy.linalg.norm(rows, axis=1, keepdims=True)).astype(numpy.float32)


def blob(count: int, axis: int, seed: int, noise: float = 0.02) -> Any:
    rows = numpy.eye(32)[[axis] * count] + noise * numpy.random.default_rng(seed).normal(size=(count, 32))
    return (rows / numpy.linalg.norm(rows, axis=1, keepdims=True)).astype(numpy.float32)


def clusters(vectors: Any, maximum: int = 99) -> Grouping:
    return group(vectors, robust, maximum)


def assert_lawful(found: Grouping, count: int) -> None:
    assert set(range(count)) == {row for rows in found.members for row in rows}
    assert all(found.members)
    assert len(found.members) == len(set(found.members))
    assert sorted(found.members) == list(found.members), "ids follow the smallest row"


@pytest.mark.parametrize("count", COUNTS)
def test_any_number_of_bullets_is_clustered_and_none_is_lost(count: int) -> None:
    vectors = sphere(count)
    found = clusters(vectors)
    assert_lawful(found, count)
    assert len(found.members) <= most_clusters(count) if count > 3 else len(found.members) == min(count, 1)
    assert found == clusters(vectors)


@given(st.integers(1, 40), st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_bullets_changes_nothing(count: int, seed: int, shuffler: random.Random) -> None:
    vectors, order = sphere(count, seed), list(range(count))
    shuffler.shuffle(order)
    moved = clusters(vectors[order])
    assert {frozenset(order[row] for row in rows) for rows in moved.members} == set(
        map(frozenset, clusters(vectors).members))


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_a_cap_keeps_the_largest_and_loses_nobody(count: int, maximum: int, seed: int) -> None:
    vectors = sphere(count, seed)
    free, capped = clusters(vectors), clusters(vectors, maximum)
    assert_lawful(capped, count)
    assert min(maximum, len(free.members)) >= len(capped.members)
    assert (len(free.members) if len(free.members) > maximum else None) == capped.capped_from
    largest = max(free.members, key=lambda rows: (len(rows), [-row for row in rows]))
    assert any(set(largest) <= set(rows) for rows in capped.members)


@pytest.mark.parametrize("count", [2, 4, 12, 60])
def test_identical_bullets_are_one_cluster(count: int) -> None:
    vectors = numpy.repeat(sphere(1), count, axis=0)
    assert (tuple(range(count)),) == clusters(vectors).members


@pytest.mark.parametrize(("left", "right"), [(6, 6), (15, 5), (30, 30), (50, 4)])
def test_two_far_blobs_are_two_clusters(left: int, right: int) -> None:
    vectors = numpy.concatenate([blob(left, 0, 1), blob(right, 7, 2)])
    assert (tuple(range(left)), tuple(range(left, left + right))) == clusters(vectors).members


def test_duplicates_of_two_points_are_two_clusters() -> None:
    assert ((0, 2, 4, 6, 8), (1, 3, 5, 7, 9)) == clusters(numpy.tile(sphere(2), (5, 1))).members


def test_a_bullet_between_two_groups_is_in_both() -> None:
    middle = (numpy.eye(32)[0] + numpy.eye(32)[7]) / 2 ** 0.5
    vectors = numpy.concatenate([blob(12, 0, 1, 0.15), blob(12, 7, 2, 0.15), [middle]]).astype(numpy.float32)
    left, right = clusters(vectors).members
    assert ({*range(12), 24}, {*range(12, 25)}) == (set(left), set(right))


def test_vectors_that_are_not_numbers_are_an_error() -> None:
    with pytest.raises(EngineError, match="not numbers"):
        clusters(numpy.full((5, 3), numpy.nan, numpy.float32))


def test_real_sentences_about_different_things_do_not_end_in_one_heap() -> None:
    vectors = SentenceEmbedder().embed(SENTENCES)
    assert (9, 384) == vectors.shape
    assert vectors == pytest.approx(vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True), abs=1e-5)
    found = clusters(vectors).members
    assert 2 <= len(found) <= 4
    assert any({6, 7} <= set(rows) for rows in found), "the two about tone belong together"


def test_texts_that_differ_in_case_and_white_space_are_one() -> None:
    assert {"be brief": [1, 2], "be kind": [0]} == distinct(["Be kind", "Be  brief.", "be brief"])
    assert list(distinct(["b", "a"])) == list(distinct(["a", "b"]))


class Embedder:
    """Random vectors that depend on the text alone."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Any) -> Any:
        self.asked += texts
        return numpy.concatenate([sphere(1, sum(text.encode())) for text in texts]) if texts else sphere(0)


def run_stage(folder: Path, texts: list[str], config: PrinciplesConfig) -> tuple[dict[str, Any], list[str], Embedder]:
    reflection, output, notices, embedder = Artefact(folder / "r.jsonl"), Artefact(folder / "o.jsonl"), [], Embedder()
    reflection.append([{"principles": [{"id": f"L-1-{number}", "text": text} for number, text in enumerate(texts, 1)]}])
    context = StageContext("job", "embed_cluster", folder, 1, lambda *_, **__: None, notices.append,
                           lambda *_: None, lambda: None, lambda: False)
    stage = EmbedCluster(lambda: embedder, config)
    stage.run(context, {"reflection": reflection}, output)
    stage.run(context, {"reflection": reflection}, output)
    (row,) = output.rows()
    return row, notices, embedder


def test_the_stage_embeds_a_repeated_bullet_once_and_keeps_all_its_ids_together(tmp_path: Path) -> None:
    texts = [f"Principle number {number} says this." for number in range(20)] + ["principle number 3  says this"]
    row, notices, embedder = run_stage(tmp_path, texts, PrinciplesConfig())
    assert 20 == len(embedder.asked)
    assert (21, 20, "robust", []) == (row["n"], row["n_distinct"], row["algorithm"], notices)
    assert all(("L-1-4" in ids) == ("L-1-21" in ids) for ids in (each["principle_ids"] for each in row["clusters"]))
    assert [f"c-{number}" for number in range(1, len(row["clusters"]) + 1)] == [each["id"] for each in row["clusters"]]
    assert {str(size) for size in range(2, most_clusters(20) + 1)} == set(row["scores"])


def test_the_stage_says_when_the_cap_acts_and_when_everything_is_one(tmp_path: Path) -> None:
    texts = [f"Principle number {number} says this." for number in range(40)]
    row, (notice,), _ = run_stage(tmp_path, texts, PrinciplesConfig(maximum=1))
    assert 1 == len(row["clusters"])
    assert "(principles.maximum)" in notice and f"{row['capped_from']} clusters" in notice
    (tmp_path / "one").mkdir()
    _, (notice,), _ = run_stage(tmp_path / "one", ["The very same."] * 13, PrinciplesConfig())
    assert "all 13 low-level principles fell into one cluster" in notice


def test_without_bullets_there_are_no_clusters(tmp_path: Path) -> None:
    row, notices, _ = run_stage(tmp_path, [], PrinciplesConfig())
    assert ([], []) == (row["clusters"], notices)
    assert () == soft_clusters(sphere(0), PrinciplesConfig(), notices.append).members
