"""From what a detector says about folded text to what is replaced in clean text: map, tidy, merge.

Overlapping findings become one range that covers them all: the longest names the type, then the higher score.
Presidio would drop a contained finding and give a partial overlap two placeholders.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from appliance.detection.detector import Detector, Span, check_spans
from appliance.detection.hidden import ENCODED, hidden
from appliance.detection.names import without_titles
from appliance.detection.ner.decode import SOURCE as MODEL
from appliance.detection.normalise import Folded, fold
from appliance.errors import DetectorFailed
from appliance.gateway.cells import in_cells, is_plain_cell
from appliance.gateway.pseudonyms import PLACEHOLDER
from appliance.policy.model import Policy

KNOWN_VALUE = "known_value"
"""The source of a hit that is another mention of a value found elsewhere."""

BLANK = "\ufffc"
"""Takes the place of what is ours in a search: no letter, no digit, no space, one for one."""

_OURS = re.compile(rf"{PLACEHOLDER.pattern}|{BLANK}+")
# Before what is ours the model takes an article for a part of a name.
_ARTICLE = re.compile(rf"((?i:the))\s+(?:{_OURS.pattern})")
# What a detector reads there. A sign it never saw, or a gap, makes the model take the words beside it for names.
_SOMEONE = "someone"
WRITTEN_IN_WORDS = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME", "JOB_TITLE", "STREET_ADDRESS"})
"""Types of which a value is made of words: one that reaches over several cells of a table is several."""

# A date that a model took together with the word between it and the next.
_DANGLING = re.compile(r"(?:(?:from|to|and|until|till|on|at) )?(\S.*?)(?: (?:to|and|until|till|at))?", re.IGNORECASE)
_start, _end = itemgetter(0), itemgetter(1)
_BEFORE, _BEHIND, _POSSESSIVE = ".,;:!?\"'’", ".,;:!?)]\"'’", ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Hit:
    """One range of a clean text to replace.

    Attributes:
        score: as the recogniser gave it.
        value: what the placeholder stands for; more than the range where an entity was split across fields.
        fixed: the deny list said so, so the allow list has no say.
        source: which recogniser found it, or ``known_value``.
        why: see `Span`.
        weight: what the score counts for where overlapping hits compete for the type; less for one that saw only a
            part of the range, or more than it.
    """

    start: int
    end: int
    entity: str
    score: float
    value: str
    fixed: bool = False
    source: str = ""
    why: str = ""
    weight: float = 1.0


def blank_placeholders(text: str) -> str:
    """The text with every placeholder made invisible to a search, length unchanged."""
    return PLACEHOLDER.sub(lambda match: BLANK * len(match[0]), text)


def _stand_in(ours: re.Match[str]) -> str:
    # With a blank on each side: what stands beside it must not grow together with it.
    length = len(ours[0])
    return f" {_SOMEONE[:max(length - 2, 0)]}".ljust(length)


def find(text: str, detector: Detector, policy: Policy) -> list[Hit]:
    """What the policy wants masked or blocked in one clean text; overlapping hits are still apart.

    Raises:
        DetectorFailed: see `Detector`; also when the text is longer than the policy allows.
    """
    return find_in_all([text], detector, policy)[0]


def find_in_all(texts: Sequence[str], detector: Detector, policy: Policy) -> list[list[Hit]]:
    """`find` for many clean texts in one call of the detector.

    Raises:
        DetectorFailed: as there, for any of them.
    """
    limit = policy.detector.max_text_chars
    # Placeholders made it longer, nobody else.
    sizes = (len(_OURS.sub("", text)) for text in texts if len(text) > limit)
    if longest := max((size for size in sizes if size > limit), default=0):
        raise DetectorFailed(f"a text of {longest} characters is longer than detector.max_text_chars ({limit})")
    folded = [fold(_OURS.sub(_stand_in, text)) for text in texts]
    found = detector.detect([copy.text for copy in folded])
    if len(found) != len(texts) or not all(isinstance(spans, list) for spans in found):
        raise DetectorFailed("the detector answered for another number of texts; nothing was released")
    inside = hidden([copy.text for copy in folded], detector, policy)
    return [_not_masked_anyway(_hits(text, copy, [*spans, *more], policy), policy)
            for text, copy, spans, more in zip(texts, folded, found, inside, strict=True)]


def _not_masked_anyway(hits: Sequence[Hit], policy: Policy) -> list[Hit]:
    """Without encoded runs that lie inside something that is masked whole, such as the token in a web address."""
    whole = [hit for hit in hits if hit.entity not in policy.block_entities]
    return [hit for hit in hits if hit.entity != ENCODED
            or not any(other.start <= hit.start and hit.end <= other.end for other in whole)]


def _hits(text: str, folded: Folded, spans: Iterable[Span], policy: Policy) -> list[Hit]:
    hits = []
    for span in check_spans(folded.text, spans):
        if _is_sign(folded.text, span.start, span.end):
            continue
        found = folded.to_clean(span.start, span.end)
        start, end = _tidy(text, *found)
        # What had to grow to a whole word saw only a part of it: others know better what the word is.
        weight = 1.0 if start >= found[0] and end <= found[1] else 0.5
        hits.append(Hit(start, end, span.entity, span.score, text[start:end], span.source.startswith("deny_list"),
                        span.source, span.why, weight))
    ours = [match.span() for match in _OURS.finditer(text)]
    pieces = (piece for hit in hits for piece in _around(ours, text, hit))
    return wanted(text, (piece for piece in pieces if not _is_taken_for_a_name(text, piece)), policy)


def _is_taken_for_a_name(text: str, hit: Hit) -> bool:
    """Whether the model alone found an article before what is ours, or a letter or row number that fills a cell."""
    article = _ARTICLE.match(text, hit.start)
    return hit.source == MODEL and ((article is not None and article.end(1) == hit.end)
                                    or is_plain_cell(text, hit.start, hit.end))


def _is_sign(text: str, start: int, end: int) -> bool:
    """A sign, or the s behind an apostrophe."""
    value = text[start:end].strip("'’ ")
    return not any(map(str.isalnum, value)) or (value == "s" and "'" in text[max(start - 1, 0):end])


def wanted(text: str, hits: Iterable[Hit], policy: Policy) -> list[Hit]:
    """The hits that the policy does not except: by type, or inside an occurrence of an allowed string."""
    allowed = [(match.start(), match.end()) for term in policy.allow_list
               for match in re.finditer(re.escape(term), text)]

    def excepted(hit: Hit) -> bool:
        if hit.entity in policy.block_entities or hit.fixed:
            return False
        if policy.entities != "all" and hit.entity not in policy.entities:
            return True
        if policy.operators.get(hit.entity) == "keep_in_clear":
            return True
        first = hit.start + without_titles(text[hit.start:hit.end]) if allowed else hit.start
        return any(start <= max(first, hit.start) and hit.end <= end for start, end in allowed)

    return [hit for hit in hits if not excepted(hit)]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A range grown to the words it cuts."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """Whole words, without the punctuation and the possessive around them."""
    first, last = start, end = whole_words(text, start, end)
    while first < last and (text[first].isspace() or text[first] in _BEFORE):
        first += 1
    while last > first and (trimmed := _trimmed(text[max(last - 2, first):last])):
        last -= trimmed
    return (first, last) if first < last else (start, end)


def _trimmed(end: str) -> int:
    """How many characters at the end of a range do not belong to the value."""
    return 2 if end in _POSSESSIVE else int(end[-1].isspace() or end[-1] in _BEHIND)


def _around(ours: Sequence[tuple[int, int]], text: str, hit: Hit) -> Iterator[Hit]:
    """The parts of a hit that are not a placeholder already; parts without a letter or digit are dropped."""
    position = hit.start
    # They are in order and apart.
    ranges = ours[bisect_right(ours, hit.start, key=_end):bisect_left(ours, hit.end, key=_start)]
    if not ranges:
        yield hit
        return
    for start, end in [*ranges, (hit.end, hit.end)]:
        piece = text[position:start]
        if any(character.isalnum() for character in piece):
            first, last = _tidy(text, position, start)
            yield replace(hit, start=first, end=last, value=text[first:last])
        position = max(position, end)


def merge(text: str, hits: Iterable[Hit]) -> list[Hit]:
    """Disjoint hits in order that cover every given one, but for what stands between the cells of a table."""
    merged: list[Hit] = []
    group: list[Hit] = []
    pieces = (piece for hit in hits for piece in _in_cells(text, hit))
    reached = 0
    for hit in sorted(pieces, key=lambda hit: (hit.start, hit.end)):
        if group and hit.start >= reached:
            merged.append(_union(text, group))
            group = []
        group.append(hit)
        reached = max(reached, hit.end)
    return [*merged, _union(text, group)] if group else merged


def _in_cells(text: str, hit: Hit) -> Iterator[Hit]:
    """The parts of a hit that was found by its words, one for each cell; a deny-listed term stays whole."""
    if hit.entity == "DATE_TIME" and not hit.fixed and (dates := _DANGLING.fullmatch(text, hit.start, hit.end)):
        hit = replace(hit, start=dates.start(1), end=dates.end(1), value=dates[1])
    cells = [(hit.start, hit.end)] if hit.fixed or hit.entity not in WRITTEN_IN_WORDS else list(
        in_cells(text, hit.start, hit.end))
    if len(cells) == 1:
        yield hit
        return
    # What took several cells for one value knows less of each than what found it alone.
    tidied = (_tidy(text, *cell) for cell in cells)
    yield from (replace(hit, start=start, end=end, value=text[start:end], weight=hit.weight / 2)
                for start, end in tidied if any(map(str.isalnum, text[start:end])))


def _union(text: str, group: Sequence[Hit]) -> Hit:
    # A value that is all here comes before one that goes on in another field: it is what is looked for elsewhere.
    # What a recogniser said comes before what is only another mention: it can say why. Of a number, a pattern knows
    # better than the model what kind it is.
    def rank(hit: Hit) -> tuple[Any, ...]:
        is_number = not any(character.isalpha() for character in text[hit.start:hit.end])
        return (hit.end - hit.start, hit.value == text[hit.start:hit.end], hit.fixed, hit.source != KNOWN_VALUE,
                not (is_number and hit.source == MODEL), hit.score * hit.weight, hit.entity)

    best = max(group, key=rank)
    start, end = min(hit.start for hit in group), max(hit.end for hit in group)
    whole = (best.start, best.end) == (start, end)
    return replace(best, start=start, end=end, value=best.value if whole else text[start:end],
                   fixed=any(hit.fixed for hit in group))
