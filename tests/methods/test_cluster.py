"""Soft clustering: any number of bullets, the same answer twice, nobody left out."""

from __future__ import annotations

import numpy
import pytest

from appliance.knowledge.embedding import SentenceEmbedder
from appliance.methods.psi.cluster import soft_clusters

BULLETS = [
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


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8, 11, 15, 30, 60, 200])
def test_any_number_of_bullets_is_clustered_and_none_is_lost(count: int) -> None:
    vectors = numpy.random.default_rng(count).normal(size=(count, 384)).astype(numpy.float32)
    clusters = soft_clusters(vectors, seed=1)
    assert set(range(count)) == {index for members in clusters for index in members}
    assert all(clusters)
    assert clusters == soft_clusters(vectors, seed=1)


def test_identical_bullets_do_not_break_it() -> None:
    vectors = numpy.tile(numpy.ones(384, numpy.float32) / 384 ** 0.5, (12, 1))
    assert set(range(12)) == {index for members in soft_clusters(vectors, seed=3) for index in members}


def test_real_sentences_about_different_things_do_not_end_in_one_heap() -> None:
    vectors = SentenceEmbedder().embed(BULLETS)
    assert (9, 384) == vectors.shape
    assert vectors == pytest.approx(vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True), abs=1e-5)
    clusters = soft_clusters(vectors, seed=7)
    assert 2 <= len(clusters) <= 5
    together = {frozenset(members) for members in clusters}
    assert any({6, 7} <= members for members in together), "the two about tone belong together"
