"""M_g as the configuration wants it: which engine, which prompt shape, and passages found by an index or drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from appliance.config import GeneratorConfig, JobConfig
from appliance.engines.base import Generator
from appliance.engines.stoppable import StoppableGenerator
from appliance.jobs.inputs import Inputs
from appliance.knowledge.embedding import Embedder, packaged_model
from appliance.knowledge.ingest import knowledge_id
from appliance.knowledge.retrieval import Retriever
from appliance.methods.psi.composer import Composer
from appliance.methods.psi.shape import choose_shape
from appliance.methods.psi.single.composer import SingleComposer
from appliance.methods.psi.table8.composer import Table8Composer
from appliance.records import Principle
from appliance.stage import derive_seed

_PRINCIPLE = ("Keep every reply complete, polite and grounded in what is known, name the next step, the price or the "
              "time where one matters, and do not invent anything that was not given.")
"""Stands in for a principle that the reflector would write, in length and kind."""
BULLETS_PER_SUBSET = 4


def open_generator(settings: GeneratorConfig, cache_directory: Path) -> Generator:
    """Load the model, or connect to the server that has it.

    Args:
        settings: which one.
        cache_directory: where weights in a faster format may be kept.

    Raises:
        EngineError: it cannot be loaded or reached.
    """
    if settings.engine == "vllm":
        from appliance.engines.vllm import VllmGenerator

        return VllmGenerator(settings.server or "", settings.model, sequences=settings.sequences,
                             context_tokens=settings.context_tokens)
    from appliance.engines.llama_cpp import LlamaCppGenerator

    return LlamaCppGenerator(settings.model, sequences=settings.sequences, context_tokens=settings.context_tokens,
                             threads=settings.threads, cache_directory=cache_directory)


def composer_for(config: JobConfig, inputs: Inputs, generator: Generator, seed: int,
                 retriever: Callable[[], Retriever]) -> Composer:
    """The composer of the shape that this model gets.

    Args:
        config: of the job.
        inputs: what it reads.
        generator: M_g.
        seed: of the stage.
        retriever: called only where passages are retrieved.
    """
    psi = config.psi
    if choose_shape(psi, generator.info()) == "single":
        return SingleComposer(generator, inputs.seeds, inputs.passages, psi, seed)
    wanted = psi.knowledge and psi.passages == "retrieved"
    return Table8Composer(generator, inputs.seeds, inputs.passages, psi, seed, retriever() if wanted else None)


def fresh_index(config: JobConfig, inputs: Inputs, root: Path, embedder: Embedder,
                stopping: Callable[[], bool]) -> Retriever:
    """The index over K, brought up to date first; the one that `psi knowledge index` makes.

    Raises:
        StorageError: it cannot be written.
    """
    from appliance.knowledge.index_files import IndexKey, build_index, index_directory, model_key

    key = IndexKey(knowledge_id(inputs.pages), model_key(config.principles.embedding_model or packaged_model()))
    return build_index(inputs.passages, embedder, index_directory(root, config.knowledge), key, stopping=stopping)


def trial_composer(config: JobConfig, inputs: Inputs, generator: Generator, stage: str,
                   check_stop: Callable[[], None] = lambda: None) -> Composer:
    """The composer a stage would have, for a look ahead: passages are drawn, so that no index is built for it.

    Args:
        config: of the job.
        inputs: what it reads.
        generator: M_g, or what stands in for it.
        stage: whose draws it makes.
        check_stop: asked between two completions; raises to end the work.
    """
    drawn = config.model_copy(update={"psi": config.psi.model_copy(update={"passages": "random"})})
    return composer_for(drawn, inputs, StoppableGenerator(generator, check_stop),
                        derive_seed(config.random_seed, stage), _no_index)


def _no_index() -> Retriever:
    raise AssertionError("a look ahead draws its passages")


def placeholder_principles(config: JobConfig, inputs: Inputs) -> tuple[Principle, ...]:
    """As many principles as a job may have, for a look ahead: those that were brought, else some of usual length."""
    principles = config.principles
    if principles.source != "reflect":
        return inputs.principles
    number = principles.maximum
    if principles.clusterer == "none":
        number = BULLETS_PER_SUBSET * (config.psi.subsets if config.psi.sample else 1)
    return tuple(Principle(f"H-{each}", _PRINCIPLE, (), None, True) for each in range(1, number + 1))
