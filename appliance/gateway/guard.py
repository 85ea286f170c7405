"""The last look at what wants to leave: structure, size, private values, secrets, canaries and runs of K.

It looks at the final bytes, and only at bytes in the one canonical form that `schema` writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, starmap

from appliance.errors import ResidualFound
from appliance.gateway import schema
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.looks import BORDER_CHARS
from appliance.gateway.pieces import without_key_words
from appliance.gateway.pseudonyms import Pseudonyms, foreign_placeholder
from appliance.gateway.search import Search
from appliance.policy.model import Policy

KNOWLEDGE_RUN = "knowledge_run"

_OTHER_SUBSETS = "A new job with another random_seed draws other subsets"

SURE = 0.5
"""From which probability on the name model stops a request. Every released text has passed it at its own, far lower
thresholds; among the words of a whole request it takes another one for a name now and then, and would stop the job."""


class Guard:
    """Checks texts against K and the detector; raises or names a reason, never lets a doubt pass.

    Args:
        search: finds private values; of a job, its scrubber.
        model: the configured reflector model, the one string of a body that is ours and not scanned.
    """

    def __init__(self, policy: Policy, search: Search, knowledge: KnowledgeGuard, model: str) -> None:
        if knowledge.policy != policy.knowledge:
            raise ResidualFound("the index of K was built for another run length than the policy asks for")
        self.policy = policy
        self.knowledge = knowledge
        self._search = search
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
        plain = map(without_key_words, records)
        looks = [(number, text) for number, texts in enumerate(plain) if reasons[number] is None
                 for text in dict.fromkeys((*texts, "\n".join(texts)))]
        found = self._search.residuals([text for _, text in looks], pseudonyms)
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

    def check_border(self, before: str, text: str, pseudonyms: Pseudonyms | None) -> None:
        """See that nothing is split between what a job showed before and its next request.

        Args:
            before: released text of the requests until now.
            text: released text of the one that is about to go.
            pseudonyms: of the drawn set.

        Raises:
            ResidualFound: a run of K or a private value begins in the one and goes on in the other.
            DetectorFailed: the detector could not say.
        """
        if not (before and text):
            return
        if self.knowledge.runs_across(before, text):
            raise ResidualFound("this request completes a run of the knowledge base that the one before it began; "
                                "nothing was sent")
        if found := self._search.across([_border(before, text)], pseudonyms):
            raise ResidualFound(f"the end of the request before this one and its beginning together make "
                                f"{', '.join(sorted(found))}; nothing was sent. {_OTHER_SUBSETS}")

    def check_neighbours(self, texts: Sequence[str], pseudonyms: Pseudonyms | None) -> None:
        """See that no private value is split between two released texts of one request.

        Args:
            texts: of each instance or principle, in the order in which the request shows them.
            pseudonyms: of the drawn set.

        Raises:
            ResidualFound: a value begins in one and goes on in the next.
            DetectorFailed: the detector could not say.
        """
        if found := self._search.across(list(starmap(_border, pairwise(texts))), pseudonyms):
            raise ResidualFound(f"two neighbours of this request together make {', '.join(sorted(found))}; "
                                f"nothing was sent. {_OTHER_SUBSETS}")

    def _findings(self, texts: Sequence[str], pseudonyms: Pseudonyms | None) -> dict[str, int]:
        findings: dict[str, int] = {}
        if runs := self.knowledge.runs_in_request(texts):
            findings["KNOWLEDGE_RUN"] = runs
        if foreign := sum(foreign_placeholder(text, pseudonyms) for text in texts):
            findings["FOREIGN_PLACEHOLDER"] = foreign
        looks = list(dict.fromkeys((*texts, "\n".join(texts), "".join(texts))))
        for kinds in self._search.residuals(looks, pseudonyms, model_from=SURE):
            for kind, count in kinds.items():
                findings[kind] = findings.get(kind, 0) + count
        return findings


def _border(before: str, text: str) -> tuple[str, str]:
    return before[-BORDER_CHARS:], text[:BORDER_CHARS]
