"""Composing instances with the local model: candidates of D_initial (Eq. 1) and of D_t (Eq. 4).

A candidate depends on the job's seed and its own index alone, so a job that was stopped goes on with the next index.
Candidates are written in blocks: those of one block share their examples, so the engine reads the common part of
their prompts once and decodes the block together.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from appliance.config import PsiConfig
from appliance.engines.base import Completion, GenerationRequest, Generator, Sampling
from appliance.errors import InputError
from appliance.knowledge.facts import split_facts
from appliance.methods.psi import shapes
from appliance.quality.filters import judge, judge_question
from appliance.quality.parse import labelled_lines, one_line
from appliance.records import Instance, Passage, Principle, Provenance, Usage
from appliance.stage import derive_seed

EXPAND_BLOCK = 20
GENERATE_BLOCK = 8
OPENING_TOKENS, QUESTION_TOKENS, REPLY_TOKENS = 40, 24, 48
EXPAND_TEMPERATURE = 0.8
QUESTION_TEMPERATURE = 0.7
QUESTIONS_PER_START = 2
MIN_QUESTION_LOGPROB = -1.3
_LINE_END = ("\n",)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One attempt at an instance.

    Attributes:
        request_index: which attempt of its stage, counted from 0 over the whole job.
        instance: what was written, None where nothing could be parsed.
        reason: why it is rejected, a short name; None while nothing speaks against it.
        usage: tokens of every generation it took.
        fact: the sentence of K it was written from.
    """

    request_index: int
    instance: Instance | None
    reason: str | None
    usage: Usage
    fact: str | None


class Composer(Protocol):
    """How a method gets instances out of M_g; one implementation per kind of model."""

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        """Candidates of D_initial, from seeds and K (Eq. 1)."""

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        """Candidates of D_t, from the principles P^H and K (Eq. 4)."""


@dataclass(frozen=True, slots=True)
class _Topic:
    """One fact and the passage it stands in."""

    fact: str
    passage_id: str


@dataclass(slots=True)
class _Draft:
    """A candidate on its way: the question so far and why the last one failed."""

    index: int
    topic: _Topic
    instruction: str
    demos: tuple[Instance, ...]
    question: str | None = None
    question_logprob: float = -math.inf
    reason: str = "question_not_asked"
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def count(self, usage: Usage) -> None:
        self.prompt_tokens += usage.prompt_tokens or 0
        self.completion_tokens += usage.completion_tokens or 0

    def offer(self, question: str, logprob: float, fault: str | None) -> None:
        """Keep the likeliest question without a fault."""
        if fault is not None:
            self.reason = fault
        elif logprob > self.question_logprob or self.question is None:
            self.question, self.question_logprob = question, logprob

    def ended(self, instance: Instance | None, reason: str | None) -> Candidate:
        usage = Usage(self.prompt_tokens, self.completion_tokens)
        return Candidate(self.index, instance, reason, usage, self.topic.fact)


