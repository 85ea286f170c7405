"""An experiment as plain text: what would run, and the table of what ran (Markdown that also reads well as it is)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appliance.views.text import UNKNOWN, count, duration, energy, number, printable, size

_LEGEND = (
    "yield: accepted of all candidates. words: mean words of input and output.",
    "distinct-2: different word pairs of all word pairs in the outputs. nearest: mean",
    "ROUGE-L to the most similar other task; lower is more varied. No benchmark was",
    "run on these datasets.")
_COST_LEGEND = (
    "D_initial: `shared` is that of the first variant, whose energy stands there.",
    "door: requests that passed it, in brackets those that left this machine.",
    "energy: of this machine alone.")


def plan_lines(name: str, base: Mapping[str, Any], variants: Sequence[tuple[str, Mapping[str, Any]]],
               leave_one_out: str | None) -> list[str]:
    """What an experiment would run, without running it.

    Args:
        name: of the experiment.
        base: T as ``subsets`` and |D_t| as ``instances``.
        variants: names and what each changes.
        leave_one_out: the variant whose principles are left out one by one, None without.
    """
    lines = [f"Experiment {name}: {len(variants)} variants of a job with {base['instances']} instances"]
    for variant, changes in variants:
        listed = ", ".join(f"{key}={value}" for key, value in changes.items()) or "nothing changed"
        lines.append(printable(f"  {variant:<24}{listed}"))
    if leave_one_out:
        lines.append(f"  and one for each principle of {leave_one_out}, without it; these ask the reflector nothing")
    return [*lines, "A variant that asks the reflector draws its own subsets: each of its requests passes the door."]


def table_lines(document: Mapping[str, Any]) -> list[str]:
    """The table, what its columns mean, and the sizes if there are any."""
    lines = [f"# Experiment {document['experiment']}", ""]
    lines += _table(("variant", "accepted", "yield", "principles", "words", "distinct-2", "nearest"),
                    map(_dataset, document["rows"]))
    lines += ["", *_LEGEND, ""]
    lines += _table(("variant", "D_initial", "door", "tokens", "time", "energy", ""), map(_cost, document["rows"]))
    lines += ["", *_COST_LEGEND]
    if document["sizes"]:
        lines += ["", "Prefixes of the first variant's dataset:", ""]
        lines += _table(("size", "requests", "words", "distinct-2", "nearest"), map(_size, document["sizes"]))
    return [printable(line) for line in lines]


def _dataset(row: Mapping[str, Any]) -> list[str]:
    if row["state"] != "done":
        why = "" if row["error"] is None else f" ({row['error']})"
        return [row["variant"], f"{row['state']}{why}".replace("_", " "), *[""] * 5]
    return [row["variant"], count(row["accepted"]), _share(row["accepted"], row["candidates"]),
            count(row["principles"]), *_texts(row)]


def _cost(row: Mapping[str, Any]) -> list[str]:
    if row["state"] != "done":
        return [row["variant"], *[""] * 6]
    door = f"{count(row['passed_requests'])} ({count(row['left_machine_requests'])}), {size(row['passed_bytes'])}"
    return [row["variant"], row["initial"], door, count(row["local_tokens"]), duration(row["wall_s"]),
            energy(row["energy_joules"]), row["quality"] or UNKNOWN]


def _size(row: Mapping[str, Any]) -> list[str]:
    if row["available"] < row["size"]:
        return [count(row["size"]), f"only {count(row['available'])} there", "", "", ""]
    return [count(row["size"]), count(row["requests"]), *_texts(row)]


def _texts(row: Mapping[str, Any]) -> list[str]:
    words = " / ".join(UNKNOWN if row[key] is None else f"{row[key]:.1f}" for key in ("input_words", "output_words"))
    return [words, _figure(row["distinct_2"]), _figure(row["nearest_rouge_l"])]


def _figure(value: float | None) -> str:
    return UNKNOWN if value is None else number(value)


def _share(part: int | None, whole: int | None) -> str:
    return UNKNOWN if part is None or not whole else f"{100 * part / whole:.0f} %"


def _table(head: Sequence[str], rows: Iterator[list[str]]) -> list[str]:
    cells = [list(head), *([cell.replace("|", "/") for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    made = ["| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + " |"
            for row in cells]
    return [made[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *made[1:]]
