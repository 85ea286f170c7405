"""Which spellings of names mean one person: Amara Osei, Osei, A. Osei, Osei, Amara and (AO).

A short form belongs to a person only if it fits exactly one of those known. However many names a set holds, one more is
compared with a bounded number of them: a name that many could bear is nobody's short form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from appliance.detection.names import name_parts
from appliance.gateway.nicknames import formals, others, others_alone

MOST_INITIALS = 4
"""Of how many letters initials are, at the most."""

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "rn", "esq", "mba", "dds", "do", "np"})
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# Beyond that nothing is compared: words of a name, people who could bear it, spellings of one person.
_MOST_WORDS, _MOST_BEARERS, _MOST_FORMS = 8, 32, 16

_Words = tuple[str, ...]


def words_of(name: str) -> tuple[str, ...]:
    """The words of a case-folded name, initials without their dot, without what stands behind a name."""
    words = tuple(_WORD.findall(name))
    kept = tuple(word for word in words if word not in _SUFFIXES)
    return kept if len(kept) > 1 or len(words) == 1 else words


def initials_of(name: str) -> str:
    """Such as ``jrs``; empty for a name of one word."""
    words = words_of(name)
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _compared(name: str) -> _Words:
    """The words of a name in the order of speech: an initial behind the surname, as in "Smith J.", comes first."""
    words = words_of(name)
    given = len(words)
    while given > 1 and len(words[given - 1]) == 1:
        given -= 1
    return words[given:] + words[:given] if words and len(words[0]) > 1 else words


def _same_person(one: _Words, other: _Words) -> bool:
    """Whether two names, each of one word or more, can be of the same person."""
    short, full = sorted((one, other), key=len)
    if not short:
        return False
    if len(short) == 1:
        return short[0] in full or (len(full) > 1 and (short[0] == "".join(word[0] for word in full)
                                                       or _nicknamed(short[0], full[0])))
    if short[-1] != full[-1]:
        return False
    given, names = short[:-1], full[:-1]
    if not (_same_word(given[0], names[0]) or _nicknamed(given[0], names[0])):
        return False
    rest = names[1:]
    return all(any(_same_word(word, each) for each in rest) for word in given[1:]) if rest else True


def _nicknamed(one: str, other: str) -> bool:
    return not formals(one).isdisjoint(formals(other))


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
    for other in others(first):
        yield f"{other} {last}"
        yield f"{last}, {other}"
    if len(words) > 2:
        yield f"{first} {last}"
        yield f"{first} {' '.join(f'{word[0]}.' for word in words[1:-1])} {last}"
        yield f"{last}, {first}"


def initials_behind(name: str) -> Iterator[str]:
    """A case-folded name with one initial behind it and no comma, as in "Smith J." and "Amara O."."""
    words = words_of(name)
    if len(words) > 1:
        first, last = words[0], words[-1]
        for before, initial in ((last, first[0]), (first, last[0])):
            if len(before) > 1:
                yield f"{before} {initial}."
                # "A" and "I" without a point are words.
                yield from () if initial in "ai" else (f"{before} {initial}",)


def mentions_alone(name: str) -> list[str]:
    """The words of a name that may stand for the person without the others."""
    return [part for part in name_parts(name) if part not in _SUFFIXES]


def called_alone(name: str) -> list[str]:
    """What a person of several names may be called instead of the first: Bob for Robert, Robert for Bob."""
    words = words_of(name)
    return others_alone(words[0]) if len(words) > 1 else []


class Persons:
    """Groups of names, one for each person; each group is known by its first name."""

    def __init__(self) -> None:
        self._members: dict[str, list[str]] = {}
        self._group: dict[str, str] = {}
        self._forms: dict[str, set[_Words]] = {}
        self._by_mark: dict[str, set[str]] = {}

    def copy(self) -> Persons:
        """An independent continuation."""
        twin = Persons()
        twin._members = {key: list(names) for key, names in self._members.items()}
        twin._group = dict(self._group)
        twin._forms = {key: set(forms) for key, forms in self._forms.items()}
        twin._by_mark = {mark: set(keys) for mark, keys in self._by_mark.items()}
        return twin

    def add(self, names: Iterable[str]) -> None:
        """Group new names: the fullest first, so that a short form meets everybody it could mean."""
        new = [name for name in dict.fromkeys(names) if name not in self._group]
        for name in sorted(new, key=lambda name: (-len(words_of(name)), -len(name))):
            words = _compared(name)
            fitting = self._fitting(name, words)
            self._join(name, words, fitting[0] if len(fitting) == 1 else name)

    def group(self, name: str) -> str:
        """What the group of a name is known by."""
        return self._group.get(name, name)

    def groups(self) -> Mapping[str, list[str]]:
        """All groups with their names."""
        return self._members

    def _fitting(self, name: str, words: _Words) -> list[str]:
        marked = [self._by_mark.get(mark, set()) for mark in {name, *_sought(words)}]
        if len(words) > _MOST_WORDS or any(len(keys) > _MOST_BEARERS for keys in marked):
            return []
        fitting = [key for key in set().union(*marked) if self._takes(key, words)]
        if len(words) > 1 and len(fitting) > 1:
            # A surname that could be anybody's was grouped on its own: a full name does not become its owner.
            fitting = [key for key in fitting if any(len(form) > 1 for form in self._forms[key])]
        return fitting

    def _takes(self, key: str, words: _Words) -> bool:
        forms = self._forms[key]
        full = [form for form in forms if len(form) > 1] or forms
        return len(forms) <= _MOST_FORMS and all(_same_person(words, form) for form in full)

    def _join(self, name: str, words: _Words, key: str) -> None:
        self._members.setdefault(key, []).append(name)
        self._group[name] = key
        self._forms.setdefault(key, set()).add(words)
        for mark in {name, *_kept(words)}:
            self._by_mark.setdefault(mark, set()).add(key)


def _kept(words: _Words) -> Iterator[str]:
    """The marks under which a group with this name is found: its words, initials, ends; alone, as a single name."""
    yield from words
    if len(words) == 1:
        yield f"alone {words[0]}"
    if words:
        yield from formals(words[0])
    if len(words) > 1:
        yield from ("".join(word[0] for word in words),) if len(words) <= MOST_INITIALS else ()
        first, last = words[0], words[-1]
        yield from (f"{each} {last}" for each in formals(first))
        yield from (f"{first[0]}. {last}",) if len(first) > 1 else ()


def _sought(words: _Words) -> Iterator[str]:
    """The marks of the groups that a name can belong to."""
    if len(words) == 1:
        yield from formals(words[0])
        return
    yield from (f"alone {word}" for word in words)
    if words:
        first, last = words[0], words[-1]
        yield from (f"{each} {last}" for each in formals(first))
        yield f"{first[0]} {last}" if len(first) > 1 else f"{first}. {last}"
