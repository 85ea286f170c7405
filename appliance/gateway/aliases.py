"""Which spellings of names mean one person: Amara Osei, Osei, A. Osei, Osei, Amara and (AO).

A short form belongs to a person only if it fits exactly one of those known. Nicknames are beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from appliance.detection.names import name_parts

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "rn", "esq", "mba", "dds", "do", "np"})
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_MOST_INITIALS = 4


def words_of(name: str) -> tuple[str, ...]:
    """The words of a case-folded name, initials without their dot, without what stands behind a name."""
    words = tuple(_WORD.findall(name))
    kept = tuple(word for word in words if word not in _SUFFIXES)
    return kept if len(kept) > 1 or len(words) == 1 else words


def initials_of(name: str) -> str:
    """Such as ``jrs``; empty for a name of one word."""
    words = words_of(name)
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def same_person(one: str, other: str) -> bool:
    """Whether two case-folded names, each of one word or more, can be of the same person."""
    short, full = sorted((words_of(one), words_of(other)), key=len)
    if not short:
        return False
    if len(short) == 1:
        return short[0] in full or (len(full) > 1 and short[0] == "".join(word[0] for word in full))
    if short[-1] != full[-1]:
        return False
    given, others = short[:-1], full[:-1]
    if not _same_word(given[0], others[0]):
        return False
    rest = list(others[1:])
    return all(any(_same_word(word, each) for each in rest) for word in given[1:]) if rest else True


def _same_word(one: str, other: str) -> bool:
    return one == other or (len(one) == 1 and other.startswith(one)) or (len(other) == 1 and one.startswith(other))


def spellings(name: str) -> Iterator[str]:
    """Other ways to write a case-folded name of several words, as they are looked for."""
    words = words_of(name)
    if len(words) < 2:
        return
    first, last = words[0], words[-1]
    if len(last) < 2:
        return
    yield f"{last}, {' '.join(words[:-1])}"
    for short in (f"{first[0]}.", first[0]):
        yield f"{short} {last}"
        yield f"{last}, {short}"
    if len(words) > 2:
        yield f"{first} {last}"
        yield f"{first} {' '.join(f'{word[0]}.' for word in words[1:-1])} {last}"
        yield f"{last}, {first}"


def mentions_alone(name: str) -> list[str]:
    """The words of a name that may stand for the person without the others."""
    return [part for part in name_parts(name) if part not in _SUFFIXES]


class Persons:
    """Groups of names, one for each person; each group is known by its first name."""

    def __init__(self) -> None:
        self._members: dict[str, list[str]] = {}
        self._group: dict[str, str] = {}
        self._by_word: dict[str, set[str]] = {}

    def copy(self) -> Persons:
        """An independent continuation."""
        twin = Persons()
        twin._members = {key: list(names) for key, names in self._members.items()}
        twin._group = dict(self._group)
        twin._by_word = {word: set(keys) for word, keys in self._by_word.items()}
        return twin

    def add(self, names: Iterable[str]) -> None:
        """Group new names: the fullest first, so that a short form meets everybody it could mean."""
        new = [name for name in dict.fromkeys(names) if name not in self._group]
        for name in sorted(new, key=lambda name: (-len(words_of(name)), -len(name))):
            fitting = self._fitting(name)
            self._join(name, fitting[0] if len(fitting) == 1 else name)

    def group(self, name: str) -> str:
        """What the group of a name is known by."""
        return self._group.get(name, name)

    def groups(self) -> Mapping[str, list[str]]:
        """All groups with their names."""
        return self._members

    def _fitting(self, name: str) -> list[str]:
        near = {key for word in {*words_of(name), name} for key in self._by_word.get(word, ())}
        fitting = [key for key in sorted(near) if all(same_person(name, member) for member in self._fullest(key))]
        if len(words_of(name)) > 1 and len(fitting) > 1:
            # A surname that could be anybody's was grouped on its own: a full name does not become its owner.
            fitting = [key for key in fitting if len(words_of(self._fullest(key)[0])) > 1]
        return fitting

    def _fullest(self, key: str) -> list[str]:
        full = [name for name in self._members[key] if len(words_of(name)) > 1]
        return full or self._members[key]

    def _join(self, name: str, key: str) -> None:
        self._members.setdefault(key, []).append(name)
        self._group[name] = key
        words = words_of(name)
        initials = "".join(word[0] for word in words)
        for word in {*words, initials if 1 < len(words) <= _MOST_INITIALS else name}:
            self._by_word.setdefault(word, set()).add(key)
