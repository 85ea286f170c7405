"""Models that a policy adds: real folders, found values, whole texts, clear refusals, no network."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.detection.detector import Span
from appliance.detection.plugins import load_plugin, spacy_folder
from appliance.detection.plugins.chunks import chunks, without_cut_ones
from appliance.detection.plugins.gliner_folder import word_chunks
from appliance.detection.presidio import PresidioDetector
from appliance.errors import DetectorFailed
from appliance.policy.model import DetectorPolicy, Policy
from appliance.policy.parts import ModelPlugin

NAMES = ["O", "B-PER", "I-PER"]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "SHIP", "pattern": "Hesperus"}, {"label": "SHIP", "pattern": "Wild Goose"},
                        {"label": "PORT", "pattern": "Accra"}])
    folder = tmp_path_factory.mktemp("pipeline")
    nlp.to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one tiny layer whose head marks the token "zorba" and nothing else: its embedding is all it sees."""
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("classifier")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "zorba", "##s", "sails", "to", "the", "."]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(vocab_size=len(words), hidden_size=12, num_hidden_layers=1, num_attention_heads=1,
                        intermediate_size=12, max_position_embeddings=64, id2label=dict(enumerate(NAMES)),
                        label2id={name: number for number, name in enumerate(NAMES)})
    model = BertForTokenClassification(config).eval()
    with torch.no_grad():
        for name, values in model.named_parameters():
            values.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
        model.bert.embeddings.word_embeddings.weight[5, 0] = 1.0
        model.classifier.weight[1, 0] = 4.0
        model.classifier.bias[0] = 3.0
    model.save_pretrained(folder)
    return folder


def plugin(kind: Any, path: Path, **labels: str) -> ModelPlugin:
    return ModelPlugin(kind=kind, path=path, labels=labels)


def detector(*plugins: ModelPlugin) -> PresidioDetector:
    return PresidioDetector(Policy(name="t", version=1, detector=DetectorPolicy(model="none_names_pass_unseen",
                                                                                plugins=plugins)))


def test_a_spacy_pipeline_takes_part(pipeline: Path) -> None:
    found = detector(plugin("spacy", pipeline, SHIP="ORGANIZATION"))
    text = "the Hesperus sailed with the Wild Goose to Accra"
    spans = [span for span in found.detect([text])[0] if span.source == "spacy_1"]
    assert [("Hesperus", "ORGANIZATION"), ("Wild Goose", "ORGANIZATION")] == [
        (text[span.start:span.end], span.entity) for span in sorted(spans, key=lambda span: span.start)]
    assert {"label SHIP"} == {span.why for span in spans}
    about = found.describe()
    assert (64, "SHIP=ORGANIZATION") == (len(about["spacy_1_sha256"]), about["spacy_1_labels"])


def test_a_low_score_of_a_model_is_not_lost_to_the_threshold_of_patterns(pipeline: Path,
                                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy_folder, "SCORE", 0.05)
    assert detector(plugin("spacy", pipeline, SHIP="ORGANIZATION")).detect(["the Hesperus"])[0]


