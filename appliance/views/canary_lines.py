"""Canaries and the door as lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from appliance.knowledge.canaries import Canary
from appliance.views.text import printable

_WIDTH = 78


def canary_lines(canaries: Sequence[Canary], *, removed: bool = False) -> list[str]:
    """Each canary with its sentence and where it stands."""
    if not canaries:
        return ["no canaries are planted"]
    lines = []
    for canary in canaries:
        where = canary.page or "to be pasted into a page by hand"
        lines.append(f"{canary.id}  {'removed: ' if removed else ''}{printable(where)}")
        lines.extend(f"    {line}" for line in _wrapped(canary.sentence))
    return lines


def door_lines(state: Mapping[str, Any] | None, planted: int) -> list[str]:
    """Whether the door is open, and if not, why and what to do."""
    watched = f"{planted} canar{'y is' if planted == 1 else 'ies are'} watched"
    if state is None:
        return [f"the door is open; {watched}"]
    return [f"the door is SHUT; {watched}",
            f"  canary  {printable(str(state.get('canary', 'unknown')))}",
            f"  seen in {printable(str(state.get('where', 'unknown')))}",
            f"  job     {printable(str(state.get('job') or 'unknown'))}",
            f"  when    {printable(str(state.get('time_utc', 'unknown')))}",
            "Find out how it got there, then: psi door open --reason \"WHY\""]


def _wrapped(sentence: str) -> list[str]:
    import textwrap

    return textwrap.wrap(printable(sentence), _WIDTH - 4)
