"""Eq. 1: D_initial = M_g(D_seed, K, I_s), on this machine (arXiv 2507.05991, section 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.artefact import Artefact
from appliance.config import PsiConfig
from appliance.methods.psi.collect import collect
from appliance.methods.psi.compose import Composer
from appliance.records import Instance
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Expansion:
    """Output: D_initial, one instance a row."""

    composer: Callable[[StageContext], Composer]
    seeds: tuple[Instance, ...]
    psi: PsiConfig
    name: str = "expansion"
    inputs: tuple[str, ...] = ()
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Expand the seeds until D_initial has its size.

        Raises:
            StalledError: the local model does not get there.
        """
        del inputs
        collect(context, output, wanted=self.psi.initial_instances, max_requests=self.psi.max_requests,
                compose=lambda indices: self.composer(context).expand(indices), seeds=self.seeds)
