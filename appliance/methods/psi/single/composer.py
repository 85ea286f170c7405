"""The prompt shape `single`: one staged instance at a time, grounded in one fact, for small models (Eq. 1 and Eq. 4).

Both are written in steps. D_initial: an opening in which a person introduces themselves, a question, a reply; checked
for form and topic only, because what is wrong in it is what the reflector is asked to find. D_t: several questions, the
one that most raises the probability of its fact, a reply; checked against the fact, and rejected in doubt. A reply of
the model that does not say all of the fact, and only that, is replaced by the fact itself.

A candidate depends on the job's seed and its own index alone, so a job that was stopped goes on with the next index.
Candidates are written in blocks: those of one block share their examples, so the engine reads the common part of
their prompts once and decodes the block together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from appliance.config import PsiConfig
from appliance.engines.base import Completion, GenerationRequest, Generator, Sampling
from appliance.methods.psi.composer import Candidate
from appliance.methods.psi.single import prompts
from appliance.methods.psi.single.drafts import Draft, Drawing, Question, how_sampled, unfinished
from appliance.methods.psi.single.ranking import choose_questions
from appliance.quality.answer_kinds import question_starts
from appliance.quality.filters import MAX_COPIED_WORDS, YES_NO, judge
from appliance.quality.neighbours import FactIndex
from appliance.quality.questions import judge_question
from appliance.quality.terms import content_stems, is_negated, longest_shared_run, one_line, stem, words
from appliance.records import Instance, Passage, Principle
from appliance.stage import derive_seed

EXPAND_BLOCK, GENERATE_BLOCK = 20, 16
OPENING_TOKENS, QUESTION_TOKENS, REPLY_TOKENS = 40, 24, 48
QUESTIONS_PER_START = 2
PRINCIPLES_TOKENS = 800
MIN_QUESTION_LOGPROB = -1.1


class SingleComposer:
    """One instance at a time, for small models.

    Args:
        generator: M_g.
        seeds: D_seed.
        passages: K.
        psi: how many seeds are shown, whether K is used, temperature, top_p.
        seed: seed of the stage; with an index it decides everything drawn for that candidate.

    Raises:
        InputError: no usable seed, or no passage with a sentence that stands alone.
    """

    def __init__(self, generator: Generator, seeds: Sequence[Instance], passages: Sequence[Passage],
                 psi: PsiConfig, seed: int) -> None:
        self._generator, self._seeds, self._psi, self._seed = generator, tuple(seeds), psi, seed
        self._engine = generator.info().name
        self._drawing = Drawing(seeds, passages, psi, seed)
        self._facts = FactIndex([topic.fact for topic in self._drawing.topics])

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        """Candidates of D_initial (Eq. 1); no principles, one try at each part."""
        for block in _blocks(indices, EXPAND_BLOCK):
            drafts = [self._drawing.draft("expand", index, EXPAND_BLOCK) for index in block]
            self._open(drafts)
            for draft, completion in self._reply(drafts, "", self._psi.temperature):
                instance = draft.instance("initial", completion.text, (), self._engine)
                yield draft.ended(instance, unfinished(completion) or judge(instance, seeds=self._seeds))
            yield from _without_question(drafts)

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        """Candidates of D_t (Eq. 4), every prompt under all principles."""
        lines = prompts.principle_lines(principles, self._generator.count_tokens, PRINCIPLES_TOKENS)
        for block in _blocks(indices, GENERATE_BLOCK):
            drafts = [self._drawing.draft("generate", index, GENERATE_BLOCK) for index in block]
            self._ask(drafts, lines)
            for draft, completion in self._reply(drafts, lines, 0.0):
                yield self._replied(draft, completion, principles)
            yield from _without_question(drafts)

    def _replied(self, draft: Draft, completion: Completion, principles: Sequence[Principle]) -> Candidate:
        """The model's reply where nothing speaks against it, else the fact itself."""
        instance = draft.instance("generated", completion.text, principles, self._engine)
        reason = unfinished(completion) or _slip(completion.text, draft.fact) or judge(
            instance, fact=draft.fact, seeds=self._seeds)
        if reason is not None and draft.fact is not None and draft.question is not None:
            draft.sampling["reply"] = {**draft.sampling["reply"], "replaced_by": "fact", "because": reason}
            stated = draft.instance("generated", _stated(draft.question.text, draft.fact), principles, self._engine)
            instance, reason = stated, judge(stated, fact=draft.fact, seeds=self._seeds)
        return draft.ended(instance, reason)

    def _open(self, drafts: Sequence[Draft]) -> None:
        """Write one question for every draft, and an opening where the question can be used."""
        tries = {draft.index: self._drawing.shuffled(self._tries(draft, 1), "start", draft.index)[:1]
                 for draft in drafts}
        for draft, question, completion in self._questions("expand", drafts, tries, ""):
            draft.offer(question, unfinished(completion) or _off_topic(question.text, draft.fact))
        for draft in drafts:
            draft.choose(next(iter(draft.questions), None), draft.reason)
        asked = {f"opening/{draft.index}": (draft, start) for draft in drafts if draft.question is not None
                 for start in self._drawing.shuffled(prompts.opening_starts(draft.demos), "opening", draft.index)[:1]}
        requests = [self._request(request_id, prompts.opening_prompt(draft.demos, start), OPENING_TOKENS,
                                  self._psi.temperature) for request_id, (draft, start) in asked.items()]
        for request, completion in self._complete(requests):
            draft, start = asked[request.id]
            draft.count(completion.usage)
            opening = one_line(start + completion.text)
            if not unfinished(completion) and not self._copies_seed(opening):
                draft.opening = opening  # without one the question stands alone
                draft.sampling["opening"] = how_sampled(request.sampling)

    def _copies_seed(self, text: str) -> bool:
        return any(longest_shared_run(text, seed.input) >= MAX_COPIED_WORDS for seed in self._seeds)

    def _ask(self, drafts: Sequence[Draft], principles: str) -> None:
        """Sample several questions for every draft; each keeps the best one that only its fact answers."""
        tries = {draft.index: self._tries(draft, QUESTIONS_PER_START) for draft in drafts}
        for draft, question, completion in self._questions("generate", drafts, tries, principles):
            fault = "question_unlikely" if question.logprob < MIN_QUESTION_LOGPROB else judge_question(
                question.text, draft.fact, self._facts)
            draft.offer(question, unfinished(completion) or fault)
        if self._psi.knowledge:
            choose_questions(drafts, self._generator)
        else:
            for draft in drafts:
                draft.choose(max(draft.questions, key=lambda each: each.logprob, default=None), draft.reason)

    def _tries(self, draft: Draft, per_start: int) -> list[tuple[str, float]]:
        """First words and temperature of each question; the first is greedy while the fact is new."""
        starts = question_starts(draft.fact) if draft.fact is not None else ()
        if draft.fact is None or (per_start == 1 and not starts):
            starts = prompts.demo_starts(draft.demos)
        greedy = draft.fact is not None and self._drawing.is_new(draft.index)
        temperatures = [0.0 if greedy else self._psi.temperature] + [self._psi.temperature] * (per_start - 1)
        return [(start, temperature) for temperature in temperatures for start in starts]

    def _questions(self, purpose: str, drafts: Sequence[Draft], tries: Mapping[int, Sequence[tuple[str, float]]],
                   principles: str) -> Iterator[tuple[Draft, Question, Completion]]:
        asked = {f"{purpose}/{draft.index}/{number}": (draft, *attempt) for draft in drafts
                 for number, attempt in enumerate(tries[draft.index])}
        requests = [self._request(
            request_id, prompts.question_prompt(draft.demos, principles, draft.fact, start), QUESTION_TOKENS,
            temperature) for request_id, (draft, start, temperature) in asked.items()]
        for request, completion in self._complete(requests):
            draft, start, _ = asked[request.id]
            draft.count(completion.usage)
            yield draft, Question(one_line(start + completion.text), completion.mean_logprob or 0.0,
                                  how_sampled(request.sampling)), completion

    def _reply(self, drafts: Sequence[Draft], principles: str,
               temperature: float) -> Iterator[tuple[Draft, Completion]]:
        asked = {f"reply/{draft.index}": (draft, draft.question.text) for draft in drafts
                 if draft.question is not None}
        requests = [self._request(
            request_id, prompts.reply_prompt(draft.demos, principles, draft.fact, question), REPLY_TOKENS,
            temperature) for request_id, (draft, question) in asked.items()]
        for request, completion in self._complete(requests):
            draft, _ = asked[request.id]
            draft.count(completion.usage)
            draft.sampling["reply"] = how_sampled(request.sampling)
            yield draft, completion

    def _request(self, request_id: str, prompt: str, max_tokens: int, temperature: float) -> GenerationRequest:
        seed = derive_seed(self._seed, "text", request_id)
        return GenerationRequest(request_id, prompt, Sampling(
            max_tokens, temperature, self._psi.top_p, seed=seed, stop=("\n",)))

    def _complete(self, requests: Sequence[GenerationRequest]) -> Iterator[tuple[GenerationRequest, Completion]]:
        by_id = {request.id: request for request in requests}
        for completion in self._generator.generate(requests):
            yield by_id[completion.id], completion


def _off_topic(question: str, fact: str | None) -> str | None:
    """What makes a question of D_initial useless; everything else the reflector may find."""
    if not question.endswith("?"):
        return "no_question"
    return "off_topic" if fact is not None and not content_stems(question) & content_stems(fact) else None


def _slip(reply: str, fact: str | None) -> str | None:
    """The fact with other endings is the fact with mistakes."""
    if fact is None or one_line(reply) == fact:
        return None
    return "inflected" if list(map(stem, words(reply))) == list(map(stem, words(fact))) else None


def _stated(question: str, fact: str) -> str:
    """The fact as a reply."""
    if not YES_NO.match(question):
        return fact
    return f"No. {fact}" if is_negated(fact) else f"Yes. {fact}"


def _without_question(drafts: Sequence[Draft]) -> Iterator[Candidate]:
    return (draft.ended(None, draft.reason) for draft in drafts if draft.question is None)


def _blocks(indices: Iterable[int], size: int) -> Iterator[list[int]]:
    """Runs of indices with the same quotient by `size`: they share their examples."""
    for _, block in groupby(indices, key=lambda index: index // size):
        yield list(block)
