"""Finding the passages of K that belong to a text, by its words and by its meaning.

Words: BM25 (Robertson and Zaragoza 2009, Lucene's variant) as a share of the best passage's. Meaning: the exact cosine
of sentence embeddings. Both together: their weighted mean (Bruch, Gai, Ingber 2023), which found more than reciprocal
rank fusion did, by questions and by fragments of sentences (`tests/knowledge/test_retrieval.py` has the questions).
Everything is compared, nothing approximated: a search over a million passages reads 1.5 GB of vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from appliance.knowledge.embedding import Embedder
from appliance.knowledge.fingerprints import normalise
from appliance.records import Passage

if TYPE_CHECKING:
    from numpy import bool_, float32, float64, int64
    from numpy.typing import NDArray

WORDS_WEIGHT = 0.3
"""Share of the words in the mean; the rest is meaning."""
_SCORE_DIGITS = 6
_PLURAL = re.compile(r"(?<=\w\w[^\Ws])s$")


class Retriever(Protocol):
    """Finds passages."""

    def nearest(self, text: str, limit: int) -> tuple[Passage, ...]:
        """The passages nearest to a text, best first, at most `limit`; the same text finds the same passages."""


class By(StrEnum):
    """What decides the order."""

    BOTH = "both"
    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        score: at most 1, larger is nearer; only good for comparing hits of one search.
        by_words_rank: place in the order by words from 1; None without a common word.
        by_meaning_rank: the same by meaning; None where the passage has no embedding yet.
    """

    passage: Passage
    score: float
    by_words_rank: int | None
    by_meaning_rank: int | None


class KnowledgeIndex:
    """A `Retriever` over an index; `appliance.knowledge.index_files` opens and builds it.

    Args:
        passages: K, in the order it was indexed in.
        embedder: the one whose vectors these are.
        vectors: L2-normalised rows, shape (embedded, dimensions).
        places: which passage a row belongs to, shape (embedded,).
        words: the BM25 index over all passages; None where no passage has a word.
    """

    def __init__(self, passages: Sequence[Passage], embedder: Embedder, vectors: NDArray[float32],
                 places: NDArray[int64], words: Any) -> None:
        self._passages = passages
        self._embedder = embedder
        self._vectors = vectors
        self._places = places
        self._words = words

    @property
    def complete(self) -> bool:
        """False where some passages have no embedding yet: they are found by their words only."""
        return len(self._places) == len(self._passages)

    def nearest(self, text: str, limit: int) -> tuple[Passage, ...]:
        """See `Retriever.nearest`."""
        return tuple(hit.passage for hit in self.search(text, limit))

    def search(self, query: str, limit: int, by: By = By.BOTH) -> list[Hit]:
        """The best hits, best first; equal ones in the order of K."""
        import numpy

        nothing = numpy.zeros(len(self._passages))
        words = nothing if by is By.MEANING else self._by_words(query)
        meaning = nothing if by is By.WORDS else self._by_meaning(query)
        known = numpy.zeros(len(self._passages), bool)
        known[self._places] = by is not By.WORDS
        weight = {By.WORDS: 1.0, By.MEANING: 0.0, By.BOTH: WORDS_WEIGHT}[by]
        # How many threads multiply decides the last digits: they must not decide the order.
        scores = numpy.round(weight * words + (1 - weight) * meaning, _SCORE_DIGITS)
        found = numpy.flatnonzero(known | (words > 0))
        best = found[numpy.argsort(-scores[found], kind="stable")[:limit]]
        return [Hit(self._passages[place], float(scores[place]), _rank(words, words > 0, place),
                    _rank(meaning, known, place)) for place in best]

    def _by_words(self, query: str) -> NDArray[float64]:
        """From 0 (no word in common) to 1 (the best passage), shape (passages,)."""
        import numpy

        tokens = [token for token in tokenise(query) if self._words is not None and token in self._words.vocab_dict]
        if not tokens:
            return numpy.zeros(len(self._passages))
        scores: NDArray[float64] = numpy.asarray(self._words.get_scores(tokens), numpy.float64)
        scores /= max(scores.max(), 1e-9)
        return scores

    def _by_meaning(self, query: str) -> NDArray[float64]:
        """Cosines, shape (passages,); 0 where there is no embedding."""
        import numpy
        from threadpoolctl import threadpool_limits

        cosines = numpy.zeros(len(self._passages))
        if len(self._places):
            # One short text gains nothing from threads, and loses 20-fold where they wait for each other.
            with threadpool_limits(1):
                vector = self._embedder.embed([query])[0]
            cosines[self._places] = numpy.round(self._vectors @ vector, _SCORE_DIGITS)
        return cosines


def _rank(scores: NDArray[float64], among: NDArray[bool_], place: int) -> int | None:
    """The place of a passage in the order of some scores, equal ones in the order of K."""
    if not among[place]:
        return None
    better = (scores > scores[place]) & among
    equal_before = (scores[:place] == scores[place]) & among[:place]
    return int(better.sum() + equal_before.sum()) + 1


def indexed_text(passage: Passage) -> str:
    """What is indexed of a passage: where it stands tells what it is about."""
    return f"{passage.title}\n{passage.text}"


def tokenise(text: str) -> list[str]:
    """Words as `normalise` leaves them, without the plural s of many European languages."""
    return [_PLURAL.sub("", word) for word in normalise(text).split()]
