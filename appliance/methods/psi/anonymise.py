"""Draw d_1..d_T from D_initial first, then scrub and guard only those (arXiv 2507.05991, section 3; A2 and A6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from appliance.artefact import Artefact
from appliance.config import PsiConfig
from appliance.errors import EgressDenied, TooFewLeft
from appliance.gateway.door import Door
from appliance.gateway.results import ScrubbedInstance
from appliance.records import Instance
from appliance.stage import Locality, StageContext

# Of a request without sampling: the part that instances may fill, and what the prompt adds to each.
FILL, FRAME_BYTES = 0.5, 100


@dataclass(frozen=True, slots=True)
class Anonymise:
    """Output: one row with the instance ids of every subset, what was refused and what was masked."""

    door: Callable[[], Door]
    psi: PsiConfig
    max_request_bytes: int
    name: str = "anonymise"
    inputs: tuple[str, ...] = ("expansion",)
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Draw, scrub the whole drawn set, drop what the guard refuses, draw another, until all are clean.

        Raises:
            TooFewLeft: fewer clean instances than a subset needs.
            DetectorFailed: the detector could not say.
        """
        if len(output):
            return
        initial = [Instance.from_row(row) for row in inputs["expansion"].rows()]
        orders = self._orders(context, initial)
        size = self.psi.subset_size if self.psi.sample else self._that_fit(orders[0])
        refused: dict[str, str] = {}
        while True:
            context.check_stop()
            subsets = [self._first_clean(order, size, refused) for order in orders]
            admission = self.door().admit(union(subsets))
            refused.update(admission.refused)
            context.pulse(len(admission.clean), len(union(subsets)), accepted=len(admission.clean),
                          rejected=Counter(refused.values()))
            if not admission.refused:
                break
        if admission.near:
            context.notice(f"{len(admission.near)} drawn instance(s) say much the same as a passage of the knowledge "
                           f"base (similarity {max(admission.near.values()):.2f} at the most); they stay drawn, as the "
                           f"policy says (knowledge.on_near)")
        output.append([{
            "subsets": [{"id": f"d-{number}", "instance_ids": [instance.id for instance in subset]}
                        for number, subset in enumerate(subsets, start=1)],
            "refused": refused, "masked": dict(admission.masked), "invisible": admission.invisible,
            "near": dict(admission.near)}])

    def _orders(self, context: StageContext, initial: Sequence[Instance]) -> list[list[Instance]]:
        """One random order of D_initial per subset: a subset is the first |d| of its order that are clean."""
        orders = []
        for number in range(self.psi.subsets if self.psi.sample else 1):
            order = list(initial)
            context.random("subset", number).shuffle(order)
            orders.append(order)
        return orders

    def _that_fit(self, order: Sequence[Instance]) -> int:
        """Without sampling, one request carries as many as fit (A14), with room for longer placeholders."""
        sizes = (FRAME_BYTES + sum(len(text.encode()) for text in instance.texts().values()) for instance in order)
        return max(1, sum(total <= self.max_request_bytes * FILL for total in accumulate(sizes)))

    def _first_clean(self, order: Sequence[Instance], size: int, refused: Mapping[str, str]) -> list[Instance]:
        clean = [instance for instance in order if instance.id not in refused][:size]
        if len(clean) < min(size, self.psi.subset_size):
            counts = ", ".join(f"{reason} x{count}" for reason, count in Counter(refused.values()).most_common())
            raise TooFewLeft(f"only {len(clean)} clean instances are left for a subset of {self.psi.subset_size} "
                             f"({counts}); nothing was sent. Raise psi.initial_instances or shorten psi.subset_size")
        return clean


def admit_drawn(door: Door, inputs: Mapping[str, Artefact]) -> dict[str, ScrubbedInstance]:
    """Scrub the drawn set as the stage did: the same set under the same policy gives the same text.

    Nothing scrubbed is kept on disk in between, and the door learns again which values must not leave.

    Args:
        door: of this job.
        inputs: the artefacts ``expansion`` and ``anonymise``.

    Raises:
        EgressDenied: an instance that was clean when it was drawn is not any more.
    """
    initial = {row["id"]: Instance.from_row(row) for row in inputs["expansion"].rows()}
    subsets = next(inputs["anonymise"].rows())["subsets"]
    admission = door.admit(union([[initial[name] for name in subset["instance_ids"]] for subset in subsets]))
    if admission.refused:
        raise EgressDenied(f"{len(admission.refused)} drawn instance(s) are no longer clean; the detector changed "
                           f"since they were drawn. Start a new job")
    return {instance.id: instance for instance in admission.clean}


def union(subsets: Sequence[Sequence[Instance]]) -> list[Instance]:
    """Every drawn instance once, in the order of first appearance: the set the scrubber sees."""
    return list({instance.id: instance for subset in subsets for instance in subset}.values())
