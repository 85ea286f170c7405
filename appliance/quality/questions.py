"""Why a question is not one that a given fact, and no other, answers.

The rules are about English questions and kinds of answers; none knows a domain, and doubt rejects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from appliance.quality.answer_kinds import AUXILIARY, LIMITED, answer_span
from appliance.quality.filters import LABEL, MAX_COPIED_WORDS, PLACEHOLDER, YES_NO, repeats
from appliance.quality.neighbours import FactIndex
from appliance.quality.terms import (
    content_stems,
    duties,
    is_negated,
    listed,
    longest_shared_run,
    quantities,
    words,
)

MIN_QUESTION_WORDS, MAX_QUESTION_WORDS = 4, 20
MIN_COVERAGE, MIN_YES_NO_COVERAGE = 0.6, 0.8
MAX_WORDS_BEFORE_AUXILIARY = 4

# Where *I* may take the place of whoever does it: the fact names nobody, or everybody.
_ANYBODY = re.compile(r"\b(?:can|may|must|should|cannot|need not|need to|has to|have to)(?: not| only| never)* be\b|"
                      r"\b(?:is|are)(?: not| never)* (?:allowed|required|needed|permitted|possible|available)\b|"
                      r"\b(?:you|everyone|everybody|anyone|anybody|nobody|no one)\b", re.IGNORECASE)
_DO = re.compile(r"\b(?:do|does|did)\b", re.IGNORECASE)
_HAS = re.compile(r"\bhas\b", re.IGNORECASE)
_STATE = re.compile(r"\b(is|are|be)\s(?:(?:not|never|only|always|usually)\s)*([a-z]+)", re.IGNORECASE)
_LEFT_OPEN = re.compile(r"\s(?:up|to|of|with|from|until|for|by|at|the|an?|and|or)\s?\?$", re.IGNORECASE)
_COUNTING = re.compile(rf"^how many \S+ (?!{AUXILIARY.pattern})", re.IGNORECASE)
_SUBJECT_QUESTION = re.compile(r"^(?:who|what|which|how many)\b", re.IGNORECASE)
_THIRD_VIEW = re.compile(r"\b(?:our|ours|we|us)\b", re.IGNORECASE)
_ASKER = re.compile(r"\b(?:I|my|me|mine)\b")
_ASKED = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
# Words of a question that have to stand in the fact: another one asks about another matter.
_RELATIONS = listed("next same all every each only no before after during without until till under over above below "
                    "behind between beside near inside outside within since against will would could shall")
_ORDINALS = listed("first second third fourth fifth sixth seventh eighth ninth tenth")
_ASKING = content_stems("cost long able possible much many often")
_FREELY_NAMED = content_stems("cost costs")


def judge_question(question: str, fact: str | None, facts: FactIndex | None = None) -> str | None:
    """Why a question is not one that this fact, and no other, answers; or None.

    Args:
        question: one line.
        fact: the fact it should ask for; None where only the form can be judged.
        facts: all facts of K; the question must point at none of them more than at `fact`.
    """
    faults = [_form(question)] if fact is None else [
        _form(question), _aim(question, fact), _rivals(question, fact, facts)]
    return next((fault for each in faults for fault in each), None)


def _form(question: str) -> Iterator[str]:
    if not question.endswith("?") or question.count("?") != 1 or re.search(r"[.!;:]\s", question):
        yield "no_question"
    if not MIN_QUESTION_WORDS <= len(question.split()) <= MAX_QUESTION_WORDS:
        yield "question_length"
    if PLACEHOLDER.search(question) or LABEL.search(question) or repeats(question):
        yield "question_form"
    if is_negated(question):
        yield "question_tells_answer"
    if _THIRD_VIEW.search(question):
        yield "question_voice"
    if _LEFT_OPEN.search(question):
        yield "question_grammar"
    auxiliary = AUXILIARY.search(question)
    far = auxiliary is not None and len(question[:auxiliary.start()].split()) > MAX_WORDS_BEFORE_AUXILIARY
    if auxiliary is None or _COUNTING.match(question) or (far and not _SUBJECT_QUESTION.match(question)):
        yield "question_grammar"


def _aim(question: str, fact: str) -> Iterator[str]:
    asked, known = content_stems(question), content_stems(fact)
    if quantities(question) or len(words(question)) != len(question.replace("-", " ").split()):
        yield "question_tells_answer"
    span = answer_span(question, fact)
    if span is None:
        yield "question_of_another_kind"
        return
    answer = content_stems(fact[span[0]:span[1]])
    if not asked & known or asked - known - _ASKING:
        yield "question_off_fact"
    if _other_relation(question, fact, fact[span[0]:span[1]]):
        yield "question_off_fact"
    if asked & answer or longest_shared_run(question, fact[span[0]:span[1]]) > 1:
        yield "question_tells_answer"
    wanted, anchor = ((MIN_COVERAGE, _anchor(fact, span)) if span[0] < span[1]
                      else (MIN_YES_NO_COVERAGE, _predicate(fact)))
    if len(asked & (known - answer)) < wanted * len(known - answer) or not (anchor | _subject(fact, span)) <= asked:
        yield "question_too_vague"
    if not _verb_fits(question, fact, span):
        yield "question_grammar"
    if longest_shared_run(question, fact) >= MAX_COPIED_WORDS:
        yield "question_copies_fact"
    yield from _person(question, fact)
    if YES_NO.match(question) and (LIMITED.search(fact) or _bounded(question, fact)):
        yield "question_needs_more_than_yes_or_no"


def _other_relation(question: str, fact: str, answer: str) -> bool:
    """Another time, place, order or duty than the fact speaks of: *after* for *before*, *can* for *must*."""
    asked, known = set(words(question)), set(words(fact))
    order = (known & _ORDINALS) - set(words(answer))
    refused = is_negated(fact)
    return bool(asked & _RELATIONS - known or asked & _ORDINALS != order
                or (duties(question) - {"can"} if refused else duties(question) - duties(fact)))


def _verb_fits(question: str, fact: str, span: tuple[int, int]) -> bool:
    """Whether the verb is the fact's: *do* stands for one without auxiliary, *does* for one in the third person."""
    if _turned_round(question, fact):
        return False
    helper = _DO.search(question)
    if helper is None or YES_NO.match(question):
        return True
    if AUXILIARY.search(_HAS.sub("", fact[:span[0]])):
        return False
    bases = set(words(question)) - set(words(fact))
    third = _HAS.search(fact) or any(word.removesuffix(ending) in bases for word in words(fact)
                                     for ending in ("s", "es") if word.endswith(ending))
    return bool(third) == (helper[0] == "does")


