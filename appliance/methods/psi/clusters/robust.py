"""The default clustering: Ward's linkage, the number of clusters by silhouette, overlap by a Gaussian around each.

Chosen by measurement on hand-written principles of known themes (``benchmarks/principle_clusters.py``). At 30 to 60
bullets a Gaussian mixture on principal components finds one cluster by BIC whatever the covariance, and so groups
nothing; Ward's linkage finds about as many clusters as there are themes, and finds them again when bullets are missing.
Nothing here is random.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from appliance.methods.psi.clusters.grouping import Grouping, heap, is_one_point, one_hot, one_thread, soft

if TYPE_CHECKING:
    from numpy import float64, intp
    from numpy.typing import NDArray

# So few are one cluster.
FEW = 3
# At most round(1.3 * sqrt(n)) clusters: 4 of 10, 7 of 30, 10 of 60, which is what arXiv 2507.05991 ends with (9).
PER_ROOT = 1.3
# Overlap is judged in this many principal components: of 60 bullets every fifth is then in two clusters. In 5 or fewer
# most of the added memberships are wrong, in all 384 dimensions nothing ever overlaps.
OVERLAP_COMPONENTS = 8


def robust(vectors: NDArray[float64]) -> Grouping:
    """Cluster rows softly; safe for any number of them.

    Args:
        vectors: shape (n, dimensions), n at least 1.
    """
    parameters = {"linkage": "ward", "criterion": "silhouette", "largest": most_clusters(len(vectors)),
                  "overlap_components": OVERLAP_COMPONENTS}
    if len(vectors) <= FEW or is_one_point(vectors):
        return heap(len(vectors), parameters)
    with one_thread():
        labels, scores = _best_cut(vectors)
        members = soft(_overlap(vectors, labels), one_hot(labels))
    return Grouping(members, parameters, scores)


def most_clusters(count: int) -> int:
    """The largest number of clusters that is tried."""
    return max(2, min(count - 1, round(PER_ROOT * math.sqrt(count))))


def _best_cut(vectors: NDArray[float64]) -> tuple[NDArray[intp], dict[int, float]]:
    """The cut of Ward's tree with the highest mean silhouette; of equal ones that with fewer clusters."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import silhouette_score

    cuts = {size: AgglomerativeClustering(size, linkage="ward").fit_predict(vectors)
            for size in range(2, most_clusters(len(vectors)) + 1)}
    scores = {size: float(silhouette_score(vectors, labels)) for size, labels in cuts.items()}
    best = max(scores, key=lambda size: (scores[size], -size))
    return cuts[best], scores


def _overlap(vectors: NDArray[float64], labels: NDArray[intp]) -> NDArray[float64]:
    """Posterior of each cluster for each row, shape (n, clusters).

    One spherical Gaussian of the same width sits on every cluster, weighted by its size: the E-step of a mixture whose
    centres are known.
    """
    import numpy
    from sklearn.decomposition import PCA

    components = min(OVERLAP_COMPONENTS, len(vectors) - 1, vectors.shape[1])
    points = PCA(components, svd_solver="full").fit_transform(vectors)
    centres = numpy.array([points[labels == label].mean(axis=0) for label in range(int(labels.max()) + 1)])
    freedom = max(1, len(points) - len(centres)) * components
    variance = max(float(((points - centres[labels]) ** 2).sum()) / freedom, numpy.finfo(float).tiny ** 0.5)
    squared = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    logits = numpy.log(numpy.bincount(labels)) - squared / (2 * variance)
    weights = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return numpy.asarray(weights / weights.sum(axis=1, keepdims=True))
