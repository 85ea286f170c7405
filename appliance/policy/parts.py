"""The sections of a policy file. Every default is the closed one; a permissive value has a name that admits it."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from appliance.config import REFLECTOR_HOST

# The last label has letters only, so no address is a host name.
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
ENTITY = re.compile(r"[A-Z][A-Z_]{1,40}")
_REFLECTOR_DOMAIN = REFLECTOR_HOST.partition(".")[2]
# From this similarity on, by the letters they share, two host names are easily taken for each other.
_ALIKE = 0.85

Operator = Literal["placeholder", "surrogate", "generalise", "redact", "keep_in_clear"]
"""What stands in the place of a value: ``<PERSON_1>``; an invented value of the same kind; a coarser one (the year of a
date, ten years of age, the state of a place, three digits of a ZIP code); ``<REDACTED>``; or the value itself."""


MIN_SHARE_CHARS = 200
"""Of a shorter record the masked share says nothing: a sentence with a name and a number in it is mostly these."""


class Part(BaseModel):
    """A section: no unknown keys, no change after reading, no text where a number or a truth value belongs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _as_it_is_written(cls, value: Any, info: ValidationInfo) -> Any:
        kind = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, str) and kind in (bool, int, float, float | None):
            raise ValueError("is text; this key takes a number or true or false, so remove the quotes")
        if isinstance(value, bool) and kind in (int, float, float | None):
            raise ValueError("a number belongs here, not true or false")
        return value


class ModelPlugin(Part):
    """A further name model, read from a local folder; nothing is downloaded."""

    kind: Literal["spacy", "huggingface", "gliner"]
    path: Path
    labels: dict[str, str]
    """Its label to our entity type, such as ``PER: PERSON``; labels that are not listed are not looked for."""
    threshold: float = Field(default=0.5, ge=0, le=0.9, allow_inf_nan=False)

    @field_validator("labels")
    @classmethod
    def _entity_types(cls, labels: dict[str, str]) -> dict[str, str]:
        if not labels or not all(ENTITY.fullmatch(entity) for entity in labels.values()):
            raise ValueError("at least one label, each with an entity type in capitals such as PERSON")
        return labels


class DetectorPolicy(Part):
    """How private values are looked for."""

    model: Literal["builtin", "none_names_pass_unseen"] = "builtin"
    """The trained name model of this package, or patterns and lists alone."""
    model_threshold: float | None = Field(default=None, gt=0, le=0.9, allow_inf_nan=False)
    """A word is masked from this probability of being private on, 0 to 0.9: lower masks more. None is what the model
    was shipped with, see `appliance.policy.shipped_model`: far below one half."""
    plugins: tuple[ModelPlugin, ...] = ()
    score_threshold: float = Field(default=0.35, ge=0, le=0.5, allow_inf_nan=False)
    """Findings of patterns below it are ignored, 0 to 0.5. Above that, whole kinds of identifiers would pass."""
    languages: tuple[str, ...] = ("en",)
    """What the detectors can read: English."""
    other_language: Literal["refuse", "send_unread"] = "refuse"
    deadline_s: float = Field(default=30.0, gt=0, le=600, allow_inf_nan=False)
    """Seconds one text may take; afterwards the detector is killed and nothing leaves."""
    max_text_chars: int = Field(default=200_000, ge=1, le=1_000_000)
    """Longer texts are refused, never cut."""

    @field_validator("languages")
    @classmethod
    def _english(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if set(languages) != {"en"}:
            raise ValueError("only en: the detectors read no other language; write [en]")
        return languages


class KnowledgePolicy(Part):
    """What of K may be seen in a request."""

    run_chars: int = Field(default=24, ge=8, le=1000)
    """A verbatim run of K of this many characters may not leave."""
    on_run: Literal["drop", "mask", "refuse"] = "drop"
    """Drop the instance and draw another; mask the run and what surrounds it; or refuse the whole job."""
    short_run_chars: int = Field(default=12, ge=6, le=1000)
    """Shorter runs are counted over all requests of a job, so that K does not leave drop by drop."""
    short_runs_per_job: int = Field(default=400, ge=0)
    """How many distinct positions of such runs a job may show before its door stays shut."""
    near_similarity: float = Field(default=0.9, ge=0.5, le=1, allow_inf_nan=False)
    """Cosine similarity of meaning between an instance and a passage of K from which `on_near` holds."""
    on_near: Literal["warn", "drop", "do_not_look"] = "warn"
    public_text: tuple[Path, ...] = ()
    """Files of text that is public anyway; runs that stand in them count as nobody's."""
    mostly_public: bool = False
    """True lets `public_text` have most of the runs of K; else a job with more than a fifth of them is refused."""

    @model_validator(mode="after")
    def _short_runs_are_shorter(self) -> KnowledgePolicy:
        if "short_run_chars" in self.model_fields_set and self.short_run_chars >= self.run_chars:
            raise ValueError(f"short_run_chars must be below run_chars, {self.run_chars}: nothing would be counted")
        return self


class LimitsPolicy(Part):
    """What one job may show at the most. More stops the job; nothing is cut."""

    requests: int = Field(default=200, ge=1)
    request_bytes: int = Field(default=131_072, ge=1024, le=16_777_216)
    """A larger request is refused."""
    total_bytes: int = Field(default=4_194_304, ge=1024)
    instances: int = Field(default=500, ge=1)
    """Instances shown over all requests, repeats included."""
    masked_share: float = Field(default=0.6, gt=0, le=1, allow_inf_nan=False)
    """An instance of which more characters than this share had to be masked is not shown."""
    models: Literal["any"] | tuple[str, ...] = "any"
    """Models a job may name as its reflector; a request for any other than the job's own is refused anyway."""


class AnswersPolicy(Part):
    """What may come back. Answers are data, never instructions."""

    max_chars: int = Field(default=65_536, ge=256, le=1_048_576)
    """Of the text of one answer; a longer one is not used."""
    on_injection: Literal["withhold", "flag_only"] = "withhold"
    """A principle that reads like an order to the machine rather than advice about the task."""


class Destination(Part):
    """A host that may be reached over HTTPS."""

    host: str
    port: int = Field(default=443, ge=1, le=65_535)

    @field_validator("host")
    @classmethod
    def _one_named_host(cls, host: str) -> str:
        if not _HOST.fullmatch(host):
            raise ValueError("one full host name in lower case; no address, no wildcard, no scheme")
        if looks_like_the_reflector(host):
            raise ValueError(f"this name is easily taken for {REFLECTOR_HOST} and is another host; if it is meant, "
                             f"give it a name of its own")
        return host


def looks_like_the_reflector(host: str) -> bool:
    """Whether a host name could be taken for the reflector's and is not in its domain."""
    if host == _REFLECTOR_DOMAIN or host.endswith(f".{_REFLECTOR_DOMAIN}"):
        return False
    alike = difflib.SequenceMatcher(None, host, REFLECTOR_HOST).ratio() >= _ALIKE
    # A label in Punycode shows as other letters than it is made of.
    return alike or _REFLECTOR_DOMAIN.partition(".")[0] in host or any(
        label.startswith("xn--") for label in host.split("."))
