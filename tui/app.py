"""The application: which screens there are and how colours behave; the screens do the rest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding

from tui.screens.help import HelpScreen
from tui.screens.jobs import JobsScreen

READABLE_THEME = "textual-dark"


class PsiApp(App[None]):
    """Looks at one root. Closing it stops nothing.

    Args:
        root: the folder that holds ``jobs``.
        refresh_s: seconds between two looks at the store.
    """

    TITLE = "PSI Appliance"
    CSS_PATH = "styles.tcss"
    BINDINGS: ClassVar = [
        Binding("q", "quit", "Quit"),
        Binding("question_mark", "show_help", "Help", key_display="?"),
    ]

    def __init__(self, root: Path, refresh_s: float = 1.0) -> None:
        # With NO_COLOR an ANSI theme paints black on black: none may come in, from TEXTUAL_THEME or later.
        super().__init__(ansi_color=False if "NO_COLOR" in os.environ else None)
        self.root = root
        self.refresh_s = refresh_s
        self.theme = self.validate_theme(self.theme)

    def validate_theme(self, theme: str) -> str:
        """Replace a theme that cannot be read without colour."""
        known = self.available_themes.get(theme)
        return READABLE_THEME if self.no_color and known is not None and known.ansi else theme

    def on_mount(self) -> None:
        """Show the jobs."""
        self.push_screen(JobsScreen(self.root, self.refresh_s))

    def action_show_help(self) -> None:
        """The keys, once."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())
