"""Eq. 1: D_initial = M_g(D_seed, K, I_s), on this machine (arXiv 2507.05991, section 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.artefact import Artefact
from appliance.config import BudgetConfig, PsiConfig
from appliance.methods.psi.collect import collect
from appliance.methods.psi.composer import Composer
from appliance.quality.language import Languages
from appliance.records import Instance
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Expansion:
    """Output: D_initial, one instance a row.

    Attributes:
        initial: D_initial of an earlier job, used as it is; None to make one.
    """

    composer: Callable[[StageContext], Composer]
    seeds: tuple[Instance, ...]
    initial: tuple[Instance, ...] | None
    psi: PsiConfig
    budget: BudgetConfig
    name: str = "expansion"
    inputs: tuple[str, ...] = ()
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Expand the seeds until D_initial has its size; without Eq. 1, hand on what is given.

        Raises:
            StalledError, BudgetSpent: the local model does not get there, or not within the budget.
        """
        del inputs
        given = self.seeds if not self.psi.initial else self.initial
        if given is not None:
            output.append([instance.to_row() for instance in given[len(output):]])
            return
        collect(context, output, wanted=self.psi.initial_instances, budget=self.budget,
                compose=lambda indices: self.composer(context).expand(indices), seeds=self.seeds,
                languages=Languages(self.psi.language, self.seeds))
