"""A scrubber that looks at each text once.

In the door the guard looks again at what the scrubber has just looked at, for it trusts nobody. To show what the two
would say, one look is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appliance.detection.detector import Detector
from appliance.gateway.resolve import Hit
from appliance.gateway.scrub import Scrubber
from appliance.gateway.search import Progress
from appliance.policy.model import Policy


class Rehearsal(Scrubber):
    """See `Scrubber`."""

    def __init__(self, detector: Detector, policy: Policy, taken: Callable[[str], bool]) -> None:
        super().__init__(detector, policy, taken=taken)
        self._known: dict[str, list[Hit]] = {}

    def look_at(self, texts: Iterable[str], seen: dict[str, list[Hit]], progress: Progress | None = None) -> None:
        """See `Search.look_at`; what was found once is known until `forget`."""
        listed = list(texts)
        seen.update((text, self._known[text]) for text in listed if text in self._known)
        super().look_at(listed, seen, progress)
        self._known.update((text, seen[text]) for text in listed)

    def forget(self) -> None:
        """Look at every text anew."""
        self._known.clear()
