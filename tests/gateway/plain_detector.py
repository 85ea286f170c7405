"""A detector for tests that are about something else: it finds one name."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.detection.detector import Span

NAME = "Zebedee"


class PlainDetector:
    """Finds every `NAME`."""

    def describe(self) -> dict[str, str]:
        return {"name": "plain"}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        return [[Span(at, at + len(NAME), "PERSON", 1.0, "plain") for at in range(len(text))
                 if text.startswith(NAME, at)] for text in texts]
