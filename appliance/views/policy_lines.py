"""Policies as plain lines of at most 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap

from appliance.policy.difference import Difference
from appliance.policy.explanation import Section
from appliance.policy.model import Policy
from appliance.policy.openings import Opening
from appliance.setup.policies import Examined
from appliance.views.text import printable, shortened

WIDTH = 80


def check_lines(examined: Examined) -> Iterator[str]:
    """One verdict, then what is wrong, or worth a look."""
    if examined.policy is None or examined.problems:
        yield f"FAIL  {printable(examined.name_or_path)}: not to be used"
        for problem in examined.problems:
            yield from _hanging("      ", problem)
        return
    policy = examined.policy
    yield f"OK    {policy.name}, version {policy.version}: {printable(examined.file)}"
    yield f"      SHA-256 {policy.sha256}"
    for opening in examined.openings:
        yield from opening_lines(opening)
    if examined.unchecked:
        yield from _hanging("NOTE  ", f"not checked: {examined.unchecked}")


def opening_lines(opening: Opening) -> Iterator[str]:
    """What is let through, and why that can go wrong."""
    yield from _hanging("WARN  " if opening.loud else "NOTE  ", f"{opening.key}: {opening.says}; {opening.danger}.")


def explanation_lines(policy: Policy, file: Path, sections: Sequence[Section]) -> Iterator[str]:
    """The policy as headings and sentences."""
    yield from _hanging("", f"Policy {policy.name}, version {policy.version}")
    yield from _hanging("", str(file))
    for section in sections:
        yield ""
        yield section.title
        for sentence in section.sentences:
            yield from _hanging("  - ", sentence)


def list_lines(found: Sequence[Examined]) -> Iterator[str]:
    """One line each: name, version, what may be reached, how many warnings; then its file."""
    width = max((len(printable(each.name_or_path)) for each in found), default=0)
    for each in found:
        yield f"{printable(each.name_or_path):<{width}}  {_in_short(each)}"
        yield f"{'':<{width}}  {printable(each.file)}"


def _in_short(examined: Examined) -> str:
    policy = examined.policy
    if policy is None:
        return "cannot be used; psi policy check says why"
    hosts = ", ".join(item.host for item in policy.destinations)
    loud = sum(opening.loud for opening in examined.openings)
    warned = f", {loud} warning{'s' if loud > 1 else ''}" if loud else ""
    return shortened(f"version {policy.version}, {hosts or 'nothing leaves'}{warned}", WIDTH // 2)


def difference_lines(first: str, second: str, found: Sequence[Difference]) -> Iterator[str]:
    """Each key with both values; where one lets more through, that is said."""
    first, second = printable(first), printable(second)
    if not found:
        yield f"{first} and {second} say the same"
        return
    for each in found:
        more = {"first": f"  ({first} lets more through)", "second": f"  ({second} lets more through)"}
        yield f"{each.key}{more.get(each.looser or '', '')}"
        yield from _hanging(f"  {first}: ", each.first)
        yield from _hanging(f"  {second}: ", each.second)


def _hanging(head: str, text: str) -> list[str]:
    """Wrapped under its own beginning; a path that is longer than the line stays whole, so that it can be copied."""
    return wrap(printable(text), WIDTH, initial_indent=head, subsequent_indent=" " * min(len(head), WIDTH // 2),
                break_long_words=False, break_on_hyphens=False) or [head]
