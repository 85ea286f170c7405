"""Which instances say much the same as a passage of K in other words. No guarantee: a warning, or a reason to drop.

An instance is compared with the passages it was written from, because these are what it would paraphrase; only where
that is not known, with all of K, as long as K is small. So the cost grows with the drawn set and not with K.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.errors import EgressDenied, EngineError
from appliance.knowledge.embedding import Embedder
from appliance.records import Passage

NEAR = "near_knowledge"

MAX_PASSAGES = 500
"""Of a larger K, an instance without known passages is not compared."""


class Nearness:
    """Compares instances with K by meaning.

    Args:
        embedder: called when the first instance is compared.
        passages: of K.
        similarity: cosine from which two texts are near.
        needed: True if the policy drops what is near: then a missing embedder keeps the door shut.
    """

    def __init__(self, embedder: Callable[[], Embedder], passages: Sequence[Passage], similarity: float, *,
                 needed: bool) -> None:
        self._embedder = embedder
        self._passages = {passage.id: passage.text for passage in passages}
        self._similarity = similarity
        self._needed = needed
        self._known: dict[str, float] = {}

    def near(self, instances: Sequence[tuple[str, str, Sequence[str]]]) -> dict[str, float]:
        """Those that are near, with their similarity.

        Args:
            instances: id, text, and the ids of the passages it was written from.

        Raises:
            EgressDenied: it cannot be compared and the policy drops what is near.
        """
        new = [(text, self._sources(ids)) for _, text, ids in instances if text not in self._known]
        if new:
            try:
                self._known |= self._compare(new)
            except EngineError as error:
                if self._needed:
                    raise EgressDenied(f"knowledge.on_near is drop and nothing can be compared by meaning: {error}"
                                       ) from error
        found = {name: self._known.get(text, 0.0) for name, text, _ in instances}
        return {name: round(value, 3) for name, value in found.items() if value >= self._similarity}

    def _sources(self, ids: Sequence[str]) -> list[str]:
        named = [name for name in ids if name in self._passages]
        return named or (list(self._passages) if len(self._passages) <= MAX_PASSAGES else [])

    def _compare(self, pairs: Sequence[tuple[str, list[str]]]) -> dict[str, float]:
        used = list(dict.fromkeys(name for _, names in pairs for name in names))
        texts = [text for text, _ in pairs]
        vectors = self._embedder().embed([*texts, *(self._passages[name] for name in used)])
        rows = {name: len(texts) + number for number, name in enumerate(used)}
        return {text: max((float(vectors[number] @ vectors[rows[name]]) for name in names), default=0.0)
                for number, (text, names) in enumerate(pairs)}