class SingleComposer:
    """One instance per request, for small models.

    Args:
        generator: M_g.
        seeds: D_seed.
        passages: K.
        psi: how many seeds are shown, temperature, top_p.
        seed: seed of the stage; with an index it decides everything drawn for that candidate.

    Raises:
        InputError: no seeds, or no passage with a sentence that stands alone.
    """

    def __init__(self, generator: Generator, seeds: Sequence[Instance], passages: Sequence[Passage],
                 psi: PsiConfig, seed: int) -> None:
        self._generator, self._seeds, self._psi, self._seed = generator, tuple(seeds), psi, seed
        self._engine = generator.info().name
        self._topics = [_Topic(fact, passage.id) for passage in passages for fact in split_facts(passage)]
        if not self._seeds:
            raise InputError("there are no seeds to compose from")
        if not self._topics:
            raise InputError(f"none of the {len(passages)} passages has a sentence that can be understood alone")

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        """Candidates of D_initial (Eq. 1): no principles, one try each, checked for form and topic only.

        What is wrong in them is what the reflector is asked to find.
        """
        for block in _blocks(indices, EXPAND_BLOCK):
            drafts = {str(index): self._draft("expand", index, EXPAND_BLOCK) for index in block}
            self._open(drafts)
            for draft in [draft for draft in drafts.values() if draft.question is None]:
                yield drafts.pop(str(draft.index)).ended(None, draft.reason)
            for draft, completion in self._replies(drafts.values(), (), EXPAND_TEMPERATURE):
                instance = self._instance("initial", draft, completion, ())
                yield draft.ended(instance, _unfinished(completion) or judge(instance, seeds=self._seeds))

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        """Candidates of D_t (Eq. 4): a question that one fact answers, then the reply, both under all principles."""
        for block in _blocks(indices, GENERATE_BLOCK):
            drafts = [self._draft("generate", index, GENERATE_BLOCK) for index in block]
            self._ask(drafts, principles)
            yield from (draft.ended(None, draft.reason) for draft in drafts if draft.question is None)
            asked = [draft for draft in drafts if draft.question is not None]
            for draft, completion in self._replies(asked, principles, 0.0):
                instance = self._instance("generated", draft, completion, principles)
                reason = judge(instance, fact=draft.topic.fact, seeds=self._seeds)
                yield draft.ended(instance, _unfinished(completion) or reason)

    def _draft(self, purpose: str, index: int, block: int) -> _Draft:
        lap, place = divmod(index, len(self._topics))
        topic = self._shuffled(self._topics, purpose, "topics", lap)[place]
        instruction = self._shuffled(self._seeds, purpose, "instruction", index)[0].instruction
        demos = self._shuffled(self._seeds, purpose, "demos", index // block)[:self._psi.demos]
        cores = tuple(core for core in map(shapes.core, demos) if core is not None)
        return _Draft(index, topic, one_line(instruction), tuple(demo.id for demo in demos), cores)

    def _shuffled(self, items: Sequence[_T], *names: object) -> list[_T]:
        return random.Random(derive_seed(self._seed, *names)).sample(items, len(items))

    def _sampling(self, max_tokens: int, temperature: float, stop: tuple[str, ...], *names: object) -> Sampling:
        return Sampling(max_tokens, temperature, self._psi.top_p, seed=derive_seed(self._seed, *names), stop=stop)

    def _open(self, drafts: Mapping[str, _Draft]) -> None:
        """Write an opening and a question for every draft at once."""
        openings = [self._opening(request_id, draft) for request_id, draft in drafts.items()]
        questions = [self._question(f"question/{request_id}", draft, self._start(draft), EXPAND_TEMPERATURE, ())
                     for request_id, draft in drafts.items()]
        for completion in self._generator.generate([*openings, *questions]):
            kind, _, request_id = completion.id.partition("/")
            draft = drafts[request_id]
            draft.count(completion.usage)

    def _ask(self, drafts: Sequence[_Draft], principles: Sequence[Principle]) -> None:
        """Sample questions for every draft at once; each draft keeps the likeliest one that passes."""
        asked = {f"{draft.index}/{start}/{number}": (draft, start, number) for draft in drafts
                 for start in shapes.question_starts(draft.topic.fact) for number in range(QUESTIONS_PER_START)}
        requests = [self._question(request_id, *parts, principles) for request_id, parts in asked.items()]
        for completion in self._generator.generate(requests):
            draft, start, _ = asked[completion.id]
            draft.count(completion.usage)
            question = one_line(start + completion.text)
            draft.offer(question, completion.mean_logprob or 0.0, self._question_fault(draft, question, completion))

    def _question(self, request_id: str, draft: _Draft, start: str, number: int,
                  principles: Sequence[Principle]) -> GenerationRequest:
        # The first question of a fact is the likeliest one; a later lap over K draws all of them.
        greedy = number == 0 and draft.index < len(self._topics)
        return GenerationRequest(
            request_id, shapes.question_prompt(_cores(draft), principles, draft.topic.fact, start),
            self._sampling(QUESTION_TOKENS, 0.0 if greedy else QUESTION_TEMPERATURE, _LINE_END, request_id))

    def _question_fault(self, draft: _Draft, question: str, completion: Completion) -> str | None:
        if completion.finish_reason != "stop":
            return "question_unfinished"
        if completion.mean_logprob is not None and completion.mean_logprob < MIN_QUESTION_LOGPROB:
            return "question_unlikely"
        others = [topic.fact for topic in self._topics if topic.fact != draft.topic.fact]
        return judge_question(question, draft.topic.fact, others)

    def _answer(self, drafts: Sequence[_Draft], principles: Sequence[Principle]) -> Iterator[Candidate]:
        by_id = {str(draft.index): draft for draft in drafts}
        requests = [GenerationRequest(
            request_id, shapes.reply_prompt(_cores(draft), principles, draft.topic.fact, draft.question or ""),
            self._sampling(REPLY_TOKENS, 0.0, _LINE_END, "reply", draft.index))
            for request_id, draft in by_id.items()]
        for completion in self._generator.generate(requests):
            draft = by_id[completion.id]
            draft.count(completion.usage)
            instance = self._instance("generated", draft, draft.question or "", completion.text, principles)
            reason = judge(instance, fact=draft.topic.fact, seeds=self._seeds)
            yield draft.ended(instance, reason if completion.finish_reason == "stop" else "unfinished")

    def _instance(self, kind: str, draft: _Draft, given: str, output: str,
                  principles: Sequence[Principle]) -> Instance:
        made = Provenance(tuple(demo.id for demo in draft.demos), (draft.topic.passage_id,),
                          tuple(principle.id for principle in principles), draft.index, self._engine)
        return Instance(f"{kind}-{draft.index}", draft.instruction, one_line(given), one_line(output), made)


def _cores(draft: _Draft) -> list[shapes.Core]:
    return [core for core in map(shapes.core, draft.demos) if core is not None]


def _blocks(indices: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of indices whose quotient by `size` is equal, so that a block always has the same members."""
    pending: list[int] = []
    for index in indices:
        pending.append(index)
        if (index + 1) % size == 0:
            yield pending
            pending = []
    if pending:
        yield pending
