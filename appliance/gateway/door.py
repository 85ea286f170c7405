"""The door: the only way out.

::

    admit         scrub the whole drawn set, guard each instance             -> clean instances, refusals by reason
    release       turn clean instances or principles into `Released` values  -> the reflector's only argument type
    pass_through  the request built from a released value goes its way       -> see `appliance.gateway.exchange`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from appliance.errors import EgressDenied
from appliance.gateway.answers import Screened, screen
from appliance.gateway.canaries import CanaryWatch
from appliance.gateway.exchange import Answer, Exchange, OutboundRequest
from appliance.gateway.guard import KNOWLEDGE_RUN, Guard
from appliance.gateway.mask_runs import masked_runs
from appliance.gateway.near import NEAR, Nearness
from appliance.gateway.pseudonyms import Pseudonyms, foreign_placeholder
from appliance.gateway.release import Released, ReleasedCluster, ReleasedSubset, seal
from appliance.gateway.results import ScrubbedInstance, ScrubResult
from appliance.gateway.scrub import Scrubber
from appliance.records import Instance, Principle

FOREIGN_PLACEHOLDER, INJECTION = "foreign_placeholder", "injection"


@dataclass(frozen=True, slots=True)
class Admission:
    """Which instances of a drawn set may be shown.

    Attributes:
        clean: scrubbed and guarded, in the order they were given.
        refused: instance id -> why it must not be drawn.
        masked: how many values were replaced over the whole set, by type.
        invisible: how many characters that nobody sees were taken out over the whole set.
        near: instance id -> similarity to K, of clean instances that say much the same as a passage.
    """

    clean: tuple[ScrubbedInstance, ...]
    refused: Mapping[str, str]
    masked: Mapping[str, int]
    invisible: int = 0
    near: Mapping[str, float] = field(default_factory=dict)


class Door:
    """One job's way out.

    Args:
        exchange: what carries a built request out.
        watch: looks for canaries in the drawn set; None looks for none.
        nearness: compares meanings with K; None does not.
        keep: puts the values of what may be shown where they can be found again; None forgets them.
    """

    def __init__(self, *, scrubber: Scrubber, guard: Guard, exchange: Exchange, watch: CanaryWatch | None = None,
                 nearness: Nearness | None = None, keep: Callable[[ScrubResult], None] | None = None) -> None:
        self._scrubber = scrubber
        self._guard = guard
        self._exchange = exchange
        self._watch = watch
        self._nearness = nearness
        self._keep = keep
        self._pseudonyms: Pseudonyms | None = None

    def admit(self, instances: Sequence[Instance]) -> Admission:
        """Scrub a drawn set as a whole, then guard each instance of it.

        Raises:
            DetectorFailed: the detector could not say; nothing may be drawn.
            DoorLatched: an instance holds a canary of K.
            EgressDenied: an instance quotes K and the policy refuses the job for that (knowledge.on_run).
        """
        if self._watch is not None:
            self._watch.look([text for each in instances for text in each.texts().values()], "instance")
        instances, names, refused = self._without_runs(instances)
        scrubbed = self._scrubber.scrub(instances, names)
        self._pseudonyms = scrubbed.pseudonyms
        refused |= scrubbed.refused
        reasons = self._guard.reasons_against([tuple(each.texts().values()) for each in scrubbed.clean],
                                              self._pseudonyms)
        refused |= {each.id: reason for each, reason in zip(scrubbed.clean, reasons, strict=True) if reason}
        if self._guard.policy.knowledge.on_run == "refuse" and KNOWLEDGE_RUN in refused.values():
            quoting = sum(reason == KNOWLEDGE_RUN for reason in refused.values())
            raise EgressDenied(f"{quoting} drawn instance(s) quote the knowledge base and the policy refuses the job "
                               f"for that (knowledge.on_run); nothing was sent")
        clean = [each for each in scrubbed.clean if each.id not in refused]
        near = self._near(clean, instances)
        if self._guard.policy.knowledge.on_near == "drop":
            refused |= dict.fromkeys(near, NEAR)
            clean, near = [each for each in clean if each.id not in near], {}
        if self._keep is not None:
            self._keep(replace(scrubbed, replaced={each.id: scrubbed.replaced[each.id] for each in clean}))
        return Admission(tuple(clean), refused, dict(scrubbed.masked), scrubbed.invisible, near)

    def _without_runs(self, instances: Sequence[Instance]) -> tuple[list[Instance], Pseudonyms | None, dict[str, str]]:
        """Mask what quotes K, where the policy says so; else nothing is changed and what quotes is dropped later."""
        if self._guard.policy.knowledge.on_run != "mask":
            return list(instances), None, {}
        return masked_runs(instances, self._guard.knowledge)

    def _near(self, clean: Sequence[ScrubbedInstance], instances: Sequence[Instance]) -> dict[str, float]:
        if self._nearness is None or self._guard.policy.knowledge.on_near == "do_not_look":
            return {}
        sources = {each.id: each.provenance.passage_ids for each in instances}
        return self._nearness.near([(each.id, " ".join(each.texts().values()), sources[each.id]) for each in clean])

    def release_subset(self, subset_id: str, instances: Sequence[ScrubbedInstance]) -> ReleasedSubset:
        """Make one d_i the reflector's (Eq. 2). Refuses an instance that the guard does not pass now.

        Raises:
            EgressDenied: one is not clean.
        """
        reasons = self._guard.reasons_against([tuple(each.texts().values()) for each in instances], self._pseudonyms)
        for instance, reason in zip(instances, reasons, strict=True):
            if reason is not None:
                raise EgressDenied(f"instance {instance.id} of subset {subset_id} is not clean ({reason})")
        return ReleasedSubset(subset_id, tuple(instances), _placeholders(instances),
                              sum(each.invisible for each in instances), token=seal())

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

        A placeholder that was never issued, or that was altered, is a finding; it stays as it is, because restoring
        what looks alike would put a value where nobody knows that it belongs.

        Raises:
            DetectorFailed: the detector could not say.
        """
        if foreign_placeholder(text, self._pseudonyms):
            return FOREIGN_PLACEHOLDER
        reason = self._guard.reason_against([text], self._pseudonyms)
        return reason or (INJECTION if INJECTION in screen(text).found else None)

    def screen(self, text: str) -> Screened:
        """A principle that came back, as it may be used: cleaned; empty where it reads like an order, by policy."""
        screened = screen(text)
        if INJECTION in screened.found and self._guard.policy.answers.on_injection == "withhold":
            return Screened("", screened.found)
        return screened

    def pass_through(self, request: OutboundRequest, released: Released) -> Answer:
        """Send one request about one released value; see `Exchange.pass_through`.

        Raises:
            EgressDenied, SendFailed, AuditError: as there.
        """
        return self._exchange.pass_through(request, released, self._pseudonyms)


def _placeholders(instances: Sequence[ScrubbedInstance]) -> dict[str, int]:
    """How many values of each type were replaced in these instances."""
    return dict(sum((Counter(instance.masked) for instance in instances), Counter()))
