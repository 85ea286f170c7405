"""The door: the only way out.

::

    admit         scrub the whole drawn set, guard each instance             -> clean instances, refusals by reason
    release       turn clean instances or principles into `Released` values  -> the reflector's only argument type
    pass_through  the request built from a released value goes its way       -> see `appliance.gateway.exchange`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.errors import EgressDenied
from appliance.gateway.exchange import Answer, Exchange, OutboundRequest
from appliance.gateway.guard import Guard
from appliance.gateway.pseudonyms import PLACEHOLDER, Pseudonyms
from appliance.gateway.release import Released, ReleasedCluster, ReleasedSubset, seal
from appliance.gateway.scrub import ScrubbedInstance, Scrubber
from appliance.records import Instance, Principle


@dataclass(frozen=True, slots=True)
class Admission:
    """Which instances of a drawn set may be shown.

    Attributes:
        clean: scrubbed and guarded, in the order they were given.
        refused: instance id -> why it must not be drawn.
        masked: how many values were replaced over the whole set, by type.
    """

    clean: tuple[ScrubbedInstance, ...]
    refused: Mapping[str, str]
    masked: Mapping[str, int]


class Door:
    """One job's way out.

    Args:
        exchange: what carries a built request out.
    """

    def __init__(self, *, scrubber: Scrubber, guard: Guard, exchange: Exchange) -> None:
        self._scrubber = scrubber
        self._guard = guard
        self._exchange = exchange
        self._pseudonyms: Pseudonyms | None = None

    def admit(self, instances: Sequence[Instance]) -> Admission:
        """Scrub a drawn set as a whole, then guard each instance of it.

        Raises:
            DetectorFailed: the detector could not say; nothing may be drawn.
        """
        scrubbed = self._scrubber.scrub(instances)
        self._pseudonyms = scrubbed.pseudonyms
        refused = dict(scrubbed.refused)
        clean = []
        for instance in scrubbed.clean:
            reason = self._guard.reason_against(tuple(instance.texts().values()), self._pseudonyms)
            if reason is None:
                clean.append(instance)
            else:
                refused[instance.id] = reason
        return Admission(tuple(clean), refused, dict(scrubbed.masked))

    def release_subset(self, subset_id: str, instances: Sequence[ScrubbedInstance]) -> ReleasedSubset:
        """Make one d_i the reflector's (Eq. 2). Refuses an instance that the guard does not pass now.

        Raises:
            EgressDenied: one is not clean.
        """
        for instance in instances:
            reason = self._guard.reason_against(tuple(instance.texts().values()), self._pseudonyms)
            if reason is not None:
                raise EgressDenied(f"instance {instance.id} of subset {subset_id} is not clean ({reason})")
        return ReleasedSubset(subset_id, tuple(instances), _placeholders(instances), token=seal())

    def release_cluster(self, cluster_id: str,
                        principles: Sequence[Principle]) -> tuple[ReleasedCluster, dict[str, str]]:
        """Make the bullets of one cluster the reflector's (Eq. 3), leaving out any that fail the guard.

        Principles came from outside and may quote; they are never restored, only checked and passed or withheld.

        Returns:
            The released cluster and, by principle id, why a bullet was withheld.
        """
        withheld = {principle.id: reason for principle in principles
                    if (reason := self.finding_in(principle.text)) is not None}
        texts = tuple(principle.text for principle in principles if principle.id not in withheld)
        return ReleasedCluster(cluster_id, texts, token=seal()), withheld

    def finding_in(self, text: str) -> str | None:
        """What the guard has against a text that came back from the reflector, None for nothing.

        Raises:
            DetectorFailed: the detector could not say.
        """
        return self._guard.reason_against([text], self._pseudonyms)

    def pass_through(self, request: OutboundRequest, released: Released) -> Answer:
        """Send one request about one released value; see `Exchange.pass_through`.

        Raises:
            EgressDenied, SendFailed, AuditError: as there.
        """
        return self._exchange.pass_through(request, released, self._pseudonyms)


def _placeholders(instances: Sequence[ScrubbedInstance]) -> dict[str, int]:
    """How many placeholders of each type stand in these instances."""
    return dict(Counter(token.strip("<>").rpartition("_")[0] for instance in instances
                        for text in instance.texts().values() for token in PLACEHOLDER.findall(text)))
