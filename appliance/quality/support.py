"""Whether what a task says about the knowledge base K stands in the passages its prompt showed.

A list of tasks mixes two kinds. Some are about K: what they state has to come from K, or it is invented. Others are not
(*sort these words*), and nothing in K can support them. So the rule has two steps.

1. A task is about K when at least half of the content words of its instruction and input, and at least two, are words
   of the passages or examples in the prompt; or when at least half of them, and at least three, stand together in any
   one passage of K, shown or not. Words with which the seeds' instructions frame a task (*answer the question*) do not
   count. A task of any other vocabulary is not judged.
2. The output of a task about K has to take its figures and its names, and at least half of its content words, from the
   passages, the instruction or the input. Figures with different units are different: 24 hours do not support 24 days.

Doubt rejects: a sum worked out from two prices is dropped with the invented ones. Words are compared by their stems, in
any script; names are capitalised words inside a sentence, except where the passages capitalise so much that capitals
mark no names (German).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

import regex

from appliance.quality.near_duplicates import tokens
from appliance.quality.terms import FUNCTION_WORDS, listed, quantities, stem
from appliance.records import Instance, Passage

MIN_SHARED_SHOWN, MIN_SHARED_ELSEWHERE = 2, 3
MIN_SHARE_ABOUT, MIN_SHARE_SUPPORTED = 0.5, 0.5
MAX_CAPITALISED = 0.25
"""Where more of the words inside sentences begin with a capital, capitals mark no names."""

_COURTESY = listed("dear hello hi thank thanks welcome sorry happy glad sure help regards sincerely kind best wishes "
                   "mr mrs ms miss dr sir madam team")
_ITEM_NUMBER = re.compile(r"^[ \t]*\(?\d{1,2}[.)][ \t]", re.MULTILINE)
_INSIDE = regex.compile(r"(?<=(?:[\p{L}\p{N},;)’']|\b(?:Mr|Mrs|Ms|Dr|Prof|St)\.)[ \t]+)\p{L}[\p{L}\p{N}’'-]*")
_FIRST_PERSON = re.compile(r"I(?:['’]\w+)?$")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


class Support:
    """What of K a task may rest on.

    Args:
        passages: all of K; empty where tasks are written without it, and then no task is judged.
        seeds: D_seed.
    """

    def __init__(self, passages: Sequence[Passage], seeds: Sequence[Instance]) -> None:
        self._framing = _stems("\n".join(seed.instruction for seed in seeds))
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(passages):
            for each in _stems(_text(passage)):
                self._holders[each].append(number)

    def fault(self, instance: Instance, shown: Sequence[Passage], demos: Sequence[Instance]) -> str | None:
        """Why the output is not supported, or None.

        Args:
            instance: one task.
            shown: the passages in its prompt.
            demos: the seeds in its prompt.
        """
        task, known = f"{instance.instruction}\n{instance.input}", "\n".join(map(_text, shown))
        examples = "\n".join("\n".join(demo.texts().values()) for demo in demos)
        if not shown or not self._is_about_k(task, _stems(known) | _stems(examples)):
            return None
        return next(_faults(instance.output, f"{known}\n{task}"), None)

    def _is_about_k(self, task: str, vocabulary: frozenset[str]) -> bool:
        asked = _stems(task) - self._framing
        half = math.ceil(MIN_SHARE_ABOUT * len(asked))
        return (len(asked & vocabulary) >= max(MIN_SHARED_SHOWN, half)
                or self._one_passage_shares(asked, max(MIN_SHARED_ELSEWHERE, half)))

    def _one_passage_shares(self, asked: frozenset[str], least: int) -> bool:
        """Whether one passage has so many of the stems; it then has one of any ``len(asked) - least + 1`` of them."""
        holders = sorted((self._holders.get(each, ()) for each in asked), key=len)
        rarest = holders[:max(0, len(asked) - least + 1)]
        possible = frozenset(chain.from_iterable(rarest))
        counted = Counter(number for numbers in holders for number in numbers if number in possible)
        return max(counted.values(), default=0) >= least


def _text(passage: Passage) -> str:
    return f"{passage.title}\n{passage.text}"


def _faults(output: str, support: str) -> Iterator[str]:
    if not _figures_supported(_ITEM_NUMBER.sub("", output), support):
        yield "figure_not_in_passages"
    known = {stem(token) for token in tokens(support)}
    if not {stem(name) for name in _names(output)} <= known and _marks_names(support):
        yield "name_not_in_passages"
    said = _stems(output)
    if said and len(said & _stems(support)) < MIN_SHARE_SUPPORTED * len(said):
        yield "words_not_in_passages"


@lru_cache(maxsize=1024)
def _stems(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning; figures are left out."""
    return frozenset(stem(token) for token in tokens(text)
                     if token not in FUNCTION_WORDS and token not in _COURTESY and not token.isdigit()
                     and (len(token) > 1 or not token.isascii()))


def _figures_supported(output: str, support: str) -> bool:
    known = _figures(support)
    return all(figure in known and (units <= known[figure] or "" in known[figure] or units == {""})
               for figure, units in _figures(output).items())


def _figures(text: str) -> dict[str, set[str]]:
    """Each figure with the units it stands with; ``""`` where there is none."""
    found: dict[str, set[str]] = defaultdict(set)
    for quantity in quantities(text):
        figure = _FIGURE.search(quantity)
        number = figure[0] if figure else quantity
        found[number.removesuffix(":00").removesuffix(".00")].add(quantity.replace(number, "").strip())
    return found


def _names(text: str) -> set[str]:
    """Parts of the capitalised words inside sentences, in lower case."""
    names = (word for word in _INSIDE.findall(text) if word[0].isupper() and not _FIRST_PERSON.match(word))
    return {part for word in names for part in tokens(word) if part not in _COURTESY}


def _marks_names(text: str) -> bool:
    """Whether capitals inside sentences are rare enough to mark names."""
    inside = _INSIDE.findall(text)
    return sum(1 for word in inside if word[0].isupper()) <= MAX_CAPITALISED * len(inside)
