"""Eq. 2: P_i^L = M_L(d_i, I_p), one request for each subset (arXiv 2507.05991, section 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.artefact import Artefact
from appliance.errors import ReflectorError
from appliance.gateway.door import Door
from appliance.methods.psi.anonymise import admit_drawn
from appliance.records import Principle
from appliance.reflect.base import Principles, Reflector
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Reflection:
    """Output: one row for each subset, with its low-level principles P_i^L."""

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
            output.append([_row(subset["id"], self.reflector().reflect(released), context)])
            answered.add(subset["id"])
            context.pulse(len(answered), len(subsets))
        if not any(row["principles"] for row in output.rows()):
            raise ReflectorError("the reflector's answers hold no principle; "
                                 "see the answers in the audit log. Start a new job")


def _row(subset_id: str, answer: Principles, context: StageContext) -> dict[str, object]:
    if answer.demonstration:
        context.tokens(answer.usage.prompt_tokens or 0, answer.usage.completion_tokens or 0)
    principles = [Principle(f"L-{subset_id.removeprefix('d-')}-{number}", text, (subset_id,), answer.log_index,
                            answer.demonstration).to_row()
                  for number, text in enumerate(answer.texts, start=1)]
    return {"subset": subset_id, "principles": principles, "format_miss": answer.format_miss,
            "log_index": answer.log_index, "prompt_tokens": answer.usage.prompt_tokens,
            "completion_tokens": answer.usage.completion_tokens}
