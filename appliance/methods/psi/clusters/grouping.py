"""What both algorithms share: the result, one order of the input, membership, and the cap on the number of clusters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from appliance.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy import bool_, float32, float64, intp
    from numpy.typing import NDArray

# RAPTOR's threshold for membership (parthsarthi03/raptor, cluster_utils.py).
MEMBERSHIP = 0.1
# Vectors closer than this are one point: float32 keeps about 7 digits.
SAME_POINT = 1e-6

Members = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Soft clusters of rows 0 to n - 1.

    Attributes:
        members: row indices of each cluster, ascending; no cluster is empty, no row is in none; clusters are in the
            order of their smallest row.
        parameters: what the algorithm ran with, for the record.
        scores: the criterion by number of clusters; empty where there was nothing to choose.
        capped_from: how many clusters there were before `capped` cut them; None where it did not.
    """

    members: Members
    parameters: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[int, float] = field(default_factory=dict)
    capped_from: int | None = None


Algorithm = Callable[["NDArray[float64]"], Grouping]


def group(vectors: NDArray[float32], algorithm: Algorithm, maximum: int) -> Grouping:
    """Run an algorithm so that the order of the rows does not matter.

    Args:
        vectors: shape (n, dimensions), L2-normalised; n may be 0.
        algorithm: sees float64 rows in an order that depends on their values alone.
        maximum: the most clusters there may be.

    Raises:
        EngineError: the vectors are not numbers.
    """
    import numpy

    if not numpy.isfinite(vectors).all():
        raise EngineError("the embedding model gave vectors that are not numbers; "
                          "try another principles.embedding_model")
    if not len(vectors):
        return Grouping(())
    rows = vectors.astype(numpy.float64)
    order = numpy.lexsort(rows.T)
    found = algorithm(rows[order])
    moved = replace(found, members=ordered([[int(order[row]) for row in members] for members in found.members]))
    return capped(rows, moved, maximum)


def ordered(clusters: Sequence[Sequence[int]]) -> Members:
    """Rows ascending, the same set of rows only once, clusters by their smallest row: ids are stable."""
    return tuple(sorted({tuple(sorted(set(rows))) for rows in clusters if len(rows)}))


def heap(count: int, parameters: Mapping[str, Any]) -> Grouping:
    """Everything in one cluster."""
    return Grouping((tuple(range(count)),), parameters)


def is_one_point(vectors: NDArray[float64]) -> bool:
    """Whether all rows are the same vector."""
    return bool(abs(vectors - vectors[0]).max() < SAME_POINT)


def soft(weights: NDArray[float64], at_least: NDArray[bool_]) -> Members:
    """Rows whose weight is above `MEMBERSHIP`, and those that belong to a cluster anyway.

    Args:
        weights: shape (n, clusters), rows add up to 1.
        at_least: the same shape; memberships that hold whatever the weight says, one a row or more.
    """
    import numpy

    member = (weights > MEMBERSHIP) | at_least
    return ordered([numpy.flatnonzero(column).tolist() for column in member.T])


def capped(vectors: NDArray[float64], grouping: Grouping, maximum: int) -> Grouping:
    """Keep the largest clusters; a row that loses all of its own goes to the kept one it is nearest to."""
    import numpy

    if len(grouping.members) <= maximum:
        return grouping
    kept = sorted(grouping.members, key=lambda rows: (-len(rows), rows))[:maximum]
    centres = numpy.array([vectors[list(rows)].mean(axis=0) for rows in kept])
    centres /= numpy.maximum(numpy.linalg.norm(centres, axis=1, keepdims=True), SAME_POINT)
    grown = [list(rows) for rows in kept]
    for orphan in sorted({row for rows in grouping.members for row in rows} - {row for rows in kept for row in rows}):
        grown[int(numpy.argmax(centres @ vectors[orphan]))].append(orphan)
    return replace(grouping, members=ordered(grown), capped_from=len(grouping.members))


def distinct(texts: Sequence[str]) -> dict[str, list[int]]:
    """Indices by normalised text, in an order that depends on the texts alone.

    Bullets that say the same in the same words are one point: they must not attract others by their number.
    """
    found: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        found.setdefault(normalised(text), []).append(index)
    return dict(sorted(found.items()))


def normalised(text: str) -> str:
    """Case, white space and a final full stop make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(" .")


def one_hot(labels: NDArray[intp]) -> NDArray[bool_]:
    """Membership by label: shape (n, clusters)."""
    import numpy

    return numpy.eye(int(labels.max()) + 1, dtype=bool)[labels]


@contextmanager
def one_thread() -> Iterator[None]:
    """Same input, same sums: the order of additions must not depend on how many threads there are."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
