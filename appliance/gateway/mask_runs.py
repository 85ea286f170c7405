"""Quotations of K in a drawn set become placeholders before anything else looks at it, where the policy says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.detection.normalise import clean
from appliance.errors import InputError
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.pseudonyms import Pseudonyms, foreign_placeholder
from appliance.records import Instance

ENTITY = "KNOWLEDGE"
_GAP = re.compile(r"\W*")


@dataclass(frozen=True, slots=True)
class Masked:
    """The texts of one record without their quotations of K.

    Attributes:
        texts: with placeholders.
        runs: of each text as it was given, the ranges that were replaced, disjoint and in order.
        tokens: of each text, what stands there now.
    """

    texts: tuple[str, ...]
    runs: tuple[tuple[tuple[int, int], ...], ...]
    tokens: tuple[tuple[str, ...], ...]

    def in_given(self, number: int, start: int, end: int) -> tuple[int, int]:
        """Where a range of the text with that number stands in the text as it was given."""
        longer, found = 0, (start, end)
        for (first, last), token in zip(self.runs[number], self.tokens[number], strict=True):
            if end <= first + longer:
                break
            longer += len(token) - (last - first)
            # No range reaches into a placeholder; one that spans it begins where it did.
            found = (start - longer if start >= last + longer else found[0], end - longer)
        return found


def masked_runs(instances: Sequence[Instance],
                knowledge: KnowledgeGuard) -> tuple[list[Instance], Pseudonyms, dict[str, str]]:
    """Replace every run of K, whole words around it, by ``<KNOWLEDGE_n>``.

    Args:
        instances: the drawn set, as it was generated.
        knowledge: finds the runs.

    Returns:
        The set, the placeholders that are now in it, and by instance id why one cannot take part. What an encoding
        hides is not masked; the guard refuses it afterwards.
    """
    names = Pseudonyms()
    masked: list[Instance] = []
    refused: dict[str, str] = {}
    for instance in instances:
        done = mask_runs(list(instance.texts().values()), knowledge, names)
        if done is None:
            refused[instance.id] = "looks_like_placeholder"
            continue
        instruction, given, output = done.texts
        masked.append(replace(instance, instruction=instruction, input=given, output=output))
    return masked, names, refused


def mask_runs(texts: Sequence[str], knowledge: KnowledgeGuard, names: Pseudonyms) -> Masked | None:
    """As `masked_runs`, the texts of one record.

    Args:
        texts: any number of them.
        knowledge: finds the runs.
        names: of the set; the placeholders are added.

    Returns:
        None where a text already holds what looks like a placeholder: nobody could tell the two apart afterwards.
    """
    if not all(map(_can_be_read, texts)):
        # The scrubber refuses it for its characters.
        return Masked(tuple(texts), ((),) * len(texts), ((),) * len(texts))
    if any(map(foreign_placeholder, texts)):
        return None
    runs = runs_in(texts, knowledge)
    names.assign([(ENTITY, text[start:end]) for text, found in zip(texts, runs, strict=True) for start, end in found])
    tokens = tuple(tuple(names.token(ENTITY, text[start:end]) for start, end in found)
                   for text, found in zip(texts, runs, strict=True))
    return Masked(tuple(map(_cut, texts, runs, tokens)), tuple(map(tuple, runs)), tokens)


def _can_be_read(text: str) -> bool:
    try:
        clean(text)
    except InputError:
        return False
    return True


def runs_in(texts: Sequence[str], knowledge: KnowledgeGuard) -> list[list[tuple[int, int]]]:
    """Runs in each text, and the parts of runs that go on in the next one; disjoint, in order, in whole words."""
    spans = [list(knowledge.spans(text)) for text in texts]
    for between in ("\n", ""):
        joined, offset = between.join(texts), 0
        across = knowledge.spans(joined)
        for text, found in zip(texts, spans, strict=True):
            for start, end in across:
                first, last = max(start - offset, 0), min(end - offset, len(text))
                if first < last:
                    found.append((first, last))
            offset += len(text) + len(between)
    return [_merged(text, found) for text, found in zip(texts, spans, strict=True)]


def _merged(text: str, found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        # Two runs without a letter or a digit between them are one quotation.
        if merged and _GAP.fullmatch(text[merged[-1][1]:max(start, merged[-1][1])]):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, spans: Sequence[tuple[int, int]], tokens: Sequence[str]) -> str:
    for (start, end), token in zip(reversed(spans), reversed(tokens), strict=True):
        text = f"{text[:start]}{token}{text[end:]}"
    return text
