"""The llama.cpp library: imported once, with its log kept off the terminal."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
from collections import deque
from collections.abc import Iterator
from typing import Any

from appliance.errors import EngineError

_ERROR, _CONTINUED = 4, 5
"""``enum ggml_log_level`` of ggml.h."""


class NativeLog:
    """Callback for llama.cpp's log: drops everything but the last error lines."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=20)
        self._level = 0

    def __call__(self, level: int, text: bytes, _data: object) -> None:
        """Take one piece of log text; called from C, so it must not raise."""
        self._level = self._level if level == _CONTINUED else level
        if self._level == _ERROR:
            self._lines.append(text.decode("utf-8", "replace"))

    def drain(self) -> str:
        """The error lines since the last call, as one line."""
        text = " ".join("".join(self._lines).split())
        self._lines.clear()
        return text


log = NativeLog()


@functools.cache
def library() -> Any:
    """The module ``llama_cpp`` with its back end started.

    Raises:
        EngineError: llama-cpp-python is not installed or its shared library cannot be loaded.
    """
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineError(f"llama-cpp-python cannot be loaded ({type(error).__name__}); "
                          "install it with: pip install 'psi-appliance[embedded]'") from error
    llama_cpp.llama_log_set(_callback(llama_cpp), ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    return llama_cpp


@functools.cache
def _callback(llama_cpp: Any) -> Any:
    """The C function of `log`; cached for the life of the process, because C keeps a bare pointer to it."""
    return llama_cpp.llama_log_callback(log)


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Send the process's standard error nowhere for a moment.

    For the few calls whose messages bypass the log callback: the grammar parser prints the grammar it refuses.
    """
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def has_amx() -> bool:
    """Whether this llama.cpp was built to use AMX tiles.

    Its AMX kernels end the process with a general protection fault at the first batch (ggml-org/llama.cpp issue
    20824 and pull request 26954; seen with llama-cpp-python 0.3.36 on a virtual Sapphire Rapids). They are reached
    through the repacked weight buffers alone, so whoever loads a model switches those off where this is true.
    """
    return "AMX_INT8 = 1" in library().llama_print_system_info().decode("ascii", "replace")
