"""The principles of a job as a person sees them: where each came from and what became of it on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.artefact import Artefact
from appliance.methods.psi.bring import load_principles
from appliance.methods.psi.revision import principles_sha256, read_acceptance, read_revision
from appliance.records import Principle

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class LowLevel:
    """One bullet of P^L.

    Attributes:
        subset: the d_i that the reflector had before it.
        clusters: every cluster it is in.
        withheld: why it was not sent again for Eq. 3, None where it was or would be.
        finding: what the guard had against it when it came back.
        demonstration: the stand-in wrote it.
    """

    id: str
    text: str
    subset: str
    clusters: tuple[str, ...]
    withheld: str | None
    finding: str | None
    demonstration: bool


@dataclass(frozen=True, slots=True)
class InUse:
    """One principle of the list that generation uses.

    Attributes:
        sources: ids of what it was made from: bullets of P^L, or what a person edited.
        cluster: where it is P^H, its cluster.
        edited: a person wrote it, or changed it.
        finding: what the guard had against it when it came back.
    """

    id: str
    text: str
    sources: tuple[str, ...]
    cluster: str | None
    edited: bool
    finding: str | None
    demonstration: bool
    log_index: int | None


@dataclass(frozen=True, slots=True)
class PrinciplesView:
    """Everything there is to see.

    Attributes:
        job: id, None for a file.
        principles: those that generation uses or will use; before they are settled, P^H as far as it has come.
        settled: the list is complete.
        low: P^L.
        clusters: id to the ids of its bullets.
        clustering: algorithm, parameters, n and scores; None before or without it.
        revision: who edited the list, when and why; None without.
        accepted: who accepted this very list and when; None without.
    """

    job: str | None
    principles: tuple[InUse, ...]
    settled: bool
    low: tuple[LowLevel, ...] = ()
    clusters: Mapping[str, tuple[str, ...]] | None = None
    clustering: Mapping[str, Any] | None = None
    revision: Mapping[str, Any] | None = None
    accepted: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """The view as a JSON object."""
        return {"schema": SCHEMA, **asdict(self)}


def read_file(path: Path) -> PrinciplesView:
    """The principles of a file that a person wrote or exported.

    Raises:
        InputError: it cannot be used; names the line.
    """
    return PrinciplesView(None, tuple(_in_use(principle, {}, {}) for principle in load_principles(path)), settled=True)


def read_job(directory: Path, job_id: str) -> PrinciplesView:
    """The principles of a job, as far as it has come.

    Args:
        directory: the job's folder.
        job_id: its id.

    Raises:
        InputError: a file of it is damaged.
    """
    answers = list(Artefact(directory / "reflection.jsonl").rows())
    grouped = next(Artefact(directory / "embed_cluster.jsonl").rows(), None)
    summaries = list(Artefact(directory / "summarise.jsonl").rows())
    clusters = {row["id"]: tuple(row["principle_ids"]) for row in grouped["clusters"]} if grouped else {}
    findings = {name: reason for row in (*answers, *summaries) for name, reason in row.get("findings", {}).items()}
    cluster_of = {row["principle"]["id"]: row["cluster"] for row in summaries if row["principle"]}
    settled = list(Artefact(directory / "principles.jsonl").rows())
    revision, acceptance = read_revision(directory), read_acceptance(directory)
    high = [row["principle"] for row in summaries if row["principle"]]
    shown = revision.principles if revision and settled else tuple(map(Principle.from_row, settled or high))
    if acceptance and acceptance.accepted_sha256 != principles_sha256(shown):
        acceptance = None  # of an earlier list
    return PrinciplesView(
        job_id, tuple(_in_use(principle, findings, cluster_of) for principle in shown), bool(settled),
        tuple(_low(answers, clusters, {name: reason for row in summaries for name, reason in row["withheld"].items()},
                   findings)),
        clusters, {key: value for key, value in grouped.items() if key != "clusters"} if grouped else None,
        {"by": revision.by, "at_utc": revision.at_utc, "reason": revision.reason} if revision else None,
        {"by": acceptance.by, "at_utc": acceptance.at_utc} if acceptance else None)


def _low(answers: list[dict[str, Any]], clusters: Mapping[str, tuple[str, ...]], withheld: Mapping[str, str],
         findings: Mapping[str, str]) -> Iterator[LowLevel]:
    for answer in answers:
        for row in answer["principles"]:
            inside = tuple(cluster for cluster, members in clusters.items() if row["id"] in members)
            yield LowLevel(row["id"], row["text"], answer["subset"], inside, withheld.get(row["id"]),
                           findings.get(row["id"]), row["demonstration"])


def _in_use(principle: Principle, findings: Mapping[str, str], cluster_of: Mapping[str, str]) -> InUse:
    return InUse(principle.id, principle.text, principle.sources, cluster_of.get(principle.id),
                 principle.origin == "person", findings.get(principle.id), principle.demonstration,
                 principle.log_index)
