"""What is found in four genres that nobody trained on: court decisions, biographies, clinical notes, e-mail.

    python benchmarks/detection_genres.py [--policy NAME] [--model DIR] [--misses]

By genre character recall and precision, and for each type how many mentions were touched, of how many. The text is
invented and marked by hand; see `benchmarks/detection_genres/README.md`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from appliance.detection.detector import Detector
from appliance.detection.ner.tagger import NameModel
from appliance.detection.normalise import fold
from appliance.detection.process import DetectorProcess
from appliance.detection.training.measure import Tally
from appliance.policy.find import find_policy
from appliance.policy.model import load_policy

FOLDER = Path(__file__).parent / "detection_genres"
GENRES = ("court", "biography", "clinical", "email")
TYPES = ("PERSON", "LOCATION", "ORGANIZATION", "DATE_TIME", "NRP", "AGE", "CODE", "JOB")
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


def score(detector: Detector | NameModel, genre: str, show_misses: bool) -> Tally:
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


def row(genre: str, tally: Tally) -> str:
    """One line of the table."""
    found = [f"{tally.touched[kind]}/{tally.mentions[kind]}" if kind in tally.mentions else "–" for kind in TYPES]
    return f"| {genre} | {tally.recall:.3f} | {tally.precision:.3f} | {' | '.join(found)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", default="default")
    parser.add_argument("--model", type=Path, help="folder of a name model, measured alone; else everything together")
    parser.add_argument("--misses", action="store_true", help="also list misses and false masks")
    arguments = parser.parse_args()
    print(f"| genre | char R | char P | {' | '.join(TYPES)} |\n{'|---' * (3 + len(TYPES))}|")
    policy = load_policy(find_policy(arguments.policy, Path()))
    with nullcontext(NameModel(arguments.model)) if arguments.model else DetectorProcess(policy) as detector:
        for genre in GENRES:
            print(row(genre, score(detector, genre, arguments.misses)))


if __name__ == "__main__":
    main()
