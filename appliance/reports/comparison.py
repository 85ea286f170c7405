"""Two datasets side by side: what is the same, what is new, what changed, and at what price."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.quality.near_duplicates import THRESHOLD
from appliance.records import Instance
from appliance.reports.attribution import carbon_report, per_accepted
from appliance.reports.dataset import Dataset
from appliance.reports.statistics import Nearest, all_lengths, compared, prompt_key, whole_key

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Matches:
    """Instances of two datasets, paired by their text; ids are of A first, then of B.

    Attributes:
        same: all three texts alike.
        changed: the same instruction and input, another output.
        removed: in A only.
        added: in B only.
        near: an added instance, the instance of A closest to it, and their ROUGE-L F where it is above the threshold.
    """

    same: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    near: tuple[tuple[str, str, float], ...]


def match(first: Sequence[Instance], second: Sequence[Instance]) -> Matches:
    """Pair the instances of two datasets; one that stands twice in A pairs with two of B at most."""
    same, rest_a, rest_b = _pair(first, second, whole_key)
    changed, removed, added = _pair(rest_a, rest_b, prompt_key)
    nearest = Nearest(list(map(compared, first)))
    near = ((instance.id, *nearest.find(compared(instance), above=THRESHOLD)) for instance in added)
    return Matches(
        _ids(same), _ids(changed), tuple(each.id for each in removed), tuple(each.id for each in added),
        tuple((name, first[at].id, score) for name, score, at in near if at is not None))


def compare(first: Dataset, second: Dataset) -> dict[str, Any]:
    """Everything that differs, as one JSON object of schema 1; ``a`` is the first, ``b`` the second.

    Raises:
        MeterError: an energy ledger is damaged.
    """
    found, both = match(first.instances, second.instances), (first, second)
    return {
        "schema": SCHEMA, **{side: _side(dataset) for side, dataset in zip("ab", both, strict=True)},
        "same": len(found.same),
        "changed": [{"a": old, "b": new} for old, new in found.changed],
        "removed": list(found.removed), "added": list(found.added),
        "near_duplicates": [{"b": new, "a": old, "rouge_l": score} for new, old, score in found.near],
        "config": differences(first.origin.config, second.origin.config),
    }


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, dict[str, Any]] | None:
    """Configuration keys whose values differ, dotted, with both values; None where either is unknown."""
    if not first or not second:
        return None
    left, right = dict(_flat(first)), dict(_flat(second))
    return {key: {"a": left.get(key), "b": right.get(key)} for key in sorted({*left, *right})
            if left.get(key) != right.get(key)}


def _side(dataset: Dataset) -> dict[str, Any]:
    carbon = carbon_report(dataset)
    total = carbon.total if carbon is not None else None
    joules = total.total_joules if total is not None else None
    return {
        "name": dataset.origin.job_id or dataset.origin.name, "state": dataset.origin.state,
        "accepted": len(dataset.instances), "candidates": dataset.candidates, "rejected": dataset.reasons,
        "lengths": {name: each.to_json() for name, each in all_lengths(dataset.instances).items()},
        "energy": {"energy_joules": joules, "quality": total.quality if total is not None else None,
                   "emissions_kgco2e": total.emissions_kgco2e if total is not None else None,
                   "joules_per_accepted": per_accepted(joules, dataset.instances)}}


def _pair(first: Sequence[Instance], second: Sequence[Instance], key: Callable[[Instance], tuple[str, ...]],
          ) -> tuple[list[tuple[Instance, Instance]], list[Instance], list[Instance]]:
    """Pairs of equal key, and what is left on either side, in order."""
    waiting: dict[tuple[str, ...], list[Instance]] = defaultdict(list)
    for instance in reversed(first):
        waiting[key(instance)].append(instance)
    pairs, left_over = [], []
    for instance in second:
        if waiting[key(instance)]:
            pairs.append((waiting[key(instance)].pop(), instance))
        else:
            left_over.append(instance)
    taken = Counter(id(old) for old, _ in pairs)
    return pairs, [instance for instance in first if id(instance) not in taken], left_over


def _ids(pairs: Sequence[tuple[Instance, Instance]]) -> tuple[tuple[str, str], ...]:
    return tuple((old.id, new.id) for old, new in pairs)


def _flat(part: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in part.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
