"""The prompt shape `table8`: the paper's prompt, 20 tasks a request, for models that can follow it (Eq. 1 and Eq. 4).

A request depends on the job's seed and its own index alone: which seeds begin the list, which passages of K it shows,
how its tokens are drawn. Each task of an answer becomes one candidate; those of one answer follow each other.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.config import PsiConfig
from appliance.engines.base import ChatMessage, Completion, GenerationRequest, Generator, Sampling
from appliance.errors import ConfigError, ContextOverflow, EngineError, InputError
from appliance.knowledge.retrieval import Retriever
from appliance.methods.psi.composer import Candidate
from appliance.methods.psi.spending import equal_shares
from appliance.methods.psi.table8.prompt import (
    REQUEST,
    TASKS,
    requirements,
    stop_strings,
    table8_prompt,
    task_label,
)
from appliance.quality.alpaca_filters import judge_task
from appliance.quality.copies import Copies
from appliance.quality.language import Languages
from appliance.quality.support import Support
from appliance.quality.task_list import Fields, task_list
from appliance.records import Instance, Passage, Principle, Provenance, Usage
from appliance.stage import derive_seed

SHAPE = "table8"
MAX_ANSWER_TOKENS = 3072
"""As Alpaca."""
MIN_ANSWER_TOKENS = 1024
"""With less room an answer holds too few tasks for the prompt it costs."""


@dataclass(frozen=True, slots=True)
class _Draw:
    """What one request shows."""

    index: int
    demos: tuple[Instance, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class _Round:
    """What the requests of one `expand` or `generate` have in common."""

    kind: str
    principles: tuple[Principle, ...]
    prompt: Copies
    max_tokens: int


class Table8Composer:
    """Twenty tasks a request, for models that can follow the prompt.

    Args:
        generator: M_g. Its chat template is used where it has one.
        seeds: D_seed.
        passages: K.
        psi: how many seeds and passages are shown, language, temperature, top_p.
        seed: seed of the stage.
        retriever: finds the passages where ``psi.passages`` is ``retrieved``.

    Raises:
        InputError: no seeds, or no passages although K is to be shown.
        ConfigError: settings that contradict each other.
    """

    def __init__(self, generator: Generator, seeds: Sequence[Instance], passages: Sequence[Passage],
                 psi: PsiConfig, seed: int, retriever: Retriever | None = None) -> None:
        self._generator, self._psi, self._seed = generator, psi, seed
        self._seeds, self._retriever = tuple(seeds), retriever
        self._passages = tuple(passages) if psi.knowledge else ()
        self._check()
        self._languages = Languages(psi.language, self._seeds)
        self._engine = generator.info().name
        self._copies = Copies(text for each in self._seeds for text in (each.input, each.output))
        self._support = Support(self._passages, self._seeds)
        self._templated = _has_template(generator)

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        """Candidates of D_initial (Eq. 1): the prompt without its line of principles.

        Raises:
            ContextOverflow: the longest prompt that may come leaves no room for an answer.
        """
        return self._compose("initial", indices, ())

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        """Candidates of D_t (Eq. 4), every prompt under all principles; raises as `expand`."""
        return self._compose("generated", indices, tuple(principles))

    def _check(self) -> None:
        if not self._seeds:
            raise InputError("there are no seeds to compose from")
        if self._psi.knowledge and not self._passages:
            raise InputError("the knowledge base has no passages to show; psi.knowledge: false writes without them")
        if not self._psi.demos < TASKS:
            raise ConfigError(f"psi.demos is {self._psi.demos}; the list of shape table8 has {TASKS} tasks, "
                              f"so at most {TASKS - 1} of them can be examples")
        if self._psi.knowledge and self._psi.passages == "retrieved" and self._retriever is None:
            raise ConfigError("psi.passages is retrieved and there is no index of the knowledge base")

    def _compose(self, kind: str, indices: Iterable[int], principles: tuple[Principle, ...]) -> Iterator[Candidate]:
        shown = [REQUEST, *requirements(self._languages.names).splitlines(), *(each.text for each in principles)]
        around = _Round(kind, principles, Copies(shown), self._answer_tokens(principles))
        drawn: dict[str, _Draw] = {}

        def requests() -> Iterator[GenerationRequest]:
            for index in indices:
                draw = self._draw(index)
                request = self._request(draw, around)
                drawn[request.id] = draw
                yield request

        for completion in self._generator.generate(requests()):
            yield from self._candidates(drawn.pop(completion.id), completion, around)

    def _draw(self, index: int) -> _Draw:
        draw = random.Random(derive_seed(self._seed, SHAPE, "demos", index))
        demos = tuple(draw.sample(self._seeds, min(self._psi.demos, len(self._seeds))))
        limit = min(self._psi.passages_per_request, len(self._passages))
        if self._psi.passages == "retrieved" and self._retriever is not None and limit:
            # Without examples there is nothing to look near to but a seed.
            like = demos or draw.sample(self._seeds, 1)
            text = "\n".join(f"{demo.instruction}\n{demo.input}\n{demo.output}" for demo in like)
            return _Draw(index, demos, self._retriever.nearest(text, limit))
        chosen = random.Random(derive_seed(self._seed, SHAPE, "passages", index))
        return _Draw(index, demos, tuple(chosen.sample(self._passages, limit)))

    def _prompt(self, draw: _Draw, principles: Sequence[Principle]) -> str:
        text = table8_prompt(draw.demos, draw.passages, principles, self._languages.names)
        if self._templated:
            # The label stands in the answer already, so that the model goes on in the form of the examples.
            return self._generator.chat_prompt([ChatMessage("user", text)]) + task_label(len(draw.demos) + 1)
        return f"{text}\n{task_label(len(draw.demos) + 1)}"

    def _request(self, draw: _Draw, around: _Round) -> GenerationRequest:
        sampling = Sampling(around.max_tokens, self._psi.temperature, self._psi.top_p, stop=stop_strings(),
                            seed=derive_seed(self._seed, SHAPE, "text", draw.index))
        return GenerationRequest(f"tasks/{draw.index}", self._prompt(draw, around.principles), sampling)

    def _answer_tokens(self, principles: Sequence[Principle]) -> int:
        """Room for the answer to the longest prompt that may come."""
        demos = sorted(self._seeds, key=_length, reverse=True)[:self._psi.demos]
        limit = self._psi.passages_per_request
        passages = sorted(self._passages, key=lambda each: len(each.text), reverse=True)[:limit]
        prompt_tokens = self._generator.count_tokens(self._prompt(_Draw(0, tuple(demos), tuple(passages)), principles))
        context_tokens = _context_tokens(self._generator)
        if context_tokens is None:
            return MAX_ANSWER_TOKENS
        if context_tokens - prompt_tokens < MIN_ANSWER_TOKENS:
            raise ContextOverflow(
                f"a prompt of shape table8 can take {prompt_tokens} tokens ({len(demos)} examples, {len(passages)} "
                f"passages, {len(principles)} principles) and its answer needs {MIN_ANSWER_TOKENS}; the model has "
                f"{context_tokens}: raise generator.context_tokens, or lower psi.passages_per_request, psi.demos or "
                f"principles.maximum")
        return min(MAX_ANSWER_TOKENS, context_tokens - prompt_tokens)

    def _candidates(self, draw: _Draw, completion: Completion, around: _Round) -> Iterator[Candidate]:
        first = len(draw.demos) + 1
        asked = TASKS - len(draw.demos)
        tasks = task_list(completion.text, first, truncated=completion.finish_reason != "stop")
        if not tasks:
            yield Candidate(draw.index, None, "unparsable", completion.usage, None, asked=asked, text=completion.text)
        shares = self._shares(draw, completion.usage, around, len(tasks))
        for place, (task, made) in enumerate(zip(tasks, shares, strict=True)):
            usage = completion.usage if place == 0 else Usage(0, 0)
            more = place + 1 < len(tasks)
            if isinstance(task, Fields):
                instance = Instance(f"{around.kind}-{draw.index}-{place}", task.instruction, task.input, task.output,
                                    made)
                reason = self._fault(instance, draw, around)
                yield Candidate(draw.index, instance, reason, usage, None, more, asked)
            else:
                whole = completion.text if place == 0 else None
                yield Candidate(draw.index, None, task, usage, None, more, asked, whole)

    def _shares(self, draw: _Draw, usage: Usage, around: _Round, parts: int) -> Iterator[Provenance]:
        sampling = {"tasks": {"temperature": self._psi.temperature, "top_p": self._psi.top_p,
                              "seed": derive_seed(self._seed, SHAPE, "text", draw.index)}}
        for read, written in zip(equal_shares(usage.prompt_tokens, parts),
                                 equal_shares(usage.completion_tokens, parts), strict=True):
            yield Provenance(
                seed_ids=tuple(demo.id for demo in draw.demos),
                passage_ids=tuple(passage.id for passage in draw.passages),
                principle_ids=tuple(principle.id for principle in around.principles),
                request_index=draw.index, engine=self._engine, shape=SHAPE, sampling=sampling, prompt_tokens=read,
                completion_tokens=written, demonstration=any(each.demonstration for each in around.principles))

    def _fault(self, instance: Instance, draw: _Draw, around: _Round) -> str | None:
        texts = instance.texts().values()
        return (judge_task(instance, english=self._languages.wanted == ("en",))
                or ("copies_prompt" if any(map(around.prompt.holds, texts)) else None)
                or ("copies_seed" if any(map(self._copies.holds, texts)) else None)
                or self._support.fault(instance, draw.passages, draw.demos))


def _length(seed: Instance) -> int:
    return sum(map(len, seed.texts().values()))


def _has_template(generator: Generator) -> bool:
    """Whether the model has a chat template; a base model has none and continues plain text."""
    try:
        generator.chat_prompt([ChatMessage("user", "Hello.")])
    except EngineError:
        return False
    return True


def _context_tokens(generator: Generator) -> int | None:
    """The longest prompt with its answer, None where the engine does not say."""
    said = [generator.info().settings.get(name) for name in ("context_tokens", "max_model_len")]
    return min((tokens for tokens in said if isinstance(tokens, int)), default=None)
