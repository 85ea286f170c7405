"""Placeholders: one per entity and value over a whole set, counted in order of first appearance.

A placeholder is a type and a counter, never computed from the value (45 CFR 164.514(c)). The values live here, in
memory, on this machine; nothing of this class is sent or written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from appliance.detection.names import strip_titles
from appliance.detection.normalise import fold, identity

PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]{1,40}_[1-9][0-9]{0,8}>")
"""Exactly what this module issues."""

# What a model or a person could take for one of ours: other case, spaces, a closing slash, a missing counter's dash.
_LOOKS_LIKE = re.compile(r"<\s{0,3}/?\s{0,3}[A-Za-z][A-Za-z_\- ]{0,40}[_\- ]\s{0,3}[0-9]{1,9}\s{0,3}/?>")


class Pseudonyms:
    """The placeholders of one set. `assign` in the order in which values appear."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def copy(self) -> Pseudonyms:
        """An independent continuation: same placeholders, same counters."""
        twin = Pseudonyms()
        twin._tokens, twin._counts = dict(self._tokens), dict(self._counts)
        return twin

    def assign(self, found: Iterable[tuple[str, str]]) -> None:
        """Give every new value a placeholder.

        A single name that is part of exactly one longer name shares that person's placeholder, so that "Osei" and
        "Dr. Amara Osei" stay the same person for the reader of the scrubbed text.

        Args:
            found: ``(entity, value)`` in order of appearance; repeats are welcome.
        """
        keys = list(dict.fromkeys(_key(entity, value) for entity, value in found))
        persons = {name for entity, name in [*self._tokens, *keys] if entity == "PERSON"}
        for key in keys:
            if key not in self._tokens:
                owner = _owner(key, persons)
                self._tokens[key] = self._tokens[owner] if owner in self._tokens else self._next(key[0])
                self._tokens.setdefault(owner, self._tokens[key])

    def _next(self, entity: str) -> str:
        self._counts[entity] = self._counts.get(entity, 0) + 1
        return f"<{entity}_{self._counts[entity]}>"

    def token(self, entity: str, value: str) -> str:
        """The placeholder of an assigned value.

        Raises:
            KeyError: it was never assigned.
        """
        return self._tokens[_key(entity, value)]

    def issued(self, token: str) -> bool:
        """Whether this object issued that placeholder."""
        entity, _, count = token.strip("<>").rpartition("_")
        return bool(PLACEHOLDER.fullmatch(token)) and int(count) <= self._counts.get(entity, 0)

    def values(self) -> Iterator[tuple[str, str]]:
        """Every ``(entity, value)`` that has a placeholder, values as `normalise.identity` writes them."""
        return iter(self._tokens)

    def __len__(self) -> int:
        return sum(self._counts.values())


def foreign_placeholder(text: str, known: Pseudonyms | None = None) -> bool:
    """Whether a text already holds something that reads like a placeholder and that `known` did not issue."""
    return any(known is None or not known.issued(match[0]) for match in _LOOKS_LIKE.finditer(fold(text).text))


def _key(entity: str, value: str) -> tuple[str, str]:
    plain = identity(value)
    if entity != "PERSON":
        return entity, plain
    last, comma, first = plain.partition(", ")
    return entity, strip_titles(f"{first} {last}" if comma and "," not in first else plain)


def _owner(key: tuple[str, str], persons: set[str]) -> tuple[str, str]:
    entity, value = key
    if entity != "PERSON" or " " in value:
        return key
    longer = [name for name in persons if value in name.split() and " " in name]
    return (entity, longer[0]) if len(longer) == 1 else key
