"""Ctrl-C: the first asks for a clean stop, the second stops at once, the third leaves it to the kernel."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

STOPPING = "stopping after the current step; Ctrl-C again to stop at once"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While entered, SIGINT and SIGTERM ask for a stop; calling it says whether one was asked for.

    Args:
        announce: shows one line from inside the signal handler.
    """

    def __init__(self, announce: Callable[[str], None]) -> None:
        self._announce = announce
        self._asked = False
        self._before: dict[signal.Signals, object] = {}

    def __call__(self) -> bool:
        """True once a signal asked for a stop."""
        return self._asked

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            # nohup and background jobs of a shell ignore these signals on purpose.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before = {}

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked:
            for mine in self._before:
                signal.signal(mine, signal.SIG_DFL)
            raise KeyboardInterrupt
        self._asked = True
        self._announce(STOPPING)
