"""The policy file: what is masked, what blocks, where requests may go. Closed unless the file opens it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from appliance.errors import PolicyError
from appliance.yaml_file import read_yaml

SECRETS = ("API_KEY", "AWS_KEY", "ENCODED_TEXT", "JWT", "PASSWORD", "PRIVATE_KEY")
"""Entity types that are secrets. A policy may add to what blocks, never take these away."""

_ENTITY = re.compile(r"[A-Z][A-Z_]{1,40}")
# The last label has letters only, so no address is a host name.
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_MIN_TERM_CHARS = 3


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DetectorPolicy(_Part):
    """How private values are looked for."""

    engine: Literal["presidio"] = "presidio"
    score_threshold: float = Field(default=0.35, ge=0, le=0.5, allow_inf_nan=False)
    """Findings below it are ignored, 0 to 0.5. Above that, whole kinds of identifiers would pass."""
    deadline_s: float = Field(default=30.0, gt=0, le=600, allow_inf_nan=False)
    """Seconds one text may take; afterwards the detector is killed and nothing leaves."""
    max_text_chars: int = Field(default=200_000, ge=1, le=1_000_000)
    """Longer texts are refused, never cut."""


class Destination(_Part):
    """A host that may be reached over HTTPS."""

    host: str
    port: int = Field(default=443, ge=1, le=65_535)

    @field_validator("host")
    @classmethod
    def _one_named_host(cls, host: str) -> str:
        if not _HOST.fullmatch(host):
            raise ValueError("one full host name in lower case; no address, no wildcard, no scheme")
        return host


class Policy(_Part):
    """One policy. Build it with `load_policy`; a policy made in code hashes its own JSON form."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    version: int = Field(ge=1)
    detector: DetectorPolicy = DetectorPolicy()
    entities: Literal["all"] | tuple[str, ...] = "all"
    """Types to mask; ``all`` means everything the detector knows, organisations included."""
    allow_list: tuple[str, ...] = ()
    """Exact strings that stay, unless they are secrets."""
    deny_list: dict[str, tuple[str, ...]] = {}
    """Entity type to terms that are always masked, whatever their case and inner white space."""
    block_entities: tuple[str, ...] = SECRETS
    """A finding of one of these types refuses the instance instead of masking it."""
    knowledge_run_chars: int = Field(default=24, ge=8, le=1000)
    """A verbatim run of K of this many characters may not leave."""
    seeds_may_leave: bool = False
    """True lets scrubbed seeds be drawn (the ablation *without initial*); the guard then compares with K alone."""
    max_request_bytes: int = Field(default=131_072, ge=1024, le=16_777_216)
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
        if not names or not all(_ENTITY.fullmatch(name) for name in names):
            raise ValueError("at least one entity type, each in capitals such as PHONE_NUMBER")
        return names

    @field_validator("deny_list")
    @classmethod
    def _deny_terms(cls, terms: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if not all(_ENTITY.fullmatch(entity) for entity in terms):
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

    @model_validator(mode="after")
    def _no_contradiction(self) -> Policy:
        if missing := sorted(set(SECRETS) - set(self.block_entities)):
            raise ValueError(f"block_entities must keep {', '.join(missing)}: secrets are never masked and sent")
        denied = {term.casefold() for terms in self.deny_list.values() for term in terms}
        if denied & {term.casefold() for term in self.allow_list}:
            raise ValueError("a term stands in both allow_list and deny_list")
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
