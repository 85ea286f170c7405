"""What single texts of a document say about a finding that only shows where they are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from appliance.detection.ner.decode import SOURCE as MODEL
from appliance.gateway.documents import Key
from appliance.gateway.resolve import Hit

_MIN_MEAN_CHARS = 3
"""Shorter ones than that on average could be one value cut up."""
_FIELD_WORDS = frozenset({"city", "dob", "email", "geo", "gp", "id", "lat", "lng", "lon", "name", "nhs", "no", "sex",
                          "ssn", "tel", "zip"})
"""Short keys of which the name model thinks that they could be names."""
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\W\d_]{2,}")
_KEY_WORD = re.compile(r"[A-Za-z][A-Za-z_\- ]*")
_PLAIN = re.compile(r"\d+|[A-Za-z]?[a-z]+|[A-Z]{1,5}|[a-z]+(?:_[a-z]+)+")
_NEGATIVE_NUMBER = re.compile(r"-\d[\d.eE+\-]*")


def is_key_word(text: str) -> bool:
    """Whether a key is made of plain letters, as in ``first_name``."""
    return _KEY_WORD.fullmatch(text) is not None


def is_field_word(text: str, hit: Hit) -> bool:
    """Whether a finding of the name model is a key that many documents have."""
    return hit.source == MODEL and text.casefold() in _FIELD_WORDS


def is_address(text: str) -> bool:
    """Whether a text is a whole e-mail address: nothing of it is in its neighbours, behind a key."""
    return _ADDRESS.fullmatch(text) is not None


def without_key_words(texts: Iterable[str]) -> list[str]:
    """The texts of a document without its plain keys, for a last look at its values."""
    return [text for text in texts if not (isinstance(text, Key) and is_key_word(text))]


def in_plain_pieces(pieces: Iterable[str]) -> bool:
    """Whether texts that were joined without a space are words, initials and numbers, and no encoded run cut up."""
    each = list(pieces)
    return all(map(_PLAIN.fullmatch, each)) and sum(map(len, each)) >= _MIN_MEAN_CHARS * len(each)


def with_its_sign(text: str, hit: Hit) -> Hit:
    """A hit in a text that is a negative number and nothing else, with the sign."""
    if hit.start != 1 or not _NEGATIVE_NUMBER.fullmatch(text):
        return hit
    return replace(hit, start=0, value=text[:hit.end])
