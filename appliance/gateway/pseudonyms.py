"""Placeholders: one per real value over a whole set, counted in order of first appearance.

A placeholder is a type and a counter, never computed from the value (45 CFR 164.514(c)). The values live here, in
memory, on this machine; nothing of this class is sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from appliance.detection.names import strip_titles
from appliance.detection.normalise import fold, identity
from appliance.gateway.aliases import Persons, mentions_alone
from appliance.gateway.genders import of_title
from appliance.gateway.people import Gender
from appliance.gateway.spread import Spread, Vocabulary, spread
from appliance.policy.type_names import TYPE_NAMES

if TYPE_CHECKING:
    from appliance.gateway.stand_ins import StandIns

PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]{1,40}_[1-9][0-9]{0,8}>")
"""Exactly what this module issues."""

# What a model or a person could take for one of ours: other case, spaces, a closing slash, a missing counter's dash.
_LOOKS_LIKE = re.compile(r"<\s{0,3}/?\s{0,3}([A-Za-z][A-Za-z_\- ]{0,40})[_\- ]\s{0,3}[0-9]{1,9}\s{0,3}/?>")

# Numbers that mean the same whatever stands between their digits; a date does not.
_GROUPED = re.compile(r"\+?(?=(?:[^\d]*\d){6})[a-z0-9]+(?:[ \-.()]{1,3}[a-z0-9]+)*")
NOT_GROUPED = frozenset({"DATE_TIME", "AGE", "IP_ADDRESS", "PERSON", "LOCATION", "ORGANIZATION", "URL"})

JOINING_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
"""Between two letters it joins what others write apart."""

_MISTAKEN_FOR_NAMES = frozenset({"LOCATION", "ORGANIZATION", "NRP", "USERNAME", "JOB_TITLE"})

Found = tuple[str, str]
"""An entity type and a value as it was found."""


class Pseudonyms:
    """The placeholders of one set. `assign` in the order in which values appear.

    Args:
        stand_ins: what stands in the text that leaves; None means the placeholders themselves.
    """

    def __init__(self, stand_ins: StandIns | None = None) -> None:
        self.stand_ins = stand_ins
        self._tokens: dict[str, str] = {}
        self._entities: dict[str, str] = {}
        self._spread: dict[str, Spread] = {}
        self._spellings: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}
        self._numbers: dict[str, str] = {}
        self._persons = Persons()
        self._titled: dict[str, set[Gender]] = {}
        self._others: dict[Found, str] = {}
        self._vocabulary = Vocabulary()

    def copy(self) -> Pseudonyms:
        """An independent continuation: same placeholders, same counters."""
        twin = Pseudonyms(self.stand_ins and self.stand_ins.copy())
        twin._tokens, twin._entities = dict(self._tokens), dict(self._entities)
        twin._spread = dict(self._spread)
        twin._spellings = {token: list(names) for token, names in self._spellings.items()}
        twin._counts, twin._numbers = dict(self._counts), dict(self._numbers)
        twin._titled = {plain: set(genders) for plain, genders in self._titled.items()}
        twin._others = dict(self._others)
        twin._persons, twin._vocabulary = self._persons.copy(), self._vocabulary.copy()
        return twin

    def read(self, texts: Iterable[str]) -> None:
        """Learn how words are written in the set; it decides how far a value is looked for."""
        self._vocabulary.read(texts)

    def assign(self, found: Iterable[Found], fixed: Collection[Found] = ()) -> None:
        """Give every new value a placeholder.

        A value that is found as one type here and as another there is one value: it gets the type it is found as most
        often, or first. A short form that fits exactly one person shares that person's placeholder, so that "Osei" and
        "Dr. Amara Osei" stay the same person for the reader of the scrubbed text.

        Args:
            found: ``(entity, value)`` in order of appearance; repeats count.
            fixed: those that the deny list named; they keep their type and are looked for everywhere.
        """
        found = list(found)
        self._tell_apart(found)
        certain = {self._plain(entity, value): entity for entity, value in fixed}
        types: dict[str, Counter[str]] = {}
        for entity, value in found:
            plain = self._plain(entity, value)
            types.setdefault(plain, Counter())[entity] += 1
            self._vocabulary.note(value)
        new = [plain for plain in types if plain not in self._tokens]
        for plain in new:
            self._entities[plain] = certain.get(plain) or types[plain].most_common(1)[0][0]
        self._settle_names(new, certain)
        self._persons.add(plain for plain in new if self._entities[plain] == "PERSON")
        for plain in new:
            self._tokens[plain] = self._token_for(plain)
            spelling = strip_titles(plain) if plain in self._others.values() else plain
            self._spellings.setdefault(self._tokens[plain], []).append(spelling)
            self._spread[plain] = (Spread.EVERYWHERE if plain in certain else
                                   spread(self._entities[plain], plain, self._vocabulary))

    def _tell_apart(self, found: Collection[Found]) -> None:
        """A surname with a title that none of those who bear it has is of somebody else: Mrs Osei's son, Mr Osei."""
        titled = {(entity, value): gender for entity, value in found
                  if entity == "PERSON" and (gender := of_title(value)) is not None}
        for (entity, value), gender in titled.items():
            self._titled.setdefault(_plain(entity, value), set()).add(gender)
        for each, gender in titled.items():
            surname = _plain(*each)
            bearers = [genders for plain, genders in self._titled.items() if plain.endswith(f" {surname}")]
            known = {plain for plain, entity in (*self._entities.items(), *((_plain(*item), item[0]) for item in found))
                     if entity == "PERSON" and plain.endswith(f" {surname}")}
            if len(bearers) == len(known) > 0 and all(genders and gender not in genders for genders in bearers):
                self._others.setdefault(each, identity(each[1]).replace(".", ""))

    def _plain(self, entity: str, value: str) -> str:
        return self._others.get((entity, value)) or _plain(entity, value)

    def _settle_names(self, new: Collection[str], certain: Collection[str]) -> None:
        """A word that is one of a person's names is that name, whatever a detector takes it for where it stands."""
        people = [plain for plain, entity in self._entities.items() if entity == "PERSON" and " " in plain]
        alone = {part for plain in people for part in mentions_alone(plain)}
        for plain in new:
            if plain in alone and plain not in certain and self._entities[plain] in _MISTAKEN_FOR_NAMES:
                self._entities[plain] = "PERSON"

    def _token_for(self, plain: str) -> str:
        entity = self._entities[plain]
        if entity == "PERSON":
            for member in self._persons.groups()[self._persons.group(plain)]:
                if member in self._tokens:
                    return self._tokens[member]
        number = _squeezed(entity, plain)
        if number in self._numbers:
            return self._numbers[number]
        token = self._next(entity)
        if number:
            self._numbers[number] = token
        return token

    def _next(self, entity: str) -> str:
        self._counts[entity] = self._counts.get(entity, 0) + 1
        return f"<{entity}_{self._counts[entity]}>"

    def token(self, entity: str, value: str) -> str:
        """The placeholder of an assigned value.

        Raises:
            KeyError: it was never assigned.
        """
        return self._tokens[self._plain(entity, value)]

    def hear(self, mentions: Iterable[tuple[str, str, str, int, int]]) -> None:
        """Learn about those who need a stand-in from the words around them, before the first gets one.

        Args:
            mentions: type and value as they were assigned, text, and where in it the mention begins and ends.
        """
        if self.stand_ins is not None:
            self.stand_ins.hear((self.token(entity, value), text, start, end)
                                for entity, value, text, start, end in mentions)

    def stand_in(self, entity: str, value: str, surface: str, free: Callable[[str], bool]) -> str:
        """What stands for one mention in the text that leaves.

        Args:
            entity: as it was found.
            value: as it was assigned.
            surface: the mention as it is written.
            free: whether a text occurs nowhere in the set.
        """
        token = self.token(entity, value)
        if self.stand_ins is None:
            return token
        return self.stand_ins.text(token, entity_of(token), surface, self._spellings[token], free)

    def veil(self, text: str) -> str:
        """The text with every stand-in that was issued made invisible to detectors, length unchanged."""
        return text if self.stand_ins is None else self.stand_ins.veil(text)

    def issued(self, token: str) -> bool:
        """Whether this object issued that placeholder."""
        entity, _, count = token.strip("<>").rpartition("_")
        return bool(PLACEHOLDER.fullmatch(token)) and int(count) <= self._counts.get(entity, 0)

    def has_type(self, entity: str) -> bool:
        """Whether any placeholder of a type was issued."""
        return entity in self._counts

    def values(self) -> Iterator[Found]:
        """Every ``(entity, value)`` that has a placeholder, values as `normalise.identity` writes them."""
        return ((self._entities[plain], plain) for plain in self._tokens)

    def spread(self, value: str) -> Spread:
        """How far a value of `values` is looked for."""
        return self._spread[value]

    def spread_of_part(self, word: str) -> Spread:
        """How far one word of a person's name is looked for."""
        return self._spread.get(word) or spread("PERSON", word, self._vocabulary)

    def reversible(self, token: str) -> bool:
        """Whether the value of a placeholder can be put back under the policy."""
        return self.stand_ins is None or self.stand_ins.reversible(entity_of(token))

    def __len__(self) -> int:
        return sum(self._counts.values())


