"""The reference's clustering with real UMAP: it ends for every number of bullets and repeats itself."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest
from test_cluster import assert_lawful, blob, sphere

from appliance.config import PrinciplesConfig
from appliance.errors import ConfigError
from appliance.methods.psi.cluster import soft_clusters
from appliance.methods.psi.clusters import raptor

# Compiling takes seconds, and minutes on a busy machine.
pytestmark = pytest.mark.timeout(1200)
umap_is_here = pytest.mark.skipif(importlib.util.find_spec("umap") is None, reason="umap-learn is not installed")
RAPTOR = PrinciplesConfig(clusterer="raptor", maximum=99)


def clusters(vectors: Any, notices: list[str] | None = None) -> Any:
    return soft_clusters(vectors, RAPTOR, [].append if notices is None else notices.append)


@umap_is_here
@pytest.mark.parametrize("count", [0, 1, 4, 5, 8, 10, 11])
def test_so_few_are_one_cluster_and_nothing_is_compiled(count: int) -> None:
    notices: list[str] = []
    assert ((tuple(range(count)),) if count else ()) == clusters(sphere(count), notices).members
    assert [] == notices


@umap_is_here
@pytest.mark.parametrize("count", [12, 15, 20, 60])
def test_every_other_number_ends_and_repeats_itself(count: int) -> None:
    notices: list[str] = []
    found = clusters(sphere(count), notices)
    assert_lawful(found, count)
    assert found == clusters(sphere(count))
    assert ["UMAP compiles itself on its first use in a process; that takes 8 to 25 s"] == notices


@umap_is_here
def test_two_far_blobs_share_no_cluster_and_identical_bullets_are_one() -> None:
    import numpy

    found = clusters(numpy.concatenate([blob(20, 0, 1), blob(20, 7, 2)]))
    assert_lawful(found, 40)
    assert all(max(rows) < 20 or min(rows) >= 20 for rows in found.members)
    assert (tuple(range(30)),) == clusters(numpy.repeat(sphere(1), 30, axis=0)).members


def test_without_umap_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raptor, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install 'psi-appliance\[raptor\]', or use robust"):
        clusters(sphere(20))
