"""Which clustering finds the themes of hand-written principles: ``python benchmarks/principle_clusters.py [SET ...]``.

Sets are the files of ``principle_bullets``; without an argument those that the default was chosen on. For every number
of bullets, random subsets of each set are clustered. A cell holds: adjusted Rand index against the themes / how many
clusters more or fewer than themes / adjusted Rand index of two runs of which one lacks a tenth of the bullets and has
another seed. ``--raptor`` measures the reference's algorithm instead, which takes minutes. V is the mean
V-measure, s the seconds of a row. Words like "k <= n/3" name the range of sizes that is tried.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy
import yaml
from sklearn.cluster import AffinityPropagation, AgglomerativeClustering, KMeans, SpectralClustering
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score, v_measure_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from appliance.knowledge.embedding import SentenceEmbedder
from appliance.methods.psi.clusters.grouping import Grouping, group
from appliance.methods.psi.clusters.raptor import raptor
from appliance.methods.psi.clusters.robust import most_clusters, robust

FOLDER = Path(__file__).with_name("principle_bullets")
CHOSEN_ON = ("clinic", "code", "general", "support")
COUNTS, REPEATS, DROPS = (10, 15, 20, 30, 45, 60), 6, 2
Labels = Any
Clusterer = Callable[[Any, int], Labels]


def load(name: str) -> tuple[list[str], Labels]:
    """Bullets of one set and the number of the theme of each."""
    themes = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    pairs = [(item if isinstance(item, str) else item[0], number)
             for number, items in enumerate(themes.values()) for item in items]
    return [text for text, _ in pairs], numpy.array([number for _, number in pairs])


def reduced(rows: Any, components: int, *, unit: bool) -> Any:
    points = PCA(min(components, len(rows) - 2), svd_solver="full").fit_transform(rows)
    return points / (points.std(0) + 1e-12) if unit else points


def mixture(components: int, covariance: str, regularisation: float, largest: Callable[[int], int], *,
            unit: bool = False) -> Clusterer:
    def run(rows: Any, seed: int) -> Labels:
        points = reduced(rows, components, unit=unit)
        fits = [GaussianMixture(size, covariance_type=covariance, reg_covar=regularisation, n_init=3,
                                random_state=seed).fit(points) for size in range(1, largest(len(rows)) + 1)]
        return min(fits, key=lambda fit: fit.bic(points)).predict(points)
    return run


def by_silhouette(cut: Callable[[Any, int, int], Labels], largest: Callable[[int], int] = most_clusters) -> Clusterer:
    def run(rows: Any, seed: int) -> Labels:
        cuts: Iterable[Labels] = (cut(rows, size, seed) for size in range(2, largest(len(rows)) + 1))
        return max((labels for labels in cuts if 1 < len(set(labels)) < len(rows)),
                   key=lambda labels: silhouette_score(rows, labels))
    return run


def third(count: int) -> int:
    return max(2, count // 3)


def strongest(rows: Any, grouping: Grouping) -> Labels:
    """One label a row: of the clusters it is in, the one whose centre is nearest."""
    labels = numpy.zeros(len(rows), int)
    best = numpy.full(len(rows), -2.0)
    for number, members in enumerate(grouping.members):
        for row in members:
            if (near := float(rows[row] @ rows[list(members)].mean(0))) > best[row]:
                labels[row], best[row] = number, near
    return labels


def as_the_reference(rows: Any, _: int) -> Labels:
    return strongest(rows, group(rows, lambda part: raptor(part, lambda _: None), 99))


CANDIDATES: dict[str, Clusterer] = {
    "robust (the product's)": lambda rows, _: strongest(rows, group(rows, robust, 99)),
    "PCA8 spherical GMM, BIC, k <= n/2": mixture(8, "spherical", 1e-3, lambda count: count // 2),
    "PCA8 diagonal GMM, BIC, k <= n/2+1": mixture(8, "diag", 1e-3, lambda count: count // 2 + 1),
    "PCA3 unit spherical GMM, BIC, k <= n/3": mixture(3, "spherical", 0.05, third, unit=True),
    "PCA5 unit spherical GMM, BIC, k <= n/3": mixture(5, "spherical", 0.05, third, unit=True),
    "PCA5 unit tied GMM, BIC, k <= n/3": mixture(5, "tied", 0.05, third, unit=True),
    "k-means, silhouette": by_silhouette(
        lambda rows, size, seed: KMeans(size, n_init=5, random_state=seed).fit_predict(rows)),
    "average linkage, silhouette": by_silhouette(lambda rows, size, _: AgglomerativeClustering(
        size, linkage="average", metric="cosine").fit_predict(rows)),
    "Ward, silhouette, k <= n/3": by_silhouette(
        lambda rows, size, _: AgglomerativeClustering(size).fit_predict(rows), third),
    "spectral, silhouette": by_silhouette(lambda rows, size, seed: SpectralClustering(
        size, affinity="precomputed", random_state=seed).fit_predict(numpy.clip(rows @ rows.T, 0, None))),
    "affinity propagation": lambda rows, seed: AffinityPropagation(
        damping=0.9, max_iter=2000, affinity="precomputed", random_state=seed).fit_predict(rows @ rows.T),
}


def cell(clusterer: Clusterer, sets: list[tuple[Any, Labels]], count: int) -> tuple[float, float, float, float]:
    """Mean agreement (adjusted Rand, V-measure), mean surplus of clusters, mean stability."""
    agreement, v_measure, surplus, stability = [], [], [], []
    for rows, themes in sets:
        for repeat in range(REPEATS if count < len(rows) else 1):
            chance = numpy.random.default_rng(100 * count + repeat)
            drawn = chance.permutation(len(rows))[:count]
            labels = clusterer(rows[drawn], 0)
            agreement.append(adjusted_rand_score(themes[drawn], labels))
            v_measure.append(v_measure_score(themes[drawn], labels))
            surplus.append(len(set(labels)) - len(set(themes[drawn])))
            for _ in range(DROPS):
                kept = numpy.sort(chance.permutation(len(drawn))[:len(drawn) - max(1, len(drawn) // 10)])
                stability.append(adjusted_rand_score(labels[kept], clusterer(rows[drawn][kept], 1)))
    return tuple(float(numpy.mean(values)) for values in (agreement, v_measure, surplus, stability))  # type: ignore[return-value]


def main(names: list[str], *, with_raptor: bool) -> None:
    embedder = SentenceEmbedder()
    sets = []
    for name in names:
        texts, themes = load(name)
        sets.append((embedder.embed(texts), themes))
    candidates = {"raptor": as_the_reference} if with_raptor else CANDIDATES
    print(f"{', '.join(names)}: adjusted Rand / surplus of clusters / stability\n{'bullets':40}"
          + "".join(f"{count:>16}" for count in COUNTS) + f"{'V':>7}{'s':>6}")
    for title, clusterer in candidates.items():
        began_s = time.perf_counter()
        cells = [cell(clusterer, sets, count) for count in COUNTS]
        print(f"{title:40}" + "".join(f"{rand:6.2f}{surplus:+5.1f}{stable:5.2f}"
                                      for rand, _, surplus, stable in cells)
              + f"{numpy.mean([v for _, v, _, _ in cells]):7.2f}{time.perf_counter() - began_s:6.0f}", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    wanted = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    with threadpool_limits(1):
        main(wanted or list(CHOSEN_ON), with_raptor="--raptor" in sys.argv)
