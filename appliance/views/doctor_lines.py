"""Findings of `psi doctor` as plain lines of at most 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from appliance.setup.findings import Finding, Verdict
from appliance.views.text import printable

WIDTH = 80
_INDENT = 24


def finding_lines(finding: Finding) -> Iterator[str]:
    """The verdict in words, the topic, what was found, and under it how to mend it.

    A path that is longer than the line stays whole, so that it can be copied.
    """
    head = f"{finding.verdict:<6}{printable(finding.topic):<{_INDENT - 6}}"
    room = WIDTH - _INDENT
    for number, line in enumerate(_wrapped(finding.says, room)):
        yield f"{head if not number else ' ' * _INDENT}{line}"
    if finding.mend:
        for line in _wrapped(f"-> {finding.mend}", room):
            yield f"{' ' * _INDENT}{line}"


def _wrapped(text: str, room: int) -> list[str]:
    return wrap(printable(text), room, break_long_words=False, break_on_hyphens=False) or [""]


def verdict_line(findings: Sequence[Finding]) -> str:
    """How it stands, in one sentence."""
    failures = sum(finding.verdict is Verdict.FAIL for finding in findings)
    warnings = sum(finding.verdict is Verdict.WARN for finding in findings)
    looks = f"{warnings} {'is' if warnings == 1 else 'are'} worth a look" if warnings else ""
    if failures:
        return f"{failures} of {len(findings)} keep a job from running{'; ' + looks if looks else ''}."
    return f"Nothing keeps a job from running{'; ' + looks if looks else ''}."