def _turned_round(question: str, fact: str) -> bool:
    """Who does it has changed (*report* for *is reported*), or the number of the verb without that of its noun."""
    state = _STATE.search(fact)
    if state is None or _ASKER.search(question):
        return False
    asked, known = words(question), set(words(fact))
    active = state[2].casefold() not in asked and bool(content_stems(state[2]) & content_stems(question))
    other = {"is": "are", "are": "is"}.get(state[1].casefold())
    return active or (other in asked and {word for word in asked if content_stems(word)} <= known)


def _bounded(question: str, fact: str) -> bool:
    """Whether a *no* would deny more than the fact does: it holds after 30 days, or without a visit, only."""
    return is_negated(fact) and bool(quantities(fact) or set(words(fact)) & _RELATIONS - set(words(question)))


def _person(question: str, fact: str) -> Iterator[str]:
    """*I* asks what anybody can or must do; *you* asks about those who answer, where the fact speaks of them."""
    if _ASKER.search(question) and not _ANYBODY.search(fact):
        yield "question_voice"
    if _ASKED.search(question) and not (_THIRD_VIEW.search(fact) or _ASKED.search(fact)):
        yield "question_voice"


def _anchor(fact: str, span: tuple[int, int]) -> frozenset[str]:
    """The word next to the answer and the one after *is* or *are*, mostly verbs: a question for the answer has them."""
    before = [word for word in words(fact[:span[0]]) if content_stems(word)]
    after = [word for word in words(fact[span[1]:]) if content_stems(word)]
    state = _STATE.search(fact[:span[0]])
    near = [*(before[-1:] or after[:1]), *([state[2]] if state else [])]
    return content_stems(" ".join(near)) - _FREELY_NAMED


def _subject(fact: str, span: tuple[int, int]) -> frozenset[str]:
    """The content words before the verb: a question about prescriptions is none about lost prescriptions."""
    auxiliary = AUXILIARY.search(fact)
    return content_stems(fact[:min(auxiliary.start(), span[0]) if auxiliary else span[0]]) - _FREELY_NAMED


def _predicate(fact: str) -> frozenset[str]:
    """The first content word after the auxiliary: what a yes or no is about."""
    auxiliary = AUXILIARY.search(fact)
    rest = [word for word in words(fact[auxiliary.end():] if auxiliary else "") if content_stems(word)]
    return content_stems(rest[0]) if rest else frozenset()


def _rivals(question: str, fact: str, facts: FactIndex | None) -> Iterator[str]:
    if facts is not None and not facts.picks_out(question, fact):
        yield "question_fits_another_fact"
