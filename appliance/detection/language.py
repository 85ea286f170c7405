"""How probable each language is for a text, by ``py3langid``, whose model of 140 languages lies in its package."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

MIN_BYTES = 24
"""UTF-8 bytes of the letters of a text; with fewer there is no verdict. About 20 letters of German, 8 of Chinese."""

_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def identifier() -> Any:
    """The classifier, loaded once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def probabilities(text: str) -> dict[str, float] | None:
    """How probable each language is, by ISO 639 code, most probable first; None for a text too short to say."""
    if len("".join(_LETTERS.findall(text)).encode("utf-8", "surrogatepass")) < MIN_BYTES:
        return None
    return dict(identifier().rank(text))
