"""The policy file: what is masked, what blocks, where requests may go. Closed unless the file opens it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from appliance.errors import PolicyError
from appliance.policy.parts import (
    ENTITY,
    AnswersPolicy,
    Destination,
    DetectorPolicy,
    KnowledgePolicy,
    LimitsPolicy,
    Operator,
    Part,
)
from appliance.yaml_file import read_yaml

SECRETS = ("API_KEY", "AWS_KEY", "ENCODED_TEXT", "JWT", "PASSWORD", "PRIVATE_KEY")
"""Entity types that are secrets. A policy may add to what blocks, never take these away."""

_MIN_TERM_CHARS = 3


class Policy(Part):
    """One policy. Build it with `load_policy`; a policy made in code hashes its own JSON form."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    version: int = Field(ge=1)
    detector: DetectorPolicy = DetectorPolicy()
    entities: Literal["all"] | tuple[str, ...] = "all"
    """Types to mask; ``all`` means everything the detector knows, organisations included."""
    allow_list: tuple[str, ...] = ()
    """Exact strings that stay, unless they are secrets."""
    deny_list: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Entity type to terms that are always masked, whatever their case and inner white space."""
    block_entities: tuple[str, ...] = SECRETS
    """A finding of one of these types refuses the instance instead of masking it."""
    operators: dict[str, Operator] = Field(default_factory=dict)
    """Entity type to what stands in its place; ``DEFAULT`` for the types not listed. A placeholder unless said."""
    pseudonym_map: Literal["delete_when_done", "keep_encrypted"] = "delete_when_done"
    """What becomes of the encrypted table of values and placeholders when the job is done."""
    knowledge: KnowledgePolicy = KnowledgePolicy()
    seeds_may_leave: bool = False
    """True lets scrubbed seeds be drawn (the ablation *without initial*); the guard then compares with K alone."""
    limits: LimitsPolicy = LimitsPolicy()
    answers: AnswersPolicy = AnswersPolicy()
    unknown_outcome: Literal["resend_once", "ask"] = "resend_once"
    destinations: tuple[Destination, ...] = ()
    """Where requests may go. None unless the file names one: a key in the environment alone opens nothing."""
    release: Literal["automatic"] = "automatic"
    _source_sha256: str | None = PrivateAttr(default=None)

    @property
    def sha256(self) -> str:
        """SHA-256 of the exact bytes of the file, 64 hex digits."""
        return self._source_sha256 or hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @field_validator("entities", "block_entities")
    @classmethod
    def _entity_names(cls, names: Any) -> Any:
        if names == "all":
            return names
        if not names or not all(ENTITY.fullmatch(name) for name in names):
            raise ValueError("at least one entity type, each in capitals such as PHONE_NUMBER")
        return names

    @field_validator("deny_list")
    @classmethod
    def _deny_terms(cls, terms: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if not all(ENTITY.fullmatch(entity) for entity in terms):
            raise ValueError("every key is an entity type in capitals such as PERSON")
        if any(not values or any(len(value.strip()) < _MIN_TERM_CHARS for value in values)
               for values in terms.values()):
            raise ValueError(f"every type lists terms of at least {_MIN_TERM_CHARS} characters")
        return terms

    @field_validator("allow_list")
    @classmethod
    def _allow_terms(cls, terms: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(term.strip()) < _MIN_TERM_CHARS for term in terms):
            raise ValueError(f"terms have at least {_MIN_TERM_CHARS} characters")
        return terms

    @field_validator("operators")
    @classmethod
    def _operator_types(cls, operators: dict[str, Operator]) -> dict[str, Operator]:
        if not all(ENTITY.fullmatch(entity) for entity in operators):
            raise ValueError("every key is an entity type in capitals such as PERSON, or DEFAULT")
        if operators.get("DEFAULT") == "keep_in_clear":
            raise ValueError("DEFAULT cannot be keep_in_clear: every type nobody thought of would leave")
        return operators

    @model_validator(mode="after")
    def _no_contradiction(self) -> Policy:
        if missing := sorted(set(SECRETS) - set(self.block_entities)):
            raise ValueError(f"block_entities must keep {', '.join(missing)}: secrets are never masked and sent")
        denied = {term.casefold() for terms in self.deny_list.values() for term in terms}
        if denied & {term.casefold() for term in self.allow_list}:
            raise ValueError("a term stands in both allow_list and deny_list")
        if kept := sorted(set(self.block_entities) & set(self.operators)):
            raise ValueError(f"operators names {', '.join(kept)}, which block_entities refuses")
        if self.entities != "all" and (left_out := sorted(set(self.deny_list) - set(self.entities))):
            raise ValueError(f"deny_list has types that entities leaves out: {', '.join(left_out)}")
        return self


def load_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        PolicyError: missing, empty, malformed, unknown or contradictory keys; names the file and the key, not values.
    """
    policy, data = read_yaml(path, Policy, PolicyError, "policies/default.yaml")
    policy._source_sha256 = hashlib.sha256(data).hexdigest()
    return policy
