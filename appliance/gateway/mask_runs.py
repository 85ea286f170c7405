"""Quotations of K in a drawn set become placeholders before anything else looks at it, where the policy says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.pseudonyms import Pseudonyms, foreign_placeholder
from appliance.records import Instance

ENTITY = "KNOWLEDGE"
_GAP = re.compile(r"\W*")


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
        texts = instance.texts()
        if any(map(foreign_placeholder, texts.values())):
            # One of ours by its looks: nobody could tell the two apart afterwards.
            refused[instance.id] = "looks_like_placeholder"
            continue
        spans = _spans(list(texts.values()), knowledge)
        values = [(ENTITY, text[start:end]) for text, found in zip(texts.values(), spans, strict=True)
                  for start, end in found]
        names.assign(values)
        instruction, given, output = (_cut(text, found, names)
                                      for text, found in zip(texts.values(), spans, strict=True))
        masked.append(replace(instance, instruction=instruction, input=given, output=output))
    return masked, names, refused


def _spans(texts: Sequence[str], knowledge: KnowledgeGuard) -> list[list[tuple[int, int]]]:
    """Runs in each text, and the parts of runs that go on in the next one."""
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
        # Two runs with nothing but a blank between them are one quotation.
        if merged and _GAP.fullmatch(text[merged[-1][1]:max(start, merged[-1][1])]):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, spans: Sequence[tuple[int, int]], names: Pseudonyms) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}{names.token(ENTITY, text[start:end])}{text[end:]}"
    return text
