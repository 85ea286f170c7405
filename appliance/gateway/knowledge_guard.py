"""What of K stands in a text: verbatim runs however they are spelled, and the short ones that a drip is made of.

Two indexes together are the hard gate. One counts characters with single blanks between the words; the other counts
letters and digits alone, so that ``repeatprescriptionsareready`` or ``r-e-p-e-a-t`` is the same run. Twenty-four
characters of English hold twenty letters: five sixths. On the example that second index refuses no instance which the
first does not refuse already. Disguises are read as what they stand for, see `appliance.gateway.disguises`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.errors import EgressDenied
from appliance.gateway.disguises import NEIGHBOUR, SPELLING, spelled, unread, views
from appliance.gateway.resolve import whole_words
from appliance.knowledge.fingerprints import Fingerprints
from appliance.policy.parts import KnowledgePolicy

LETTERS_OF_RUN = 5 / 6
"""How many of a run's characters are letters or digits, in running English."""

_SEPARATORS = ("\n", "")
# A run in Base64, hexadecimal or percent escapes, nested, is that much longer at the most.
_ENCODED_GROWTH = 8


@dataclass(frozen=True, slots=True)
class Template:
    """What the appliance itself writes around released text.

    Attributes:
        texts: whole texts, the same in every request.
        line_head: matches what stands before released text on its line.
    """

    texts: tuple[str, ...] = ()
    line_head: re.Pattern[str] | None = None

    def without(self, text: str) -> str:
        """The released part of a request's text, lines one after the other."""
        for each in self.texts:
            text = text.replace(each.strip(), "\n")
        lines = (self.line_head.sub("", line) if self.line_head else line for line in text.splitlines())
        return "\n".join(line for line in lines if line.strip())


