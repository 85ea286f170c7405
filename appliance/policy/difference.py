"""What two policies say differently, key by key, and which of the two is the more permissive there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.policy.model import Policy
from appliance.policy.shipped_model import in_per_cent, shipped_thresholds

# Keys of which a larger value lets more through, and those of which a smaller one does.
_LOOSER_UP = frozenset({
    "detector.model_threshold", "detector.score_threshold", "knowledge.run_chars", "knowledge.short_run_chars",
    "knowledge.short_runs_per_job", "knowledge.near_similarity", "limits.requests", "limits.request_bytes",
    "limits.total_bytes", "limits.instances", "limits.masked_share", "answers.max_chars"})
# Of choices, the closed one first.
_CHOICES: Mapping[str, tuple[object, ...]] = {
    "detector.model": ("builtin", "none_names_pass_unseen"), "detector.other_language": ("refuse", "send_unread"),
    "knowledge.on_run": ("refuse", "drop", "mask"), "knowledge.on_near": ("drop", "warn", "do_not_look"),
    "knowledge.mostly_public": (False, True),
    "seeds_may_leave": (False, True), "pseudonym_map": ("delete_when_done", "keep_encrypted"),
    "answers.on_injection": ("withhold", "flag_only"), "unknown_outcome": ("ask", "resend_once")}
_OPERATORS = ("redact", "placeholder", "surrogate", "generalise", "keep_in_clear")
# Of lists, those that open with every entry and those that close.
_OPENING = frozenset({"allow_list", "destinations", "knowledge.public_text"})
_CLOSING = frozenset({"deny_list", "block_entities", "entities"})
_PRIVATE = frozenset({"deny_list", "allow_list"})
_THRESHOLD = "detector.model_threshold"


@dataclass(frozen=True, slots=True)
class Difference:
    """One key.

    Attributes:
        first: what the first policy says; of lists of terms only how many.
        looser: ``first``, ``second``, or None where neither is or nobody can say.
    """

    key: str
    first: str
    second: str
    looser: str | None


def differences(first: Policy, second: Policy) -> Iterator[Difference]:
    """Every key that differs but for name and version."""
    left, right = _flat(first.model_dump(mode="json")), _flat(second.model_dump(mode="json"))
    for key in (*left, *(key for key in right if key not in left)):
        mine, other = left.get(key), right.get(key)
        if mine != other and key not in ("name", "version"):
            yield Difference(key, _shown(key, mine, other), _shown(key, other, mine), _looser(key, mine, other))


def _flat(document: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Sections opened up; the operators type by type; lists of terms as sets of (type, term)."""
    flat: dict[str, Any] = {}
    for key, value in document.items():
        name = f"{above}{key}"
        if name == "deny_list":
            flat[name] = frozenset((entity, term) for entity, terms in value.items() for term in terms)
        elif isinstance(value, dict):
            flat |= _flat(value, f"{name}.")
        elif isinstance(value, list):
            flat[name] = frozenset(_item(item) for item in value)
        else:
            flat[name] = value
    return flat


def _item(item: Any) -> str:
    return ":".join(str(item[name]) for name in ("kind", "path", "host", "port") if name in item) if isinstance(
        item, dict) else str(item)


def _shown(key: str, value: Any, other: Any) -> str:
    if key in _PRIVATE:
        own = len(value - other)
        return f"{len(value)} terms" + (f", {own} of them only here" if own else "")
    if key == _THRESHOLD and value is None and (shipped := shipped_thresholds()):
        return f"as shipped, {in_per_cent(shipped)}"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _looser(key: str, first: Any, second: Any) -> str | None:
    mine, other = _openness(key, first, second), _openness(key, second, first)
    if mine is None or other is None or mine == other:
        return None
    return "first" if mine > other else "second"


def _openness(key: str, value: Any, other: Any) -> float | None:
    """Larger where more passes; None where that cannot be told."""
    if key in _CHOICES:
        return float(_CHOICES[key].index(value))
    if key.startswith("operators."):
        return float(_OPERATORS.index(value or "placeholder"))
    if key == _THRESHOLD and value is None:
        return _shipped_openness(other)
    if key in _LOOSER_UP and isinstance(value, int | float):
        return float(value)
    if "any" in (value, other):
        return float(value == "any")
    if "all" in (value, other):
        return float(value != "all")
    if key in _OPENING | _CLOSING and not (value - other and other - value):
        return float(len(value)) * (1 if key in _OPENING else -1)
    return None


def _shipped_openness(other: float) -> float | None:
    """The shipped thresholds as one number beside another threshold; None where that lies between them."""
    shipped = shipped_thresholds().values()
    if not shipped:
        return None
    return min(shipped) if other >= max(shipped) else max(shipped) if other <= min(shipped) else None
