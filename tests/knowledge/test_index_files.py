"""The index on disk: what is embedded again, what survives a stop, a kill, damage and a full disk."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import ApplianceError, InputError, StorageError
from appliance.knowledge import index_files
from appliance.knowledge.index_files import IndexKey, IndexState, build_index, index_state, model_key, open_index
from appliance.knowledge.retrieval import By
from appliance.records import Passage

KEY = IndexKey("k1", "m1")


class Embedder:
    """A vector for each text, from its hash; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Any:
        self.asked += texts
        rows = [numpy.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])).normal(size=8)
                for text in texts]
        return numpy.array([row / numpy.linalg.norm(row) for row in rows], numpy.float32)


def passages(*texts: str) -> list[Passage]:
    return [Passage(f"a.md#{number}", "a.md", "a", text) for number, text in enumerate(texts)]


MANY = passages(*(f"fact number {number}" for number in range(200)))


def build(folder: Path, K: Sequence[Passage], key: IndexKey = KEY, **more: Any) -> tuple[Any, list[str]]:
    embedder = Embedder()
    return build_index(K, embedder, folder, key, **more), embedder.asked


TEXTS = st.lists(st.sampled_from([f"text {number}" for number in range(9)]), max_size=9)


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_after_any_change_the_index_is_that_of_a_new_build_and_only_new_texts_are_embedded(
        tmp_path_factory: pytest.TempPathFactory, versions: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("index")
    before: set[str] = set()
    for number, texts in enumerate(versions):
        K = passages(*texts)
        index, asked = build(folder / "kept", K, IndexKey(f"k{number}", "m1"))
        fresh, _ = build(folder / f"new{number}", K, IndexKey(f"k{number}", "m1"))
        assert len(asked) == len(set(asked))
        assert {f"a\n{text}" for text in texts} - before == set(asked)
        before = {f"a\n{text}" for text in texts}
        for by in By:
            assert fresh.search("text 3", 9, by) == index.search("text 3", 9, by)


def test_another_model_or_another_k_makes_the_index_stale(tmp_path: Path) -> None:
    assert (IndexState.MISSING, None) == index_state(tmp_path, KEY)
    build(tmp_path, MANY)
    assert IndexState.FRESH is index_state(tmp_path, KEY)[0]
    for other in (IndexKey("k2", "m1"), IndexKey("k1", "m2")):
        assert IndexState.STALE is index_state(tmp_path, other)[0]
        with pytest.raises(InputError, match="stale; run: psi knowledge index"):
            open_index(MANY, Embedder(), tmp_path, other)
    _, asked = build(tmp_path, MANY, IndexKey("k1", "m2"))
    assert 200 == len(asked)
    _, asked = build(tmp_path, MANY, IndexKey("k1", "m2"))
    assert [] == asked


def test_a_stop_leaves_an_index_that_works_and_the_next_build_goes_on(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    index, asked = build(tmp_path, MANY, progress=lambda *step: seen.append(step), stopping=lambda: len(seen) > 2)
    assert (False, 128, [(0, 200), (64, 200), (128, 200)]) == (index.complete, len(asked), seen)
    assert IndexState.PARTIAL is index_state(tmp_path, KEY)[0]
    opened = open_index(MANY, Embedder(), tmp_path, KEY)
    [first, *_] = opened.search("number 190", 5, By.WORDS)
    assert "fact number 190" == first.passage.text
    assert {f"fact number {number}" for number in range(128)} == {
        hit.passage.text for hit in opened.search("number 190", 200, By.MEANING)}
    index, asked = build(tmp_path, MANY)
    assert (True, 72) == (index.complete, len(asked))


def _killed(folder: Path) -> None:
    def kill(done: int, _: int) -> None:
        if done >= 128:
            os._exit(9)

    build(folder, MANY, progress=kill)


@pytest.mark.parametrize("torn_bytes", [0, 1, 30])
def test_a_kill_loses_no_batch_that_was_done(tmp_path: Path, torn_bytes: int) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_killed, args=(tmp_path,))
    process.start()
    process.join()
    assert 9 == process.exitcode
    part = tmp_path / "embedded.part"
    if torn_bytes:
        part.write_bytes(part.read_bytes()[:-torn_bytes])
    index, asked = build(tmp_path, MANY)
    assert (True, 72 + (torn_bytes > 0)) == (index.complete, len(asked))
    assert not part.exists()
    expected, _ = build(tmp_path / "new", MANY)
    assert expected.search("number 7", 20) == index.search("number 7", 20)


def test_everything_is_private_and_only_one_generation_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, MANY)
    build(folder, MANY[:50], IndexKey("k2", "m1"))
    found = list(folder.rglob("*"))
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in found if path.is_file()}
    assert {0o700} == {stat.S_IMODE(path.stat().st_mode) for path in [folder, *found] if path.is_dir()}
    assert 1 == len([path for path in folder.iterdir() if path.is_dir()])


@pytest.mark.parametrize("name", ["vectors.npy", "places.npy", "keys.npy", "words/vocab.index.json"])
def test_a_damaged_file_is_noticed_and_made_again(tmp_path: Path, name: str) -> None:
    build(tmp_path, MANY)
    generation = json.loads((tmp_path / "manifest.json").read_bytes())["generation"]
    file = tmp_path / generation / name
    file.write_bytes(file.read_bytes()[:100])
    if name != "keys.npy":
        with pytest.raises(InputError, match="damaged; remove this folder"):
            open_index(MANY, Embedder(), tmp_path, KEY)
    index, _ = build(tmp_path, MANY)
    assert index.complete
    [hit] = open_index(MANY, Embedder(), tmp_path, KEY).search("number 3", 1, By.WORDS)
    assert "fact number 3" == hit.passage.text


def test_a_full_disk_is_said_and_the_earlier_index_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, MANY[:10])

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_files, "_write_words", full)
    with pytest.raises(StorageError, match="No space left on device"):
        build(tmp_path, MANY, IndexKey("k2", "m1"))
    assert 10 == len(open_index(MANY[:10], Embedder(), tmp_path, KEY).search("fact", 50))
    monkeypatch.undo()
    _, asked = build(tmp_path, MANY, IndexKey("k2", "m1"))
    assert [] == asked


def test_one_builds_at_a_time(tmp_path: Path) -> None:
    def second(*_: int) -> None:
        with pytest.raises(ApplianceError, match="another process builds this index"):
            build(tmp_path, MANY)

    index, _ = build(tmp_path, MANY[:3], progress=second)
    assert index.complete


def test_a_model_is_known_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(bytes(2_000_000))
    before = model_key(tmp_path)
    assert before == model_key(tmp_path)
    (tmp_path / "weights").write_bytes(bytes(1_999_999) + b"1")
    assert before != model_key(tmp_path)