class KnowledgeGuard:
    """The indexes of one K.

    Args:
        texts: all of K, in every form in which somebody could quote it.
        policy: which runs count.
        identity: what K this is; changes whenever K does.
        nobodys: texts that are public or our own; runs inside them do not count.
        template: what stands around released text.
        fresh: asked before every use; False means that K has changed since.

    Attributes:
        public_share: of the runs of K, how many count as nobody's because they stand in `nobodys`, 0 to 1.
    """

    def __init__(self, texts: Iterable[str], policy: KnowledgePolicy, *, identity: str, nobodys: Sequence[str] = (),
                 template: Template | None = None, fresh: Callable[[], bool] = lambda: True) -> None:
        self.policy = policy
        self.template = template or Template()
        self._fresh = fresh
        listed = list(texts)
        self._spaced = Fingerprints(listed, policy.run_chars, spelling=SPELLING)
        self._border_letters = _ENCODED_GROWTH * policy.run_chars
        self._tight = self._letters(listed, policy.run_chars)
        self._short = self._letters(listed, policy.short_run_chars)
        whole = len(self._spaced)
        self._subtract(nobodys)
        self._public_runs = whole - len(self._spaced)
        self.public_share = self._public_runs / whole if whole else 0.0
        self._subtract(self.template.texts)
        public = [*nobodys, *self.template.texts]
        self._identity = hashlib.sha256("\x1f".join([identity, *public]).encode()).hexdigest()

    def _subtract(self, texts: Sequence[str]) -> None:
        for index in (self._spaced, self._tight, self._short) if texts else ():
            index.subtract(map(_among_others, texts))

    def _letters(self, texts: Sequence[str], chars: int) -> Fingerprints:
        return Fingerprints(texts, max(1, int(chars * LETTERS_OF_RUN)), spelling=SPELLING, blanks=False)

    def describe(self) -> dict[str, Any]:
        """What a record says about these indexes."""
        return {"index": self._identity, "run_chars": self._spaced.run_chars, "run_letters": self._tight.run_chars,
                "short_run_letters": self._short.run_chars, "runs": len(self._spaced),
                "public_runs": self._public_runs}

    def check_fresh(self) -> None:
        """See that the indexes are those of K as it is now.

        Raises:
            EgressDenied: K has changed since they were made.
        """
        if not self._fresh():
            raise EgressDenied("the knowledge base changed while this job ran, so what was compared with is older than "
                               "it; nothing was sent. Put it back as it was and resume, or start a new job")

    def runs(self, fields: Sequence[str]) -> int:
        """Runs of K in texts and across their borders, in every spelling that is looked for; 0 is clean.

        A text is also looked at with a blank on each side: in a request, other words stand around it. One that unfolds
        to more than is decoded counts as a run.
        """
        texts = [*map(_among_others, fields), *self._borders([f"{NEIGHBOUR} ", *fields, f" {NEIGHBOUR}"])]
        read = (spelled(view) for text in texts for view in views(text))
        found = sum(self._spaced.runs_spelled(view) + self._tight.runs_spelled(view) for view in read)
        return found + sum(map(unread, texts))

    def runs_in_request(self, fields: Sequence[str]) -> int:
        """As `runs`, of whole texts of a request; where none is found, also of what is left without our own words.

        Without the words the appliance wrote between two fields, a run that is split between them is whole.
        """
        return self.runs(fields) or self.runs(list(map(self.template.without, fields)))

    def runs_across(self, before: str, text: str) -> bool:
        """Whether a run of K begins in one text and goes on in the next, or nobody can say, see `unread`.

        Both are read as far as fields of one request are. A run that stands whole in one of them does not count.
        """
        ends = [*self._reach([before], last=True), *self._reach([text], last=False)]
        joined = [_among_others(between.join(ends)) for between in _SEPARATORS]
        return any(map(unread, joined)) or not self._seen(joined) <= self._seen(map(_among_others, ends))

    def _seen(self, texts: Iterable[str]) -> set[int]:
        read = [view for text in texts for view in views(text)]
        return set().union(*map(self._spaced.seen, read), *map(self._tight.seen, read))

    def _borders(self, fields: Sequence[str]) -> Iterator[str]:
        """What a run across a border of two fields could be made of, with and without a blank there.

        The first and the last of the given fields are the neighbours of the others.

        Each side reaches far enough to hold a whole run, also of an encoding, through as many fields as it takes.
        Many short or letterless fields reach over each other: then all of them together are less to read.
        """
        whole, reached = sum(map(len, fields)), []
        for number in range(2, len(fields) - 1):
            before = self._reach(reversed(fields[:number]), last=True)
            after = self._reach(fields[number:], last=False)
            reached.append([*reversed(before), *after])
            whole -= sum(map(len, reached[-1]))
            if whole < 0:
                reached = [list(fields)]
                break
        for between in _SEPARATORS:
            yield from map(between.join, reached)

    def _reach(self, fields: Iterable[str], *, last: bool) -> list[str]:
        letters, reached = self._border_letters, list[str]()
        for text in fields:
            size, found = 0, 0
            while found < letters and size < len(text):
                size = 2 * size or letters
                taken = text[-size:] if last else text[:size]
                found = len(SPELLING.tight(taken))
            reached.append(taken if size else text)
            letters -= found
            if letters <= 0:
                break
        return reached

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where runs of K stand in a text as it is written, grown to whole words; disjoint, in order.

        A run that only an encoding hides has no place here: `runs` finds it and this does not.
        """
        found = sorted(self._spaced.spans(text) + self._tight.spans(text))
        spans: list[tuple[int, int]] = []
        for start, end in (_quoted(text, *each) for each in found):
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans

    def short_runs(self, fields: Sequence[str]) -> set[int]:
        """Which short runs of K stand in texts, for the budget of a job; the same run is the same number."""
        return set().union(*(self._short.seen(view) for view in views("\n".join(fields))))


def _among_others(text: str) -> str:
    return f"{NEIGHBOUR} {text} {NEIGHBOUR}"


def _quoted(text: str, start: int, end: int) -> tuple[int, int]:
    """A range without the blanks and points at its ends, grown to the words it cuts."""
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return whole_words(text, start, end)
