"""The policy file: what is masked, what blocks, where requests may go. Closed unless the file opens it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
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
from appliance.policy.type_operators import operators_of
from appliance.yaml_file import read_yaml

SECRETS = ("API_KEY", "AWS_KEY", "ENCODED_TEXT", "JWT", "PASSWORD", "PRIVATE_KEY")
"""Entity types that are secrets. A policy may add to what blocks, never take these away."""

_MIN_TERM_CHARS = 3
# What stands in patterns and in no name or word: anybody who writes it expects more to stay than one exact string.
_PATTERN = re.compile(r"\\[A-Za-z.]|\.[*+?]|\[\^|\[[^\]]-[^\]]\]|^\^|\$$|\(\?|[*]")


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
    def nothing_leaves(self) -> bool:
        """Whether the file says so: ``destinations: []``. One that leaves the key out only has not said where to."""
        return "destinations" in self.model_fields_set and not self.destinations

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
        if any(_PATTERN.search(term) for term in terms):
            raise ValueError("terms are exact strings, and one looks like a pattern (such as .* or [0-9]); "
                             "list the strings themselves")
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
        wrong = [f"{entity} cannot be {operator}; it can be one of {', '.join(operators_of(entity))}"
                 for entity, operator in operators.items()
                 if entity not in ("DEFAULT", *SECRETS) and operator not in operators_of(entity)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return operators

    @model_validator(mode="after")
    def _no_contradiction(self) -> Policy:
        if missing := sorted(set(SECRETS) - set(self.block_entities)):
            raise ValueError(f"block_entities must keep {', '.join(missing)}: secrets are never masked and sent")
        denied = {_plain(term) for terms in self.deny_list.values() for term in terms}
        if denied & set(map(_plain, self.allow_list)):
            raise ValueError("allow_list holds a term that stands in deny_list too; take it out of one of them")
        if kept := sorted(set(self.block_entities) & set(self.operators)):
            raise ValueError(f"operators names {', '.join(kept)}, which block_entities refuses")
        if clear := sorted(entity for entity in self.deny_list if self.operators.get(entity) == "keep_in_clear"):
            raise ValueError(f"operators keeps {', '.join(clear)} in clear, and deny_list says to mask its terms")
        if self.entities != "all":
            self._no_type_left_out(set(self.entities))
        return self

    def _no_type_left_out(self, entities: set[str]) -> None:
        if left_out := sorted(set(self.deny_list) - entities):
            raise ValueError(f"deny_list has types that entities leaves out: {', '.join(left_out)}")
        if left_out := sorted(set(self.operators) - entities - {"DEFAULT"}):
            raise ValueError(f"operators has types that entities leaves out, so they would leave in clear: "
                             f"{', '.join(left_out)}")


def _plain(term: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", term).casefold().split())


def load_policy(path: Path) -> Policy:
    """Read a policy file; paths in it are relative to the file itself.

    Raises:
        PolicyError: missing, empty, malformed, unknown or contradictory keys; names the file and the key, not values.
    """
    policy, data = read_yaml(path, Policy, PolicyError, "policies/default.yaml")
    policy = _with_absolute_paths(policy, path.resolve().parent)
    policy._source_sha256 = hashlib.sha256(data).hexdigest()
    return policy


def _with_absolute_paths(policy: Policy, base: Path) -> Policy:
    def resolve(path: Path) -> Path:
        return (base / path.expanduser()).resolve()

    if not policy.detector.plugins and not policy.knowledge.public_text:
        return policy
    plugins = tuple(plugin.model_copy(update={"path": resolve(plugin.path)}) for plugin in policy.detector.plugins)
    return policy.model_copy(update={
        "detector": policy.detector.model_copy(update={"plugins": plugins}),
        "knowledge": policy.knowledge.model_copy(update={
            "public_text": tuple(map(resolve, policy.knowledge.public_text))})})
