"""What the words around a name say about whose it is: a title, a relation, the pronoun that follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from appliance.gateway.people import Gender

_TITLES: dict[str, Gender] = {
    **dict.fromkeys(("mr", "sir", "lord", "father", "brother"), "male"),
    **dict.fromkeys(("mrs", "ms", "miss", "madam", "dame", "lady", "sister", "mother"), "female")}
_RELATIONS: dict[str, Gender] = {
    **dict.fromkeys(("husband", "father", "dad", "son", "brother", "uncle", "nephew", "grandfather", "grandson",
                     "boyfriend", "widower", "man", "boy", "gentleman"), "male"),
    **dict.fromkeys(("wife", "mother", "mum", "mom", "daughter", "sister", "aunt", "niece", "grandmother",
                     "granddaughter", "girlfriend", "widow", "woman", "girl", "lady"), "female")}
_PRONOUNS: dict[str, Gender] = {**dict.fromkeys(("he", "his", "him", "himself"), "male"),
                                **dict.fromkeys(("she", "her", "hers", "herself"), "female")}
_REACH_CHARS = 60
_SAYS_TITLE, _SAYS_RELATION, _SAYS_PRONOUN = 9, 6, 1
SURE_FROM = 5
"""A title or a relation says more than a first name, a pronoun less: it may be somebody else's."""

_WORD = re.compile(r"[^\W\d_]+")
_TITLE = re.compile(r"([A-Z][a-z]+)\.?[ \t]*$")
_RELATION = re.compile(r"([a-z]+)[,:( \t]*(?:(?:named|called|is|was)\s)?$", re.IGNORECASE)
_WHO_IS = re.compile(r"[,(\s]*(?:is |was )?(?:an? |the |his |her |their |my |our )([a-z]+)", re.IGNORECASE)
_THIS_AND_NEXT_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]?[^.!?\n]*")
_SOMEBODY = re.compile(r"['’]s\b|\s(?!(?:I|She|Her|He|His)\b)[A-Z][a-z]")


def scores(mentions: Iterable[tuple[str, str, int, int]]) -> Counter[str]:
    """For each person how sure the texts are, above 0 of a woman, below of a man.

    Args:
        mentions: person, text, and where in it the mention begins and ends.
    """
    score: Counter[str] = Counter()
    for person, text, start, end in mentions:
        before, behind = text[max(start - _REACH_CHARS, 0):start], text[end:end + _REACH_CHARS]
        score[person] += _beside(before, text[start:end]) + _following(behind)
    return score


def told(score: int) -> tuple[Gender | None, bool]:
    """The gender that a score of `scores` stands for, None for none, and whether it says more than a first name."""
    return "female" if score > 0 else "male" if score < 0 else None, abs(score) >= SURE_FROM


def of_title(name: str) -> Gender | None:
    """The gender that the title at the beginning of a name tells, None for none."""
    first = _WORD.match(name)
    return _TITLES.get(first[0].lower()) if first else None


def _beside(before: str, mention: str) -> int:
    """A title in the mention or right before it, or a relation before it."""
    first, title, relation = _WORD.match(mention), _TITLE.search(before), _RELATION.search(before)
    titles = [_TITLES[word.lower()] for word in (first and first[0], title and title[1])
              if word and word[0].isupper() and word.lower() in _TITLES]
    if titles:
        return _sign(titles[0]) * _SAYS_TITLE
    return _sign(_RELATIONS.get(relation[1].lower()) if relation else None) * _SAYS_RELATION


def _following(behind: str) -> int:
    is_one = _WHO_IS.match(behind)
    if is_one is not None and is_one[1].lower() in _RELATIONS:
        return _sign(_RELATIONS[is_one[1].lower()]) * _SAYS_RELATION
    reach = _SOMEBODY.split(_THIS_AND_NEXT_SENTENCE.findall(behind)[0])[0]
    pronoun = next((_PRONOUNS[word] for word in map(str.lower, _WORD.findall(reach)) if word in _PRONOUNS), None)
    return _sign(pronoun) * _SAYS_PRONOUN


def _sign(gender: Gender | None) -> int:
    return {"female": 1, "male": -1, None: 0}[gender]
