"""Eq. 3: P_c^H = M_L(P_c^C, I_h), one request and one high-level principle for each cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.artefact import Artefact
from appliance.errors import ReflectorError
from appliance.gateway.door import Door
from appliance.methods.psi.anonymise import admit_drawn
from appliance.methods.psi.clusters.grouping import distinct
from appliance.methods.psi.reflection import announce_findings, findings
from appliance.records import Principle
from appliance.reflect.base import Principles, Reflector
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Summarise:
    """Output: one row for each cluster, with its high-level principle or why there is none.

    Bullets that say the same in the same words are sent once.
    """

    door: Callable[[], Door]
    reflector: Callable[[], Reflector]
    name: str = "summarise"
    inputs: tuple[str, ...] = ("expansion", "anonymise", "reflection", "embed_cluster")
    locality: Locality = Locality.EXTERNAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Ask about every cluster that has no answer yet.

        Raises:
            EgressDenied, SendFailed, ReflectorError: see `Reflector.reflect`.
        """
        clusters = next(inputs["embed_cluster"].rows())["clusters"]
        low = {row["id"]: Principle.from_row(row)
               for answer in inputs["reflection"].rows() for row in answer["principles"]}
        answered = {row["cluster"] for row in output.rows()}
        if len(answered) < len(clusters):
            admit_drawn(self.door(), inputs)
        for cluster in clusters:
            if cluster["id"] in answered:
                continue
            context.check_stop()
            members = [low[principle_id] for principle_id in cluster["principle_ids"]]
            output.append([self._summarise(cluster["id"], members, context)])
            answered.add(cluster["id"])
            context.pulse(len(answered), len(clusters))
        announce_findings(context, output)
        if not any(row["principle"] for row in output.rows()):
            raise ReflectorError("no cluster gave a high-level principle; "
                                 "see the answers in the audit log. Start a new job")

    def _summarise(self, cluster_id: str, members: list[Principle], context: StageContext) -> dict[str, object]:
        said = [members[same[0]] for same in distinct([member.text for member in members]).values()]
        released, withheld = self.door().release_cluster(cluster_id, sorted(said, key=members.index))
        row: dict[str, object] = {"cluster": cluster_id, "principle": None, "withheld": withheld, "findings": {},
                                  "screened": {}, "log_index": None, "prompt_tokens": None, "completion_tokens": None}
        if not released.principles:
            return row
        answer = self.reflector().reflect(released)
        if answer.demonstration:
            context.tokens(answer.usage.prompt_tokens or 0, answer.usage.completion_tokens or 0)
        principle = _principle(cluster_id, [each for each in members if each.id not in withheld], answer)
        return row | {"principle": principle, "log_index": answer.log_index, "screened": dict(answer.screened),
                      "findings": findings(self.door(), [principle] if principle else []),
                      "prompt_tokens": answer.usage.prompt_tokens,
                      "completion_tokens": answer.usage.completion_tokens}


def _principle(cluster_id: str, members: list[Principle], answer: Principles) -> dict[str, object] | None:
    if not answer.texts:
        return None
    return Principle(f"H-{cluster_id.removeprefix('c-')}", answer.texts[0], tuple(member.id for member in members),
                     answer.log_index, answer.demonstration).to_row()
