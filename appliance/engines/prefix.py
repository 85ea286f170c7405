"""The few prompt heads worth keeping in the KV cache: decoded once, copied into every sequence that needs one.

Prompts of one stage share a long head (principles, examples), and two or three stages take turns. Each kept head
is one family of prompts; within a family the end of the head follows the prompts (one fact asked eight times).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from appliance.engines.context import Context

Tokens = NDArray[np.int32]

_WORTHWHILE = 16
"""Tokens a longer head must save a prompt before it is decoded on its own: a decode call costs about as much."""


@dataclass(slots=True)
class _Head:
    sequence: int
    tokens: Tokens = field(default_factory=lambda: np.empty(0, np.int32))
    used: int = 0


class PrefixCache:
    """Heads of prompts in sequences reserved for them.

    Args:
        context: where they are decoded.
        sequences: ids of the reserved sequences, at least one.
        memory: how many earlier prompts are compared with a new one.
    """

    def __init__(self, context: Context, sequences: Iterable[int], memory: int) -> None:
        self._context = context
        self._heads = [_Head(sequence) for sequence in sequences]
        self._earlier: deque[Tokens] = deque(maxlen=max(memory, 1))
        self._clock = 0

    @property
    def cells(self) -> int:
        """KV cells the heads hold at most."""
        return sum(len(head.tokens) for head in self._heads)

    def shared(self, prompt: Sequence[int]) -> int:
        """Tokens of a prompt that need not be decoded again; the last one always is, for its logits."""
        body = _body(prompt)
        return max(common_prefix(head.tokens, body) for head in self._heads)

    def learn(self, prompt: Sequence[int], others: Iterable[Sequence[int]], room: int) -> None:
        """Decode the head a prompt shares with other prompts, if that is worthwhile.

        Args:
            prompt: tokens of the prompt that comes next.
            others: prompts that wait with it.
            room: KV cells that may be spent.

        Raises:
            EngineError: the decoding failed.
        """
        body, known = _body(prompt), self.shared(prompt)
        peers = [*self._earlier, *(np.asarray(other, np.int32) for other in others)]
        length = max((common_prefix(body, peer) for peer in peers), default=0)
        self._earlier.append(np.asarray(prompt, np.int32))
        if length - known >= _WORTHWHILE and length - known <= room:
            self._extend(body[:length])

    def attach(self, prompt: Sequence[int], sequence: int) -> int:
        """Copy the longest fitting head into an empty sequence; returns its tokens."""
        body = _body(prompt)
        head = self._closest(body)
        length = common_prefix(head.tokens, body)
        if length:
            self._touch(head)
            self._context.copy(head.sequence, sequence, length)
        return length

    def shrink(self, prompt: Sequence[int]) -> bool:
        """Drop one head that a prompt does not need, the least recently used; False if there is none."""
        keep = self._closest(_body(prompt))
        spare = [head for head in self._heads if head is not keep and len(head.tokens)]
        if not spare:
            return False
        self._cut(min(spare, key=lambda head: head.used), 0)
        return True

    def clear(self) -> None:
        """Drop every head."""
        for head in self._heads:
            self._cut(head, 0)

    def _extend(self, tokens: Tokens) -> None:
        closest = self._closest(tokens)
        length = common_prefix(closest.tokens, tokens)
        # A head that keeps most of itself moves on with its family; otherwise this is another family.
        stays = 4 * length > 3 * len(closest.tokens)
        head = closest if stays else min(self._heads, key=lambda head: head.used)
        if head is not closest:
            self._cut(head, 0)
            self._context.copy(closest.sequence, head.sequence, length)
            head.tokens = tokens[:length]
        self._cut(head, length)
        try:
            self._context.prefill(head.sequence, tokens.tolist(), length)
        except BaseException:  # also a Ctrl-C between two chunks: cells beyond the head must not stay
            self._cut(head, length)
            raise
        head.tokens = tokens
        self._touch(head)

    def _closest(self, tokens: Tokens) -> _Head:
        return max(self._heads, key=lambda head: (common_prefix(head.tokens, tokens), head.used))

    def _cut(self, head: _Head, length: int) -> None:
        self._context.truncate(head.sequence, length)
        head.tokens = head.tokens[:length]

    def _touch(self, head: _Head) -> None:
        self._clock += 1
        head.used = self._clock


def common_prefix(one: Tokens, other: Tokens) -> int:
    """Length of the longest common prefix of two token arrays."""
    length = min(len(one), len(other))
    different = one[:length] != other[:length]
    return int(different.argmax()) if different.any() else length


def _body(prompt: Sequence[int]) -> Tokens:
    return np.asarray(prompt[:-1], np.int32)
