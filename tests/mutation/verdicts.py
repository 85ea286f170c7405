"""Verdicts as they come: shown with how far it is, and kept in a file, so that an interrupted run is not lost."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mutants import Mutant


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant: ``killed``, ``survived``, ``does not fit`` or ``cannot tell``.

    The tests as they are, with nothing switched off, are ``passed`` or ``cannot tell``.
    """

    mutant: Mutant
    outcome: str
    seconds: float
    detail: str = ""

    @property
    def good(self) -> bool:
        """Whether this is as it should be."""
        return self.outcome in ("killed", "passed")

    def __str__(self) -> str:
        return f"{self.outcome:12} {self.seconds:5.1f} s  {self.mutant.name}"


class Verdicts:
    """Writes each verdict down as it comes, and knows the good ones of an earlier run on the same tree.

    Args:
        path: JSON Lines, added to; None keeps nothing.
        tree: the fingerprint of what is judged; a verdict on another tree says nothing about this one.
        steps: how many there will be.
    """

    def __init__(self, path: Path | None, tree: str, steps: int) -> None:
        self._path, self._tree, self._steps = path, tree, steps
        self._done = 0
        self._began_s, self._one = time.monotonic(), threading.Lock()
        self._earlier = _kept(path) if path is not None and path.exists() else {}

    def earlier(self, mutant: Mutant) -> Verdict | None:
        """The verdict of an earlier run, when it was a good one; anything else is asked again."""
        outcome, seconds = self._earlier.get(_key(self._tree, mutant), ("", 0.0))
        known = Verdict(mutant, outcome, seconds)
        if not known.good:
            return None
        self._steps -= 1
        return known

    def came(self, verdict: Verdict) -> None:
        """Show one on the messages' channel and keep it."""
        with self._one:
            self._done += 1
            took_s = time.monotonic() - self._began_s
            left_min = took_s / self._done * (self._steps - self._done) / 60
            print(f"{self._done:3}/{self._steps}  {verdict}  ({60 * self._done / took_s:.1f} a minute, "
                  f"{left_min:.0f} min left)", file=sys.stderr, flush=True)
            if self._path is not None:
                row = {"key": _key(self._tree, verdict.mutant), "guard": verdict.mutant.name,
                       "outcome": verdict.outcome, "seconds": round(verdict.seconds, 1), "detail": verdict.detail}
                with self._path.open("a") as file:
                    file.write(f"\n{json.dumps(row)}\n")


def _kept(path: Path) -> dict[str, tuple[str, float]]:
    """Outcome and seconds by key. A line may be torn, where a run was killed; the one after it stands on its own."""
    kept = {}
    for line in path.read_text().splitlines():
        with suppress(ValueError):
            row = json.loads(line)
            kept[row["key"]] = row["outcome"], row["seconds"]
    return kept


def _key(tree: str, mutant: Mutant) -> str:
    return hashlib.sha256(json.dumps([tree, mutant]).encode()).hexdigest()
