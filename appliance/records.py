"""Values that cross package borders: instances, passages, usage, principles, and who made what from what.

Symbols are those of arXiv 2507.05991: D_seed, D_initial, d_1..d_T, P^L, P^C, P^H, D_t and K.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


def sha256_hex(data: bytes) -> str:
    """SHA-256 of some bytes, as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an instance came from.

    Attributes:
        seed_ids: the seed instances shown as examples in the prompt.
        passage_ids: the passages of K shown in the prompt.
        principle_ids: the principles P^H shown in the prompt; empty for D_initial.
        request_index: which request of its stage this was, counted from 0 over the whole job.
        engine: the generator that wrote it, as ``GeneratorInfo.name``.
        shape: the prompt shape, ``single`` or ``table8``.
        sampling: temperature, top_p and seed of each request it took, by step (``question``, ``reply``, ``tasks``).
        prompt_tokens: read for this instance; an equal share where one request gave several. None is unknown.
        completion_tokens: written for this instance, by the same rule.
        demonstration: True when the principles came from the stand-in: not an instance to train on.
    """

    seed_ids: tuple[str, ...] = ()
    passage_ids: tuple[str, ...] = ()
    principle_ids: tuple[str, ...] = ()
    request_index: int | None = None
    engine: str | None = None
    shape: str | None = None
    sampling: Mapping[str, Any] | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One instruction-tuning instance: an instruction, an optional input, an output."""

    id: str
    instruction: str
    input: str
    output: str
    provenance: Provenance = field(default_factory=Provenance)

    def texts(self) -> dict[str, str]:
        """The three fields a person wrote or a model generated, by name."""
        return {"instruction": self.instruction, "input": self.input, "output": self.output}

    def to_row(self) -> dict[str, Any]:
        """The instance as a JSON object; tuples become lists."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Instance:
        """The inverse of `to_row`."""
        made: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value
                                for key, value in row.get("provenance", {}).items()}
        return cls(row["id"], row["instruction"], row["input"], row["output"], Provenance(**made))


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of the knowledge base K: never part of anything that is released."""

    id: str
    page: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one generation; None means the engine did not say."""

    prompt_tokens: int | None
    completion_tokens: int | None


@dataclass(frozen=True, slots=True)
class Principle:
    """A principle the reflector returned: a low-level bullet of P^L or one high-level principle of P^H.

    Attributes:
        id: ``L-<subset>-<n>``, ``H-<cluster>``, or ``U-<n>`` for one that a person wrote.
        text: one line.
        sources: for P^L the subset it came from; for P^H the ids of its low-level principles; for one that a person
            edited the id it had before.
        log_index: the audit record of the request that brought it, None where a person wrote it.
        demonstration: True when the stand-in wrote it, so that nobody takes it for the reflector's work.
        origin: who wrote the text.
    """

    id: str
    text: str
    sources: tuple[str, ...]
    log_index: int | None
    demonstration: bool
    origin: Literal["reflector", "person"] = "reflector"

    def to_row(self) -> dict[str, Any]:
        """The principle as a JSON object."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Principle:
        """The inverse of `to_row`."""
        return cls(row["id"], row["text"], tuple(row["sources"]), row["log_index"], row["demonstration"],
                   row.get("origin", "reflector"))
