"""The clustering the paper names: RAPTOR's UMAP and Gaussian mixture by BIC, made to end and to repeat itself.

Algorithm of parthsarthi03/raptor, ``cluster_utils.py``: a global pass, then a pass inside every cluster that is larger
than the reduced dimension allows. Different here: one seed for everything, float64, a size that cannot be fitted is
passed over, nobody is left without a cluster, the start is drawn and not spectral. Its last step, splitting clusters
whose text is longer than 3,500 tokens, is left out: the bullets of one job are shorter than that.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from appliance.errors import ConfigError
from appliance.methods.psi.clusters.grouping import Grouping, heap, is_one_point, one_thread, ordered, soft

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

DIMENSIONS = 10
# The reference's tree builder never clusters dimensions + 1 points or fewer.
FEW = DIMENSIONS + 1
MAX_CLUSTERS = 50
SEED = 224
_DIGITS = 6
LOCAL_NEIGHBOURS = 10
# The reference's 1e-6 first; the next only when no size at all could be fitted.
REGULARISATIONS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
PARAMETERS: dict[str, Any] = {"reduction": "umap", "dimensions": DIMENSIONS, "mixture": "full covariance",
                              "criterion": "bic", "seed": SEED}


def check_installed() -> None:
    """See that UMAP is there, without loading it.

    Raises:
        ConfigError: it is not.
    """
    if find_spec("umap") is None:
        raise ConfigError("principles.clusterer is raptor and umap-learn is missing; "
                          "install the extra: pip install 'psi-appliance[raptor]', or use robust")


def raptor(vectors: NDArray[float64], notice: Callable[[str], None]) -> Grouping:
    """Cluster rows softly as RAPTOR does.

    Args:
        vectors: shape (n, dimensions), n at least 1.
        notice: told before the first call of a process compiles for a while.

    Raises:
        ConfigError: umap-learn is not installed.
    """
    check_installed()
    if len(vectors) <= FEW or is_one_point(vectors):
        return heap(len(vectors), PARAMETERS)
    notice("UMAP compiles itself on its first use in a process; that takes 8 to 25 s")
    with _quiet_and_repeatable():
        whole, scores, regularisation = _mixture(_reduced(vectors, max(2, int((len(vectors) - 1) ** 0.5))))
        found: list[tuple[int, ...]] = []
        for rows in whole:
            found += _split(vectors, rows)
    return Grouping(ordered(found), {**PARAMETERS, "reg_covar": regularisation}, scores)


def _split(vectors: NDArray[float64], rows: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The local pass: the clusters inside one global cluster, by row of the whole."""
    part = vectors[list(rows)]
    if len(rows) <= FEW or is_one_point(part):
        return [rows]
    inner, _, _ = _mixture(_reduced(part, LOCAL_NEIGHBOURS))
    return [tuple(rows[row] for row in members) for members in inner]


def _reduced(vectors: NDArray[float64], neighbours: int) -> NDArray[float64]:
    import numpy
    from umap import UMAP

    count = len(vectors)
    components = min(DIMENSIONS, count - 2)
    # The last digits of a matrix product, and of the spectral start, depend on where the numbers lie in memory, and
    # UMAP makes other clusters of them: so distances are rounded and the start is drawn from the seed.
    distances = numpy.round(numpy.clip(1 - vectors @ vectors.T, 0, None), _DIGITS)
    numpy.fill_diagonal(distances, 0)
    points = UMAP(n_neighbors=neighbours, n_components=components, metric="precomputed", init="random",
                  random_state=SEED, n_jobs=1).fit_transform(distances)
    return numpy.asarray(numpy.round(points, _DIGITS), numpy.float64)


def _mixture(points: NDArray[float64]) -> tuple[tuple[tuple[int, ...], ...], dict[int, float], float | None]:
    """Soft clusters by the mixture with the lowest BIC, the BIC of every size, and the regularisation it took."""
    from sklearn.mixture import GaussianMixture

    for regularisation in REGULARISATIONS:
        fitted = {}
        for size in range(1, min(MAX_CLUSTERS, len(points))):
            mixture = GaussianMixture(size, random_state=SEED, reg_covar=regularisation)
            try:
                mixture.fit(points)
            except ValueError:  # ill-defined covariance: a component with fewer points than parameters
                continue
            fitted[size] = mixture
        if fitted:
            scores = {size: round(float(mixture.bic(points)), _DIGITS) for size, mixture in fitted.items()}
            best = fitted[min(scores, key=lambda size: (scores[size], size))]
            weights = best.predict_proba(points)
            return soft(weights, weights == weights.max(axis=1, keepdims=True)), scores, regularisation
    return (tuple(range(len(points))),), {}, None


@contextmanager
def _quiet_and_repeatable() -> Iterator[None]:
    """One thread everywhere, and no word about what is meant: UMAP warns that a seed leaves it one job."""
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        import numba

        before = numba.get_num_threads()
        numba.set_num_threads(1)
        try:
            yield
        finally:
            numba.set_num_threads(before)
