"""PSI as a list of stages, in the order of arXiv 2507.05991, section 3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.config import PsiConfig
from appliance.gateway.door import Door
from appliance.knowledge.embedding import Embedder
from appliance.methods.psi.anonymise import Anonymise
from appliance.methods.psi.cluster import EmbedCluster
from appliance.methods.psi.compose import Composer
from appliance.methods.psi.expansion import Expansion
from appliance.methods.psi.generation import Generation
from appliance.methods.psi.reflection import Reflection
from appliance.methods.psi.summarise import Summarise
from appliance.records import Instance
from appliance.reflect.base import Reflector
from appliance.stage import Stage, StageContext


@dataclass(frozen=True, slots=True)
class Parts:
    """What the stages are made of; each is built when a stage first asks for it."""

    seeds: tuple[Instance, ...]
    psi: PsiConfig
    composer: Callable[[StageContext], Composer]
    embedder: Callable[[], Embedder]
    door: Callable[[], Door]
    reflector: Callable[[], Reflector]


def psi_stages(parts: Parts) -> tuple[Stage, ...]:
    """Expand, draw and anonymise, reflect, cluster, summarise, generate."""
    return (
        Expansion(parts.composer, parts.seeds, parts.psi),
        Anonymise(parts.door, parts.psi),
        Reflection(parts.door, parts.reflector),
        EmbedCluster(parts.embedder),
        Summarise(parts.door, parts.reflector),
        Generation(parts.composer, parts.seeds, parts.psi),
    )