def foreign_placeholder(text: str, known: Pseudonyms | None = None) -> bool:
    """Whether a text already holds something that reads like a placeholder and that `known` did not issue.

    That is a type in capitals, or in any case the name of one there is: the ``<jazzyw_88>`` of a chat is text.
    """
    return any(_names_a_type(match[1], known) and (known is None or not known.issued(match[0]))
               for match in _LOOKS_LIKE.finditer(fold(text).text))


def _names_a_type(name: str, known: Pseudonyms | None) -> bool:
    plain = re.sub(r"[\s_\-]+", "_", name.strip(" _-")).upper()
    return name.upper() == name or plain in TYPE_NAMES or (known is not None and known.has_type(plain))


def entity_of(token: str) -> str:
    """The entity type in a placeholder."""
    return token.strip("<>").rpartition("_")[0]


def _plain(entity: str, value: str) -> str:
    plain = identity(value)
    if entity != "PERSON":
        return plain
    plain = JOINING_HYPHEN.sub(" ", plain)
    last, comma, first = plain.partition(", ")
    return strip_titles(f"{first} {last}" if comma and "," not in first else plain)


def _squeezed(entity: str, plain: str) -> str:
    if entity in NOT_GROUPED or not _GROUPED.fullmatch(plain.replace("(", "").strip()):
        return ""
    return "".join(character for character in plain if character.isalnum())
