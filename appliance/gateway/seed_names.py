"""Names that stand in the seeds, found by their capitals: what no pattern knows must still not leave in clear.

The drawn instances were written by a model that saw the seeds, so a seed's people and places come back in them. This is
a net for names without a title or an announcing phrase; it masks too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from appliance.policy.model import Policy
from appliance.records import Instance

ENTITY = "SEED_NAME"
MIN_CHARS = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_NOT_NAMES = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
    "april", "may", "june", "july", "august", "september", "october", "november", "december", "hello", "dear", "good",
    "morning", "afternoon", "evening", "please", "thank", "thanks", "regards", "sincerely", "yours", "yes", "doctor",
    "nurse", "miss", "mrs", "professor"})


# Words without a capital inside a name, as in Fenna de Wit.
_PARTICLES = frozenset(("al", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la",
                        "las", "le", "los", "ten", "ter", "van", "von", "zu"))
# E-mail addresses, links and file names write names without their capital: no word in them counts as a common one.
_ADDRESS = re.compile(r"\S*[@/\\_]\S*|\S*\w[.]\w\S*")


def with_seed_names(policy: Policy, seeds: Iterable[Instance], pages: Iterable[str]) -> Policy:
    """The policy with the seeds' names on its deny list; its hash stays that of the file.

    Args:
        policy: as loaded.
        seeds: D_seed.
        pages: K; a word that stands in it without a capital is no name.
    """
    allowed = {term.casefold() for term in policy.allow_list}
    names = tuple(name for name in seed_names(seeds, pages) if name.casefold() not in allowed)
    if not names:
        return policy
    entities = policy.entities if policy.entities == "all" else (*policy.entities, ENTITY)
    return policy.model_copy(update={"deny_list": {**policy.deny_list, ENTITY: names}, "entities": entities})


def seed_names(seeds: Iterable[Instance], pages: Iterable[str]) -> tuple[str, ...]:
    """Capitalised words of the seeds' inputs and outputs that are names by their place, sorted.

    Two or more capitalised words in a row are, and one that does not begin a sentence is. A word that also occurs
    without its capital, in the seeds or in K, is not.
    """
    texts = [text for seed in seeds for text in (seed.input, seed.output)]
    common = {word for text in (*texts, *pages) for word in _WORD.findall(_ADDRESS.sub(" ", text))
              if word.islower()} | _NOT_NAMES
    found = {word for text in texts for word in _by_place(text)}
    return tuple(sorted(word for word in found if len(word) >= MIN_CHARS and word.casefold() not in common))


def _by_place(text: str) -> Iterable[str]:
    """Capitalised words in a row, or alone in the middle of a sentence."""
    row: list[str] = []
    row_begins_sentence = False
    end = 0
    for match in _WORD.finditer(text):
        between, end = text[end:match.start()], match.end()
        if row and match[0] in _PARTICLES and not between.strip(" "):
            continue
        if not match[0][0].isupper() or (row and between.strip(" ")):
            yield from _kept(row, row_begins_sentence)
            row = []
        if match[0][0].isupper():
            if not row:
                row_begins_sentence = not between.strip(" ,;(\"'") if match.start() == 0 else (
                    between.rstrip()[-1:] in (".", "!", "?", ":", "\n"))
            row.append(match[0])
    yield from _kept(row, row_begins_sentence)


def _kept(row: list[str], begins_sentence: bool) -> Iterable[str]:
    return row if len(row) > 1 or not begins_sentence else ()
