"""Which of several questions is asked: the one that makes its fact most probable, if it does so at all.

The gain of a question is the mean log probability of the fact's tokens after it, less the same after a question that
says nothing. A question about something else has no gain, however fluent it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from appliance.engines.base import Generator, ScoreRequest
from appliance.methods.psi.single.drafts import Draft, Question
from appliance.methods.psi.single.prompts import answered_prompt
from appliance.quality.filters import YES_NO

NEUTRAL_QUESTION = "Can you help me?"
MIN_GAIN = 0.8
MAX_SCORED = 3
YES_NO_MALUS = 1.0
"""A question that says its answer raises the fact's probability by that alone."""


def choose_questions(drafts: Sequence[Draft], generator: Generator) -> None:
    """Settle every draft that has questions on the best one, or on ``question_off_fact`` where none has any gain."""
    waiting = [draft for draft in drafts if draft.questions]
    gains: dict[str, float] = {}
    owners: dict[str, Draft] = {}
    for draft in waiting:
        draft.questions = sorted(draft.questions, key=lambda each: -each.logprob)[:MAX_SCORED]
        owners |= {request.id: draft for request in _requests(draft)}
    for score in generator.score(request for draft in waiting for request in _requests(draft)):
        owners[score.id].count(score.usage)
        gains[score.id] = score.logprob_sum / max(score.tokens, 1)
    for draft in waiting:
        neutral = gains[f"gain/{draft.index}/neutral"]
        _choose(draft, [replace(question, gain=gains[f"gain/{draft.index}/{number}"] - neutral)
                        for number, question in enumerate(draft.questions)])


def _choose(draft: Draft, questions: Sequence[Question]) -> None:
    best = max(questions, key=lambda each: each.gain + each.logprob - YES_NO_MALUS * bool(YES_NO.match(each.text)))
    draft.choose(best if best.gain >= MIN_GAIN else None, "question_off_fact")


def _requests(draft: Draft) -> Iterator[ScoreRequest]:
    texts = {str(number): question.text for number, question in enumerate(draft.questions)}
    for name, text in ({"neutral": NEUTRAL_QUESTION} | texts).items():
        yield ScoreRequest(f"gain/{draft.index}/{name}", answered_prompt(draft.demos, text), f" {draft.fact}")
