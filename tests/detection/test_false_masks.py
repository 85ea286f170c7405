"""The shipped name model leaves text that names nobody alone; how much is in docs/detection.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.detection.ner.tagger import NameModel
from appliance.detection.normalise import fold

FOLDER = Path(__file__).parents[2] / "benchmarks" / "detection_false_masks"


@pytest.fixture(scope="module")
def model() -> NameModel:
    return NameModel()


@pytest.mark.parametrize("genre", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_hardly_anything_is_masked_where_nobody_is_named(model: NameModel, genre: str) -> None:
    texts = [fold(passage).text for passage in (FOLDER / f"{genre}.txt").read_text("utf-8").strip().split("\n\n")]
    masked = sum(span.end - span.start for spans in model.detect(texts) for span in spans)
    assert masked < 0.1 * sum(map(len, texts))


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
    found = {at for span in model.detect([text])[0] for at in range(span.start, span.end)}
    assert {at for at in range(start, start + len(name)) if text[at].isalnum()} <= found
