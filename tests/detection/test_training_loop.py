"""A small training: the loss falls, the seed decides everything, partial sets do not unlearn dates."""

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from appliance.detection.ner.features import LABELS, OUTSIDE, TYPES, encode, encoder_folder, load_tokenizer
from appliance.detection.training import loop, network
from appliance.detection.training.evaluate import LOWEST, Scored, curve, tuned
from appliance.detection.training.loss import IGNORED, UNMARKED, loss, tags
from appliance.detection.training.measure import Tally
from appliance.detection.training.product import load, train_product
from appliance.detection.training.records import Record
from appliance.errors import InputError

SMALL = loop.Recipe(tokens=4000, batch_tokens=256, learning_rate=1e-3, pool=24, averaging=0.5, longest=30)
RECORD = Record("Ada King met Bob in Rome in 1843 .", ((0, 8, "PERSON"), (13, 16, "PERSON"), (20, 24, "LOCATION"),
                                                      (28, 32, "DATE_TIME")))


def small_run(seed: int, watch: object = None) -> dict[str, torch.Tensor]:
    losses = watch if isinstance(watch, list) else []
    built = network.build(encoder_folder(), seed)
    return loop.train(built, load_tokenizer(), [(1.0, itertools.repeat(RECORD))], replace(SMALL, seed=seed),
                      lambda progress: losses.append(progress.loss))


def test_a_small_training_lowers_the_loss_and_equal_seeds_give_equal_weights() -> None:
    losses: list[float] = []
    first, again = small_run(1, losses), small_run(1)
    assert losses[-1] < 0.7 * losses[0]
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert set() == set(first) & set(network.FROZEN)


def test_tokens_carry_the_tags_of_their_spans() -> None:
    (encoded,) = encode(load_tokenizer(), [RECORD.text])
    assert ["B-PERSON", "I-PERSON", "O", "B-PERSON", "O", "B-LOCATION", "O", "B-DATE_TIME", "O"] == \
        [LABELS[number] for number in tags(encoded, RECORD)]
    unknown = Record(RECORD.text, ((0, 8, "UNKNOWN"),))
    assert [IGNORED, IGNORED, OUTSIDE] == tags(encoded, unknown)[:3]


def test_where_dates_are_not_marked_a_date_costs_nothing_and_a_person_does() -> None:
    def cost(label: str, partial: bool) -> float:
        logits = torch.zeros(1, len(LABELS))
        logits[0, LABELS.index(label)] = 20.0
        return float(loss(logits, torch.tensor([OUTSIDE]), partial))

    for number in UNMARKED:
        assert cost(LABELS[number], True) < 1e-3 < 10 < cost(LABELS[number], False)
    assert cost("B-PERSON", True) > 10


def test_a_trained_folder_is_read_back_and_measured(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.conll").write_text("Ada B-PER\nmet O\nBob B-PER\n\n" * 30, "utf-8")
    facts = train_product([data], tmp_path / "out", replace(SMALL, tokens=2000), data / "a.conll", 1000)
    assert [(0, 2000), (100, 1000)] == [(run["seed"], run["tokens"]) for run in facts["training"]["runs"]]
    assert facts == json.loads((tmp_path / "out" / "model.json").read_text("utf-8"))
    assert set(TYPES) == set(facts["thresholds"])
    built, _ = load(tmp_path / "out")
    rows = curve(Scored(built, [RECORD]), (0.0, 1.0))
    assert 1.0 == rows[0]["recall"] and 0.0 == rows[1]["recall"]
    thresholds = tuned(Scored(built, [RECORD]), {"PERSON": 0.0, "LOCATION": 2.0})
    assert (0.5, LOWEST, LOWEST) == tuple(thresholds[kind] for kind in ("PERSON", "LOCATION", "DATE_TIME"))
    broken = json.loads((tmp_path / "out" / "model.json").read_text("utf-8")) | {"encoder_sha256": "0"}
    (tmp_path / "out" / "model.json").write_text(json.dumps(broken), "utf-8")
    with pytest.raises(InputError, match="encoder_sha256"):
        load(tmp_path / "out")


def test_measures_count_letters_and_mentions() -> None:
    tally = Tally()
    tally.add("Ada King met Bob.", [(0, 8, "PERSON"), (13, 16, "PERSON")], [(0, 3), (9, 12)])
    assert (3 / 10, 3 / 6, 6 / 13) == (tally.recall, tally.precision, tally.masked)
    assert (0.5, 0.0) == (tally.touched_share("PERSON"), tally.covered_share("PERSON"))
    assert tally.touched_share("NRP") is None and Tally().recall is None
