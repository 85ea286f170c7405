"""Annotated sentences in CoNLL files: reading, the hold-out, replacement of mentions, joining to longer records.

One token a line with its tag in the last column, an empty line between sentences. These sets mark neither dates nor
nationalities, so their records are `Record.partial`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.detection.training.records import Record, recased
from appliance.errors import InputError

TAGS = {"per": "PERSON", "person": "PERSON", "loc": "LOCATION", "location": "LOCATION", "geo-loc": "LOCATION",
    "org": "ORGANIZATION",
        "corporation": "ORGANIZATION", "group": "ORGANIZATION", "company": "ORGANIZATION",
        "organization": "ORGANIZATION",
        # Marked in the files, and neither a type of ours nor scored.
        "misc": None, "product": None, "creative-work": None}
UNKNOWN = "UNKNOWN"
"""Type of a stretch on which the annotation is not to be believed; nothing is learnt there."""
BLOCK, EVERY = 20, 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens with the number of their mention (-1 outside) and the type of each mention."""

    tokens: tuple[str, ...]
    mentions: tuple[int, ...]
    types: tuple[str, ...]

    def record(self, spaced: bool = True, values: Sequence[str] | None = None) -> Record:
        """As text, with the mentions' own words or with other values for them.

        Args:
            spaced: a space between all tokens, as the files are scored; else signs are set as people write.
            values: one for each mention.
        """
        text, before = "", -1
        spans: list[tuple[int, int, str]] = []
        for number, (token, mention) in enumerate(zip(self.tokens, self.mentions, strict=True)):
            if mention >= 0 and mention == before:
                if values is None:
                    text += _gap(text, token, spaced) + token
                    spans[-1] = (spans[-1][0], len(text), spans[-1][2])
                continue
            before = mention
            word = token if mention < 0 or values is None else values[mention]
            text += (_gap(text, token, spaced) if number else "") + word
            if mention >= 0:
                spans.append((len(text) - len(word), len(text), self.types[mention]))
        return Record(text, tuple(spans), partial=True)


def _gap(text: str, token: str, spaced: bool) -> str:
    if spaced:
        return " "
    tight = token[:1] in ".,;:!?)]}%’" or token.startswith(("'", "n't")) or text[-1:] in "([{$#@"
    return "" if tight else " "


def read_conll(path: Path) -> list[Sentence]:
    """The sentences of one file.

    Raises:
        InputError: unreadable, not UTF-8, or a line without token and tag; names file and line.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as a UTF-8 text: {error}") from error
    sentences: list[Sentence] = []
    tokens: list[str] = []
    tags: list[tuple[bool, str | None]] = []
    for number, line in enumerate([*lines, ""], 1):
        # "-DOCSTART-" stands where a document begins; as a sentence it would shift the blocks that are held out.
        if not line.strip() or line.startswith("-DOCSTART-"):
            if tokens:
                sentences.append(_sentence(tokens, tags))
            tokens, tags = [], []
            continue
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) == 2 and not columns[0].strip():
            continue  # a tag without a token, where a tokeniser left a lone sign that nothing prints
        if len(columns) < 2:
            raise InputError(f"{path}:{number}: expected a token and its tag, separated by a space or a tab")
        tokens.append(columns[0].strip())
        tags.append(_tag(columns[-1].strip(), path, number))
    if not sentences:
        raise InputError(f"{path}: holds no sentence; expected one token and its tag a line")
    return sentences


def _tag(text: str, path: Path, number: int) -> tuple[bool, str | None]:
    """Whether a mention begins here for certain, and its type."""
    if text in ("O", "o", "_"):
        return False, None
    mark, _, name = text.partition("-")
    if mark not in ("B", "I", "E", "S", "L", "U") or name.lower() not in TAGS:
        known = ", ".join(sorted(TAGS))
        raise InputError(f"{path}:{number}: unknown tag; expected O or B- or I- and one of {known}")
    return mark in "BSU", TAGS[name.lower()]


def _sentence(tokens: list[str], tags: list[tuple[bool, str | None]]) -> Sentence:
    mentions, types, before = [], [], None
    for at, (begins, kind) in enumerate(tags):
        # User names of tweets are marked in some sets and not in others.
        handle = kind is not None and (tokens[at].startswith("@") or (at > 0 and tokens[at - 1] == "@"))
        kind = UNKNOWN if handle else kind
        if kind is not None and (begins or kind != before):
            types.append(kind)
        mentions.append(len(types) - 1 if kind is not None else -1)
        before = kind
    return Sentence(tuple(tokens), tuple(mentions), tuple(types))


def read_folder(folder: Path, *, train_only: bool = False) -> tuple[list[Sentence], list[Sentence]]:
    """Sentences to train on and held-out ones of every CoNLL file of a folder.

    Files with ``dev`` or ``test`` in their name are not read. When a folder has neither, every fifth block of 20
    consecutive sentences is held out.

    Args:
        folder: any name; what is held out depends on its files alone.
        train_only: hold nothing out, for a set on which nobody will measure.

    Raises:
        InputError: no such folder, or no CoNLL file in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; --data and --train-only take folders with CoNLL files")
    files = sorted(path for path in folder.iterdir() if path.is_file() and _is_conll(path))
    training = [path for path in files if not _is_held_out(path)]
    if not training:
        raise InputError(f"{folder} holds no file to train on; expected names with .conll in them, without dev or test")
    sentences = [sentence for path in training for sentence in read_conll(path)]
    if len(files) > len(training) or train_only:
        return sentences, []
    return split(sentences)


