"""The name model's recall and precision, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SHORT = {"PERSON": "person", "LOCATION": "place", "ORGANIZATION": "org", "DATE_TIME": "date", "NRP": "nrp"}


def curve_lines(sets: Sequence[Mapping[str, Any]]) -> list[str]:
    """A table for each set: a row for each threshold, at most 80 columns."""
    lines: list[str] = []
    for measured in sets:
        lines += ([""] if lines else []) + [f"{measured['name']}, {measured['texts']} texts", "", _head()]
        lines += [*map(_row, measured["curve"]), _row(measured["as_shipped"])]
    return [*lines, "", "own: at the thresholds of the model itself, one for each type (model.json).",
            "recall, precision: of letters and digits, whatever the type; then, by type, the",
            "share of mentions that a mask touches. - where the set has none."]


def _head() -> str:
    return "threshold  recall  precision" + "".join(f"{name:>8}" for name in SHORT.values())


def _row(row: Mapping[str, Any]) -> str:
    touched = "".join(f"{_share(row['touched'][kind]):>8}" for kind in SHORT)
    threshold = "own" if row["threshold"] is None else f"{row['threshold']:.2f}"
    return f"{threshold:>9}{_share(row['recall']):>8}{_share(row['precision']):>11}{touched}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
