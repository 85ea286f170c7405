import hashlib
from pathlib import Path

import pytest

from appliance.engines import weights
from appliance.engines.llama_cpp import LlamaCppGenerator
from appliance.errors import EngineError


def test_the_packaged_model_is_found_by_its_short_name() -> None:
    assert "SmolLM2-135M-Instruct.Q4_1.gguf" == weights.locate("smollm2").name


def test_a_missing_file_is_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"none\.gguf: cannot read the model \(No such file.*smollm2"):
        LlamaCppGenerator(tmp_path / "none.gguf")


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot read the model"):
        LlamaCppGenerator(tmp_path)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(EngineError, match=r"a\.gguf: not a GGUF file"):
        LlamaCppGenerator(tmp_path / "a.gguf")


def test_a_file_that_was_cut_short_is_refused_with_the_reason(tmp_path: Path,
                                                              capfd: pytest.CaptureFixture[str]) -> None:
    source = weights.locate("smollm2")
    with source.open("rb") as stream:
        (tmp_path / "cut.gguf").write_bytes(stream.read(3_000_000))
    with pytest.raises(EngineError, match=r"cut\.gguf: llama\.cpp cannot load this model.*: .*[a-z]{4}"):
        LlamaCppGenerator(tmp_path / "cut.gguf")
    assert ("", "") == capfd.readouterr()


def test_converted_weights_are_made_once_and_recorded(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = LlamaCppGenerator(cache_directory=cache, weight_format="Q8_0", sequences=1, context_tokens=256, threads=1)
    settings = first.info().settings
    first.close()
    [copy] = cache.iterdir()
    modified = copy.stat().st_mtime_ns
    second = LlamaCppGenerator(cache_directory=cache, weight_format="Q8_0", sequences=1, context_tokens=256, threads=1)
    second.close()
    assert [copy] == list(cache.iterdir())
    assert modified == copy.stat().st_mtime_ns
    assert ("Q8_0", hashlib.sha256(copy.read_bytes()).hexdigest()) == (
        settings["weight_format"], settings["weights_sha256"])
    assert weights.file_sha256(weights.locate("smollm2")) == settings["file_sha256"] != settings["weights_sha256"]


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot write the converted weights"):
        weights.requantised(weights.locate("smollm2"), "Q4_0", tmp_path / "file", 1)


def test_the_hash_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    assert hashlib.sha256(b"one").hexdigest() == weights.file_sha256(path)
    path.write_bytes(b"other")
    assert hashlib.sha256(b"other").hexdigest() == weights.file_sha256(path)
