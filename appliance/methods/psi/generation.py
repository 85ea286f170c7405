"""Eq. 4: D_t = M_g(P^H, K, I_g) until enough instances are accepted, on this machine (section 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.artefact import Artefact
from appliance.config import PsiConfig
from appliance.methods.psi.collect import collect
from appliance.methods.psi.compose import Composer
from appliance.records import Instance, Principle
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Generation:
    """Output: D_t, one accepted instance a row."""

    composer: Callable[[StageContext], Composer]
    seeds: tuple[Instance, ...]
    psi: PsiConfig
    name: str = "generation"
    inputs: tuple[str, ...] = ("summarise",)
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Generate under P^H and K until D_t has its size.

        Raises:
            StalledError: the local model does not get there.
        """
        principles = tuple(Principle.from_row(row["principle"]) for row in inputs["summarise"].rows()
                           if row["principle"])
        collect(context, output, wanted=self.psi.instances, max_requests=self.psi.max_requests,
                compose=lambda indices: self.composer(context).generate(indices, principles),
                seeds=self.seeds)
