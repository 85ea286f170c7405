"""A job of the real runner, door, log and sender, with a scripted model and an upstream outside this process.

Run as a program it starts or resumes the one job of a root, for tests that kill it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from appliance.carbon.base import Reading
from appliance.config import JobConfig
from appliance.detection.detector import Span
from appliance.engines.scripted import ScriptedGenerator
from appliance.errors import ApplianceError
from appliance.events import Display, NoDisplay
from appliance.gateway.exchange import Destination
from appliance.jobs import runner
from appliance.jobs.assembly import Assembly
from appliance.jobs.store import JobStore
from appliance.methods.psi.composer import Candidate
from appliance.records import Instance, Principle, Provenance, Usage
from appliance.units import Quality

WANTED, INITIAL, SUBSETS, SIZE = 12, 20, 4, 3
WORDS = ["amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "jetty", "kiosk", "lemon",
         "maple", "noble", "ocean", "pearl", "quartz", "river", "sable", "tulip", "umber", "vivid", "wharf", "yacht",
         "zebra"]


class Composer:
    """Candidates that depend on their index alone; every third is rejected, each takes a moment."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s

    def expand(self, indices: Iterable[int]) -> Iterator[Candidate]:
        return self._candidates("initial", indices)

    def generate(self, indices: Iterable[int], principles: Sequence[Principle]) -> Iterator[Candidate]:
        return self._candidates("generated", indices, tuple(principle.id for principle in principles))

    def _candidates(self, kind: str, indices: Iterable[int], principles: tuple[str, ...] = ()) -> Iterator[Candidate]:
        for index in indices:
            time.sleep(self._pause_s)
            first, second = WORDS[index % len(WORDS)], WORDS[(index * 7 + 3) % len(WORDS)]
            made = Provenance(principle_ids=principles, request_index=index, engine="scripted")
            instance = Instance(f"{kind}-{index}", f"Tell me about the {first} {kind}.", f"{second} {first} {index}",
                                f"The {first} is near the {second}.", made)
            yield Candidate(index, instance, "every_third" if index % 3 == 2 else None, Usage(5, 3), None)


class Embedder:
    """Two heaps of vectors."""

    def embed(self, texts: Sequence[str]) -> Any:
        import numpy

        rows = [[1.0, 0.01 * number, 0.0] if number % 2 else [0.0, 0.01 * number, 1.0]
                for number in range(len(texts))]
        return numpy.array(rows, numpy.float32)


class Detector:
    """Finds one name."""

    def describe(self) -> dict[str, str]:
        return {"name": "scripted"}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        starts = [text.find("Zebedee") for text in texts]
        return [[Span(at, at + 7, "PERSON", 1.0, "scripted")] if at >= 0 else [] for at in starts]


class Source:
    """One joule a millisecond."""

    id, quality = "scripted", Quality.MODELLED

    def __init__(self) -> None:
        self._opened_s = time.monotonic()

    def read(self) -> Reading:
        return Reading((time.monotonic() - self._opened_s) * 1000, self.quality, None)

    def close(self) -> None:
        pass


def install(port: int, pause_s: float, patch: Callable[[object, str, Any], None] = setattr) -> None:
    """Replace what is heavy; leave runner, door, guard, scrubber, log and sender as they are."""
    composer = Composer(pause_s)
    patch(Assembly, "generator", ScriptedGenerator(["unused"]))
    patch(Assembly, "composer", lambda *_: composer)
    patch(Assembly, "embedder", Embedder())
    patch(Assembly, "detector", Detector())
    patch(Assembly, "destination", Destination("http", "127.0.0.1", port, leaves_machine=False))
    patch(runner, "open_sources", lambda _: (Source(),))


def config(root: Path) -> JobConfig:
    """The job, with its inputs written below the root."""
    inputs = root / "inputs"
    (inputs / "k").mkdir(parents=True, exist_ok=True)
    (inputs / "k" / "page.md").write_text("# Page\n\nThe harbour office opens at nine and closes at five.\n")
    (inputs / "seeds.jsonl").write_text(json.dumps({
        "instruction": "Answer Zebedee.", "input": "Where is the boat?", "output": "The boat is at the pier."}) + "\n")
    (inputs / "policy.yaml").write_text("name: test\nversion: 1\nunknown_outcome: resend_once\n")
    return JobConfig.model_validate({
        "name": "scripted", "seeds": inputs / "seeds.jsonl", "knowledge": inputs / "k",
        "policy": inputs / "policy.yaml", "reflector": {"use": "stand_in", "timeout_s": 20},
        "psi": {"initial_instances": INITIAL, "subsets": SUBSETS, "subset_size": SIZE, "instances": WANTED, "demos": 1},
        "budget": {"requests": 500}})


def start_or_resume(root: Path, display: Display, stopping: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """The one job of a root, from wherever it is."""
    with JobStore.open(root) as store:
        jobs = store.list()
        job = jobs[0] if jobs else store.create("scripted", "none", config(root).to_json())
        return runner.run_job(store, job.id, display, stopping)


class Announcer(NoDisplay):
    """Says on stdout when the job's stages begin."""

    def job_started(self, event: Any) -> None:
        print("started", flush=True)


if __name__ == "__main__":
    where, upstream_port, pause = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    install(upstream_port, pause)
    try:
        start_or_resume(where, Announcer())
    except ApplianceError as error:
        print(type(error).__name__, error, file=sys.stderr)
        os._exit(error.exit_code)
