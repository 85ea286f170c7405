"""From what a detector says about folded text to what is replaced in clean text: map, tidy, merge.

Overlapping findings become one range that covers them all: the longest names the type, then the higher score.
Presidio would drop a contained finding and give a partial overlap two placeholders.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.detection.detector import Detector, check_spans
from appliance.detection.normalise import fold
from appliance.errors import DetectorFailed
from appliance.gateway.pseudonyms import PLACEHOLDER
from appliance.policy.model import Policy

BORDER_CHARS = 200
"""How far an entity that is split across fields may reach into each of them."""

_FOUND_BY_WORDS = frozenset({"PERSON", "STREET_ADDRESS", "URL", "USERNAME"})

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
    for span in check_spans(folded.text, detector.detect([folded.text])[0]):
        found = folded.to_clean(span.start, span.end)
        start, end = _tidy(text, *found)
        # What had to grow to a whole word saw only a part of it: others know better what the word is.
        score = span.score if start >= found[0] and end <= found[1] else span.score / 2
        hits.append(Hit(start, end, span.entity, score, text[start:end], span.source.startswith("deny_list")))
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
    # A value that is all here comes before one that goes on in another field: it is what is looked for elsewhere.
    best = max(group, key=lambda hit: (hit.end - hit.start, hit.value == text[hit.start:hit.end], hit.fixed, hit.score,
                                       hit.entity))
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


def across_borders(fields: Sequence[str], look: Callable[[str], list[Hit]]) -> Iterator[tuple[int, Hit]]:
    """Hits that only exist when fields are joined without a separator, as `split_hits` gives them.

    Neighbours are joined by two, so that a third field does not hide where a word ends, and by three around a short
    one. What is found by the form of its words does not count unless the deny list names it: the end of one sentence
    and the start of the next look like a host name, and a name would swallow the word after it.
    """
    last = len(fields) - 1
    runs = [(first, first + 1) for first in range(last)]
    runs += [(first, first + 2) for first in range(last - 1) if len(fields[first + 1]) <= BORDER_CHARS]
    for first, final in runs:
        skipped = max(len(fields[first]) - BORDER_CHARS, 0)
        parts = [fields[first][skipped:], *fields[first + 1:final], fields[final][:BORDER_CHARS]]
        crossing = [hit for hit in look("".join(parts)) if _crosses(parts, hit)
                    and (hit.fixed or hit.entity not in _FOUND_BY_WORDS)]
        for index, hit in split_hits(parts, "", crossing):
            shift = 0 if index else skipped
            yield first + index, replace(hit, start=hit.start + shift, end=hit.end + shift)


def _crosses(parts: Sequence[str], hit: Hit) -> bool:
    borders = itertools.accumulate(len(part) for part in parts[:-1])
    return any(hit.start < border < hit.end for border in borders)