def _is_conll(path: Path) -> bool:
    return ".conll" in path.name or path.name.endswith(".annotated")


def _is_held_out(path: Path) -> bool:
    parts = path.name.lower().split(".")
    return "dev" in parts or "test" in parts


def split(sentences: Sequence[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    """Sentences to train on, and every fifth block of 20 consecutive ones held out."""
    train: list[Sentence] = []
    held: list[Sentence] = []
    for at, sentence in enumerate(sentences):
        (held if at // BLOCK % EVERY == EVERY - 1 else train).append(sentence)
    return train, held


def real(sentences: Sequence[Sentence], seed: int, replacement: Callable[[str], str],
    renewed: float = 0.55) -> Iterator[Record]:
    """Records of 1 to 10 consecutive sentences without end, in passes over the whole set in random order.

    Args:
        sentences: all of one set, in the order of its file.
        seed: of the order, the joins and the replacements.
        replacement: another value for a mention of a type.
        renewed: share of the records whose mentions are replaced, four in five of them each.
    """
    rng = random.Random(seed)
    while True:
        groups, at = [], 0
        while at < len(sentences):
            size = rng.choice((1, 1, 1, 2, 3, 6, 10))
            groups.append(sentences[at:at + size])
            at += size
        rng.shuffle(groups)
        for group in groups:
            fresh, spaced = rng.random() < renewed, rng.random() < 0.4
            pieces = [sentence.record(spaced, _renew(sentence, rng,
                replacement) if fresh else None) for sentence in group]
            yield _recased(_join(pieces, " " if rng.random() < 0.7 else "\n"), rng)


def _renew(sentence: Sentence, rng: random.Random, replacement: Callable[[str], str]) -> list[str]:
    own: list[list[str]] = [[] for _ in sentence.types]
    for token, mention in zip(sentence.tokens, sentence.mentions, strict=True):
        if mention >= 0:
            own[mention].append(token)
    return [" ".join(words) if kind == UNKNOWN or rng.random() < 0.2 else replacement(kind)
            for words, kind in zip(own, sentence.types, strict=True)]


def _join(pieces: Sequence[Record], glue: str) -> Record:
    text, spans = "", []
    for piece in pieces:
        text += glue if text else ""
        spans += [(start + len(text), end + len(text), kind) for start, end, kind in piece.spans]
        text += piece.text
    return Record(text, tuple(spans), partial=True)


def _recased(record: Record, rng: random.Random) -> Record:
    draw = rng.random()
    if draw < 0.16:
        return recased(record, str.lower)
    return recased(record, str.upper) if draw < 0.19 else record
