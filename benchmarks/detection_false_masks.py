"""How much is masked where nobody is named: clinical shorthand, empty forms, laboratory tables, code, logs, JSON.

    python benchmarks/detection_false_masks.py [--policy NAME] [--model DIR] [--lines]

By genre the share of alphanumeric characters masked by the name model alone and by everything together, and with
``--lines`` what is masked in which passage. The text is invented; see `benchmarks/detection_false_masks/README.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from appliance.detection.detector import Detector, Span
from appliance.detection.ner.tagger import NameModel
from appliance.detection.ner.weights import MODEL_FOLDER
from appliance.detection.normalise import fold
from appliance.detection.process import DetectorProcess
from appliance.detection.training.measure import Tally
from appliance.policy.find import find_policy
from appliance.policy.model import load_policy

FOLDER = Path(__file__).parent / "detection_false_masks"
GENRES = ("clinical", "form", "lab", "code", "log", "devops", "json")
Finds = NameModel | Detector


def passages(genre: str) -> list[str]:
    """Each passage of a genre, folded as the gateway folds texts."""
    return [fold(passage).text for passage in (FOLDER / f"{genre}.txt").read_text("utf-8").strip().split("\n\n")]


def share(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> Tally:
    """The counts of one genre."""
    tally = Tally()
    for text, spans in zip(texts, found, strict=True):
        tally.add(text, (), [(span.start, span.end) for span in spans])
    return tally


def show(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> None:
    """What is masked, passage by passage."""
    for text, spans in zip(texts, found, strict=True):
        said = [f"{text[span.start:span.end]!r} {span.entity} {span.source} {span.score:.2f}" for span in spans]
        if said:
            print(f"    {text.splitlines()[0][:60]}: {'; '.join(said)}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", default="default")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER, help="folder of another name model, measured alone")
    parser.add_argument("--lines", action="store_true", help="also list what is masked")
    arguments = parser.parse_args()
    model = NameModel(arguments.model)
    print("| genre | passages | the name model alone | everything together |\n|---|---|---|---|")
    with DetectorProcess(load_policy(find_policy(arguments.policy, Path()))) as everything:
        for genre in GENRES:
            texts = passages(genre)
            alone, together = model.detect(texts), everything.detect(texts)
            shares = " | ".join(f"{share(texts, found).masked:.2%}" for found in (alone, together))
            print(f"| {genre} | {len(texts)} | {shares} |")
            if arguments.lines:
                show(texts, together if arguments.model == MODEL_FOLDER else alone)


if __name__ == "__main__":
    main()
