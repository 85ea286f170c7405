"""The head of a GGUF file: the real one is whole, and no cut of it goes unnoticed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.engines.base import ChatMessage, GenerationRequest, Sampling, ScoreRequest
from appliance.engines.gguf import read_head
from appliance.engines.llama_cpp import LlamaCppGenerator
from appliance.engines.vocabulary import PromptMeasure
from appliance.engines.weights import locate
from appliance.errors import ContextOverflow, EngineError


@pytest.fixture(scope="module")
def packaged() -> Path:
    return locate("smollm2")


def test_the_packaged_model_is_whole_to_the_byte(packaged: Path) -> None:
    head = read_head(packaged)
    assert (134_515_008, packaged.stat().st_size, "llama", 8192) == (
        head.parameters, head.expected_bytes, head.architecture, head.trained_context_tokens)


def test_every_cut_is_noticed(packaged: Path, tmp_path: Path) -> None:
    data, path = packaged.read_bytes(), tmp_path / "cut.gguf"
    for size in (0, 3, 4, 11, 24, 100, 100_000, 2_000_000, len(data) - 1):
        path.write_bytes(data[:size])
        with pytest.raises(EngineError, match="download it again") as caught:
            read_head(path)
        assert str(caught.value).startswith(str(path))
    path.write_bytes(data)
    assert read_head(path) == read_head(packaged)


def test_other_files_are_not_models(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 9, 0, 0))
    with pytest.raises(EngineError, match="version 2 or 3"):
        read_head(path)
    with pytest.raises(EngineError, match="No such file"):
        read_head(tmp_path / "absent.gguf")
    with pytest.raises(EngineError, match="Is a directory"):
        read_head(tmp_path)


@given(st.binary(max_size=200))
def test_nonsense_after_the_magic_is_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<I", 3) + junk)
    try:
        read_head(path)
    except EngineError as error:
        assert str(path) in str(error)


def test_the_measure_counts_as_the_model_does(packaged: Path) -> None:
    generator, measure = LlamaCppGenerator(packaged, sequences=1, context_tokens=512, threads=1), PromptMeasure(
        packaged, 512)
    text = "Dr. Ünal's fee: {12} €\n\nQuestion:"
    try:
        assert generator.count_tokens(text) == measure.count_tokens(text)
        chat = [ChatMessage("user", text)]
        assert generator.chat_prompt(chat) == measure.chat_prompt(chat)
        assert generator.info().parameters == measure.info().parameters
    finally:
        generator.close()
        measure.close()


def test_the_measure_refuses_what_would_not_fit(packaged: Path) -> None:
    measure = PromptMeasure(packaged, 64)
    try:
        (done,) = measure.generate([GenerationRequest("a", "one two three", Sampling(max_tokens=20))])
        assert ("", 20 + done.usage.prompt_tokens) == (done.text, measure.longest_tokens)
        with pytest.raises(ContextOverflow, match="does not fit into 64 tokens"):
            list(measure.generate([GenerationRequest("a", "word " * 50, Sampling(max_tokens=20))]))
        with pytest.raises(ContextOverflow):
            list(measure.score([ScoreRequest("a", "word " * 50, "more " * 50)]))
    finally:
        measure.close()
