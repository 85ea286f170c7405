"""The keys, on top of whatever is shown."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

_KEYS = (
    ("j  k  arrows", "next and previous job"),
    ("g  G", "first and last job"),
    ("enter", "details of the job, and back"),
    ("esc", "close details or this help"),
    ("?", "this help"),
    ("q", "quit; jobs go on"),
)
_NOTE = "This screen only looks. Start, resume and stop jobs with psi run, psi resume and Ctrl-C in their terminal."


class HelpScreen(ModalScreen[None]):
    """Closes with any of its own keys."""

    BINDINGS: ClassVar = [Binding("escape,question_mark,enter", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """One box."""
        keys = "\n".join(f"{key:<16}{meaning}" for key, meaning in _KEYS)
        yield Static(Content(f"{keys}\n\n{_NOTE}"), id="help")
