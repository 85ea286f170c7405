"""Which kinds of answer a fact holds, and how a question for one may begin.

An amount, a duration, a frequency, a count, a time, a place, a means, somebody, or yes and no: kinds of answers in
English, not of any domain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from appliance.quality.filters import YES_NO
from appliance.quality.terms import is_negated, words

MAX_STARTS = 4

_FIGURE = r"(?:\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an?|an?))"
_DURATION = (rf"{_FIGURE}(?:\sto\s\d+)?\s(?:(?:working|business|calendar|full|whole)\s)?"
             r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?)\b")
_CLOCK = r"(?:\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.)|\bnoon\b|\bmidnight\b)"
_CALENDAR = (r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|"
             r"september|october|november|december|weekdays?|weekends?)\b")
_ABOUT = r"(?:(?:about|around|only|up to|at most|at least|for|to|usually)\s)*"
_MEANS = (r"(?:phone|telephone|e-?mail|post|letter|text message|message|fax|card|cash|cheque|bank transfer|form|"
          r"website|portal|app|online|in person|in writing|appointment|signature)\b")
_COMPARED = r"(?<!over\s)(?<!under\s)(?<!above\s)(?<!below\s)(?<!than\s)(?<!older\s)"
_PLACED = (r"(?:stands?|available|hangs?|located|held|collected|returned|found|bought|sold|meets?|stops?|left|parked|"
           r"kept|shown|signed|printed|ordered|borrowed|stored|handed|takes? place|posted|published|begins?|starts?)")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of answer: how a question for it begins, and what in a fact, the group ``answer``, is one."""

    start: str
    fact: re.Pattern[str]


def _kind(start: str, *answers: str) -> _Kind:
    return _Kind(start, re.compile("|".join(answers), re.IGNORECASE))


_KINDS = (
    _kind("How much", rf"{_COMPARED}(?:[$€£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:dollars|euros|pounds|cents|percent)\b)",
          r"\bhalf (?:the )?price\b|(?<=\bis )free\b(?: of charge)?|(?<=\bare )free\b(?: of charge)?"),
    _kind("How long", rf"(?:(?<=takes )|(?<=take )|(?<=lasts )|(?<=last )|(?<=wait )|(?<=is )|(?<=are )|(?<=for )|"
                      rf"(?<=limited to )|(?<=runs )|(?<=stay )|(?<=stays )|(?<=covers )){_ABOUT}{_COMPARED}{_DURATION}"
                      r"(?!\s(?:in advance|ahead|before|old|late|later|of notice))"),
    _kind("How often", rf"\bevery\s(?:{_DURATION}|second\s\w+|\w+day\b|day\b|week\b|month\b|year\b|quarter\b)",
          r"\b(?:once|twice|\w+ times) (?:a|an|each|every|per) \w+"),
    _kind("How many", r"(?<![$€£\d.,:])\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)(?=\s"
                      r"(?!(?:working|business|calendar|am|pm|dollars|euros|pounds|cents|percent|times|of|or|to|and)\b|"
                      r"(?:second|minute|hour|day|week|month|quarter|year)s?\b)(?P<noun>[a-z]+s)\b)"),
    _kind("What time", rf"(?:\b(?:at|from|until|by|between)\s)?{_CLOCK}(?:\s(?:to|and|until)\s{_CLOCK})?"),
    _kind("When", rf"\b(?:on|in|from|until|by|at|to|before|after|between|every|each|of)\s(?:the\s)?(?:\w+\s)?"
                  rf"(?:{_CALENDAR}|{_CLOCK})(?:\s(?:to|and|mornings?|afternoons?|evenings?|{_CALENDAR}|{_CLOCK}))*",
          rf"\b(?:within|after|before|until|every)\s{_ABOUT}{_DURATION}",
          rf"{_DURATION}\s(?:in advance|ahead|before|after|later)\b|\bon the (?:same|next) day\b"),
    _kind("Where", rf"(?:\b(?:is|are)\s|\b{_PLACED}\b(?:\s\w+){{0,3}}?\s)(?P<answer>"
                   r"(?:at|in|on|to|behind|beside|next to|opposite|near|above|below|under|outside)\s"
                   r"(?!(?:the\s|an?\s)?(?:\d+(?:st|nd|rd|th)|\d+\s\w+s|same|next|age|end|beginning|day|week|month|"
                   r"case|time|advance|person|writing|order|emergency|price|"
                   r"[\w-]+ (?:day|week|month|year|session|visit))\b)"
                   r"(?:the|our|an?|each|every|\d+)\s[\w' -]+)"),
    _kind("How", rf"\b(?:by|through|via|with|in|on|using)\s(?:the\s|an?\s|our\s)?(?:\w+\s){{0,2}}?{_MEANS}|\bonline\b"),
    _kind("Who", r"\b(?:by|from)\s(?:the|an?)\s(?!end|time|name|form|card|day|week|next)[\w' -]+"),
)
_YES_NO_STARTS = (("Can", re.compile(r"\b(?:can|may|cannot)\b", re.IGNORECASE)),
                  ("Can I", re.compile(r"\b(?:can|may|cannot|not allowed|must not)\b", re.IGNORECASE)),
                  ("Must", re.compile(r"\bmust\b", re.IGNORECASE)),
                  ("Is", re.compile(r"\bis\b", re.IGNORECASE)), ("Are", re.compile(r"\bare\b", re.IGNORECASE)))
