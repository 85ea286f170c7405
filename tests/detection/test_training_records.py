"""Synthetic records: spans that say what the text holds, the same for the same seed, and nothing of the test sets."""

import itertools
import json
import random
from pathlib import Path

import pytest

from appliance.detection.ner.features import TYPES
from appliance.detection.training.people import People
from appliance.detection.training.records import GENRES, fill, recased, synthetic, wrapped
from appliance.detection.training.values import Values

TEMPLATES = [template for _, genre in GENRES for template in genre]


@pytest.fixture(scope="module")
def people() -> People:
    return People(per_locale=30)


def test_every_template_fills_with_spans_in_order_and_no_slot_left_over(people: People) -> None:
    rng = random.Random(3)
    values = Values(people, rng)
    for template in TEMPLATES:
        for _ in range(4):
            values.forget()
            record = fill(template, values, rng)
            assert "[" not in record.text or "{open}" in template, template
            assert "{" not in record.text.replace('{"', ""), template
            ends = [0, *itertools.chain.from_iterable(span[:2] for span in record.spans), len(record.text)]
            assert sorted(ends) == ends, template
            for start, end, kind in record.spans:
                value = record.text[start:end]
                assert kind in TYPES and value and value == value.strip(), template


def test_a_numbered_person_is_one_person_within_a_record(people: People) -> None:
    rng = random.Random(5)
    values = Values(people, rng)
    record = fill("{person1:full} met {person2:full}; {person1:last} left {person1:first}", values, rng)
    first, _, last, again = (record.text[start:end] for start, end, _ in record.spans)
    assert f"{again} {last}" == first


def test_the_same_seed_gives_the_same_records_and_another_one_others(people: People) -> None:
    def draw(seed: int) -> list[str]:
        return [record.text for record in itertools.islice(synthetic(seed, people), 40)]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_disturbances_keep_every_span_on_its_own_letters(people: People) -> None:
    for record in itertools.islice(synthetic(4, people), 60):
        for changed in (recased(record, str.lower), recased(record, str.upper), wrapped(record, 40)):
            assert changed.spans == record.spans
            assert changed.text.replace("\n", " ").casefold() == record.text.replace("\n", " ").casefold() or \
                len(changed.text) == len(record.text)


def test_every_type_and_text_without_any_are_drawn(people: People) -> None:
    records = list(itertools.islice(synthetic(6, people), 300))
    assert set(TYPES) == {kind for record in records for _, _, kind in record.spans}
    assert 20 < sum(not record.spans for record in records) < 150


def test_no_template_is_taken_from_the_development_set(shared_data: Path) -> None:
    rows = json.loads((shared_data / "presidio-research" / "synth_dataset_v2.json").read_text("utf-8"))
    theirs = {_shingle(piece) for row in rows for piece in _pieces(row["masked"])} - {None}
    ours = {_shingle(piece) for template in TEMPLATES for piece in _pieces(template)} - {None}
    assert len(theirs) > 100
    assert set() == theirs & ours


def test_no_training_text_is_taken_from_the_lines_that_false_masks_are_measured_on(people: People) -> None:
    folder = Path(__file__).parents[2] / "benchmarks" / "detection_false_masks"
    lines = {line.strip().casefold() for file in folder.glob("*.txt") for line in file.read_text("utf-8").splitlines()}
    pythons_own = "traceback (most recent call last):"
    measured = {line for line in lines if len(line.split()) > 3} - {pythons_own}
    rng = random.Random(8)
    values = Values(people, rng)
    filled = {line.strip().casefold() for _, genre in GENRES for template in genre for _ in range(3)
              for line in fill(template, values, rng).text.splitlines()}
    assert len(measured) > 60
    assert set() == measured & filled
    assert set() == {template for template in TEMPLATES for line in measured if line in template.casefold()}


def _pieces(template: str) -> list[str]:
    """Wording between the slots."""
    for sign in "{}[]|\n":
        template = template.replace(sign, "\0")
    return template.split("\0")


def _shingle(piece: str) -> str | None:
    words = piece.casefold().split()
    return " ".join(words) if len(words) >= 6 else None
