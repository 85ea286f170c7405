"""`psi scrub`: what the gateway would do to a text. Nothing is sent and nothing is written."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli.options import HERE, AsJson, Root

if TYPE_CHECKING:
    from appliance.detection.detector import Detector
    from appliance.gateway.preview import Preview, Previewed
    from appliance.policy.model import Policy

_SCORE_DIGITS = 4
_QUIET_S = 2.0


def scrub(file: Annotated[str, typer.Argument(metavar="FILE|-", help="Text, JSON or JSON Lines; - is standard input.")],
          policy: Annotated[str, typer.Option(
              "--policy", metavar="NAME|PATH", help="The policy, by name or as a file.")] = "default",
          knowledge: Annotated[Path | None, typer.Option(
              "--knowledge", metavar="DIR", file_okay=False,
              help="The knowledge base: also do to what quotes from it what the policy says.")] = None,
          separate: Annotated[bool, typer.Option(
              "--separate", help="Each line is a set of its own instead of all sharing their placeholders.")] = False,
          explain: Annotated[bool, typer.Option(
              "--explain", help="Also say which recogniser found each value, and why.")] = False,
          root: Root = HERE, as_json: AsJson = False) -> None:
    """Show what the gateway would do to a file.

    Nothing is sent and nothing is written. Canaries that are planted under --root are looked for too.

    JSON Lines are one record a line: a JSON string, the "text" of an object, or the line as a document, of which every
    string, key and number is looked at. A file is JSON Lines if it ends in .jsonl or .ndjson; a .txt or .md file if
    every line is a JSON string or object; any other if its first line is an object, or its first two are strings.
    Blank lines count. A line that is no JSON is refused alone (not_json). Anything else is one record.

    With --json, one line for each record, in the order of the input: text, the scrubbed text or null; spans, each with
    start, end, entity, score and source, where start and end count the characters (Unicode code points) of the text
    as it was submitted, and no two overlap; refused, null or the reason. --explain adds why to each span.

    The exit code is 0 whatever is refused; 2 if the file or the policy cannot be read.
    """
    from appliance.cli.counting import Counting
    from appliance.cli.failure import say
    from appliance.detection.pool import DetectorPool
    from appliance.gateway.submitted import read_submitted
    from appliance.policy.find import find_policy
    from appliance.policy.model import load_policy

    rules = load_policy(find_policy(policy, root.absolute()))
    records = read_submitted(file)
    if not records:
        say("there is nothing to look at: the input is empty")
        return
    prepared = _prepare(rules, policy, knowledge, root.absolute())
    counting = Counting("records looked at" if separate else "texts looked at", sys.stderr, quiet_s=_QUIET_S)
    show = _Lines(explain) if as_json else _Screen(explain, rules, knowledge)
    try:
        with DetectorPool(rules) as detector:
            about = detector.describe()  # starts it, so that the pace shown is that of looking
            for part in prepared(detector).of(records, separate=separate, progress=counting):
                show.part(part)
            show.end(about.get("cannot_find"))
    finally:
        counting.close()


def _prepare(rules: Policy, policy: str, knowledge: Path | None, root: Path) -> Callable[[Detector], Preview]:
    """Read what a job would compare with; then only the detector is missing."""
    from functools import partial

    from appliance.gateway.near import Nearness
    from appliance.gateway.preview import Preview
    from appliance.gateway.stand_ins import words_of_knowledge
    from appliance.jobs.guarding import guard_over, read_public_text
    from appliance.knowledge.canaries import CanaryFile
    from appliance.knowledge.embedding import SentenceEmbedder
    from appliance.knowledge.ingest import knowledge_id, load_pages, split_pages

    canaries = CanaryFile(root).load()
    if knowledge is None:
        return partial(Preview, policy=rules, canaries=canaries)
    public = read_public_text(policy, rules, (knowledge,))
    pages = load_pages(knowledge)
    passages = split_pages(pages)
    return partial(Preview, policy=rules, canaries=canaries,
                   knowledge=guard_over(pages, passages, rules, identity=knowledge_id(pages), public=public),
                   nearness=Nearness(SentenceEmbedder, passages, rules.knowledge.near_similarity, needed=True),
                   taken=words_of_knowledge(passage.text for passage in passages))


class _Lines:
    """One JSON object a record, for programs."""

    def __init__(self, explain: bool) -> None:
        self._explain = explain

    def part(self, records: Sequence[Previewed]) -> None:
        from appliance.cli.attempt import emit

        emit("\n".join(json.dumps(self._row(record)) for record in records))

    def _row(self, record: Previewed) -> dict[str, Any]:
        spans = [{"start": span.start, "end": span.end, "entity": span.entity,
                  "score": round(span.score, _SCORE_DIGITS), "source": span.source,
                  **({"why": span.why} if self._explain else {})} for span in record.spans]
        return {"text": record.after, "spans": spans, "refused": record.refused}

    def end(self, cannot_find: str | None) -> None:
        """Nothing: what is counted here, the reader counts."""


class _Screen:
    """Side by side, for people."""

    def __init__(self, explain: bool, policy: Policy, knowledge: Path | None) -> None:
        self._explain = explain
        self._policy, self._knowledge = policy, knowledge
        self._width = shutil.get_terminal_size().columns
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._shown: list[Any] = []

    def part(self, records: Sequence[Previewed]) -> None:
        from appliance.cli.attempt import emit
        from appliance.views.scrub_lines import Finding, Shown, record_lines

        for record in records:
            findings = tuple(Finding(span.start, span.end, span.entity, span.score, span.source, span.why)
                             for span in record.spans)
            shown = Shown(record.before, record.after, findings, record.refused, record.stand_ins, record.invisible,
                          record.masked_share, self._policy.limits.masked_share)
            self._shown.append(shown)
            emit("\n".join(record_lines(shown, f"record {len(self._shown):,}", width=self._width,
                                        colour=self._colour, explain=self._explain)) + "\n")

    def end(self, cannot_find: str | None) -> None:
        from appliance.cli.attempt import emit
        from appliance.views.scrub_lines import summary_lines

        emit("\n".join(summary_lines(self._shown, cannot_find, stops_job=self._policy.knowledge.on_run == "refuse",
                                     knowledge=self._knowledge is not None)))
