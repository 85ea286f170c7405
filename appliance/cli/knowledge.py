"""`psi knowledge`: look at K, index it, search it. Nothing of it leaves this machine."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli.canary import canary
from appliance.cli.options import HERE, AsJson, Root
from appliance.errors import EngineError, InputError, Interrupted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import float32
    from numpy.typing import NDArray

    from appliance.knowledge.embedding import Embedder
    from appliance.knowledge.index_files import IndexKey
    from appliance.knowledge.ingest import Pages
    from appliance.knowledge.retrieval import Hit
    from appliance.records import Passage

SCHEMA = 1

app = typer.Typer(name="knowledge", no_args_is_help=True, rich_markup_mode=None,
                  help="Look at the knowledge base K, index it, search it.")

app.command()(canary)

Target = Annotated[Path, typer.Argument(
    metavar="FOLDER|JOBFILE", help="A folder of pages, or a job file that names one.")]


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """K as a command works on it.

    Attributes:
        target: as the person named it, for messages.
        model: the folder of the embedding model; None is the packaged one.
    """

    target: Path
    folder: Path
    model: Path | None
    pages: Pages
    passages: tuple[Passage, ...]
    directory: Path


@app.command()
def index(target: Target, root: Root = HERE, as_json: AsJson = False) -> None:
    """Make the index over K, or renew what changed.

    Ctrl-C leaves an index over what is done; the next run goes on from there.
    """
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.counting import Counting
    from appliance.cli.failure import say
    from appliance.cli.stopping import StopSignals
    from appliance.knowledge.index_files import build_index

    knowledge = _read(target, root)
    counting, embedder = Counting("passages embedded", sys.stderr), _LazyEmbedder(knowledge.model)
    try:
        with StopSignals(say) as stopping:
            built = build_index(knowledge.passages, embedder, knowledge.directory, _key(knowledge), counting, stopping)
    finally:
        counting.close()
    shown = _index(knowledge)
    if as_json:
        emit_json({"schema": SCHEMA, "index": shown})
    if not built.complete:
        raise Interrupted(f"stopped with {shown['embedded']:,} of {shown['passages']:,} passages embedded; searching "
                          f"works, and `psi knowledge index {target}` goes on")
    if not as_json:
        emit(f"{shown['passages']:,} passages indexed in {shown['directory']}")


@app.command()
def status(target: Target, root: Root = HERE, as_json: AsJson = False) -> None:
    """Pages, passages, facts, and whether the index is fresh."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.knowledge.ingest import knowledge_id
    from appliance.knowledge.overview import overview
    from appliance.views.knowledge_lines import status_lines

    knowledge = _read(target, root)
    figures = asdict(overview(knowledge.pages, knowledge.passages))
    figures["longest"] = [{"id": name, "words": words} for name, words in figures["longest"]]
    document = {"schema": SCHEMA, "knowledge": str(knowledge.folder), "knowledge_id": knowledge_id(knowledge.pages),
                **figures, "index": _index(knowledge)}
    if as_json:
        emit_json(document)
    else:
        emit("\n".join(status_lines(document)))


@app.command()
def search(target: Target,
           words: Annotated[list[str], typer.Argument(help="What to look for: words or a whole question.")],
           limit: Annotated[int, typer.Option("--limit", min=1, help="How many passages at most.")] = 5,
           by: Annotated[str, typer.Option(
               "--by", metavar="both|words|meaning", help="What decides the order.")] = "both",
           root: Root = HERE, as_json: AsJson = False) -> None:
    """The passages nearest to some words, best first."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.failure import say
    from appliance.knowledge.index_files import IndexState, index_state, open_index
    from appliance.knowledge.retrieval import By
    from appliance.views.knowledge_lines import hit_lines

    query = " ".join(words).strip()
    if not query or by not in set(By):
        raise typer.BadParameter("nothing to look for" if not query else f"--by takes {', '.join(By)}")
    knowledge = _read(target, root)
    key = _key(knowledge)
    state, _ = index_state(knowledge.directory, key)
    if state in (IndexState.MISSING, IndexState.STALE):
        raise InputError(f"the index over {knowledge.folder} is {state.value}; run: psi knowledge index {target}")
    opened = open_index(knowledge.passages, _LazyEmbedder(knowledge.model), knowledge.directory, key)
    if state is IndexState.PARTIAL:
        say("some passages are found by their words only; `psi knowledge index` goes on embedding")
    hits = [_row(hit) for hit in opened.search(query, limit, By(by))]
    if as_json:
        emit_json({"schema": SCHEMA, "hits": hits})
    elif hits:
        emit("\n".join(hit_lines(hits)).rstrip())
    else:
        say("no passage shares a word with this")


def _read(target: Path, root: Path) -> _Knowledge:
    from appliance.cli.counting import Counting
    from appliance.config import load_job
    from appliance.knowledge.index_files import index_directory
    from appliance.knowledge.ingest import load_pages, split_pages

    if target.is_dir():
        folder, model = target, None
    elif target.suffix.lower() in (".yaml", ".yml"):
        config = load_job(target)
        folder, model = config.knowledge, config.principles.embedding_model
    else:
        raise InputError(f"{target}: neither a folder nor a job file (.yaml)")
    counting = Counting("pages read", sys.stderr)
    try:
        pages = load_pages(folder, counting)
    finally:
        counting.close()
    return _Knowledge(target, folder, model, pages, split_pages(pages), index_directory(root.absolute(), folder))


class _LazyEmbedder:
    """Loads the model with the first text: a fresh index and a search by words do without it."""

    def __init__(self, model: Path | None) -> None:
        self._model = model
        self._loaded: Embedder | None = None

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """See `appliance.knowledge.embedding.Embedder`."""
        if self._loaded is None:
            from appliance.knowledge.embedding import SentenceEmbedder

            self._loaded = SentenceEmbedder() if self._model is None else SentenceEmbedder(self._model)
        return self._loaded.embed(texts)


def _key(knowledge: _Knowledge) -> IndexKey:
    from appliance.knowledge.embedding import packaged_model
    from appliance.knowledge.index_files import IndexKey, model_key
    from appliance.knowledge.ingest import knowledge_id

    return IndexKey(knowledge_id(knowledge.pages), model_key(knowledge.model or packaged_model()))


def _index(knowledge: _Knowledge) -> dict[str, Any]:
    """How the index stands."""
    from appliance.knowledge.index_files import IndexKey, index_state

    try:
        key = _key(knowledge)
    except EngineError:
        key = IndexKey("", "")  # without a model no index can be fresh
    state, manifest = index_state(knowledge.directory, key)
    files = [path for path in knowledge.directory.rglob("*") if path.is_file()]
    return {"state": state.value, "directory": str(knowledge.directory),
            "passages": None if manifest is None else manifest.passages,
            "embedded": None if manifest is None else manifest.embedded,
            "size_bytes": None if manifest is None else sum(path.stat().st_size for path in files)}


def _row(hit: Hit) -> dict[str, Any]:
    return {"id": hit.passage.id, "page": hit.passage.page, "title": hit.passage.title, "text": hit.passage.text,
            "score": hit.score, "by_words_rank": hit.by_words_rank, "by_meaning_rank": hit.by_meaning_rank}
