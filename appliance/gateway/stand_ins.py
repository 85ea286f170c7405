"""What stands in the place of each value, by type, as the policy says; and knowing again what was put there.

Everything is found and agreed on with placeholders. Only then do the operators of the policy say how a value reads in
the text that leaves. What they wrote is remembered exactly: the final look takes these strings and no others for ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from random import Random
from typing import Any

from appliance.detection.normalise import fold, identity
from appliance.gateway.dates import DateShift
from appliance.gateway.genders import scores, told
from appliance.gateway.generalise import generalised
from appliance.gateway.people import Person, as_written, invented, surname_of
from appliance.gateway.pseudonyms import entity_of
from appliance.gateway.resolve import BLANK
from appliance.gateway.surrogates import Surrogates, untaken
from appliance.policy.model import Policy
from appliance.policy.parts import Operator

REDACTED = "<REDACTED>"
_MIN_ALONE_CHARS = 3
_TRIES = 200
"""People that are invented before the placeholder stays: of small sets of names most may stand in the set."""
_WRITTEN_DATE = re.compile(r"\d{1,2}([/.])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d")
_WORD = re.compile(r"[^\W_]+")


class StandIns:
    """The stand-ins of one set.

    Args:
        policy: its operators.
        random: decides the surrogates; never the values do.
        taken: whether a text is a word of K, or of anything else that must not be said by chance.
    """

    def __init__(self, policy: Policy, random: Random, taken: Callable[[str], bool] = lambda _: False) -> None:
        self._operators = dict(policy.operators)
        self._seed = random.getrandbits(64)
        self._random = Random(self._seed)
        self._surrogates, self._dates = Surrogates(self._random), DateShift(Random(f"{self._seed}:dates"))
        self._taken = taken
        self._persons: dict[str, Person] = {}
        self._surnames: dict[str, str] = {}
        self._genders: Counter[str] = Counter()
        self._made: dict[tuple[str, str], str] = {}
        self._issued: dict[str, tuple[str, str]] = {}
        self._general: set[str] = set()
        self._search: tuple[int, Any] = (-1, None)

    def copy(self) -> StandIns:
        """A continuation of its own: what was made stays, what is made from now on is drawn anew."""
        twin = object.__new__(StandIns)
        twin._operators, twin._seed, twin._taken = self._operators, self._seed, self._taken
        twin._random = Random(f"{self._seed}:{len(self._made)}")
        twin._surrogates, twin._dates = Surrogates(twin._random), self._dates.copy()
        twin._persons, twin._surnames = dict(self._persons), dict(self._surnames)
        twin._genders, twin._made = self._genders.copy(), dict(self._made)
        twin._issued, twin._general = dict(self._issued), set(self._general)
        twin._search = self._search
        return twin

    def operator(self, entity: str) -> Operator:
        """What the policy asks for a type; a placeholder unless it says otherwise."""
        return self._operators.get(entity, self._operators.get("DEFAULT", "placeholder"))

    def hear(self, mentions: Iterable[tuple[str, str, int, int]]) -> None:
        """Learn how the set writes dates, and from the words around people whether they are women or men.

        Args:
            mentions: placeholder, text, and where in it the mention begins and ends.
        """
        heard = list(mentions)
        self._dates.learn(text[start:end] for token, text, start, end in heard
                          if _kind(entity_of(token), text[start:end]) == "DATE_TIME")
        if self.operator("PERSON") == "surrogate":
            self._genders.update(scores(heard))

    def text(self, token: str, entity: str, surface: str, names: Sequence[str], free: Callable[[str], bool]) -> str:
        """What stands for one mention.

        Args:
            token: the placeholder of its value.
            entity: the type the value was given.
            surface: the mention as it was written.
            names: every spelling of the value that was found in the set, case-folded.
            free: whether a text occurs nowhere in the set.
        """
        if (token, surface) not in self._made:
            made = self._make(token, entity, surface, names, free)
            self._made[token, surface] = made
        return self._made[token, surface]

    def _make(self, token: str, entity: str, surface: str, names: Sequence[str], free: Callable[[str], bool]) -> str:
        match self.operator(entity):
            case "redact":
                return REDACTED
            case "generalise":
                general = generalised(entity, surface)
                if general is not None:
                    self._general.add(general)
                return general or REDACTED
            case "surrogate":
                made = self._surrogate(token, entity, surface, names, free)
                if made is not None:
                    self._issued[made] = token, identity(surface)
                return made or token
        return token

    def _surrogate(self, token: str, entity: str, surface: str, names: Sequence[str],
                   free: Callable[[str], bool]) -> str | None:
        def refused(text: str) -> bool:
            # Two people of one family share what stands for their surname alone, which is one text in the set too.
            other, was = self._issued.get(text, (token, ""))
            return (len(text) < _MIN_ALONE_CHARS or (other != token and was != identity(surface))
                    or not free(text) or self._taken(text))

        match _kind(entity, surface):
            case "PERSON":
                person = self._persons.get(token) or self._person(token, names, free)
                made = None if person is None else as_written(person, surface)
                return None if made is None or refused(made) else made
            case "DATE_TIME":
                moved = self._dates.moved(surface)
                return untaken(lambda: next(moved, None), refused)
            case "EMAIL_ADDRESS":
                return untaken(lambda: self._surrogates.email(surface, self._persons.values()), refused)
            case "USERNAME":
                return untaken(lambda: self._surrogates.username(surface, self._persons.values()), refused)
        return untaken(lambda: self._surrogates.value(entity, surface), refused)

    def _person(self, token: str, names: Sequence[str], free: Callable[[str], bool]) -> Person | None:
        """Somebody none of whose names stands in the set, in K, or for somebody else but a relative."""
        surname = surname_of(names)
        shared = self._surnames.get(surname or "")
        used = {word for person in self._persons.values() for word in person.all_words()}

        def refused(word: str, real: Iterable[str]) -> bool:
            return (word in used or not free(word) or self._taken(word)
                    or any(len(each) > _MIN_ALONE_CHARS and each in word.casefold() for each in real))

        for _ in range(_TRIES):
            person = invented(names, self._random, told(self._genders[token]), shared)
            if not any(word != shared and refused(word, person.words) for word in person.all_words()):
                self._persons[token] = person
                if surname is not None:
                    self._surnames.setdefault(surname, person.last)
                return person
        return None

    def veil(self, text: str) -> str:
        """The text with everything that was put there made invisible to detectors, length unchanged."""
        pattern = self._pattern()
        return text if pattern is None else str(pattern.sub(lambda match: BLANK * len(match[0]), text))

    def _pattern(self) -> Any:
        if not {"redact", "generalise", "surrogate"} & set(self._operators.values()):
            return None
        count = len(self._issued) + len(self._general)
        if self._search[0] != count:
            self._search = count, any_of({REDACTED, *self._issued, *self._general})
        return self._search[1]

    def reversible(self, entity: str) -> bool:
        """Whether values of a type can be put back."""
        return self.operator(entity) in ("placeholder", "surrogate")


def _kind(entity: str, surface: str) -> str:
    """The type a mention is invented as: a date that a detector took for another number is moved with the others."""
    return "DATE_TIME" if _WRITTEN_DATE.fullmatch(surface) else entity


def any_of(texts: Collection[str]) -> Any:
    """A pattern of exactly these, none of them a part of a longer word or number; with many as quick as with few."""
    import regex

    before = r"(?:(?=[^\W_])(?<!\w)(?<!\d[.\-/])|(?![^\W_]))"
    after = r"(?:(?<=[^\W_])(?!\w)(?![.\-/]\d)|(?<![^\W_]))"
    # Of a named list the longest that fits is taken.
    return regex.compile(rf"{before}\L<texts>{after}", texts=texts)


def words_of_knowledge(texts: Iterable[str]) -> Callable[[str], bool]:
    """Whether every word of a text stands in K, in any case; K is read when this is asked first."""
    words: set[str] = set()

    def taken(text: str) -> bool:
        if not words:
            words.update(word for each in texts for word in _WORD.findall(fold(each).text.casefold()))
        found = _WORD.findall(fold(text).text.casefold())
        return bool(found) and all(word in words for word in found)

    return taken


def occurs_nowhere(texts: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text stands nowhere in a set, in any case; the set is read when this is asked first."""
    joined: list[str] = []

    def free(text: str) -> bool:
        if not joined:
            joined.append("\n".join(fold(each).text.casefold() for each in texts))
        return fold(text).text.casefold() not in joined[0]

    return free
