"""One GGUF model in memory: its vocabulary, its metadata and its chat template."""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.engines import native
from appliance.engines.base import ChatMessage
from appliance.errors import EngineError


class Model:
    """A loaded model. `close` frees it; nothing may be asked of it afterwards.

    Args:
        path: a GGUF file.

    Attributes:
        repacked: llama.cpp may lay the weights out anew for this CPU.

    Raises:
        EngineError: llama.cpp cannot load it; carries llama.cpp's own reason.
    """

    def __init__(self, path: Path) -> None:
        self._native = native.library()
        self.path = path
        self.repacked = not native.has_amx()
        parameters = self._native.llama_model_default_params()
        parameters.use_extra_bufts = self.repacked
        native.log.drain()
        self.handle: Any = self._native.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self.handle:
            raise EngineError(f"{path}: llama.cpp cannot load this model; the file may be cut short or newer than "
                              f"the installed llama-cpp-python: {native.log.drain()}")
        self.vocabulary: Any = self._native.llama_model_get_vocab(self.handle)
        self.vocabulary_size: int = self._native.llama_vocab_n_tokens(self.vocabulary)
        self.parameters: int = self._native.llama_model_n_params(self.handle)
        self.trained_context_tokens: int = self._native.llama_model_n_ctx_train(self.handle)
        self._pieces: dict[int, bytes] = {}

    @property
    def weight_format(self) -> str:
        """Such as ``Q4_1``, as llama.cpp names it."""
        name: bytes | None = self._native.llama_ftype_name(self._native.llama_model_ftype(self.handle))
        return name.decode("utf-8", "replace") if name else "unknown"

    def metadata(self, key: str) -> str | None:
        """One text of the GGUF's metadata, such as ``general.name``."""
        size = self._native.llama_model_meta_val_str(self.handle, key.encode(), None, 0)
        if size < 0:
            return None
        buffer = ctypes.create_string_buffer(size + 1)
        self._native.llama_model_meta_val_str(self.handle, key.encode(), buffer, size + 1)
        return buffer.value.decode("utf-8", "replace")

    def tokenise(self, text: str, *, start: bool = True) -> list[int]:
        """Tokens of a prompt, with the model's own start token where its vocabulary asks for one.

        The spelling of special tokens, as a chat template writes them, becomes those tokens.

        Args:
            text: a prompt, or a text that goes on after one.
            start: False adds no start token: the text goes on after another one.

        Raises:
            EngineError: the text cannot be written as UTF-8.
        """
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise EngineError("a prompt holds half a surrogate pair, which no tokenizer can read") from error
        tokens = self._tokens(data, len(data) + 8, start)
        begin = self._native.llama_vocab_bos(self.vocabulary)
        # A chat template may write the start token itself, and the vocabulary then adds a second one.
        return tokens[1:] if start and tokens[:2] == [begin, begin] else tokens

    def _tokens(self, data: bytes, room: int, start: bool) -> list[int]:
        buffer = (ctypes.c_int32 * room)()
        count = self._native.llama_tokenize(self.vocabulary, data, len(data), buffer, room, start, True)
        if count < -room:
            return self._tokens(data, -count, start)
        if count < 0:
            raise EngineError(f"{self.path}: llama.cpp cannot tokenise a text of {len(data)} bytes")
        return list(buffer[:count])

    def piece(self, token: int) -> bytes:
        """Bytes of a token; empty for control tokens; possibly half a character."""
        if token not in self._pieces:
            self._pieces[token] = self._piece(token, 64)
        return self._pieces[token]

    def _piece(self, token: int, room: int) -> bytes:
        buffer = ctypes.create_string_buffer(room)
        size = self._native.llama_token_to_piece(self.vocabulary, token, buffer, room, 0, False)
        return self._piece(token, -size) if size < 0 else buffer.raw[:size]

    @functools.cached_property
    def end_tokens(self) -> frozenset[int]:
        """Tokens that end a generation."""
        return frozenset(token for token in range(self.vocabulary_size)
                         if self._native.llama_vocab_is_eog(self.vocabulary, token))

    def chat_prompt(self, messages: Sequence[ChatMessage]) -> str:
        """A conversation through the model's own template, ending where the assistant's turn begins.

        Raises:
            EngineError: the model has no template, or the template refuses the conversation.
        """
        from jinja2 import TemplateError

        turns = [{"role": message.role, "content": message.content} for message in messages]
        try:
            return str(self._template(messages=turns).prompt)
        except (TemplateError, ValueError, TypeError) as error:
            roles = ", ".join(turn["role"] for turn in turns)
            raise EngineError(f"{self.path}: the model's chat template refuses messages with the roles: {roles} "
                              f"({type(error).__name__})") from error

    @functools.cached_property
    def _template(self) -> Any:
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        template = self.metadata("tokenizer.chat_template")
        if template is None:
            raise EngineError(f"{self.path}: a base model without a chat template; use plain prompts or an "
                              "instruction-tuned model")
        start, end = (self._native.llama_vocab_get_text(self.vocabulary, token) if token >= 0 else b""
                      for token in (self._native.llama_vocab_bos(self.vocabulary),
                                    self._native.llama_vocab_eos(self.vocabulary)))
        try:
            return Jinja2ChatFormatter(template, end.decode("utf-8"), start.decode("utf-8"))
        except TemplateError as error:
            raise EngineError(f"{self.path}: the model's chat template is not valid Jinja") from error

    def close(self) -> None:
        """Free the weights."""
        if self.handle:
            self._native.llama_model_free(self.handle)
            self.handle = None
