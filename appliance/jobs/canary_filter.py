"""Candidates that hold a canary of K are dropped where they are made: no dataset and no drawn set ever has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from appliance.gateway.canaries import CanaryWatch
from appliance.methods.psi.composer import Candidate, Composer
from appliance.records import Principle

REASON = "canary"


class CanaryFilter:
    """A composer whose candidates are looked at before anybody else sees them.

    A dropped one keeps neither its instance nor its text, so that the canary is in no file of the job either.

    Args:
        composer: makes the candidates.
        watch: knows the canaries.
    """

    def __init__(self, composer: Composer, watch: CanaryWatch) -> None:
        self._composer = composer
        self._watch = watch

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        """See `Composer.expand`."""
        return map(self._looked_at, self._composer.expand(indices))

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        """See `Composer.generate`."""
        return map(self._looked_at, self._composer.generate(indices, principles))

    def _looked_at(self, candidate: Candidate) -> Candidate:
        texts = list(candidate.instance.texts().values()) if candidate.instance else []
        if self._watch.holds([*texts, candidate.text or ""]) is None:
            return candidate
        return replace(candidate, instance=None, text=None, fact=None, reason=REASON)
