"""A dataset as plain lines of at most 80 columns, for `psi dataset show` and `sample`; nothing is cut silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from appliance.records import Instance
from appliance.reports.dataset import Dataset, Rejection
from appliance.views.text import UNKNOWN, count, energy, number, printable

WIDTH = 80
_INDENT = "  "
_LABEL = 24
_DEEPEST_INDENT = 20
_BAR = 20


def show_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """What `psi dataset show --json` prints, for people."""
    yield from _head(shown)
    yield from ("", "Rejected", *_rejected(shown["rejected"]))
    yield from ("", "Lengths", *_lengths(shown["lengths"]))
    yield from ("", "Variety", *_variety(shown))
    yield from ("", "Most frequent instructions")
    for row in shown["top_instructions"]:
        yield from fact(f"{row['count']:,} x", row["instruction"])


def _head(shown: Mapping[str, Any]) -> Iterator[str]:
    yield f"Dataset {printable(shown['job'] or shown['name'])}"
    if shown["state"] is not None:
        partial = " (not finished)" if shown["partial"] else ""
        yield from fact("job", f"{shown['state']}{partial}")
    if shown["demonstration"]:
        yield from fact("demonstration", "a stand-in wrote principles; not training data")
    share = f", a yield of {shown['yield']:.0%}" if shown["yield"] is not None else ""
    yield from fact("accepted", f"{count(shown['accepted'])} of {count(shown['candidates'])} candidates{share}")
    if shown["stated"]:
        yield from fact("in the words of K", f"{count(shown['stated'])} outputs are the sentence of K itself")
    yield from fact("principles", count(shown["principles"]))
    joules = shown["energy"]["energy_joules"]
    quality = "" if joules is None else f" ({shown['energy']['quality']})"
    yield from fact("energy of the job", f"{energy(joules)}{quality}")
    each = shown["energy"]["joules_per_accepted"]
    yield from fact("for each accepted", UNKNOWN if each is None else f"{number(each)} J")


def _rejected(reasons: Mapping[str, int] | None) -> Iterator[str]:
    if not reasons:
        yield from fact("", UNKNOWN if reasons is None else "none")
        return
    most, widest = max(reasons.values()), max(len(f"{value:,}") for value in reasons.values())
    for reason, value in reasons.items():
        for position, part in enumerate(wrap(printable(reason), 40) or [""]):
            bar = f"{value:>{widest},}  {'█' * -(-value * _BAR // most)}"
            yield f"{_INDENT}{part:<40} {bar if position == 0 else ''}".rstrip()


def _lengths(lengths: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    headings = ("least", "median", "mean", "90 %", "most")
    yield f"{_INDENT}{'':<18}{'unit':<8}" + "".join(f"{name:>9}" for name in headings)
    for name, row in lengths.items():
        figures = (row["minimum"], row["median"], row["mean"], row["percentile_90"], row["maximum"])
        yield f"{_INDENT}{name.replace('_', ' '):<18}{row['unit']:<8}" + "".join(
            f"{number(value):>9}" for value in figures)


def _variety(shown: Mapping[str, Any]) -> Iterator[str]:
    for name, row in shown["distinct"].items():
        yield from fact(f"distinct-n, {name}", ", ".join(
            f"{kind.replace('_', '-')} {UNKNOWN if value is None else number(value)}" for kind, value in row.items()))
    near = shown["rouge_l_to_nearest"]
    if near is not None:
        yield from fact("ROUGE-L to the nearest", f"mean {number(near['mean_of_max'])}, most {number(near['max'])}, "
                                                  f"over {count(near['compared'])} instances")
    yield from fact("exact duplicates", count(shown["duplicates"]))
    yield from fact("same prompt again", count(shown["same_prompt"]))


def _unread(text: str | None) -> Iterator[str]:
    shown = text if text is not None and printable(text).strip() else "nothing that could be read was written"
    yield from paragraph(shown)


def sample_lines(dataset: Dataset, accepted: Sequence[Instance], rejected: Sequence[Rejection]) -> Iterator[str]:
    """Instances and rejected candidates as blocks, and once, at the end, the principles they name."""
    for instance in accepted:
        yield from (*_title(instance.id), *_texts(instance), *_made(instance), "")
    for rejection in rejected:
        request = "" if rejection.request_index is None else f", request {rejection.request_index}"
        yield from _title(f"rejected: {rejection.reason}{request}")
        if rejection.instance is None:
            yield from _unread(rejection.text)
        else:
            yield from (*_texts(rejection.instance), *_made(rejection.instance))
        yield ""
    named = {name for each in (*accepted, *(one.instance for one in rejected if one.instance))
             for name in each.provenance.principle_ids}
    listed = [principle for principle in dataset.principles if principle.id in named]
    if listed:
        yield "Principles named above"
    for principle in listed:
        yield from fact(principle.id, principle.text)


def _title(text: str) -> Iterator[str]:
    lines = wrap(printable(text), WIDTH - 4, break_on_hyphens=False) or [""]
    yield from (f"-- {line}" for line in lines)


def _texts(instance: Instance) -> Iterator[str]:
    for name, text in instance.texts().items():
        if text:
            yield f"{name}:"
            yield from paragraph(text)


def _made(instance: Instance) -> Iterator[str]:
    made = instance.provenance
    for label, names in (("principles", made.principle_ids), ("passages", made.passage_ids), ("seeds", made.seed_ids)):
        yield from fact(label, ", ".join(names) or "none")
    if made.demonstration:
        yield from fact("demonstration", "a stand-in wrote the principles")


def paragraph(text: str) -> Iterator[str]:
    """A text with its own line breaks and indents, wrapped and safe to print."""
    for line in text.splitlines():
        plain = printable(line).rstrip()
        indent = _INDENT + " " * min(len(plain) - len(plain.lstrip()), _DEEPEST_INDENT)
        yield from wrap(plain, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False) or [""]


def fact(label: str, value: str) -> Iterator[str]:
    """A label and a value; a long value goes on under itself, under a label that is itself too long."""
    labels: Sequence[str] = wrap(printable(label), WIDTH - len(_INDENT), break_on_hyphens=False) or [""]
    *above, last = labels
    if len(last) >= _LABEL:
        above, last = [*above, last], ""
    yield from (f"{_INDENT}{line}" for line in above)
    lines = wrap(printable(value), WIDTH - _LABEL - len(_INDENT), break_on_hyphens=False) or [""]
    for position, line in enumerate(lines):
        yield f"{_INDENT}{last if position == 0 else '':<{_LABEL}}{line}".rstrip()
