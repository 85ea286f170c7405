"""Drawing one token from a row of logits, the way one request asks for it.

The chain is llama.cpp's (repeat penalty, top-k, top-p, temperature, draw), written over numpy: llama.cpp's own
sorts the whole vocabulary for top-p without top-k, 1.9 ms a token where this takes a tenth of it.
"""

from __future__ import annotations

import codecs
import ctypes
import random
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.engines import native
from appliance.engines.base import Sampling
from appliance.engines.model import Model
from appliance.errors import EngineError

Logits = NDArray[np.float32]

_PENALTY_WINDOW = 64
"""Tokens back that the repeat penalty looks at: llama.cpp's default, over the written tokens only."""
_FIRST_GUESS = 256
"""Candidates sorted at first for top-p; many times what a nucleus of an instruction model holds."""


def logprob(logits: Logits, token: int) -> float:
    """Natural-log probability of a token under the unmodified distribution of a row."""
    top = logits.max()
    return float(logits[token] - top - np.log(np.exp(logits - top).sum()))


class Sampler:
    """The chain of one request, with its own random generator and its own grammar state.

    Args:
        model: whose vocabulary the rows are over.
        sampling: see `Sampling`; temperature 0 takes the most probable token.
        gbnf: grammar of the whole answer, or None.

    Raises:
        EngineError: the grammar is not GBNF. llama.cpp's reason quotes the grammar, so it is left out.
    """

    def __init__(self, model: Model, sampling: Sampling, gbnf: str | None = None) -> None:
        self._sampling = sampling
        # Drawing tokens is no cryptography, and a seed must give the same text again.
        self._random = random.Random(sampling.seed)
        self._recent: deque[int] = deque(maxlen=_PENALTY_WINDOW)
        self._grammar = None if gbnf is None else GrammarState(model, gbnf)

    def draw(self, logits: Logits) -> int:
        """The next token; the caller's row is left as it is."""
        logits = self._penalised(logits)
        token = self._pick(logits)
        if self._grammar is not None and not self._grammar.allows(token):
            token = self._draw_allowed(logits, self._grammar)
        self._recent.append(token)
        if self._grammar is not None:
            self._grammar.accept(token)
        return token

    def _draw_allowed(self, logits: Logits, grammar: GrammarState) -> int:
        # Testing one drawn token takes microseconds, masking the whole vocabulary milliseconds; a draw that
        # is repeated under the mask follows the masked distribution all the same.
        masked = grammar.mask(logits)
        while np.isfinite(masked.max()):
            token = self._pick(masked)
            if grammar.allows(token):
                return token
            masked[token] = -np.inf
        raise EngineError("no token of this model continues the grammar")

    def _penalised(self, logits: Logits) -> Logits:
        penalty = self._sampling.repeat_penalty
        if penalty == 1.0 or not self._recent:
            return logits
        logits = logits.copy()
        tokens = np.array(sorted(set(self._recent)))
        values = logits[tokens]
        logits[tokens] = np.where(values > 0, values / penalty, values * penalty)
        return logits

    def _pick(self, logits: Logits) -> int:
        if self._sampling.temperature == 0:
            return int(logits.argmax())
        tokens = self._nucleus(logits, self._shortlist(logits))
        values = logits[tokens].astype(np.float64)
        weights = np.cumsum(np.exp((values - values.max()) / self._sampling.temperature))
        drawn = np.searchsorted(weights, self._random.random() * weights[-1], side="right")
        return int(tokens[min(int(drawn), len(tokens) - 1)])

    def _shortlist(self, logits: Logits) -> NDArray[np.int64]:
        """The top-k tokens, or all of them."""
        k = self._sampling.top_k
        if not 0 < k < len(logits):
            return np.arange(len(logits))
        return np.argpartition(logits, -k)[-k:]

    def _nucleus(self, logits: Logits, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """The fewest of the tokens that hold ``top_p`` of their probability, most probable first."""
        if self._sampling.top_p >= 1:
            return tokens
        values = logits[tokens]
        weights = np.exp(values - values.max())
        wanted = self._sampling.top_p * weights.sum(dtype=np.float64)
        size = min(_FIRST_GUESS, len(tokens))
        while True:
            best = np.argpartition(weights, -size)[-size:]
            best = best[np.argsort(-weights[best], kind="stable")]
            held = np.cumsum(weights[best], dtype=np.float64)
            if held[-1] >= wanted or size == len(tokens):
                return tokens[best[:int(np.searchsorted(held, wanted)) + 1]]
            size = min(size * 16, len(tokens))

    def close(self) -> None:
        """Free the grammar."""
        if self._grammar is not None:
            self._grammar.close()


class GrammarState:
    """Where in its grammar an answer stands.

    llama.cpp reads overlong UTF-8 as the character it imitates, so that two stray bytes may pass for a quote;
    tokens that break strict UTF-8 are therefore refused here.
    """

    def __init__(self, model: Model, gbnf: str) -> None:
        self._native = native.library()
        self._model = model
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        text = gbnf.encode("utf-8", "replace")
        with native.silenced():
            self._handle: Any = self._native.llama_sampler_init_grammar(model.vocabulary, text, b"root")
        native.log.drain()
        if not self._handle:
            raise EngineError(f"its grammar ({len(gbnf.splitlines())} lines) is not GBNF with a start symbol root")

    def allows(self, token: int) -> bool:
        """Whether the answer may go on (or end) with a token."""
        if not self._is_utf8(token):
            return False
        return bool(np.isfinite(self._apply(np.array([token]), np.zeros(1, np.float32))[0]))

    def mask(self, logits: Logits) -> Logits:
        """A copy of a row in which the tokens the grammar refuses are -inf."""
        return self._apply(np.arange(len(logits)), logits)

    def accept(self, token: int) -> None:
        """Step over a token that `allows` allowed; on any other one llama.cpp ends the process."""
        if token not in self._model.end_tokens:
            self._decoder.decode(self._model.piece(token))
            self._native.llama_sampler_accept(self._handle, token)

    def close(self) -> None:
        """Free the state."""
        if self._handle:
            self._native.llama_sampler_free(self._handle)
            self._handle = None

    def _apply(self, tokens: NDArray[np.int64], logits: Logits) -> Logits:
        candidates = np.zeros(len(tokens), dtype=[("id", "<i4"), ("logit", "<f4"), ("p", "<f4")])
        candidates["id"], candidates["logit"] = tokens, logits
        array = self._native.llama_token_data_array()
        array.data = ctypes.cast(candidates.ctypes.data, ctypes.POINTER(self._native.llama_token_data))
        array.size, array.selected, array.sorted = len(tokens), -1, False
        self._native.llama_sampler_apply(self._handle, ctypes.byref(array))
        return candidates["logit"].copy()

    def _is_utf8(self, token: int) -> bool:
        state = self._decoder.getstate()
        try:
            self._decoder.decode(self._model.piece(token), final=token in self._model.end_tokens)
        except UnicodeDecodeError:
            return False
        finally:
            self._decoder.setstate(state)
        return True
