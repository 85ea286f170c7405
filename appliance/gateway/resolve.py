"""From what a detector says about folded text to what is replaced in clean text: map, tidy, merge.

Overlapping findings become one range that covers them all: the longest names the type, then the higher score.
Presidio would drop a contained finding and give a partial overlap two placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.errors import DetectorFailed
from appliance.gateway.detect import Detector, check_spans
from appliance.gateway.normalise import fold
from appliance.gateway.policy import Policy
from appliance.gateway.pseudonyms import PLACEHOLDER

# Takes the place of a placeholder while looking: no letter, no digit, no space, one for one.
_BLANK = "\ufffc"
_TAIL = re.compile(r"(?:['’]s|[\s.,;:!?)\]\"'’])+$")
_HEAD = re.compile(r"^[\s.,;:!?\"'’]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One range of a clean text to replace.

    Attributes:
        value: what the placeholder stands for; more than the range where an entity was split across fields.
        fixed: the deny list said so, so the allow list has no say.
    """

    start: int
    end: int
    entity: str
    score: float
    value: str
    fixed: bool = False


def blank_placeholders(text: str) -> str:
    """The text with every placeholder made invisible to detectors, length unchanged."""
    return PLACEHOLDER.sub(lambda match: _BLANK * len(match[0]), text)


def find(text: str, detector: Detector, policy: Policy) -> list[Hit]:
    """What the policy wants masked or blocked in a clean text; overlapping hits are still apart.

    Raises:
        DetectorFailed: see `Detector`; also when the text is longer than the policy allows.
    """
    if len(text) > policy.detector.max_text_chars:
        raise DetectorFailed(f"a text of {len(text)} characters is longer than detector.max_text_chars "
                             f"({policy.detector.max_text_chars})")
    folded = fold(blank_placeholders(text))
    hits = []
    for span in check_spans(folded.text, detector.detect(folded.text)):
        start, end = _tidy(text, *folded.to_clean(span.start, span.end))
        fixed = span.source.startswith("deny_list")
        hits.append(Hit(start, end, span.entity, span.score, text[start:end], fixed))
    return wanted(text, (piece for hit in hits for piece in _around_placeholders(text, hit)), policy)


def wanted(text: str, hits: Iterable[Hit], policy: Policy) -> list[Hit]:
    """The hits that the policy does not except: by type, or inside an occurrence of an allowed string."""
    allowed = [(match.start(), match.end()) for term in policy.allow_list
               for match in re.finditer(re.escape(term), text)]

    def excepted(hit: Hit) -> bool:
        if hit.entity in policy.block_entities or hit.fixed:
            return False
        if policy.entities != "all" and hit.entity not in policy.entities:
            return True
        return any(start <= hit.start and hit.end <= end for start, end in allowed)

    return [hit for hit in hits if not excepted(hit)]


def _tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """Whole words, without the punctuation and the possessive around them."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    head, tail = _HEAD.match(text[start:end]), _TAIL.search(text[start:end])
    first = start + (head.end() if head else 0)
    last = start + tail.start() if tail else end
    return (first, last) if first < last else (start, end)


def _around_placeholders(text: str, hit: Hit) -> Iterator[Hit]:
    """The parts of a hit that are not a placeholder already; parts without a letter or digit are dropped."""
    position = hit.start
    ranges = [(match.start(), match.end()) for match in PLACEHOLDER.finditer(text)
              if match.start() < hit.end and hit.start < match.end()]
    if not ranges:
        yield hit
        return
    for start, end in [*ranges, (hit.end, hit.end)]:
        piece = text[position:start]
        if any(character.isalnum() for character in piece):
            first, last = _tidy(text, position, start)
            yield Hit(first, last, hit.entity, hit.score, text[first:last], hit.fixed)
        position = max(position, end)


def merge(text: str, hits: Iterable[Hit]) -> list[Hit]:
    """Disjoint hits in order that cover every given one."""
    merged: list[Hit] = []
    group: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.end)):
        if group and hit.start >= max(member.end for member in group):
            merged.append(_union(text, group))
            group = []
        group.append(hit)
    return [*merged, _union(text, group)] if group else merged


def _union(text: str, group: Sequence[Hit]) -> Hit:
    best = max(group, key=lambda hit: (hit.end - hit.start, len(hit.value), hit.fixed, hit.score, hit.entity))
    start, end = min(hit.start for hit in group), max(hit.end for hit in group)
    whole = (best.start, best.end) == (start, end)
    return Hit(start, end, best.entity, best.score, best.value if whole else text[start:end],
               any(hit.fixed for hit in group))


def split_hits(fields: Sequence[str], separator: str, hits: Iterable[Hit]) -> Iterator[tuple[int, Hit]]:
    """Hits of joined fields, as ``(field, hit)`` in the coordinates of each field they touch."""
    for hit in hits:
        offset = 0
        for index, field in enumerate(fields):
            start, end = max(hit.start - offset, 0), min(hit.end - offset, len(field))
            if start < end:
                yield index, Hit(start, end, hit.entity, hit.score, hit.value, hit.fixed)
            offset += len(field) + len(separator)


def crosses(fields: Sequence[str], hit: Hit) -> bool:
    """Whether a hit in fields joined without a separator reaches into more than one of them."""
    border = 0
    for field in fields[:-1]:
        border += len(field)
        if hit.start < border < hit.end:
            return True
    return False
