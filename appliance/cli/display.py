"""Which display a run gets: live on a terminal, plain lines elsewhere, none on request."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, TextIO

from appliance.events import Display


class DisplayKind(StrEnum):
    """What `--display` takes."""

    AUTO = "auto"
    LIVE = "live"
    PLAIN = "plain"
    NONE = "none"


class CommandDisplay(Display, Protocol):
    """A display that a signal handler may speak through."""

    def announce(self, text: str) -> None:
        """Show one line at once, without a lock or a buffer: it is called inside a signal handler."""


def choose_display(kind: DisplayKind, stream: TextIO, environment: Mapping[str, str]) -> CommandDisplay:
    """The display for one run.

    Args:
        kind: what the person asked for; live on something that cannot redraw gives plain lines.
        stream: standard error; standard output is for data only.
        environment: ``TERM`` decides whether a terminal can move its cursor.
    """
    if kind in (DisplayKind.NONE, DisplayKind.PLAIN) or not can_redraw(stream, environment):
        from appliance.cli.plain import PlainDisplay, SilentDisplay

        return SilentDisplay(stream) if kind is DisplayKind.NONE else PlainDisplay(stream)
    from appliance.cli.live import LiveDisplay

    return LiveDisplay(stream)


def can_redraw(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether the stream is a terminal that can go back and draw over what it showed."""
    return stream.isatty() and environment.get("TERM", "dumb").lower() not in ("dumb", "unknown", "")
