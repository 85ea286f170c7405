"""`psi scrub`: what the gateway would do to a text. Nothing is sent and nothing is written."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli.options import HERE, AsJson, Root

if TYPE_CHECKING:
    from appliance.gateway.knowledge_guard import KnowledgeGuard
    from appliance.gateway.preview import Previewed
    from appliance.policy.model import Policy

_SCORE_DIGITS = 4
_QUIET_S = 2.0


def scrub(file: Annotated[str, typer.Argument(metavar="FILE|-", help="Text, JSON or JSON Lines; - is standard input.")],
          policy: Annotated[str, typer.Option(
              "--policy", metavar="NAME|PATH", help="The policy, by name or as a file.")] = "default",
          knowledge: Annotated[Path | None, typer.Option(
              "--knowledge", file_okay=False, help="Folder of K: also refuse what quotes from it.")] = None,
          separate: Annotated[bool, typer.Option(
              "--separate", help="Each line is a set of its own instead of all sharing their placeholders.")] = False,
          explain: Annotated[bool, typer.Option(
              "--explain", help="Also say which recogniser found each value, and why.")] = False,
          root: Root = HERE, as_json: AsJson = False) -> None:
    """Show what the gateway would do to a file.

    Nothing is sent and nothing is written.

    JSON Lines are one record a line: a JSON string, the "text" of an object, or the line as a document, of which every
    string, key and number is looked at. A file is JSON Lines if it ends in .jsonl or .ndjson; a .txt or .md file if
    every line is a JSON string or object; any other if its first line is an object, or its first two are strings.
    Blank lines count. A line that is no JSON is refused alone (not_json).

    Anything else is one record. The exit code is 0 whatever is refused.
    """
    from appliance.cli.counting import Counting
    from appliance.cli.failure import say
    from appliance.detection.pool import DetectorPool
    from appliance.gateway.preview import preview
    from appliance.gateway.scrub import Scrubber
    from appliance.gateway.submitted import read_submitted
    from appliance.policy.find import find_policy
    from appliance.policy.model import load_policy

    rules = load_policy(find_policy(policy, root.absolute()))
    records = read_submitted(file)
    if not records:
        say("there is nothing to look at: the input is empty")
        return
    guard = None if knowledge is None else _guard(knowledge, rules)
    counting = Counting("records looked at" if separate else "texts looked at", sys.stderr, quiet_s=_QUIET_S)
    show = _Lines(explain) if as_json else _Screen(explain)
    try:
        with DetectorPool(rules) as detector:
            about = detector.describe()  # starts it, so that the pace shown is that of looking
            for part in preview(records, Scrubber(detector, rules), separate=separate, knowledge=guard,
                                progress=counting):
                show.part(part)
            show.end(about.get("cannot_find"))
    finally:
        counting.close()


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

    def __init__(self, explain: bool) -> None:
        self._explain = explain
        self._width = shutil.get_terminal_size().columns
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._shown: list[Any] = []

    def part(self, records: Sequence[Previewed]) -> None:
        from appliance.cli.attempt import emit
        from appliance.views.scrub_lines import Finding, Shown, record_lines

        for record in records:
            findings = tuple(Finding(span.start, span.end, span.entity, span.score, span.source, span.why)
                             for span in record.spans)
            shown = Shown(record.before, record.after, findings, record.refused, record.stand_ins)
            self._shown.append(shown)
            emit("\n".join(record_lines(shown, f"record {len(self._shown):,}", width=self._width,
                                        colour=self._colour, explain=self._explain)) + "\n")

    def end(self, cannot_find: str | None) -> None:
        from appliance.cli.attempt import emit
        from appliance.views.scrub_lines import summary_lines

        emit("\n".join(summary_lines(self._shown, cannot_find)))


def _guard(folder: Path, policy: Policy) -> KnowledgeGuard:
    """The indexes over a folder of pages, as a job makes them."""
    from appliance.gateway.knowledge_guard import KnowledgeGuard
    from appliance.knowledge.blocks import readings
    from appliance.knowledge.ingest import knowledge_id, load_pages, split_pages

    pages = load_pages(folder)
    texts = [reading for page in pages.values() for reading in readings(page)]
    texts += [reading for passage in split_pages(pages) for reading in readings(passage.text)]
    return KnowledgeGuard(texts, policy.knowledge, identity=knowledge_id(pages))