AUXILIARY = re.compile(r"\b(?:do|does|did|is|are|was|were|can|cannot|could|may|must|should|shall|will|would|has|have)"
                       r"\b", re.IGNORECASE)
LIMITED = re.compile(r"\b(?:only|except|unless|but|half|less|fewer)\b", re.IGNORECASE)
_NOTHING = re.compile(r"(?:no|none|nothing|neither)\b", re.IGNORECASE)
# Verbs without auxiliary that stand next to an answer; the form of *do* follows from theirs.
_PLAIN_VERBS = tuple(f"{verb}{ending}" for verb in (
    "take", "last", "cost", "begin", "start", "open", "close", "pay", "meet") for ending in ("", "s"))


def question_starts(fact: str) -> tuple[str, ...]:
    """First words of the questions that a fact can answer by what it holds, most telling first; may be none.

    A question word is also given with the auxiliary verb that stands before the answer: *How long are* for *X-rays are
    kept for 7 years*, so that the question keeps the verb of the fact.
    """
    yes_no = [start for start, pattern in _YES_NO_STARTS if pattern.search(fact)]
    if _NOTHING.match(fact):
        return ()
    if is_negated(fact):
        return tuple(dict.fromkeys("Can" if start == "Must" else start for start in yes_no))[:MAX_STARTS]
    typed = [(kind.start, found) for kind in _KINDS if (found := kind.fact.search(fact))]
    starts = dict.fromkeys(each for start, found in typed[:2] for each in _beginnings(start, fact, found))
    if not LIMITED.search(fact):
        starts |= dict.fromkeys(yes_no[:2])
    return tuple(starts)[:MAX_STARTS]


def _beginnings(start: str, fact: str, found: re.Match[str]) -> tuple[str, ...]:
    if "noun" in found.re.groupindex:
        return (f"{start} {found['noun']}",)
    verb = _auxiliary(fact, found)
    return (f"{start} {verb}", start) if verb else (start,)


def _span(found: re.Match[str]) -> tuple[int, int]:
    return found.span("answer") if "answer" in found.re.groupindex else found.span()


def _auxiliary(fact: str, found: re.Match[str]) -> str:
    """The auxiliary before the answer, or the form of *do* that goes with the verb; empty in doubt."""
    before = fact[:_span(found)[0]]
    if verbs := AUXILIARY.findall(before):
        return str(verbs[-1]).lower()
    last = next((word for word in reversed(words(before)) if word in _PLAIN_VERBS), "")
    return "" if not last else "does" if last.endswith("s") else "do"


def answer_span(question: str, fact: str) -> tuple[int, int] | None:
    """Where in the fact the answer to a question of this kind stands; the end of the fact for yes and no."""
    if YES_NO.match(question):
        return len(fact), len(fact)
    for kind in _KINDS:
        if re.match(rf"{kind.start}\b", question, re.IGNORECASE):
            found = kind.fact.search(fact)
            return _span(found) if found else None
    return None
