"""How a method gets instances out of M_g: one `Composer` for each prompt shape, and the candidates it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.records import Instance, Principle, Usage


@dataclass(frozen=True, slots=True)
class Candidate:
    """One attempt at an instance.

    Attributes:
        request_index: which request of its stage, counted from 0 over the whole job; a request of the shape `table8`
            gives several candidates, which follow each other.
        instance: what was written, None where nothing could be parsed.
        reason: why it is rejected, a short name; None while nothing speaks against it.
        usage: tokens of every generation it took; of several candidates of one request the first carries them all.
        fact: the sentence of K it was written from, None where there is no single one.
        text: what was written, where no instance could be made of it; kept so that a person can see why.
        more: more candidates of the same request follow.
        asked: how many instances its request asked for; all candidates of a request say the same.
    """

    request_index: int
    instance: Instance | None
    reason: str | None
    usage: Usage
    fact: str | None
    more: bool = False
    asked: int = 1
    text: str | None = None


class Composer(Protocol):
    """How a method gets instances out of M_g; one implementation per prompt shape."""

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        """Candidates of D_initial, from seeds and K (Eq. 1)."""

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        """Candidates of D_t, from the principles P^H, which may be none, and K (Eq. 4)."""
