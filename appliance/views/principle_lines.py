"""The principles of a job as plain lines, for `psi principles show`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from appliance.views.job_lines import minute
from appliance.views.principles import InUse, LowLevel, PrinciplesView
from appliance.views.text import printable

WIDTH = 80
_STEP = "    "


def principle_lines(view: PrinciplesView, *, low: bool) -> Iterator[str]:
    """What the principles are, where each came from, and what was left behind.

    Args:
        view: of a job or a file.
        low: the text of every low-level principle too.
    """
    yield from _folded(_heading(view))
    for line in _remarks(view):
        yield from _folded(line)
    by_id = {bullet.id: bullet for bullet in view.low}
    used: set[str] = set()
    for principle in view.principles:
        yield ""
        yield from _principle(principle)
        members = _members(principle, view, by_id)
        used.update(bullet.id for bullet in members)
        if members:
            yield from _folded(_origin(principle, members, named=not low), _STEP)
        if low:
            for bullet in members:
                yield from _bullet(bullet, principle.cluster)
    yield from _left_behind(view, used, low)


def _heading(view: PrinciplesView) -> str:
    where = f" of job {view.job}" if view.job else ""
    number = len(view.principles)
    state = "" if view.settled else " so far; the list is not complete yet"
    made = f", from {_count(len(view.low), 'low-level one')}" if view.low else ""
    groups = f" in {_count(len(view.clusters), 'cluster')}" if view.clusters else ""
    return f"{_count(number, 'principle')}{where}{made}{groups}{state}"


def _remarks(view: PrinciplesView) -> Iterator[str]:
    if view.clustering:
        row = view.clustering
        yield (f"Clustering: {row.get('algorithm', 'unknown')}, {row.get('n_distinct', '?')} distinct of "
               f"{row.get('n', '?')} bullets, embedded with {printable(row.get('embedding_model', 'unknown'))}")
        if row.get("capped_from"):
            yield f"{row['capped_from']} clusters were found; principles.maximum kept the largest of them"
    if any(bullet.demonstration for bullet in view.low) or any(each.demonstration for each in view.principles):
        yield "DEMONSTRATION: a stand-in on this machine wrote these, not the reflector"
    if view.revision:
        reason = f": {printable(view.revision['reason'])}" if view.revision["reason"] else ""
        yield f"Edited by {printable(view.revision['by'])}, {minute(view.revision['at_utc'])} UTC{reason}"
    if view.accepted:
        yield f"Accepted by {printable(view.accepted['by'])}, {minute(view.accepted['at_utc'])} UTC"


def _principle(principle: InUse) -> Iterator[str]:
    marks = []
    if principle.edited:
        marks.append(f"edited by a person, was {', '.join(principle.sources)}" if principle.sources else "by a person")
    if principle.finding:
        marks.append(f"may be private: {principle.finding}")
    yield f"{principle.id}{_marked(marks)}"
    yield from _folded(principle.text, _STEP)


def _members(principle: InUse, view: PrinciplesView, by_id: dict[str, LowLevel]) -> list[LowLevel]:
    """The bullets behind a principle: those of its cluster, or what its sources name."""
    ids = (view.clusters or {}).get(principle.cluster or "", principle.sources)
    return [by_id[name] for name in ids if name in by_id]


def _origin(principle: InUse, members: Sequence[LowLevel], *, named: bool) -> str:
    names = f" ({', '.join(bullet.id for bullet in members)})" if named else ""
    subsets = ", ".join(dict.fromkeys(bullet.subset for bullet in members))
    shared = sum(len(bullet.clusters) > 1 for bullet in members)
    withheld = sum(bullet.withheld is not None for bullet in members)
    cluster = f"cluster {principle.cluster}: " if principle.cluster else ""
    return (f"<- {cluster}{_count(len(members), 'bullet')}{names} of {subsets}"
            + (f"; {shared} also in other clusters" if shared else "") + (f"; {withheld} withheld" if withheld else ""))


def _bullet(bullet: LowLevel, cluster: str | None) -> Iterator[str]:
    others = [name for name in bullet.clusters if name != cluster]
    marks = [f"also in {', '.join(others)}"] if others and cluster else []
    if bullet.withheld:
        marks.append(f"withheld: {bullet.withheld}")
    elif bullet.finding:
        marks.append(f"may be private: {bullet.finding}")
    yield from _folded(f"{bullet.id} ({bullet.subset}){_marked(marks)} {bullet.text}", _STEP + "- ", _STEP + "  ")


def _left_behind(view: PrinciplesView, used: set[str], low: bool) -> Iterator[str]:
    """Clusters and bullets behind none of the principles above."""
    told = {principle.cluster for principle in view.principles}
    rest = {name: ids for name, ids in (view.clusters or {}).items() if name not in told}
    others = [bullet for bullet in view.low if bullet.id not in used]
    if not rest and not others:
        return
    yield ""
    for name, ids in rest.items():
        yield from _folded(f"cluster {name} ({', '.join(ids)}) stands behind no principle in use as it is")
    if others:
        yield from _folded(f"{_count(len(others), 'bullet')} behind no principle in use as it is")
        for bullet in others if low else ():
            yield from _bullet(bullet, None)


def _marked(marks: Sequence[str]) -> str:
    return f" [{'; '.join(marks)}]" if marks else ""


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _folded(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return wrap(printable(text), WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest) or [""]
