"""What is found in four genres that nobody trained on: court decisions, biographies, clinical notes, e-mail.

    python benchmarks/detection_genres.py [--policy NAME] [--misses]

Touched recall by type and genre, character recall, and the share of characters masked that no mark asks for. The text
is invented and marked by hand; see `benchmarks/detection_genres/README.md`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from appliance.detection.detector import Detector
from appliance.detection.normalise import fold
from appliance.detection.process import DetectorProcess
from appliance.detection.training.measure import Tally
from appliance.policy.find import find_policy
from appliance.policy.model import load_policy

FOLDER = Path(__file__).parent / "detection_genres"
GENRES = ("court", "biography", "clinical", "email")
_MARK = re.compile(r"\{\{([A-Z_]+)\|([^{}]+)\}\}")

Marked = tuple[str, list[tuple[int, int, str]]]


def passages(genre: str) -> Iterator[Marked]:
    """Each passage as plain text and its marks ``(start, end, type)``."""
    for passage in (FOLDER / f"{genre}.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        pieces, marks, length, end = [], [], 0, 0
        for mark in _MARK.finditer(passage):
            before = passage[end:mark.start()]
            marks.append((length + len(before), length + len(before) + len(mark[2]), mark[1]))
            pieces += [before, mark[2]]
            length, end = length + len(before) + len(mark[2]), mark.end()
        yield "".join([*pieces, passage[end:]]), marks


def score(detector: Detector, genre: str, show_misses: bool) -> Tally:
    """One genre through one detector."""
    tally = Tally()
    marked = list(passages(genre))
    folded = [fold(text) for text, _ in marked]
    found = detector.detect([each.text for each in folded])
    for (text, marks), each, spans in zip(marked, folded, found, strict=True):
        masked = [each.to_clean(span.start, span.end) for span in spans]
        tally.add(text, marks, masked)
        if show_misses:
            show(text, marks, masked)
    return tally


def show(text: str, marks: list[tuple[int, int, str]], masked: list[tuple[int, int]]) -> None:
    """Marks that nothing touched, and masked ranges that touch no mark."""
    for start, end, kind in marks:
        if not any(first < end and start < last for first, last in masked):
            print(f"    missed  {kind:12} {text[start:end]}")
    for first, last in sorted(set(masked)):
        if not any(first < end and start < last for start, end, _ in marks):
            print(f"    extra   {'':12} {text[first:last]}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", default="default")
    parser.add_argument("--misses", action="store_true", help="also list misses and false masks")
    arguments = parser.parse_args()
    with DetectorProcess(load_policy(find_policy(arguments.policy, Path()))) as detector:
        for genre in GENRES:
            tally = score(detector, genre, arguments.misses)
            kinds = "  ".join(f"{kind} {tally.touched[kind]}/{tally.mentions[kind]}" for kind in sorted(tally.mentions))
            print(f"{genre:10} char recall {tally.recall:.3f}  char precision {tally.precision:.3f}  {kinds}")


if __name__ == "__main__":
    main()