@pytest.mark.parametrize("before", [0, 5, 80, 88, 95, 99, 100, 101, 190, 350])
def test_a_text_in_pieces_gives_what_the_whole_text_gives(pipeline: Path, before: int,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_plugin(plugin("spacy", pipeline, SHIP="ORGANIZATION"), "ships")
    text = "." * before + " Wild Goose " + "." * 200 + " Hesperus"
    whole = model.detect([text])
    monkeypatch.setattr(spacy_folder, "CHUNK_CHARS", 100)
    monkeypatch.setattr(spacy_folder, "OVERLAP_CHARS", 30)
    assert whole == model.detect([text])
    assert 2 == len(whole[0])


def test_a_hugging_face_folder_takes_part_without_its_text_being_cut(classifier: Path) -> None:
    found = detector(plugin("huggingface", classifier, PER="PERSON"))
    text = "zorbas sails to the zorba " + "the " * 150 + "Zorba."
    spans = sorted((span for span in found.detect([text])[0] if span.source == "huggingface_1"),
                   key=lambda span: span.start)
    assert ["zorbas", "zorba", "Zorba"] == [text[span.start:span.end] for span in spans]
    assert {"PERSON"} == {span.entity for span in spans}
    assert all(0.5 <= span.score <= 1 and span.why.startswith("probability ") for span in spans)


def test_a_gliner_folder_is_asked_in_pieces_that_it_does_not_cut(monkeypatch: pytest.MonkeyPatch,
                                                                 tmp_path: Path) -> None:
    asked: list[str] = []

    class Stand:
        """Finds Zorba as the library does: nothing behind its 384th word."""

        @classmethod
        def from_pretrained(cls, path: str, *, local_files_only: bool) -> Stand:
            assert (str(tmp_path), True) == (path, local_files_only)
            return cls()

        def predict_entities(self, text: str, labels: list[str], threshold: float) -> list[dict[str, Any]]:
            asked.append(text)
            at = text.find("Zorba")
            found = at >= 0 and len(text[:at].split()) < 384
            return [{"start": at, "end": at + 5, "label": labels[0], "score": 0.9}] if found else []

    monkeypatch.setitem(sys.modules, "gliner", types.SimpleNamespace(GLiNER=Stand))
    text = "word " * 900 + "Zorba " + "word " * 30
    (spans,) = load_plugin(plugin("gliner", tmp_path, person="PERSON"), "gliner_1").detect([text])
    assert ["Zorba"] == [text[span.start:span.end] for span in spans]
    assert max(len(piece.split()) for piece in asked) <= 200


@pytest.mark.parametrize(("kind", "labels", "says"), [
    ("spacy", {"BOAT": "ORGANIZATION"}, "no label BOAT; it has PORT, SHIP"),
    ("gliner", {"person": "PERSON"}, "pip install gliner"),
])
def test_what_a_plugin_lacks_is_named(pipeline: Path, kind: str, labels: dict[str, str], says: str) -> None:
    with pytest.raises(DetectorFailed, match=says):
        load_plugin(plugin(kind, pipeline, **labels), "x")


def test_a_missing_library_names_the_extra_that_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(DetectorFailed, match=r"pip install 'psi-appliance\[principles\]'"):
        load_plugin(plugin("huggingface", tmp_path, PER="PERSON"), "x")


@pytest.mark.parametrize("kind", ["spacy", "huggingface", "gliner"])
def test_a_folder_that_is_not_there_or_not_a_model_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(DetectorFailed, match="is not a folder"):
        load_plugin(plugin(kind, tmp_path / "none", PER="PERSON"), "x")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(DetectorFailed, match=r"cannot be loaded|pip install"):
        load_plugin(plugin(kind, tmp_path, PER="PERSON"), "x")


@given(length=st.integers(0, 500), size=st.integers(11, 60), overlap=st.integers(0, 10), at=st.integers(0, 499))
def test_pieces_cover_the_text_and_every_entity_of_the_overlap(length: int, size: int, overlap: int, at: int) -> None:
    pieces = chunks("x" * length, size, overlap)
    assert set(range(length)) == {place for start, end in pieces for place in range(start, end)}
    assert all(end - start <= size for start, end in pieces)
    first, last = at, min(at + overlap, length)
    assert first >= last or any(start <= first and last <= end for start, end in pieces)


@given(words=st.lists(st.sampled_from(["a", "word", "x-y", ".", "né"]), max_size=300))
def test_word_pieces_hold_every_word(words: list[str]) -> None:
    text = " ".join(words)
    pieces = word_chunks(text, 20, 5)
    covered = {place for start, end in pieces for place in range(start, end)}
    assert {place for place, sign in enumerate(text) if not sign.isspace()} <= covered


def test_a_half_that_nobody_completes_stays() -> None:
    half, whole = Span(95, 100, "PERSON", 0.9, "x"), Span(95, 108, "PERSON", 0.9, "x")
    assert [whole] == without_cut_ones([((0, 100), [half]), ((70, 170), [whole])], 170)
    assert [half] == without_cut_ones([((0, 100), [half]), ((70, 170), [])], 170)
