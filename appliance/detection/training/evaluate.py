"""The model alone over a range of thresholds: the whole curve, and the threshold that a development set asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.detection.ner.decode import decode
from appliance.detection.ner.features import TYPES, Encoded, encode, load_tokenizer
from appliance.detection.training.corpus import UNKNOWN, read_conll, read_folder
from appliance.detection.training.measure import Tally
from appliance.detection.training.network import probabilities
from appliance.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from appliance.detection.training.records import Record

THRESHOLDS = (0.02, 0.03, 0.04, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

# Shares of mentions to touch in a development set as hard as WNUT17's.
TARGETS = {"PERSON": 0.96, "LOCATION": 0.93, "ORGANIZATION": 0.9}
LOWEST = 0.02


class Scored:
    """Texts with their gold spans and what the model makes of them, ready for any threshold.

    Args:
        network: from `product.load`.
        records: annotated texts; stretches of type UNKNOWN are not scored as mentions.
    """

    def __init__(self, network: Any, records: Sequence[Record]) -> None:
        self.records = list(records)
        self._encoded: list[Encoded] = encode(load_tokenizer(), [record.text for record in self.records])
        self._probabilities: list[NDArray[np.float32]] = probabilities(network, self._encoded)

    def tally(self, thresholds: float | Mapping[str, float]) -> Tally:
        """The counts at one threshold, or at one for each type."""
        limits = dict.fromkeys(TYPES, thresholds) if isinstance(thresholds, float | int) else thresholds
        tally = Tally()
        for record, encoded, rows in zip(self.records, self._encoded, self._probabilities, strict=True):
            gold = [span for span in record.spans if span[2] != UNKNOWN]
            tally.add(record.text, gold, ((span.start, span.end) for span in decode(encoded, rows, limits)))
        return tally


def curve(scored: Scored, thresholds: Iterable[float] = THRESHOLDS) -> list[dict[str, Any]]:
    """One row for each threshold."""
    return [row(threshold, scored.tally(threshold)) for threshold in thresholds]


def row(threshold: float | None, tally: Tally) -> dict[str, Any]:
    """One tally as plain values; None where there is nothing to divide by, or where each type has its threshold."""
    return {"threshold": threshold, "recall": tally.recall, "precision": tally.precision, "masked": tally.masked,
            "touched": {kind: tally.touched_share(kind) for kind in TYPES},
            "covered": {kind: tally.covered_share(kind) for kind in TYPES}}


def tuned(scored: Scored, targets: Mapping[str, float] = TARGETS) -> dict[str, float]:
    """For each type the highest threshold, in steps of 0.005, at which its mentions in a development set are touched.

    Args:
        scored: the development set; types it does not mark get the lowest threshold of the others.
        targets: by type, the share of mentions to touch.

    Returns:
        By entity type; `LOWEST` where even that does not reach the target.
    """
    found: dict[str, float] = {}
    steps = [round(0.5 - 0.005 * number, 3) for number in range(round((0.5 - LOWEST) / 0.005) + 1)]
    tallies = {step: scored.tally(step) for step in steps}
    for kind, target in targets.items():
        if tallies[LOWEST].mentions.get(kind):
            found[kind] = next((step for step in steps if (tallies[step].touched_share(kind) or 0) >= target), LOWEST)
    return {kind: found.get(kind, min(found.values(), default=LOWEST)) for kind in TYPES}


def evaluate_folders(model: Path, folders: Sequence[Path]) -> list[dict[str, Any]]:
    """The curve on what each folder holds out, or on its dev and test files, and the row at the model's own thresholds.

    Raises:
        InputError: no data, a corpus that cannot be used, or no model in the folder.
    """
    from appliance.detection.training.product import load

    if not folders:
        raise InputError("nothing to measure on; name a folder with CoNLL files: --data DIR")
    network, facts = load(model)
    measured = []
    for name, records in held_out(folders):
        scored = Scored(network, records)
        measured.append({"name": name, "texts": len(records), "curve": curve(scored),
                         "as_shipped": row(None, scored.tally(facts["thresholds"]))})
    return measured


def held_out(folders: Sequence[Path]) -> list[tuple[str, list[Record]]]:
    """Name and records of each set that no training reads.

    Raises:
        InputError: a folder that cannot be read or holds nothing out.
    """
    found: list[tuple[str, list[Record]]] = []
    for folder in folders:
        _, held = read_folder(folder)
        if held:
            found.append((folder.name, [sentence.record() for sentence in held]))
        found += [(f"{folder.name}/{path.name}", [sentence.record() for sentence in read_conll(path)])
                  for path in sorted(folder.iterdir()) if {"dev", "test"} & set(path.name.lower().split("."))]
    if not found:
        raise InputError("the folders of --data hold nothing out: no file with dev or test in its name")
    return found
