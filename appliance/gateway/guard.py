"""The last look at what wants to leave: structure, size, private values, secrets, canaries and runs of K.

It looks at the final bytes, and only at bytes in the one canonical form that `schema` writes.
"""

from __future__ import annotations

from collections.abc import Sequence

from appliance.errors import ResidualFound
from appliance.gateway import schema
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy

KNOWLEDGE_RUN = "knowledge_run"

SURE = 0.5
"""From which probability on the name model stops a request. Every released text has passed it at its own, far lower
thresholds; among the words of a whole request it takes another one for a name now and then, and would stop the job."""


class Guard:
    """Checks texts against K and the detector; raises or names a reason, never lets a doubt pass.

    Args:
        model: the configured reflector model, the one string of a body that is ours and not scanned.
    """

    def __init__(self, policy: Policy, scrubber: Scrubber, knowledge: KnowledgeGuard, model: str) -> None:
        if knowledge.policy != policy.knowledge:
            raise ResidualFound("the index of K was built for another run length than the policy asks for")
        self.policy = policy
        self.knowledge = knowledge
        self._scrubber = scrubber
        self._model = model

    def reason_against(self, texts: Sequence[str], pseudonyms: Pseudonyms | None) -> str | None:
        """Why an instance or principle must not be shown, or None.

        Args:
            texts: its fields.
            pseudonyms: of the drawn set; the values behind them are looked for too.

        Returns:
            ``knowledge_run`` or ``residual_<TYPE>``. Fields are looked at one by one and joined, so that a run or an
            entity split across fields is seen too.

        Raises:
            DetectorFailed: the detector could not say.
            EgressDenied: K has changed since its index was made.
        """
        return self.reasons_against([texts], pseudonyms)[0]

    def reasons_against(self, records: Sequence[Sequence[str]], pseudonyms: Pseudonyms | None) -> list[str | None]:
        """`reason_against` for many at once, several times faster.

        Raises:
            DetectorFailed, EgressDenied: as there, for any of them.
        """
        self.knowledge.check_fresh()
        reasons: list[str | None] = [KNOWLEDGE_RUN if self.knowledge.runs(texts) else None for texts in records]
        looks = [(number, text) for number, texts in enumerate(records) if reasons[number] is None
                 for text in dict.fromkeys((*texts, "\n".join(texts)))]
        found = self._scrubber.residuals([text for _, text in looks], pseudonyms)
        for (number, _), kinds in zip(looks, found, strict=True):
            if kinds:
                named = [f"residual_{kind}" for kind in kinds]
                reasons[number] = min([*named, reasons[number] or named[0]])
        return reasons

    def check_body(self, body: bytes, pseudonyms: Pseudonyms | None) -> None:
        """Scan the exact bytes of a request.

        Args:
            body: what the record will hold and the sender will send.
            pseudonyms: of the drawn set.

        Raises:
            ResidualFound: not the JSON we build, too large, or anything private or quoted from K is in it.
            DetectorFailed: the detector could not say.
            EgressDenied: K has changed since its index was made.
        """
        if len(body) > self.policy.limits.request_bytes:
            raise ResidualFound(f"the request has {len(body)} bytes; "
                                f"the policy allows {self.policy.limits.request_bytes}")
        document = schema.read(body)
        if document["model"] != self._model or schema.canonical(document) != body:
            raise ResidualFound("the request is not written as this appliance writes it; nothing was sent")
        self.knowledge.check_fresh()
        findings = self._findings(schema.texts(document), pseudonyms)
        if findings:
            listed = ", ".join(f"{kind} x{count}" for kind, count in sorted(findings.items()))
            raise ResidualFound(f"the final bytes still hold {listed}; nothing was sent")

    def _findings(self, texts: Sequence[str], pseudonyms: Pseudonyms | None) -> dict[str, int]:
        findings: dict[str, int] = {}
        if runs := self.knowledge.runs_in_request(texts):
            findings["KNOWLEDGE_RUN"] = runs
        looks = list(dict.fromkeys((*texts, "\n".join(texts), "".join(texts))))
        for kinds in self._scrubber.residuals(looks, pseudonyms, model_from=SURE):
            for kind, count in kinds.items():
                findings[kind] = findings.get(kind, 0) + count
        return findings
