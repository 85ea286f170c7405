"""Ask for candidates until enough were accepted: the loop that Eq. 1 and Eq. 4 share.

Every verdict is durable before the next candidate is looked at. A candidate whose verdict was not written when the
process died is made again from the same seed; one whose verdict was written is never made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing

from appliance.artefact import Artefact
from appliance.errors import StalledError
from appliance.methods.psi.compose import Candidate
from appliance.quality.near_duplicates import NearDuplicates, comparable_text
from appliance.records import Instance
from appliance.stage import StageContext

# So many candidates in a row without one accepted mean that the model and the filters will never agree.
STALL_CANDIDATES = 400

Compose = Callable[[Iterable[int]], Iterator[Candidate]]


def rejected_beside(output: Artefact) -> Artefact:
    """The artefact that keeps what the filters dropped, next to the one that keeps the rest."""
    return Artefact(output.path.with_name(f"{output.path.stem}.rejected{output.path.suffix}"))


def collect(context: StageContext, output: Artefact, *, wanted: int, max_requests: int, compose: Compose,
            seeds: Sequence[Instance]) -> None:
    """Append accepted instances to `output` and dropped ones beside it until `wanted` are accepted.

    What the composer did not already reject is accepted unless it is a near-duplicate of a seed or an accepted one.

    Raises:
        StalledError: the request budget is used up, or nothing was accepted for `STALL_CANDIDATES` candidates.
        Interrupted: the operator stopped the job.
    """
    rejected = rejected_beside(output)
    kept = [Instance.from_row(row) for row in output.rows()]
    duplicates = NearDuplicates(map(comparable_text, (*seeds, *kept)))
    finished = {instance.provenance.request_index for instance in kept}
    accepted = len(kept)
    reasons: Counter[str] = Counter()
    for row in rejected.rows():
        finished.add(row["request_index"])
        reasons[row["reason"]] += 1
    if accepted >= wanted:
        return
    since_accepted = 0
    context.pulse(accepted, wanted, accepted=accepted, rejected=reasons)
    # `closing` gives the engine back the moment enough were accepted.
    with closing(_generator(compose(_unfinished(finished, max_requests)))) as candidates:
        for candidate in candidates:
            context.tokens(candidate.usage.prompt_tokens or 0, candidate.usage.completion_tokens or 0)
            reason = candidate.reason or _near_duplicate(candidate, duplicates)
            if reason is None and candidate.instance is not None:
                output.append([candidate.instance.to_row()])
                accepted, since_accepted = accepted + 1, 0
            else:
                rejected.append([_rejection(candidate, str(reason))])
                reasons[str(reason)] += 1
                since_accepted += 1
            context.pulse(accepted, wanted, accepted=accepted, rejected=reasons)
            if accepted >= wanted:
                return
            if since_accepted >= STALL_CANDIDATES:
                break
            context.check_stop()
    raise StalledError(_why_stalled(context.stage, accepted, wanted, reasons))


def _generator(candidates: Iterator[Candidate]) -> Generator[Candidate, None, None]:
    yield from candidates


def _near_duplicate(candidate: Candidate, duplicates: NearDuplicates) -> str | None:
    if candidate.instance is None:
        return "no_instance"
    return None if duplicates.add_if_new(comparable_text(candidate.instance)) else "near_duplicate"


def _unfinished(finished: set[int | None], max_requests: int) -> Iterator[int]:
    return (index for index in range(max_requests) if index not in finished)


def _rejection(candidate: Candidate, reason: str) -> dict[str, object]:
    row: dict[str, object] = {"request_index": candidate.request_index, "reason": reason}
    if candidate.instance is not None:
        row["instance"] = candidate.instance.to_row()
    return row


def _why_stalled(stage: str, accepted: int, wanted: int, reasons: Counter[str]) -> str:
    top = ", ".join(f"{reason} x{count}" for reason, count in reasons.most_common(3)) or "no candidate at all"
    return (f"{stage} accepted {accepted} of {wanted} and stopped (most dropped: {top}); raise psi.max_requests, "
            f"use a larger local model, or give it more seeds and knowledge")
