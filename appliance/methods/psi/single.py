"""Composing instances with the local model: candidates of D_initial (Eq. 1) and of D_t (Eq. 4).

Both are written in steps. D_initial: an opening in which a person introduces themselves, a question, a reply; checked
for form and topic only, because what is wrong in it is what the reflector is asked to find. D_t: several questions, the
likeliest one that exactly one fact answers, a reply; checked against the fact, and rejected in doubt.

A candidate depends on the job's seed and its own index alone, so a job that was stopped goes on with the next index.
Candidates are written in blocks: those of one block share their examples, so the engine reads the common part of
their prompts once and decodes the block together.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, TypeVar

from appliance.config import PsiConfig
from appliance.engines.base import Completion, GenerationRequest, Generator, Sampling
from appliance.errors import InputError
from appliance.knowledge.facts import split_facts
from appliance.methods.psi import shapes
from appliance.quality.filters import MAX_COPIED_WORDS, judge, judge_question
from appliance.quality.terms import content_stems, longest_shared_run, one_line
from appliance.records import Instance, Passage, Principle, Provenance, Usage
from appliance.stage import derive_seed

EXPAND_BLOCK, GENERATE_BLOCK = 20, 8
OPENING_TOKENS, QUESTION_TOKENS, REPLY_TOKENS = 40, 24, 48
QUESTIONS_PER_START = 2
PRINCIPLES_TOKENS = 800
MIN_QUESTION_LOGPROB = -1.3
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
    """A candidate on its way: what was drawn for it, what is written so far, why the last part failed."""

    index: int
    topic: _Topic
    instruction: str
    seed_ids: tuple[str, ...]
    demos: tuple[shapes.Core, ...]
    opening: str = ""
    question: str | None = None
    question_logprob: float = -math.inf
    reason: str = "no_question"
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def count(self, usage: Usage) -> None:
        self.prompt_tokens += usage.prompt_tokens or 0
        self.completion_tokens += usage.completion_tokens or 0

    def offer(self, question: str, logprob: float, fault: str | None) -> None:
        """Keep the likeliest question without a fault."""
        if fault is not None:
            self.reason = fault
        elif self.question is None or logprob > self.question_logprob:
            self.question, self.question_logprob = question, logprob

    def ended(self, instance: Instance | None, reason: str | None) -> Candidate:
        usage = Usage(self.prompt_tokens, self.completion_tokens)
        return Candidate(self.index, instance, reason, usage, self.topic.fact)


class SingleComposer:
    """One instance at a time, for small models.

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
        self._facts = [topic.fact for topic in self._topics]
        if not self._seeds:
            raise InputError("there are no seeds to compose from")
        if not self._topics:
            raise InputError(f"none of the {len(passages)} passages has a sentence that can be understood alone")

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        """Candidates of D_initial (Eq. 1); no principles, one try at each part."""
        for block in _blocks(indices, EXPAND_BLOCK):
            drafts = [self._draft("expand", index, EXPAND_BLOCK) for index in block]
            self._open(drafts)
            for draft, completion in self._reply(drafts, "", self._psi.temperature):
                instance = self._instance("initial", draft, completion, ())
                yield draft.ended(instance, _unfinished(completion) or judge(instance, seeds=self._seeds))
            yield from _without_question(drafts)

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        """Candidates of D_t (Eq. 4), every prompt under all principles."""
        lines = shapes.principle_lines(principles, self._generator.count_tokens, PRINCIPLES_TOKENS)
        for block in _blocks(indices, GENERATE_BLOCK):
            drafts = [self._draft("generate", index, GENERATE_BLOCK) for index in block]
            self._ask(drafts, lines)
            for draft, completion in self._reply(drafts, lines, 0.0):
                instance = self._instance("generated", draft, completion, principles)
                reason = judge(instance, fact=draft.topic.fact, seeds=self._seeds)
                yield draft.ended(instance, _unfinished(completion) or reason)
            yield from _without_question(drafts)

    def _draft(self, purpose: str, index: int, block: int) -> _Draft:
        lap, place = divmod(index, len(self._topics))
        topic = self._shuffled(self._topics, purpose, "topics", lap)[place]
        instruction = self._shuffled(self._seeds, purpose, "instruction", index)[0].instruction
        seeds = self._shuffled(self._seeds, purpose, "demos", index // block)[:self._psi.demos]
        cores = tuple(core for core in map(shapes.core, seeds) if core is not None)
        return _Draft(index, topic, one_line(instruction), tuple(seed.id for seed in seeds), cores)

    def _shuffled(self, items: Sequence[_T], *names: object) -> list[_T]:
        return random.Random(derive_seed(self._seed, *names)).sample(items, len(items))

    def _request(self, request_id: str, prompt: str, max_tokens: int, temperature: float) -> GenerationRequest:
        seed = derive_seed(self._seed, "text", request_id)
        return GenerationRequest(request_id, prompt, Sampling(
            max_tokens, temperature, self._psi.top_p, seed=seed, stop=("\n",)))

    def _open(self, drafts: Sequence[_Draft]) -> None:
        """Write one question for every draft, and an opening where the question can be used."""
        tries = {draft.index: self._shuffled(self._tries(draft, 1), "start", draft.index)[:1] for draft in drafts}
        for draft, question, completion in self._questions("expand", drafts, tries, ""):
            off_topic = not content_stems(question) & content_stems(draft.topic.fact)
            fault = "no_question" if not question.endswith("?") else "off_topic" if off_topic else None
            draft.offer(question, 0.0, _unfinished(completion) or fault)
        asked = {f"opening/{draft.index}": (draft, start) for draft in drafts if draft.question is not None
                 for start in self._shuffled(shapes.opening_starts(draft.demos), "opening", draft.index)[:1]}
        requests = (self._request(request_id, shapes.opening_prompt(draft.demos, start), OPENING_TOKENS,
                                  self._psi.temperature) for request_id, (draft, start) in asked.items())
        for completion in self._generator.generate(requests):
            draft, start = asked[completion.id]
            draft.count(completion.usage)
            draft.opening = one_line(start + completion.text)
            if _unfinished(completion) or self._copies_seed(draft.opening):
                draft.opening = ""  # the question stands without it

    def _copies_seed(self, text: str) -> bool:
        return any(longest_shared_run(text, seed.input) >= MAX_COPIED_WORDS for seed in self._seeds)

    def _ask(self, drafts: Sequence[_Draft], principles: str) -> None:
        """Sample several questions for every draft; each keeps the likeliest one that only its fact answers."""
        tries = {draft.index: self._tries(draft, QUESTIONS_PER_START) for draft in drafts}
        for draft, question, completion in self._questions("generate", drafts, tries, principles):
            logprob = completion.mean_logprob if completion.mean_logprob is not None else 0.0
            fault = "question_unlikely" if logprob < MIN_QUESTION_LOGPROB else judge_question(
                question, draft.topic.fact, [fact for fact in self._facts if fact != draft.topic.fact])
            draft.offer(question, logprob, _unfinished(completion) or fault)

    def _tries(self, draft: _Draft, per_start: int) -> list[tuple[str, float]]:
        """First words and temperature of each question; the first is greedy while the fact is new."""
        first = 0.0 if draft.index < len(self._topics) else self._psi.temperature
        temperatures = [first] + [self._psi.temperature] * (per_start - 1)
        return [(start, temperature) for temperature in temperatures
                for start in shapes.question_starts(draft.topic.fact)]

    def _questions(self, purpose: str, drafts: Sequence[_Draft], tries: Mapping[int, Sequence[tuple[str, float]]],
                   principles: str) -> Iterator[tuple[_Draft, str, Completion]]:
        asked = {f"{purpose}/{draft.index}/{number}": (draft, *attempt) for draft in drafts
                 for number, attempt in enumerate(tries[draft.index])}
        requests = (self._request(
            request_id, shapes.question_prompt(draft.demos, principles, draft.topic.fact, start), QUESTION_TOKENS,
            temperature) for request_id, (draft, start, temperature) in asked.items())
        for completion in self._generator.generate(requests):
            draft, start, _ = asked[completion.id]
            draft.count(completion.usage)
            yield draft, one_line(start + completion.text), completion

    def _reply(self, drafts: Sequence[_Draft], principles: str,
               temperature: float) -> Iterator[tuple[_Draft, Completion]]:
        asked = {f"reply/{draft.index}": (draft, draft.question) for draft in drafts if draft.question is not None}
        requests = (self._request(
            request_id, shapes.reply_prompt(draft.demos, principles, draft.topic.fact, question), REPLY_TOKENS,
            temperature) for request_id, (draft, question) in asked.items())
        for completion in self._generator.generate(requests):
            draft, _ = asked[completion.id]
            draft.count(completion.usage)
            yield draft, completion

    def _instance(self, kind: str, draft: _Draft, completion: Completion,
                  principles: Sequence[Principle]) -> Instance:
        made = Provenance(draft.seed_ids, (draft.topic.passage_id,), tuple(each.id for each in principles),
                          draft.index, self._engine, any(each.demonstration for each in principles))
        given = one_line(f"{draft.opening} {draft.question}")
        return Instance(f"{kind}-{draft.index}", draft.instruction, given, one_line(completion.text), made)


def _unfinished(completion: Completion) -> str | None:
    return None if completion.finish_reason == "stop" else "unfinished"


def _without_question(drafts: Sequence[_Draft]) -> Iterator[Candidate]:
    return (draft.ended(None, draft.reason) for draft in drafts if draft.question is None)


def _blocks(indices: Iterable[int], size: int) -> Iterator[list[int]]:
    """Runs of indices with the same quotient by `size`: they share their examples."""
    for _, block in groupby(indices, key=lambda index: index // size):
        yield list(block)
