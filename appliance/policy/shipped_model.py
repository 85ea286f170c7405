"""From which certainty on the packaged name model masks a word unless a policy says otherwise, as its card says.

Read as a file, because a policy is explained where no detector can be built.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

CARD = Path(__file__).parents[1] / "detection" / "ner" / "model" / "model.json"


@cache
def shipped_thresholds() -> Mapping[str, float]:
    """Probability by entity type, 0 to 1; empty where the card cannot be read, and then nobody can say."""
    try:
        found = json.loads(CARD.read_bytes())["thresholds"]
        return {str(entity): float(value) for entity, value in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def in_per_cent(thresholds: Mapping[str, float]) -> str:
    """Such as ``3% to 4%``."""
    return " to ".join(f"{value:.2g}%" for value in sorted({100 * min(thresholds.values()),
                                                            100 * max(thresholds.values())}))
