"""P^L -> P^C: embed the bullets and cluster them softly (arXiv 2507.05991, section 3.1).

A bullet may belong to several clusters. The number of clusters is found by BIC; nothing is random but the seed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.artefact import Artefact
from appliance.knowledge.embedding import Embedder
from appliance.stage import Locality, StageContext

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

# RAPTOR's threshold for membership (parthsarthi03/raptor, cluster_utils.py).
MEMBERSHIP = 0.1
MAX_COMPONENTS = 8
MAX_CLUSTERS = 50
# Below this, a mixture has more parameters than points: everything is one cluster.
MIN_POINTS = 4


@dataclass(frozen=True, slots=True)
class EmbedCluster:
    """Output: one row with the member ids of every cluster."""

    embedder: Callable[[], Embedder]
    name: str = "embed_cluster"
    inputs: tuple[str, ...] = ("reflection",)
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Cluster all low-level principles."""
        if len(output):
            return
        principles = [principle for row in inputs["reflection"].rows() for principle in row["principles"]]
        vectors = self.embedder().embed([principle["text"] for principle in principles])
        clusters = soft_clusters(vectors, context.seed)
        output.append([{"clusters": [
            {"id": f"c-{number}", "principle_ids": [principles[index]["id"] for index in members]}
            for number, members in enumerate(clusters, start=1)]}])


def soft_clusters(vectors: NDArray[float32], seed: int) -> list[list[int]]:
    """Group rows by a Gaussian mixture whose size minimises BIC.

    Args:
        vectors: float32, shape (n, dimensions), L2-normalised; n may be 0.
        seed: the same seed and vectors give the same clusters.

    Returns:
        Row indices of each cluster, none empty; every row is in at least one.
    """
    count = len(vectors)
    if count < MIN_POINTS:
        return [list(range(count))] if count else []
    import numpy
    from sklearn.decomposition import PCA
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), warnings.catch_warnings():
        # Identical bullets collapse a component; its BIC is then poor and another size is chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        components = min(MAX_COMPONENTS, count - 1, vectors.shape[1])
        points = PCA(components, random_state=seed).fit_transform(vectors.astype(numpy.float64))
        sizes = range(1, min(MAX_CLUSTERS, count // 2) + 1)
        mixtures = [GaussianMixture(size, covariance_type="spherical", reg_covar=1e-3, n_init=3,
                                    random_state=seed).fit(points) for size in sizes]
        best = min(mixtures, key=lambda mixture: float(mixture.bic(points)))
        weights = best.predict_proba(points)
    member = (weights > MEMBERSHIP) | (weights == weights.max(axis=1, keepdims=True))
    return [rows for column in member.T if (rows := [int(index) for index in numpy.flatnonzero(column)])]
