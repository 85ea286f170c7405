"""Eq. 2: P_i^L = M_L(d_i, I_p), one request for each subset (arXiv 2507.05991, section 3.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.artefact import Artefact
from appliance.errors import ReflectorError
from appliance.gateway.door import Door
from appliance.methods.psi.anonymise import admit_drawn
from appliance.records import Principle
from appliance.reflect.base import Principles, Reflector
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Reflection:
    """Output: one row for each subset, with its low-level principles P_i^L and what the guard has against them.

    A principle that holds something private is kept: it is used on this machine only, and `Door.release_cluster` looks
    at it again before Eq. 3. The answer itself is durable in the audit log before anything here looks at it.
    """

    door: Callable[[], Door]
    reflector: Callable[[], Reflector]
    name: str = "reflection"
    inputs: tuple[str, ...] = ("expansion", "anonymise")
    locality: Locality = Locality.EXTERNAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Ask about every subset that has no answer yet.

        Raises:
            EgressDenied, SendFailed, ReflectorError: see `Reflector.reflect`.
        """
        subsets = next(inputs["anonymise"].rows())["subsets"]
        answered = {row["subset"] for row in output.rows()}
        if len(answered) < len(subsets):
            scrubbed = admit_drawn(self.door(), inputs)
        for subset in subsets:
            if subset["id"] in answered:
                continue
            context.check_stop()
            released = self.door().release_subset(
                subset["id"], [scrubbed[instance_id] for instance_id in subset["instance_ids"]])
            row = _row(subset["id"], self.reflector().reflect(released), context)
            output.append([row | {"findings": findings(self.door(), row["principles"])}])
            answered.add(subset["id"])
            context.pulse(len(answered), len(subsets))
        announce_findings(context, output)
        if not any(row["principles"] for row in output.rows()):
            raise ReflectorError("the reflector's answers hold no principle; "
                                 "see the answers in the audit log. Start a new job")


def findings(door: Door, principles: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By principle id, what the guard has against a principle that came back: it may quote what it was shown."""
    return {row["id"]: reason for row in principles if (reason := door.finding_in(row["text"])) is not None}


def announce_findings(context: StageContext, output: Artefact) -> None:
    """Tell the person if there are any, and what was taken out of answers before they were used."""
    screened = Counter[str]()
    for row in output.rows():
        screened.update(row.get("screened") or {})
    if screened:
        listed = ", ".join(f"{kind.replace('_', ' ')} x{count}" for kind, count in screened.most_common())
        context.notice(f"{screened.total()} thing(s) were taken out of the principles that came back, or the principle "
                       f"with them ({listed}); the whole answers are in the audit log")
    kinds = Counter(reason for row in output.rows() for reason in row.get("findings", {}).values())
    if kinds:
        listed = ", ".join(f"{reason} x{count}" for reason, count in kinds.most_common())
        context.notice(f"{sum(kinds.values())} principle(s) that came back hold what may be private ({listed}); they "
                       f"stay here. `psi principles show {context.job_id} --low` marks them")


def _row(subset_id: str, answer: Principles, context: StageContext) -> dict[str, Any]:
    if answer.demonstration:
        context.tokens(answer.usage.prompt_tokens or 0, answer.usage.completion_tokens or 0)
    principles = [Principle(f"L-{subset_id.removeprefix('d-')}-{number}", text, (subset_id,), answer.log_index,
                            answer.demonstration).to_row()
                  for number, text in enumerate(answer.texts, start=1)]
    return {"subset": subset_id, "principles": principles, "format_miss": answer.format_miss,
            "screened": dict(answer.screened), "log_index": answer.log_index,
            "prompt_tokens": answer.usage.prompt_tokens, "completion_tokens": answer.usage.completion_tokens}
