"""CoNLL files: what is read, what is held out, what is put in the place of a mention, and what an error says."""

import itertools
import json
from pathlib import Path

import pytest

from appliance.detection.ner.weights import MODEL_FOLDER
from appliance.detection.training.corpus import BLOCK, EVERY, UNKNOWN, read_conll, read_folder, real
from appliance.detection.training.product import read_corpora
from appliance.errors import InputError

TEXT = "-DOCSTART-\tO\n\n" \
       "Ada\tB-PER\nKing\tI-PER\nvisited\tO\nNew\tB-LOC\nYork\tI-LOC\n.\tO\n\nRT\tO\n@\tB-PER\nbob\tI-PER\n\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "set.conll"
    path.write_text(TEXT, "utf-8")
    return path


def test_sentences_become_records_with_their_mentions(file: Path) -> None:
    first, second = (sentence.record() for sentence in read_conll(file))
    assert "Ada King visited New York ." == first.text
    assert [("Ada King", "PERSON"), ("New York", "LOCATION")] == [(first.text[a:b], kind) for a, b, kind in first.spans]
    assert first.partial
    assert [UNKNOWN] == [kind for _, _, kind in second.spans], "a user name of a tweet teaches nothing"
    assert "Ada King visited New York." == read_conll(file)[0].record(spaced=False).text


@pytest.mark.parametrize(("text", "line", "said"), [
    ("Ada B-PER\nKing\n", 2, "a token and its tag"), ("Ada B-PER\n\nKing B-FOO\n", 3, "unknown tag"),
    ("Ada X-PER\n", 1, "unknown tag")])
def test_an_error_names_file_and_line_and_no_word_of_the_text(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "bad.conll"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=f"bad.conll:{line}: .*{said}") as caught:
        read_conll(path)
    assert "King" not in str(caught.value) and "Ada" not in str(caught.value)


def test_folders_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder"):
        read_folder(tmp_path / "absent")
    with pytest.raises(InputError, match="no file to train on"):
        read_folder(tmp_path)
    (tmp_path / "empty.conll").write_text("\n", "utf-8")
    with pytest.raises(InputError, match="holds no sentence"):
        read_folder(tmp_path)
    (tmp_path / "empty.conll").write_bytes(b"\xff\xfe O\n")
    with pytest.raises(InputError, match="UTF-8"):
        read_folder(tmp_path)


def test_every_fifth_block_is_held_out_and_dev_and_test_files_are_not_read(tmp_path: Path) -> None:
    words = [f"w{number}" for number in range(BLOCK * EVERY * 2)]
    path = tmp_path / "all.conll"
    path.write_text("".join(f"{word} O\n\n" for word in words), "utf-8")
    train, held = read_folder(tmp_path)
    assert words[80:100] + words[180:200] == [sentence.tokens[0] for sentence in held]
    assert set(words) == {sentence.tokens[0] for sentence in (*train, *held)}
    assert len(words) == len(train) + len(held)
    assert (len(words), 0) == tuple(map(len, read_folder(tmp_path, train_only=True)))
    (tmp_path / "all.dev.conll").write_text("secret O\n", "utf-8")
    train, held = read_folder(tmp_path)
    assert (len(words), 0) == (len(train), len(held))


@pytest.mark.parametrize("name", ["BTC", "mine"])
def test_the_name_of_a_folder_decides_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "a.conll").write_text("Ada B-PER\n\n" * (BLOCK * EVERY), "utf-8")
    (kept,), (whole,) = read_corpora([folder]), read_corpora([], train_only=[folder])
    assert (BLOCK * (EVERY - 1), BLOCK) == (len(kept.train), len(kept.held))
    assert (BLOCK * EVERY, 0) == (len(whole.train), len(whole.held))


def test_the_shipped_recipe_reads_what_the_model_card_says(shared_data: Path) -> None:
    card = json.loads((MODEL_FOLDER / "model.json").read_text("utf-8"))
    corpora = read_corpora([shared_data / "wikigold", shared_data / "WNUT17"], train_only=[shared_data / "BTC"])
    assert card["training"]["corpora"] == [
        {"name": corpus.name, "sentences": len(corpus.train), "held_out": len(corpus.held)} for corpus in corpora]


def test_replaced_mentions_keep_their_place_and_type(file: Path) -> None:
    records = list(itertools.islice(real(read_conll(file), 1, lambda kind: f"<{kind} value>", renewed=1.0), 200))
    values = {(record.text[a:b].casefold(), kind) for record in records for a, b, kind in record.spans}
    assert ("<person value>", "PERSON") in values and ("<location value>", "LOCATION") in values
    assert {"<person value>", "ada king"} == {text for text, kind in values if kind == "PERSON"}
    assert all(text.replace(" ", "") == "@bob" for text, kind in values if kind == UNKNOWN)


def test_no_held_out_sentence_is_trained_on(shared_data: Path) -> None:
    train, held = read_folder(shared_data / "wikigold")
    # The hold-out of the published figures: 533 mentions.
    assert (1696, 533) == (len(train) + len(held), sum(len(sentence.types) for sentence in held))
    # Two sentences say the same on either side of the split; short ones such as "References" do by chance.
    long = {sentence.tokens for sentence in train if len(sentence.tokens) > 8}
    assert len(long & {sentence.tokens for sentence in held}) <= 2
    trained = {sentence.tokens for name in ("WNUT17", "BTC") for sentence in read_folder(shared_data / name)[0]}
    for name in ("emerging.dev.conll", "emerging.test.annotated"):
        tested = read_conll(shared_data / "WNUT17" / name)
        assert [] == [one for one in tested if len(one.tokens) > 8 and one.tokens in trained]
