"""The summary of a job as plain lines of at most 80 columns, without colour.

The summary is the object `psi run --json` prints (schema 1). Any value in it may be missing or None: that is
shown as ``unknown``, never as 0. Figures of different quality are never added up without saying so, and what
the same work would have emitted elsewhere stands in a section of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from appliance.views.text import (
    UNKNOWN,
    count,
    duration,
    emissions,
    energy,
    number,
    printable,
    shortened,
    size,
)

SCHEMA = 1
WIDTH = 80
_INDENT = "  "
_LABEL = 24

Summary = Mapping[str, Any]


def summary_lines(summary: Summary) -> tuple[str, ...]:
    """The whole summary, one string per line, safe to print on a terminal."""
    sections = (_head, _dataset, _dropped, _private, _principles, _egress, _energy, _elsewhere, _files)
    lines: list[str] = []
    for section in sections:
        made = [printable(line) for line in section(summary)]
        if made:
            lines += ["", *made] if lines else made
    return tuple(lines)


def _part(summary: Summary, name: str) -> Mapping[str, Any]:
    value = summary.get(name)
    return value if isinstance(value, Mapping) else {}


def _parts(summary: Summary, name: str) -> Sequence[Mapping[str, Any]]:
    return [part for part in summary.get(name) or () if isinstance(part, Mapping)]


def _fact(label: str, value: str) -> Iterator[str]:
    """A label and a value; a long value goes on under itself."""
    for position, line in enumerate(wrap(value, WIDTH - _LABEL - len(_INDENT)) or [""]):
        yield f"{_INDENT}{label if position == 0 else '':<{_LABEL}}{line}"


def _sentence(text: str) -> Iterator[str]:
    yield from wrap(text, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _text(value: object) -> str:
    return UNKNOWN if value is None else str(value)


def _head(summary: Summary) -> Iterator[str]:
    job = _part(summary, "job")
    yield f"Job {_text(job.get('id'))}: {_text(job.get('state'))}"
    yield from _fact("attempts", count(job.get("attempts")))
    yield from _fact("generator M_g", _text(_part(summary, "engine").get("name")))
    detector = _part(summary, "detector")
    yield from _fact("detector", _text(detector.get("name")))
    yield from _fact("", _text(detector.get("limits")))


def _dataset(summary: Summary) -> Iterator[str]:
    sizes = _part(summary, "sizes")
    yield "Dataset"
    yield from _fact("accepted", f"{count(sizes.get('accepted'))} of {count(sizes.get('candidates'))} "
                                 f"candidates")
    yield from _fact("from", f"{count(sizes.get('seeds'))} seeds, {count(sizes.get('passages'))} passages, "
                             f"{count(sizes.get('initial'))} initial instances")
    shown = f"{count(sizes.get('subsets'))} subsets of {count(sizes.get('subset_size'))} instances"
    yield from _fact("shown to the reflector", "nothing" if sizes.get("subsets") == 0 else shown)
    yield from _fact("principles", f"{count(sizes.get('low_principles'))} low-level, "
                                   f"{count(sizes.get('high_principles'))} high-level, "
                                   f"{count(sizes.get('principles'))} used")


def _dropped(summary: Summary) -> Iterator[str]:
    rejected = {stage: reasons for stage, reasons in _part(summary, "rejected").items() if reasons}
    if rejected:
        yield "Dropped by the filters"
    for stage, reasons in rejected.items():
        yield from _fact(str(stage), _counts(reasons))


def _counts(counts: Mapping[str, int | None]) -> str:
    most_first = sorted(counts.items(), key=lambda item: -(item[1] or 0))
    return ", ".join(f"{name} {count(value)}" for name, value in most_first)


def _private(summary: Summary) -> Iterator[str]:
    yield "Private values"
    for label, key in (("masked before sending", "masked"), ("withheld by the guard", "withheld")):
        counts = summary.get(key)
        known = UNKNOWN if counts is None else _counts(counts) or "none"
        yield from _fact(label, known)
    invisible = summary.get("invisible")
    yield from _fact("invisible characters", "none" if invisible == 0 else f"{count(invisible)} removed"
                     if invisible else UNKNOWN)


def _principles(summary: Summary) -> Iterator[str]:
    principles = _parts(summary, "principles")
    if not principles:
        return
    yield "Principles"
    for principle in principles:
        yield from _fact(_text(principle.get("id")), _text(principle.get("text")))
    if any(principle.get("demonstration") for principle in principles):
        yield from _sentence("Demonstration: the local stand-in wrote these principles, not the reflector.")


def _egress(summary: Summary) -> Iterator[str]:
    egress = _part(summary, "egress")
    yield "What passed the door"
    yield from _fact("passed the door", _requests(egress, "passed"))
    yield from _fact("left this machine", _requests(egress, "left_machine"))
    yield from _fact("destination", _text(egress.get("destination")))


def _requests(egress: Mapping[str, Any], which: str) -> str:
    return f"{count(egress.get(f'{which}_requests'))} requests, {size(egress.get(f'{which}_bytes'))}"


def _energy(summary: Summary) -> Iterator[str]:
    yield "Energy of this job"
    yield f"{_INDENT}{'stage':<15}{'time':>11}{'tokens':>9}{'energy':>15}{'kgCO2e':>16}  quality"
    for stage in _parts(summary, "stages"):
        yield _stage_row(stage)
    total = _part(summary, "energy")
    by_quality = _part(total, "by_quality")
    quality = "mixed" if len(by_quality) > 1 else next(iter(by_quality), "")
    yield f"{_INDENT}{'total':<35}{energy(total.get('energy_joules')):>15}{_bare(total):>16}  {quality}"
    if by_quality:
        parts = ", ".join(f"{energy(joules)} {quality}" for quality, joules in by_quality.items())
        yield from _fact("the total is made of", parts)
    if total.get("failed_attempts_joules"):
        yield from _fact("  in failed attempts", energy(total["failed_attempts_joules"]))
    if total.get("complete") is not True:
        yield from _sentence("Not complete: something had no meter, and the true total is higher.")
    yield from _fact("grid intensity", _intensity(total))


def _stage_row(stage: Mapping[str, Any]) -> str:
    read, written = stage.get("prompt_tokens"), stage.get("completion_tokens")
    tokens = None if read is None or written is None else read + written
    name = shortened(printable(_text(stage.get("name"))), 14)
    again = " (reused)" if stage.get("reused") else ""
    return (f"{_INDENT}{name:<15}{duration(stage.get('wall_s')):>11}{count(tokens):>9}"
            f"{energy(stage.get('energy_joules')):>15}{_bare(stage):>16}  {_text(stage.get('quality'))}{again}")


def _bare(figures: Mapping[str, Any]) -> str:
    value = figures.get("emissions_kgco2e")
    return UNKNOWN if value is None else number(value)


def _intensity(total: Mapping[str, Any]) -> str:
    intensity, pue = total.get("intensity_kgco2e_per_kwh"), total.get("pue")
    known = UNKNOWN if intensity is None else f"{number(intensity)} kgCO2e/kWh"
    site = UNKNOWN if pue is None else number(pue)
    return f"{known}, PUE {site}; source: {_text(total.get('intensity_source'))}"


_ELSEWHERE = {"alpaca_gpt4_same_count_kgco2e": "same count with GPT-4",
              "reflection_if_external_kgco2e": "reflection, external"}


def _elsewhere(summary: Summary) -> Iterator[str]:
    paper = _part(summary, "paper")
    figures = _part(paper, "would_be_kgco2e")
    if not figures:
        return
    yield "Would be, elsewhere: estimated, and no part of the total above"
    for key, value in figures.items():
        label = _ELSEWHERE.get(key, key)
        yield from _fact(label, UNKNOWN if value is None else f"{emissions(value)} (estimated)")
    yield from _published(paper)
    break_even = paper.get("break_even_wh_per_request")
    if break_even is not None:
        yield from _fact("break-even", f"{number(break_even)} Wh per request: a model below that would have used less")
    for assumption in paper.get("assumptions") or ():
        yield from _sentence(f"Assumed: {assumption}")


def _published(paper: Mapping[str, Any]) -> Iterator[str]:
    """The paper's own table, for the size of dataset it was made for."""
    figures = _part(paper, "published_kgco2e")
    if figures:
        rows = ", ".join(f"{name} {UNKNOWN if value is None else number(value)}" for name, value in figures.items())
        yield from _fact("the paper, in kgCO2e", f"{rows}, for {count(paper.get('published_instances'))} instances")


def _files(summary: Summary) -> Iterator[str]:
    files = _part(summary, "files")
    if files:
        yield "Files"
    for name, path in files.items():
        # A path that is cut or wrapped cannot be copied: it may be longer than the line.
        yield f"{_INDENT}{name.replace('_', ' '):<{_LABEL}}{_text(path)}"
