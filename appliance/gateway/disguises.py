"""What a text may stand for, for whoever looks for words of K in it: the same for runs and for canaries.

Look-alike letters are folded; what is backwards, in ROT13 or in an encoding is read as what it stands for.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from appliance.detection import encoded
from appliance.detection.normalise import fold
from appliance.detection.written_over import lettered, untagged
from appliance.knowledge.fingerprints import Spelling

NEIGHBOUR = "þ"
"""Stands for the word beside a text; any letter that K hardly holds."""


def alike(character: str) -> str:
    """What a look-alike letter stands for, by the fold that detection uses."""
    return fold(character).text


SPELLING = Spelling(alike)
"""How every text is read."""


def views(text: str) -> Iterator[str]:
    """A text as it stands and as what it may stand for: backwards, in ROT13, decoded, without figures or tags in it."""
    turned = codecs.encode(spelled(text), "rot13")
    yield from (text, text[::-1], turned, turned[::-1])
    yield from lettered(text)
    yield from untagged(text)
    for said in _decoded(text).texts:
        yield from (said, said[::-1])


def unread(text: str) -> bool:
    """Whether a text unfolds to more, or deeper, than is decoded: nobody can say all that is in it."""
    return _decoded(text).unread


@dataclass(frozen=True, slots=True)
class _Decoded:
    texts: tuple[str, ...]
    unread: bool


@lru_cache(maxsize=64)
def _decoded(text: str) -> _Decoded:
    """What the encodings in a text say, one after the other, and the text with each in its place; if there are any."""
    # Its neighbours stand for letters alone, and a text of ASCII is folded a hundred times as fast.
    head, tail = (NEIGHBOUR if text.startswith(NEIGHBOUR) else ""), (NEIGHBOUR if text.endswith(NEIGHBOUR) else "")
    plain = fold(text[len(head):len(text) - len(tail)]).text  # also without escapes such as %20 and &#65;
    everything = encoded.views(plain, most_runs=len(plain))  # no detector has to look at each of them
    found = [view for view in everything if view.text is not None]
    pieces: list[str] = [head]
    position = 0
    for view in sorted(found, key=lambda view: (view.start, -len(view.text or ""))):
        if view.start >= position:
            pieces += [plain[position:view.start], view.text or ""]
            position = view.end
    in_place = "".join([*pieces, plain[position:], tail])
    # A turned sentence has been read already, as a piece of the whole.
    said = f" {NEIGHBOUR} ".join(view.text or "" for view in found if view.how not in encoded.TURNS)
    texts = [*([said] if said else []), *([] if _reads_like(in_place, text) else [in_place])]
    return _Decoded(tuple(texts), any(map(encoded.unfinished, everything)))


def _reads_like(one: str, other: str) -> bool:
    """Whether two texts are the same to the spelling, forwards and backwards: look-alikes alone make no other view."""
    return one == other or (spelled(one) == spelled(other) and spelled(one[::-1]) == spelled(other[::-1]))


@lru_cache(maxsize=32)
def spelled(text: str) -> str:
    """A text with every character spelled as `SPELLING` does, blanks as they come."""
    return text.translate(SPELLING)
