"""What stands in the place of each value, by type, as the policy says; and knowing again what was put there.

Everything is found and agreed on with placeholders. Only then do the operators of the policy say how a value reads in
the text that leaves. What they wrote is remembered exactly: the final look takes these strings and no others for ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from random import Random

from appliance.detection.normalise import fold
from appliance.gateway.generalise import generalised
from appliance.gateway.resolve import BLANK
from appliance.gateway.surrogates import Person, Surrogates, as_written, untaken
from appliance.policy.model import Policy
from appliance.policy.parts import Operator

REDACTED = "<REDACTED>"
_MIN_ALONE_CHARS = 3
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
        self._surrogates = Surrogates(Random(self._seed))
        self._taken = taken
        self._persons: dict[str, Person] = {}
        self._real: dict[str, tuple[str, ...]] = {}
        self._made: dict[tuple[str, str], str] = {}
        self._issued: dict[str, str] = {}
        self._general: set[str] = set()
        self._search: tuple[int, re.Pattern[str] | None] = (-1, None)

    def copy(self) -> StandIns:
        """A continuation of its own: what was made stays, what is made from now on is drawn anew."""
        twin = object.__new__(StandIns)
        twin._operators, twin._seed, twin._taken = self._operators, self._seed, self._taken
        twin._surrogates = Surrogates(Random(f"{self._seed}:{len(self._made)}"))
        twin._persons, twin._real, twin._made = dict(self._persons), dict(self._real), dict(self._made)
        twin._issued, twin._general = dict(self._issued), set(self._general)
        twin._search = self._search
        return twin

    def operator(self, entity: str) -> Operator:
        """What the policy asks for a type; a placeholder unless it says otherwise."""
        return self._operators.get(entity, self._operators.get("DEFAULT", "placeholder"))

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
                    self._issued[made] = token
                return made or token
        return token

    def _surrogate(self, token: str, entity: str, surface: str, names: Sequence[str],
                   free: Callable[[str], bool]) -> str | None:
        def refused(text: str) -> bool:
            return (len(text) < _MIN_ALONE_CHARS or self._issued.get(text, token) != token
                    or not free(text) or self._taken(text))

        if entity == "PERSON":
            person = self._persons.get(token) or self._person(token, names, free)
            made = None if person is None else as_written(person, surface, names)
            return None if made is None or refused(made) else made
        if entity == "EMAIL_ADDRESS":
            known = [(self._real[each], person) for each, person in self._persons.items()]
            return untaken(lambda: self._surrogates.email(surface, known), refused)
        return untaken(lambda: self._surrogates.value(entity, surface), refused)

    def _person(self, token: str, names: Sequence[str], free: Callable[[str], bool]) -> Person | None:
        """Somebody none of whose names stands in the set, in K, or for somebody else."""
        used = {word for person in self._persons.values() for word in (person.first, person.middle, person.last)}
        for _ in range(200):
            person = self._surrogates.person(names)
            words = (person.first, person.middle, person.last)
            if all(word not in used and free(word) and not self._taken(word) for word in words):
                self._persons[token] = person
                self._real[token] = tuple(max(names, key=lambda name: len(name.split())).split())
                return person
        return None

    def veil(self, text: str) -> str:
        """The text with everything that was put there made invisible to detectors, length unchanged."""
        pattern = self._pattern()
        return text if pattern is None else pattern.sub(lambda match: BLANK * len(match[0]), text)

    def _pattern(self) -> re.Pattern[str] | None:
        if not {"redact", "generalise", "surrogate"} & set(self._operators.values()):
            return None
        count = len(self._issued) + len(self._general)
        if self._search[0] != count:
            strings = sorted({REDACTED, *self._issued, *self._general}, key=len, reverse=True)
            self._search = count, re.compile("|".join(map(bounded, strings)))
        return self._search[1]

    def reversible(self, entity: str) -> bool:
        """Whether values of a type can be put back."""
        return self.operator(entity) in ("placeholder", "surrogate")


def bounded(text: str) -> str:
    """Exactly this, not a part of a longer word or number."""
    before = r"(?<![\w])(?<!\d[.\-/])" if text[0].isalnum() else ""
    after = r"(?!\w)(?![.\-/]\d)" if text[-1].isalnum() else ""
    return before + re.escape(text) + after


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
