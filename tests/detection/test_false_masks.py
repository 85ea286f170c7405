"""The shipped name model leaves text that names nobody alone; how much is in docs/detection.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.detection.detector import Span
from appliance.detection.ner.tagger import NameModel
from appliance.detection.normalise import fold
from appliance.detection.shorthand import without_shorthand
from appliance.detection.training.measure import Tally

# Shares of the alphanumeric characters: a little more than the table of that page says.
MOST_MASKED = {"clinical": 0.006, "form": 0.004, "lab": 0.032, "code": 0.024, "log": 0.013, "devops": 0.09,
               "json": 0.004}
FOLDER = Path(__file__).parents[2] / "benchmarks" / "detection_false_masks"


@pytest.fixture(scope="module")
def model() -> NameModel:
    return NameModel()


def shipped(model: NameModel, texts: list[str]) -> list[list[Span]]:
    """What the gateway takes from the name model."""
    return [without_shorthand(text, spans) for text, spans in zip(texts, model.detect(texts), strict=True)]


def test_every_genre_has_a_bound() -> None:
    assert set(MOST_MASKED) == {path.stem for path in FOLDER.glob("*.txt")}


@pytest.mark.parametrize("genre", MOST_MASKED)
def test_hardly_anything_is_masked_where_nobody_is_named(model: NameModel, genre: str) -> None:
    texts = [fold(passage).text for passage in (FOLDER / f"{genre}.txt").read_text("utf-8").strip().split("\n\n")]
    tally = Tally()
    for text, spans in zip(texts, shipped(model, texts), strict=True):
        tally.add(text, (), [(span.start, span.end) for span in spans])
    assert tally.masked <= MOST_MASKED[genre]


@pytest.mark.parametrize(("text", "name"), [
    ('{"patient": {"name": "Ilse Brandt", "dob": null, "phone": null}}', "Ilse Brandt"),
    ("# written by Amara Osei\ndef load_visits(path):\n    return parse(path)", "Amara Osei"),
    ("Na 138 K 4.9 Cr 1.2. Reviewed by Dr. Lindqvist.", "Lindqvist"),
    ("Name: Tobias Kwarteng\nDOB:\nPhone:\nMRN:", "Tobias Kwarteng"),
    ("Prometheus and Grafana are down, please ask Marisol Vega before you restart Kafka.", "Marisol Vega"),
    ("INFO LoginService - user Marisol Vega signed in, attempts=2", "Marisol Vega"),
])
def test_a_person_among_such_text_is_found(model: NameModel, text: str, name: str) -> None:
    start = text.index(name)
    found = {at for span in shipped(model, [text])[0] for at in range(span.start, span.end)}
    assert {at for at in range(start, start + len(name)) if text[at].isalnum()} <= found
