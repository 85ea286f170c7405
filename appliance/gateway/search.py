"""What a detector finds in many texts at once, and what is left in those that should be clean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from appliance.detection.detector import Detector
from appliance.detection.ner.decode import SOURCE as MODEL
from appliance.detection.normalise import clean
from appliance.errors import DetectorFailed, InputError
from appliance.gateway.known import KnownValues
from appliance.gateway.looks import BY_CHANCE_ACROSS, batches
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.resolve import KNOWN_VALUE, Hit, find_in_all, merge, wanted
from appliance.policy.model import Policy

# Only looked at together with other texts of its record, as in "age 92".
_SHORT_NUMBER = re.compile(r"[0-9.\-]{1,3}")

# How the end of one text and the beginning of another may belong together.
_JOINTS = ("", " ")

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


class Search:
    """A detector that is asked under a policy.

    Args:
        detector: any `Detector`; it is handed folded texts, many at a time.
        policy: what counts.
    """

    def __init__(self, detector: Detector, policy: Policy) -> None:
        self._detector, self._policy = detector, policy

    def look_at(self, texts: Iterable[str], seen: dict[str, list[Hit]], progress: Progress | None = None) -> None:
        """Have the detector look at every text it has not seen yet.

        Args:
            texts: clean ones, as a detector may see them.
            seen: what was found in which text; filled.
            progress: told how many texts are done, of those wanted so far.

        Raises:
            DetectorFailed: it failed on any of them.
        """
        new = [text for text in dict.fromkeys(texts) if text not in seen]
        seen.update({text: [] for text in new if self._is_short_number(text)})
        wanted_texts = [text for text in new if text not in seen]
        before = len(seen)
        if progress is not None and wanted_texts:
            progress(before, before + len(wanted_texts))  # the pace counts from here, the first batch included
        for batch in batches(wanted_texts):
            seen.update(zip(batch, find_in_all(batch, self._detector, self._policy), strict=True))
            if progress is not None:
                progress(len(seen), before + len(wanted_texts))

    def _is_short_number(self, text: str) -> bool:
        """A short number on its own: what it is say the words around it, and a model would guess."""
        return _SHORT_NUMBER.fullmatch(text) is not None and not any(
            _SHORT_NUMBER.fullmatch(term) for terms in self._policy.deny_list.values() for term in terms)

    def residual(self, text: str, pseudonyms: Pseudonyms | None = None) -> Mapping[str, int]:
        """Findings by type in a text that should be clean; placeholders are no findings.

        Args:
            text: a decoded text; in JSON, escapes would hide where words begin.
            pseudonyms: also look for these values.

        Raises:
            DetectorFailed: the detector failed, or the text cannot be scanned.
        """
        return self.residuals([text], pseudonyms)[0]

    def residuals(self, texts: Sequence[str], pseudonyms: Pseudonyms | None = None,
                  model_from: float = 0.0) -> list[Mapping[str, int]]:
        """`residual` for many texts at once, several times faster than one after the other.

        Args:
            texts: as there.
            pseudonyms: as there.
            model_from: what the name model alone says counts from this probability on.

        Raises:
            DetectorFailed: as there, for any of them.
        """
        return [Counter(hit.entity for hit in merge(text, [hit for hit in hits if hit.source != MODEL
                                                           or hit.score >= model_from]))
                for text, hits in self._look_again(texts, pseudonyms)]

    def across(self, borders: Sequence[tuple[str, str]], pseudonyms: Pseudonyms | None = None) -> Mapping[str, int]:
        """Findings by type of which one part ends a text and the other begins the next.

        The words of two texts that merely follow each other make no name: what is found by the form of its words, or
        by the name model, counts only where it is a value already known or one of the deny list.

        Args:
            borders: the end of a text that should be clean, and the beginning of the next one.
            pseudonyms: also look for these values.

        Raises:
            DetectorFailed: as for `residual`.
        """
        # Cleaned first: cleaning changes lengths, and the seam is measured on what is looked at.
        seams = [(before, joint, after) for before, after in zip(_cleaned([before for before, _ in borders]),
                                                                 _cleaned([after for _, after in borders]), strict=True)
                 for joint in _JOINTS]
        looked = self._look_again(["".join(seam) for seam in seams], pseudonyms)
        found: Counter[str] = Counter()
        for (before, _, after), (text, hits) in zip(seams, looked, strict=True):
            end, begin = len(before), len(text) - len(after)
            found |= Counter(hit.entity for hit in merge(text, [
                hit for hit in hits if _is_certain(hit) and any(map(str.isalnum, text[hit.start:end]))
                and any(map(str.isalnum, text[begin:hit.end]))]))
        return found

    def _look_again(self, texts: Sequence[str],
                    pseudonyms: Pseudonyms | None) -> list[tuple[str, list[Hit]]]:
        """Texts that should be clean as detectors see them, and everything that is found or known in each."""
        plain = _cleaned(texts)
        if pseudonyms is not None:
            plain = [pseudonyms.veil(text) for text in plain]
        seen: dict[str, list[Hit]] = {}
        self.look_at(plain, seen)
        known = KnownValues(pseudonyms) if pseudonyms is not None else None
        return [(text, [*seen[text], *(wanted(text, known.find(text), self._policy) if known is not None else [])])
                for text in plain]


def _cleaned(texts: Iterable[str]) -> list[str]:
    try:
        return [clean(text) for text in texts]
    except InputError as error:
        raise DetectorFailed(f"a text that should be clean holds {error}") from error


def _is_certain(hit: Hit) -> bool:
    """Whether a finding is more than words that happen to stand beside each other."""
    by_words = hit.source == MODEL or (hit.entity in BY_CHANCE_ACROSS and any(map(str.isalpha, hit.value)))
    return hit.fixed or hit.source == KNOWN_VALUE or not by_words
