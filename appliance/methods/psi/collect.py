"""Ask for candidates until enough were accepted: the loop that Eq. 1 and Eq. 4 share.

The verdicts of one request become durable together, before the next one is looked at: the accepted rows in one append,
then the dropped ones in another. A request with any durable verdict is never made again. One without is made again from
the same seed; a process that dies between the two appends loses the dropped rows of one request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import Any

from appliance.artefact import Artefact
from appliance.config import BudgetConfig
from appliance.errors import BudgetSpent, StalledError
from appliance.methods.psi.composer import Candidate
from appliance.methods.psi.spending import Spending, equal_shares, rejected_beside
from appliance.quality.language import Languages
from appliance.quality.near_duplicates import NearDuplicates, comparable_text
from appliance.records import Instance, Usage
from appliance.stage import StageContext

STALL_ASKED = 400
"""So many instances asked for in a row and none accepted mean that the model and the filters will never agree: 400
candidates of shape ``single``, 24 requests of ``table8``."""
SURPLUS = "surplus"
"""Why a candidate is dropped that came with the last one that was needed."""

Compose = Callable[[Iterable[int]], Iterator[Candidate]]


def collect(context: StageContext, output: Artefact, *, wanted: int, budget: BudgetConfig, compose: Compose,
            seeds: Sequence[Instance], languages: Languages, earlier: Sequence[Artefact] = (),
            size: str | None = None) -> None:
    """Append accepted instances to `output` and dropped ones beside it until `wanted` are accepted.

    What the composer did not already reject is accepted unless it is in another language or a near-duplicate of a seed
    or an accepted one.

    Args:
        context: of the stage.
        output: of the stage.
        wanted: how many accepted instances end the stage.
        budget: when to give up.
        compose: gives the candidates of some requests; called once, and not at all when nothing is left to do.
        seeds: D_seed.
        languages: the languages that are accepted.
        earlier: artefacts of instances written earlier in this job, whose tokens count.
        size: the setting that `wanted` comes from, where a resumed job may lower it.

    Raises:
        BudgetSpent: the budget ended before enough were accepted.
        StalledError: nothing was accepted of the last `STALL_ASKED` instances asked for.
        Interrupted: the operator stopped the job.
    """
    collection = _Collection(context, output, wanted, seeds, languages)
    if collection.complete:
        return
    spending = Spending(context, budget, (*earlier, output))
    collection.show()
    _stop_if_spent(collection, spending, budget, size)
    # `closing` gives the engine back the moment enough were accepted.
    with closing(_requests(compose(collection.unfinished(budget.requests)))) as requests:
        for candidates in requests:
            usage = collection.settle(candidates)
            spending.count(usage)
            if collection.complete:
                return
            _stop_if_spent(collection, spending, budget, size)
            if collection.asked_in_vain >= STALL_ASKED:
                raise StalledError(f"{collection.outcome()} and has stalled: nothing was accepted of the last "
                                   f"{collection.asked_in_vain} asked for; {collection.advice(size)}")
            context.check_stop()
    raise StalledError(f"{collection.outcome()}, and no more candidates came; {collection.advice(size)}")


def _requests(candidates: Iterator[Candidate]) -> Generator[list[Candidate], None, None]:
    """The candidates of one request at a time."""
    together: list[Candidate] = []
    for candidate in candidates:
        together.append(candidate)
        if not candidate.more:
            yield together
            together = []


def _stop_if_spent(collection: _Collection, spending: Spending, budget: BudgetConfig, size: str | None) -> None:
    spent = spending.spent(min(len(collection.finished), budget.requests))
    if spent is None:
        return
    used, setting = spent
    job, accepted = collection.context.job_id, collection.accepted
    ways = [f"psi resume {job} --set {setting}={spending.proposal(setting, accepted, collection.wanted)} goes on"]
    if size is not None and accepted:
        ways.append(f"psi resume {job} --set {size}={accepted} ends with what there is")
    raise BudgetSpent(f"{collection.outcome()} and the budget is spent: {used}; {', '.join(ways)}")


class _Collection:
    """The verdicts of one stage so far."""

    def __init__(self, context: StageContext, output: Artefact, wanted: int, seeds: Sequence[Instance],
                 languages: Languages) -> None:
        self.context, self.wanted = context, wanted
        self._output, self._rejected = output, rejected_beside(output)
        self._seeds, self._languages = seeds, languages
        self._kept = [Instance.from_row(row) for row in output.rows()]
        self._duplicates: NearDuplicates | None = None
        self.accepted, self.asked_in_vain = len(self._kept), 0
        self.reasons: Counter[str] = Counter()
        self.finished = {each.provenance.request_index for each in self._kept}
        for row in self._rejected.rows():
            self.finished.add(row["request_index"])
            self.reasons[row["reason"]] += 1

    @property
    def complete(self) -> bool:
        return self.accepted >= self.wanted

    def show(self) -> None:
        self.context.pulse(self.accepted, self.wanted, accepted=self.accepted, rejected=self.reasons)

    def unfinished(self, max_requests: int) -> Iterator[int]:
        return (index for index in range(max_requests) if index not in self.finished)

    def settle(self, candidates: Sequence[Candidate]) -> Usage:
        """Decide about all candidates of one request and make it durable; the tokens the request took."""
        usage = _usage(candidates)
        self.context.tokens(usage.prompt_tokens or 0, usage.completion_tokens or 0)
        accepted: list[dict[str, Any]] = []
        dropped: list[dict[str, Any]] = []
        for candidate, share in zip(candidates, _shares(usage, len(candidates)), strict=True):
            reason = candidate.reason or self._fault(candidate)
            if reason is None and self.accepted + len(accepted) >= self.wanted:
                reason = SURPLUS
            if reason is None and candidate.instance is not None:
                accepted.append(_accepted(candidate.instance, share))
            else:
                dropped.append(_dropped(candidate, str(reason), share))
        self._append(candidates[0], accepted, dropped)
        return usage

    def _append(self, first: Candidate, accepted: list[dict[str, Any]], dropped: list[dict[str, Any]]) -> None:
        self._output.append(accepted)
        self._rejected.append(dropped)
        self.finished.add(first.request_index)
        self.accepted += len(accepted)
        self.reasons.update(row["reason"] for row in dropped)
        self.asked_in_vain = 0 if accepted else self.asked_in_vain + first.asked
        self.show()

    def _fault(self, candidate: Candidate) -> str | None:
        instance = candidate.instance
        if instance is None:
            return "no_instance"
        shape = instance.provenance.shape
        if self._duplicates is None:
            self._duplicates = NearDuplicates(comparable_text(each, shape) for each in chain(self._seeds, self._kept))
        fault = self._languages.fault(instance)
        if fault is None and not self._duplicates.add_if_new(comparable_text(instance, shape)):
            return "near_duplicate"
        return fault

    def outcome(self) -> str:
        """How far it got, and what was dropped most."""
        top = ", ".join(f"{reason} x{count}" for reason, count in self.reasons.most_common(3)) or "nothing"
        return f"{self.context.stage} accepted {self.accepted} of {self.wanted} (most dropped: {top})"

    def advice(self, size: str | None) -> str:
        if not self.accepted and set(self.reasons) <= {"unparsable", "malformed", "truncated"} and self.reasons:
            return ("the model has never written a list of tasks that could be read: use a more capable local model, "
                    "or psi.shape: single")
        end = (f"psi resume {self.context.job_id} --set {size}={self.accepted} ends with what there is; else "
               if size is not None and self.accepted else "")
        return f"{end}use a larger local model, or give it more seeds and knowledge"


def _usage(candidates: Sequence[Candidate]) -> Usage:
    read = [candidate.usage.prompt_tokens for candidate in candidates]
    written = [candidate.usage.completion_tokens for candidate in candidates]
    return Usage(_total(read), _total(written))


def _total(tokens: Sequence[int | None]) -> int | None:
    known = [count for count in tokens if count is not None]
    return sum(known) if len(known) == len(tokens) else None


def _shares(usage: Usage, parts: int) -> list[Usage]:
    return list(map(Usage, equal_shares(usage.prompt_tokens, parts), equal_shares(usage.completion_tokens, parts)))


def _accepted(instance: Instance, share: Usage) -> dict[str, Any]:
    """The row of an accepted instance; it says how many tokens it took also where the composer did not."""
    made = replace(instance.provenance, prompt_tokens=share.prompt_tokens, completion_tokens=share.completion_tokens)
    return replace(instance, provenance=made).to_row()


def _dropped(candidate: Candidate, reason: str, share: Usage) -> dict[str, Any]:
    row: dict[str, Any] = {"request_index": candidate.request_index, "reason": reason,
                           "prompt_tokens": share.prompt_tokens, "completion_tokens": share.completion_tokens}
    if candidate.instance is not None:
        row["instance"] = candidate.instance.to_row()
    elif candidate.text:
        row["text"] = candidate.text
    return row
