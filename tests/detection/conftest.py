"""What tests of detection share: our rules alone, without Presidio around them, and public texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import regex

from appliance.detection.normalise import clean, fold
from appliance.detection.recognisers import RULES

_COMPILED = [(rule, regex.compile(rule.pattern, regex.MULTILINE)) for rule in RULES]


@pytest.fixture(scope="session")
def matches() -> Callable[[str], set[tuple[str, str]]]:
    """A function from a text to every ``(entity, matched text)`` of our rules in its folded copy."""
    def look(text: str) -> set[tuple[str, str]]:
        folded = fold(clean(text)).text
        return {(rule.entity, match[0]) for rule, pattern in _COMPILED for match in pattern.finditer(folded)}

    return look


@pytest.fixture(scope="session")
def shared_texts(shared_data: Path) -> list[str]:
    """Sentences with planted values and medical answers without any, of up to 600 characters."""
    planted = json.loads((shared_data / "presidio-research" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    medical = json.loads((shared_data / "chatdoctor" / "chatdoctor5k.json").read_text(encoding="utf-8"))
    return [row["full_text"][:600] for row in planted[:250]] + [row["output"][:600] for row in medical[:80]]
