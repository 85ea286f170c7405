"""A local embedding model: checked cheaply before the job, loaded without the network and without foreign code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy
import pytest

from appliance.errors import ConfigError
from appliance.knowledge.embedding import SentenceEmbedder, check_folder, packaged_model

TEXTS = ["Name the price.", "Be kind."]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged_model(), tmp_path / "all-MiniLM-copy"))


def test_a_folder_gives_the_vectors_of_the_model_in_it(copy: Path) -> None:
    check_folder(copy)
    own, packaged = SentenceEmbedder(copy).embed(TEXTS), SentenceEmbedder().embed(TEXTS)
    assert numpy.array_equal(own, packaged)
    assert (2, 384) == own.shape


def test_a_folder_without_a_model_is_a_config_error_that_names_the_key(tmp_path: Path, copy: Path) -> None:
    def refused(folder: Path, says: str) -> None:
        with pytest.raises(ConfigError, match=says) as raised:
            check_folder(folder)
        assert str(raised.value).startswith(f"principles.embedding_model: {folder}")

    refused(tmp_path / "none", "is not a folder")
    refused(tmp_path, "no readable modules.json")
    refused(copy / "modules.json", "is not a folder")
    for path in copy.rglob("*.safetensors"):
        path.unlink()
    refused(copy, "holds no weights")
    modules = json.loads((copy / "modules.json").read_text())
    for change, says in (({"type": "own.Module"}, "not part of sentence-transformers"), ({"path": "../.."}, "outside")):
        (copy / "modules.json").write_text(json.dumps([modules[0] | change, *modules[1:]]))
        refused(copy, says)
    for broken in ("{", "[1]", "{}", "[{}]"):
        (copy / "modules.json").write_text(broken)
        with pytest.raises(ConfigError, match="modules"):
            check_folder(copy)


def test_truncated_weights_are_a_config_error(copy: Path) -> None:
    (weights,) = copy.rglob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:100_000])
    with pytest.raises(ConfigError, match=r"cannot be loaded .* missing, damaged or too new"):
        SentenceEmbedder(copy)
