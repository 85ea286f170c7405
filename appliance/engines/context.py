"""The KV cache of a model: sequences that share cells, decoded in batches."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from appliance.engines import native
from appliance.engines.model import Model
from appliance.errors import EngineError


class Row(NamedTuple):
    """One token to decode: where it stands in which sequence, and whether its logits are wanted."""

    token: int
    position: int
    sequence: int
    wanted: bool


class NoRoom(EngineError):
    """The KV cache has no cells for this batch; nothing of it was decoded."""


class Context:
    """A llama.cpp context with a unified KV cache.

    Attributes:
        cells: KV cells, shared by all sequences.
        batch_tokens: rows one `decode` may have.
        logit_rows: of them whose logits may be wanted; each takes 4 bytes for every word of the vocabulary.
        decoded_tokens: rows decoded so far; what sharing a prefix saves shows here.
    """

    batch_tokens = 512
    logit_rows = 256

    def __init__(self, model: Model, *, cells: int, sequences: int, threads: int) -> None:
        self._native = native.library()
        limit = self._native.llama_max_parallel_sequences()
        if sequences > limit:
            raise EngineError(f"{sequences} sequences, but this llama.cpp allows {limit}; lower `sequences`")
        parameters = self._native.llama_context_default_params()
        parameters.n_ctx, parameters.n_seq_max = cells, sequences
        parameters.n_batch = parameters.n_ubatch = self.batch_tokens
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.kv_unified = True  # a copied prefix takes no cells of its own
        native.log.drain()
        self._handle: Any = self._native.llama_init_from_model(model.handle, parameters)
        if not self._handle:
            raise EngineError(f"{model.path}: no memory for a context of {cells} tokens; lower "
                              f"context_tokens: {native.log.drain()}")
        self.cells: int = self._native.llama_n_ctx(self._handle)
        self.decoded_tokens = 0
        self._vocabulary_size = model.vocabulary_size
        self._memory: Any = self._native.llama_get_memory(self._handle)
        self._batch: Any = self._native.llama_batch_init(self.batch_tokens, 0, 1)

    def decode(self, rows: Sequence[Row]) -> None:
        """Run the model over at most `batch_tokens` rows; none is nothing to do.

        Raises:
            NoRoom: no KV cells; memory is as before.
            EngineError: any other failure; memory is undefined until `clear`.
        """
        if not rows:
            return
        batch = self._batch
        for index, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[index], batch.pos[index] = token, position
            batch.n_seq_id[index], batch.seq_id[index][0] = 1, sequence
            batch.logits[index] = wanted
        batch.n_tokens = len(rows)
        code = self._native.llama_decode(self._handle, batch)
        if code == 1:
            raise NoRoom(f"no room for {len(rows)} tokens in the KV cache; raise `context_tokens`")
        if code:
            raise EngineError(f"llama.cpp failed on {len(rows)} tokens (code {code}): {native.log.drain()}")
        self.decoded_tokens += len(rows)

    def prefill(self, sequence: int, tokens: Sequence[int], start: int) -> None:
        """Decode ``tokens[start:]`` into a sequence that already holds ``tokens[:start]``, without logits."""
        for first in range(start, len(tokens), self.batch_tokens):
            last = min(first + self.batch_tokens, len(tokens))
            self.decode([Row(tokens[position], position, sequence, False) for position in range(first, last)])

    def logits(self, index: int) -> NDArray[np.float32]:
        """The logits of row ``index`` of the last `decode`, valid until the next; shape (vocabulary size,)."""
        pointer = self._native.llama_get_logits_ith(self._handle, index)
        if not pointer:
            raise EngineError(f"llama.cpp has no logits for row {index} of the last batch")
        return np.ctypeslib.as_array(ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float)),
                                     shape=(self._vocabulary_size,))

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Let ``target`` share the first cells of ``source``."""
        self._native.llama_memory_seq_cp(self._memory, source, target, 0, tokens)

    def truncate(self, sequence: int, tokens: int = 0) -> None:
        """Keep only the first ``tokens`` of a sequence; cells nobody else shares become free."""
        self._native.llama_memory_seq_rm(self._memory, sequence, tokens, -1)

    def clear(self) -> None:
        """Forget every sequence."""
        self._native.llama_memory_clear(self._memory, True)

    def close(self) -> None:
        """Free the cache."""
        if self._handle:
            self._native.llama_batch_free(self._batch)
            self._native.llama_free(self._handle)
            self._handle = None
