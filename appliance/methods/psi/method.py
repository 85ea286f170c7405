"""PSI as a list of stages, in the order of arXiv 2507.05991, section 3; its ablations are shorter lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.config import JobConfig
from appliance.gateway.door import Door
from appliance.knowledge.embedding import Embedder
from appliance.methods.psi.anonymise import Anonymise
from appliance.methods.psi.cluster import EmbedCluster
from appliance.methods.psi.composer import Composer
from appliance.methods.psi.expansion import Expansion
from appliance.methods.psi.generation import Generation
from appliance.methods.psi.principles import Principles
from appliance.methods.psi.reflection import Reflection
from appliance.methods.psi.summarise import Summarise
from appliance.records import Instance, Principle
from appliance.reflect.base import Reflector
from appliance.stage import Stage, StageContext


@dataclass(frozen=True, slots=True)
class Parts:
    """What the stages are made of; each is built when a stage first asks for it.

    Attributes:
        initial: D_initial of another job, None to make one.
        brought: principles a person brought, empty where the reflector is asked or none are used.
        max_request_bytes: the policy's limit for one request.
    """

    config: JobConfig
    seeds: tuple[Instance, ...]
    initial: tuple[Instance, ...] | None
    brought: tuple[Principle, ...]
    max_request_bytes: int
    composer: Callable[[StageContext], Composer]
    embedder: Callable[[], Embedder]
    door: Callable[[], Door]
    reflector: Callable[[], Reflector]


def psi_stages(parts: Parts) -> tuple[Stage, ...]:
    """Expand, draw and anonymise, reflect, cluster, summarise, generate; less what the configuration switches off."""
    psi, principles, budget = parts.config.psi, parts.config.principles, parts.config.budget
    if principles.source == "none":
        return (Generation(parts.composer, parts.seeds, psi, budget, inputs=()),)
    generation = Generation(parts.composer, parts.seeds, psi, budget)
    if principles.source != "reflect":
        return (Principles(principles, parts.brought, inputs=()), generation)
    reflecting: tuple[Stage, ...] = (
        Expansion(parts.composer, parts.seeds, parts.initial, psi, budget),
        Anonymise(parts.door, psi, parts.max_request_bytes),
        Reflection(parts.door, parts.reflector))
    if principles.clusterer == "none":
        return (*reflecting, Principles(principles, inputs=("reflection",)), generation)
    return (*reflecting, EmbedCluster(parts.embedder, principles), Summarise(parts.door, parts.reflector),
            Principles(principles), generation)
