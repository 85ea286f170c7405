"""P^L -> P^C: embed the bullets and cluster them softly (arXiv 2507.05991, section 3.1).

A bullet may belong to several clusters. How many there are is found, not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from appliance.artefact import Artefact
from appliance.config import PrinciplesConfig
from appliance.knowledge.embedding import Embedder
from appliance.methods.psi.clusters.grouping import Grouping, distinct, group, ordered
from appliance.methods.psi.clusters.raptor import raptor
from appliance.methods.psi.clusters.robust import robust
from appliance.stage import Locality, StageContext

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

# More bullets than this in a single cluster are worth a word: only one principle will come of them.
WORTH_A_WORD = 12


@dataclass(frozen=True, slots=True)
class EmbedCluster:
    """Output: one row with the member ids of every cluster, and how they were found."""

    embedder: Callable[[], Embedder]
    config: PrinciplesConfig
    name: str = "embed_cluster"
    inputs: tuple[str, ...] = ("reflection",)
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Cluster all low-level principles.

        Raises:
            ConfigError: what the configuration names is not installed or not there.
            EngineError: the embedding model does not work.
        """
        if len(output):
            return
        principles = [principle for row in inputs["reflection"].rows() for principle in row["principles"]]
        texts = [principle["text"] for principle in principles]
        by_text = distinct(texts)
        embedder = self.embedder()
        vectors = embedder.embed([texts[indices[0]] for indices in by_text.values()])
        found = soft_clusters(vectors, self.config, context.notice)
        members = ordered([[index for row in rows for index in list(by_text.values())[row]] for rows in found.members])
        for line in _remarks(found, len(texts), self.config.maximum):
            context.notice(line)
        output.append([{
            "clusters": [{"id": f"c-{number}", "principle_ids": [principles[index]["id"] for index in rows]}
                         for number, rows in enumerate(members, start=1)],
            **self._record(found, len(texts), vectors)}])

    def _record(self, found: Grouping, count: int, vectors: NDArray[float32]) -> dict[str, Any]:
        model = self.config.embedding_model
        return {"algorithm": self.config.clusterer, "parameters": dict(found.parameters),
                "scores": {str(size): round(score, 6) for size, score in found.scores.items()},
                "n": count, "n_distinct": len(vectors), "capped_from": found.capped_from,
                "embedding_model": "all-MiniLM-L6-v2" if model is None else model.name,
                "embedding_dimensions": int(vectors.shape[1]) if len(vectors) else None}


def soft_clusters(vectors: NDArray[float32], config: PrinciplesConfig, notice: Callable[[str], None]) -> Grouping:
    """Cluster with the configured algorithm.

    Args:
        vectors: shape (n, dimensions), L2-normalised; n may be 0.
        config: which algorithm, and the most clusters there may be.
        notice: told when something takes long.
    """
    if config.clusterer == "raptor":
        return group(vectors, lambda rows: raptor(rows, notice), config.maximum)
    return group(vectors, robust, config.maximum)


def _remarks(found: Grouping, count: int, maximum: int) -> Sequence[str]:
    """What a person should know about the result."""
    if found.capped_from is not None:
        return [f"{found.capped_from} clusters were cut to the {maximum} largest (principles.maximum); "
                f"the bullets of the others went to the nearest of these"]
    if len(found.members) == 1 and count > WORTH_A_WORD:
        return [f"all {count} low-level principles fell into one cluster, so there will be a single high-level one; "
                f"they may be too alike, or principles.clusterer does not suit them"]
    return []
