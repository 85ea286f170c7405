"""Eq. 4: D_t = M_g(P^H, K, I_g) until enough instances are accepted, on this machine (section 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.artefact import Artefact
from appliance.config import BudgetConfig, PsiConfig
from appliance.methods.psi.collect import collect
from appliance.methods.psi.composer import Composer
from appliance.quality.language import Languages
from appliance.records import Instance, Principle
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Generation:
    """Output: D_t, one accepted instance a row."""

    composer: Callable[[StageContext], Composer]
    seeds: tuple[Instance, ...]
    psi: PsiConfig
    budget: BudgetConfig
    inputs: tuple[str, ...] = ("principles",)
    name: str = "generation"
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Generate under P^H and K until D_t has its size.

        Raises:
            StalledError, BudgetSpent: the local model does not get there, or not within the budget.
        """
        principles = tuple(Principle.from_row(row) for name in self.inputs for row in inputs[name].rows())
        # A D_initial that was brought cost this job nothing.
        made_here = self.psi.initial and self.psi.initial_file is None
        earlier = [Artefact(context.directory / "expansion.jsonl")] if made_here else []
        collect(context, output, wanted=self.psi.instances, budget=self.budget,
                compose=lambda indices: self.composer(context).generate(indices, principles),
                seeds=self.seeds, languages=Languages(self.psi.language, self.seeds), earlier=earlier,
                size="psi.instances")
