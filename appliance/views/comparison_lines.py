"""Two datasets side by side as plain lines of at most 80 columns, for `psi dataset diff`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appliance.views.dataset_lines import fact
from appliance.views.text import UNKNOWN, count, emissions, energy, number, printable, shortened

LISTED = 10


def comparison_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """What `psi dataset diff --json` prints, for people; longer lists than `LISTED` say how many are left out."""
    first, second = found["a"], found["b"]
    yield from fact("A", first["name"])
    yield from fact("B", second["name"])
    yield from ("", *_columns("", "A", "B"))
    for label, key in (("accepted", "accepted"), ("candidates", "candidates")):
        yield from _columns(label, count(first[key]), count(second[key]))
    yield from ("", "Instances, by their text", *_instances(found))
    yield from ("", "Mean length", *_lengths(first["lengths"], second["lengths"]))
    yield from ("", "Rejected", *_reasons(first, second))
    yield from ("", "Energy of the whole job", *_energy(first["energy"], second["energy"]))
    yield from ("", "Configuration", *_config(found["config"]))


def _columns(label: str, left: str, right: str) -> Iterator[str]:
    yield f"  {shortened(printable(label), 36):<36}{left:>20}{right:>20}".rstrip()


def _instances(found: Mapping[str, Any]) -> Iterator[str]:
    yield from fact("same", count(found["same"]))
    changed = [f"{pair['a']} -> {pair['b']}" for pair in found["changed"]]
    near = [f"{pair['b']} ~ {pair['a']} ({number(pair['rouge_l'])})" for pair in found["near_duplicates"]]
    for label, items in (("other output", changed), ("only in A", found["removed"]), ("only in B", found["added"]),
                         ("of these near A", near)):
        yield from fact(label, f"{len(items):,}{_listed(items)}")


def _listed(items: Sequence[str]) -> str:
    if not items:
        return ""
    more = f", and {len(items) - LISTED:,} more (--json lists all)" if len(items) > LISTED else ""
    return f": {', '.join(items[:LISTED])}{more}"


def _lengths(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*first, *second)):
        left, right = (number(side[name]["mean"]) if name in side else UNKNOWN for side in (first, second))
        unit = (first.get(name) or second[name])["unit"]
        label = name if unit == "tokens" else f"{name}_{unit}"
        yield from _columns(label.replace("_", " "), left, right)


def _reasons(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    names = sorted({*(first["rejected"] or ()), *(second["rejected"] or ())})
    if not names:
        yield from fact("", UNKNOWN if first["rejected"] is None or second["rejected"] is None else "none")
    for name in names:
        yield from _columns(name, _share(first, name), _share(second, name))


def _share(side: Mapping[str, Any], reason: str) -> str:
    """A count, and its part of all candidates, which compares where the sizes differ."""
    if side["rejected"] is None:
        return UNKNOWN
    value = side["rejected"].get(reason, 0)
    return f"{value:,} ({value / side['candidates']:.0%})" if side["candidates"] else f"{value:,}"


def _energy(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    each = [side["joules_per_accepted"] for side in (first, second)]
    yield from _columns("energy", energy(first["energy_joules"]), energy(second["energy_joules"]))
    yield from _columns("quality", first["quality"] or UNKNOWN, second["quality"] or UNKNOWN)
    yield from _columns("emissions", emissions(first["emissions_kgco2e"]), emissions(second["emissions_kgco2e"]))
    left, right = (UNKNOWN if value is None else f"{number(value)} J" for value in each)
    yield from _columns("for each accepted instance", left, right)


def _config(found: Mapping[str, Mapping[str, Any]] | None) -> Iterator[str]:
    if not found:
        yield from fact("", UNKNOWN if found is None else "no difference")
        return
    for key, values in found.items():
        yield from fact(key, f"{json.dumps(values['a'], ensure_ascii=False)} -> "
                             f"{json.dumps(values['b'], ensure_ascii=False)}")
