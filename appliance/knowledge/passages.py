"""Pages of K become passages whose ids stay.

An id is the page's path and ten hexadecimal digits of the hash of title and text, such as ``fees.md#3f9a2c10d4``; a
second passage of a page with the same title and text gets ``-2``. A change to one section of a page renames passages
of that section at most.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from appliance.knowledge.blocks import Block
from appliance.knowledge.facts import split_sentences
from appliance.records import Passage, sha256_hex

MAX_PASSAGE_WORDS = 160
# Text without blanks is measured by its characters: two of Chinese or Japanese say about as much as a word.
_CHARS_PER_WORD = 12
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_IDEOGRAPHS_PER_WORD = 2
_ID_DIGITS = 10
_FULL_WIDTH = ("。", "！", "？")
_FULL_WIDTH_END = re.compile(f"(?<=[{''.join(_FULL_WIDTH)}])")


def split_blocks(pages: Mapping[str, Iterable[Block]]) -> tuple[Passage, ...]:
    """Passages of at most `MAX_PASSAGE_WORDS` words, in page and text order.

    A section ends at the next heading. A paragraph that is too long is split between sentences, a sentence that is
    too long between words.
    """
    return tuple(passage for page, blocks in pages.items() for passage in _passages(page, blocks))


def _passages(page: str, blocks: Iterable[Block]) -> Iterator[Passage]:
    seen: Counter[str] = Counter()
    for title, section in _sections(page, blocks):
        for text in _chunks(section):
            digest = sha256_hex(f"{title}\x1f{text}".encode())[:_ID_DIGITS]
            seen[digest] += 1
            again = f"-{seen[digest]}" if seen[digest] > 1 else ""
            yield Passage(f"{page}#{digest}{again}", page, title, text)


def _sections(page: str, blocks: Iterable[Block]) -> Iterator[tuple[str, list[Block]]]:
    title: str = page
    section: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            yield title, section
            title, section = block.text or page, []
        else:
            section.append(block)
    yield title, section


def _chunks(blocks: Iterable[Block]) -> Iterator[str]:
    chunk = ""
    size = 0
    last = ""
    for block in blocks:
        for number, text in enumerate(_pieces(block.text)):
            words = _size(text)
            if chunk and size + words > MAX_PASSAGE_WORDS:
                yield chunk
                chunk, size = "", 0
            # Items of one list stay together; facts are split at blank lines.
            between = "" if not chunk else " " if number else "\n" if last == block.kind == "item" else "\n\n"
            chunk, size, last = chunk + between + text, size + words, block.kind
    if chunk:
        yield chunk


def _pieces(text: str) -> Iterator[str]:
    """The text itself, or runs of its sentences that are short enough."""
    if _size(text) <= MAX_PASSAGE_WORDS:
        yield text
        return
    piece: list[str] = []
    size = 0
    for sentence in _short_sentences(text):
        words = _size(sentence)
        if piece and size + words > MAX_PASSAGE_WORDS:
            yield _joined(piece)
            piece, size = [], 0
        piece.append(sentence)
        size += words
    yield _joined(piece)


def _short_sentences(text: str) -> Iterator[str]:
    for sentence in split_sentences(text):
        for part in filter(None, _FULL_WIDTH_END.split(sentence)):
            if _size(part) <= MAX_PASSAGE_WORDS:
                yield part
            else:
                yield from _cut(part)


def _cut(sentence: str) -> Iterator[str]:
    longest = MAX_PASSAGE_WORDS * _IDEOGRAPHS_PER_WORD
    words = [word[at:at + longest] for word in sentence.split() for at in range(0, len(word), longest)]
    run: list[str] = []
    for word in words:
        if run and _size(" ".join((*run, word))) > MAX_PASSAGE_WORDS:
            yield " ".join(run)
            run = []
        run.append(word)
    yield " ".join(run)


def _size(text: str) -> int:
    """Words, or characters where blanks are rare."""
    ideographs = 0 if text.isascii() else len(_IDEOGRAPH.findall(text))
    return max(len(text.split()), len(text) // _CHARS_PER_WORD, ideographs // _IDEOGRAPHS_PER_WORD)


def _joined(sentences: Iterable[str]) -> str:
    return "".join(sentence if sentence.endswith(_FULL_WIDTH) else f"{sentence} " for sentence in sentences).strip()
