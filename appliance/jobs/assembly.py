"""The composition root: builds each part of a job once, when a stage first asks for it, and closes what it built."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from appliance import __version__
from appliance.artefact import write_durably
from appliance.audit.log import AuditLog
from appliance.config import REFLECTOR_HOST, REFLECTOR_PORT, JobConfig
from appliance.detection.detector import Detector
from appliance.detection.pool import DetectorPool
from appliance.engines.stoppable import StoppableGenerator
from appliance.errors import ConfigError
from appliance.gateway.answers import max_answer_bytes
from appliance.gateway.canaries import CanaryWatch, DoorLatch
from appliance.gateway.door import Door
from appliance.gateway.exchange import Destination, Exchange
from appliance.gateway.guard import Guard
from appliance.gateway.near import Nearness
from appliance.gateway.scrub import Scrubber
from appliance.gateway.seed_names import with_seed_names
from appliance.gateway.stand_ins import words_of_knowledge
from appliance.gateway.transport import CREDENTIAL
from appliance.gateway.vault import ValueMap, Vault
from appliance.jobs.canary_filter import CanaryFilter
from appliance.jobs.inputs import Inputs
from appliance.jobs.local_model import composer_for, fresh_index, open_generator
from appliance.jobs.manifest import Manifest
from appliance.knowledge.canaries import Canary, CanaryFile
from appliance.knowledge.embedding import Embedder, SentenceEmbedder
from appliance.knowledge.retrieval import Retriever
from appliance.methods.psi.composer import Composer
from appliance.methods.psi.method import Parts
from appliance.methods.psi.shape import shape_notice
from appliance.policy.model import Policy
from appliance.reflect.base import Reflector
from appliance.reflect.credential import read_credential
from appliance.sender.https import HttpsSender
from appliance.stage import StageContext

if TYPE_CHECKING:
    from appliance.engines.base import Generator
    from appliance.reflect.standin import StandIn

ENGINE_FILE = "engine.json"


class Assembly:
    """One attempt's parts.

    Args:
        directory: the job's folder; what ran is written down there.
        wait: sleeps between two attempts of a request; raises when the operator stops the job.
    """

    def __init__(self, *, config: JobConfig, inputs: Inputs, manifest: Manifest, job_id: str, root: Path,
                 directory: Path, wait: Callable[[float], None]) -> None:
        self._config = config
        self._inputs = inputs
        self._manifest = manifest
        self._job_id = job_id
        self._root = root
        self._directory = directory
        self._wait = wait
        self._open = ExitStack()

    def close(self) -> None:
        """Close whatever was built, last first."""
        self._open.close()

    def parts(self) -> Parts:
        """What the stages of the method are made of."""
        inputs = self._inputs
        return Parts(config=self._config, seeds=inputs.seeds, initial=inputs.initial, brought=inputs.principles,
                     max_request_bytes=inputs.policy.limits.request_bytes, composer=self.composer,
                     embedder=lambda: self.embedder, door=lambda: self.door, reflector=lambda: self.reflector)

    @cached_property
    def generator(self) -> Generator:
        """M_g."""
        generator = open_generator(self._config.generator, self._root / ".cache" / "weights")
        self._open.callback(generator.close)
        write_durably(self._directory / ENGINE_FILE, json.dumps(asdict(generator.info()), indent=2).encode() + b"\n")
        return generator

    def composer(self, context: StageContext) -> Composer:
        """Prompts and candidates of Eq. 1 and Eq. 4, seeded for one stage."""
        context.notice(shape_notice(self._config.psi, self.generator.info()))
        composer = composer_for(self._config, self._inputs, StoppableGenerator(self.generator, context.check_stop),
                                context.seed, lambda: self._retriever(context))
        return CanaryFilter(composer, self._watch) if self._canaries else composer

    def _retriever(self, context: StageContext) -> Retriever:
        context.notice("bringing the index over the knowledge up to date")
        return fresh_index(self._config, self._inputs, self._root, self.embedder, context.stopping)

    @cached_property
    def embedder(self) -> Embedder:
        """Sentence embeddings for the principles."""
        return SentenceEmbedder(self._config.principles.embedding_model)

    @cached_property
    def _policy(self) -> Policy:
        """The policy file, and the names that stand in the seeds.

        What only the guard sees of K, such as authors and link targets, may write a name without its capital.
        """
        return with_seed_names(self._inputs.policy, self._inputs.seeds,
                               (passage.text for passage in self._inputs.passages))

    @cached_property
    def detector(self) -> Detector:
        """What finds private values, on one core or, where there is much to read, on several; fails closed, as one."""
        detector = DetectorPool(self._policy)
        self._open.callback(detector.close)
        return detector

    def verify_log(self) -> None:
        """Open the audit log now, which verifies all of it: what cannot be recorded later need not be begun.

        Raises:
            AuditError: it is not the log that was written, or cannot be.
            EgressDenied: the door is shut and this job would need it, or the list of canaries cannot be read.
        """
        _ = self.log, self._canaries
        if self._manifest.reflector != "none":
            self._watch.check_open()

    @cached_property
    def log(self) -> AuditLog:
        """The audit log, verified from its first record before it is used."""
        return AuditLog.open(audit_directory(self._root))

    @cached_property
    def _stand_in(self) -> StandIn:
        from appliance.reflect.standin import StandIn

        stand_in = StandIn(self.generator, self._config.reflector.model)
        self._open.callback(stand_in.close)
        return stand_in

    @cached_property
    def destination(self) -> Destination:
        """Claude, or the stand-in on loopback."""
        if self._manifest.reflector == "external":
            return Destination("https", REFLECTOR_HOST, REFLECTOR_PORT, leaves_machine=True)
        return Destination("http", "127.0.0.1", self._stand_in.port, leaves_machine=False)

    @cached_property
    def door(self) -> Door:
        """This job's way out."""
        policy, target = self._policy, self.destination
        seed = self._vault.seed(self._job_id)
        scrubber = Scrubber(self.detector, policy, seed,
                            words_of_knowledge(each.text for each in self._inputs.passages))
        guard = Guard(policy, scrubber, self._inputs.knowledge(), self._config.reflector.model)
        sender = HttpsSender(self.log.reader, allowed=frozenset({(target.scheme, target.host, target.port)}),
                             credentials=self._credential, timeout_s=self._config.reflector.timeout_s,
                             max_answer_bytes=max_answer_bytes(policy.answers))
        facts = {"policy_sha256": self._manifest.policy_sha256, "knowledge_id": self._manifest.knowledge_id,
                 "detector": dict(self.detector.describe()), "appliance": __version__}
        exchange = Exchange(job_id=self._job_id, policy=policy, guard=guard, log=self.log, sender=sender,
                            destination=target, facts=facts, wait=self._wait, watch=self._watch,
                            secrets=lambda: (self._credential(CREDENTIAL),))
        nearness = Nearness(lambda: self.embedder, self._inputs.passages, policy.knowledge.near_similarity,
                            needed=policy.knowledge.on_near == "drop")
        return Door(scrubber=scrubber, guard=guard, exchange=exchange, watch=self._watch, nearness=nearness,
                    keep=lambda result: self._vault.save(self._job_id, ValueMap.of(result, seed)))

    @cached_property
    def _vault(self) -> Vault:
        return Vault(self._root)

    def finish(self) -> None:
        """The job is done: the table of its values goes, unless the policy keeps it.

        Only then: a job that failed, was stopped or waits for a person goes on with `psi resume`, and its next attempt
        has to draw the same stand-ins, so it keeps its table, encrypted. One that is never resumed keeps it until
        `psi cancel` deletes it.

        Raises:
            StorageError: it cannot be deleted.
        """
        self._vault.finish(self._job_id, self._inputs.policy)

    @cached_property
    def _canaries(self) -> tuple[Canary, ...]:
        return CanaryFile(self._root).load()

    @cached_property
    def _watch(self) -> CanaryWatch:
        return CanaryWatch(self._canaries, DoorLatch(self.log), self._job_id)

    @cached_property
    def reflector(self) -> Reflector:
        """M_L, through the door."""
        from appliance.reflect.anthropic_client import AnthropicReflector

        target = self.destination
        reflector = AnthropicReflector(self.door, self._config.reflector, f"{target.scheme}://{target.host}:{target.port}",
                                       demonstration=not target.leaves_machine)
        self._open.callback(reflector.close)
        return reflector

    def _credential(self, name: str) -> str:
        """The secret behind ``<credential NAME>``; the stand-in has one of its own."""
        if not self.destination.leaves_machine:
            return self._stand_in.secret
        secret = read_credential(self._config.reflector) if name == CREDENTIAL else None
        if secret is None:
            raise ConfigError("the reflector's credential is gone; set it again and resume the job")
        return secret


def audit_directory(root: Path) -> Path:
    """Where the audit log of an appliance lies."""
    return root / "audit_logs" / "appliance"
