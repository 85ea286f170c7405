"""What a candidate of the shape `single` is drawn from, and what is written of it so far."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from appliance.config import PsiConfig
from appliance.engines.base import Completion, Sampling
from appliance.errors import InputError
from appliance.knowledge.facts import split_facts
from appliance.methods.psi.composer import Candidate
from appliance.methods.psi.single.prompts import Core, core, different_first
from appliance.quality.terms import one_line
from appliance.records import Instance, Passage, Principle, Provenance, Usage
from appliance.stage import derive_seed

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Topic:
    """One fact and the passage it stands in."""

    fact: str
    passage_id: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question without a fault, and how it was sampled.

    Attributes:
        logprob: mean natural-log probability of its tokens, 0.0 where the engine does not report it.
        gain: by how much it raises the mean log probability of the fact's tokens; 0.0 while not asked.
    """

    text: str
    logprob: float
    sampling: Mapping[str, Any]
    gain: float = 0.0


@dataclass(slots=True)
class Draft:
    """A candidate on its way: what was drawn for it, what is written so far, why the last part failed.

    Attributes:
        task: the seed whose instruction is borrowed.
        dropped: questions with a fault, each with the name of it.
        topic: None without K.
    """

    index: int
    topic: Topic | None
    task: Core
    demos: tuple[Core, ...]
    opening: str = ""
    questions: list[Question] = field(default_factory=list)
    question: Question | None = None
    reason: str = "no_question"
    dropped: list[str] = field(default_factory=list)
    sampling: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def fact(self) -> str | None:
        """The sentence of K it is written from."""
        return None if self.topic is None else self.topic.fact

    def count(self, usage: Usage) -> None:
        """Add the tokens of one generation."""
        self.prompt_tokens += usage.prompt_tokens or 0
        self.completion_tokens += usage.completion_tokens or 0

    def offer(self, question: Question, fault: str | None) -> None:
        """Keep a question without a fault; remember the fault of another."""
        if fault is not None:
            self.reason = fault
            self.dropped.append(f"{question.text} [{fault}]")
        elif question.text not in {each.text for each in self.questions}:
            self.questions.append(question)

    def choose(self, question: Question | None, reason: str = "no_question") -> None:
        """Settle on a question, or on why there is none."""
        self.question = question
        if question is None:
            self.reason = reason
        else:
            self.sampling["question"] = question.sampling

    def instance(self, kind: str, reply: str, principles: Sequence[Principle], engine: str) -> Instance:
        """The whole instance with its provenance; a task without input carries its question in the instruction."""
        asked = one_line(f"{self.opening} {self.question.text if self.question else ''}")
        passages = () if self.topic is None else (self.topic.passage_id,)
        made = Provenance(
            tuple(demo.seed_id for demo in self.demos), passages, tuple(each.id for each in principles), self.index,
            engine, shape="single", sampling=dict(self.sampling), prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens, demonstration=any(each.demonstration for each in principles))
        instruction, given = (self.task.instruction, asked) if self.task.has_input else (asked, "")
        return Instance(f"{kind}-{self.index}", instruction, given, one_line(reply), made)

    def ended(self, instance: Instance | None, reason: str | None) -> Candidate:
        """The candidate, with the tokens of all it took."""
        passed_over = [f"{question.text} [{reason}]" for question in self.questions]
        text = "\n".join((*self.dropped, *passed_over)) if instance is None else None
        return Candidate(self.index, instance, reason, Usage(self.prompt_tokens, self.completion_tokens), self.fact,
                         text=text)


class Drawing:
    """Draws what a candidate is made from; the job's seed and the candidate's index decide all of it.

    Args:
        seeds: D_seed.
        passages: K; not looked at when ``psi.knowledge`` is off.
        psi: how many seeds are shown.
        seed: seed of the stage.

    Raises:
        InputError: no seed that asks and answers a question, or no passage with a sentence that stands alone.
    """

    def __init__(self, seeds: Sequence[Instance], passages: Sequence[Passage], psi: PsiConfig, seed: int) -> None:
        self._demos, self._seed = psi.demos, seed
        self._cores = [found for found in map(core, seeds) if found is not None]
        self.topics = [Topic(fact, passage.id) for passage in passages for fact in split_facts(passage)
                       ] if psi.knowledge else []
        self._lap, self._order = ("", 0), list[Topic]()
        if not seeds:
            raise InputError("there are no seeds to compose from")
        if not self._cores:
            raise InputError(f"none of the {len(seeds)} seeds asks a question that its output answers; the prompt "
                             f"shape 'single' needs such seeds")
        if psi.knowledge and not self.topics:
            raise InputError(f"none of the {len(passages)} passages has a sentence that can be understood alone")

    def draft(self, purpose: str, index: int, block: int) -> Draft:
        """What candidate `index` is made from; candidates of a block share their examples."""
        lap, place = divmod(index, max(len(self.topics), 1))
        topic = self._topic(purpose, lap, place) if self.topics else None
        task = self.shuffled(self._cores, purpose, "instruction", index)[0]
        demos = different_first(self.shuffled(self._cores, purpose, "demos", index // block))[:self._demos]
        return Draft(index, topic, task, tuple(demos))

    def is_new(self, index: int) -> bool:
        """Whether the topic of this candidate comes for the first time."""
        return index < max(len(self.topics), 1)

    def shuffled(self, items: Sequence[_T], *names: object) -> list[_T]:
        """A random order for one purpose."""
        return random.Random(derive_seed(self._seed, *names)).sample(items, len(items))

    def _topic(self, purpose: str, lap: int, place: int) -> Topic:
        if self._lap != (purpose, lap):
            self._lap, self._order = (purpose, lap), self.shuffled(self.topics, purpose, "topics", lap)
        return self._order[place]


def unfinished(completion: Completion) -> str | None:
    """A reason where a text ran out of tokens."""
    return None if completion.finish_reason == "stop" else "unfinished"


def how_sampled(sampling: Sampling) -> dict[str, Any]:
    """What provenance keeps of one request."""
    return {"temperature": sampling.temperature, "top_p": sampling.top_p, "seed": sampling.seed}
