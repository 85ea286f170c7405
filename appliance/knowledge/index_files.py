"""The index over K on disk: one folder, private, replaced as a whole, rebuilt only where K changed.

::

    manifest.json      which K and which model the current generation is for; written last
    <generation>/      vectors.npy (float32), places.npy, keys.npy (hash of what was embedded), words/ (BM25)
    embedded.part      vectors of a build that has not ended; the next build takes them over
    lock               held while building

A reader sees the generation before or the one after, never a mixture. Files are readable by their owner only: they
hold words of K.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.artefact import fsync_directory, write_durably
from appliance.errors import ApplianceError, InputError, StorageError
from appliance.knowledge.embedding import Embedder
from appliance.knowledge.retrieval import KnowledgeIndex, indexed_text, tokenise
from appliance.knowledge.vector_log import KEY_BYTES, VectorLog
from appliance.records import Passage, sha256_hex

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

SCHEMA = 1
BATCH = 64
"""Passages embedded between two looks at whether to stop."""
_MANIFEST = "manifest.json"
_GENERATION = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class IndexKey:
    """What an index is for.

    Attributes:
        knowledge_id: see `appliance.knowledge.ingest.knowledge_id`.
        model: see `model_key`.
    """

    knowledge_id: str
    model: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the current generation holds."""

    schema: int
    knowledge_id: str
    model: str
    passages: int
    embedded: int
    generation: str


class IndexState(StrEnum):
    """How an index stands to K."""

    MISSING = "missing"
    STALE = "stale"
    PARTIAL = "partial"
    FRESH = "fresh"


def index_directory(root: Path, knowledge: Path) -> Path:
    """Where the index over a knowledge folder lies."""
    folder = knowledge.resolve()
    return root / ".cache" / "knowledge" / f"{folder.name}-{sha256_hex(str(folder).encode())[:8]}"


def model_key(folder: Path) -> str:
    """A hash over the files of a sentence-transformers folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\x1f".encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def index_state(directory: Path, key: IndexKey) -> tuple[IndexState, Manifest | None]:
    """Whether an index can be used for K as it is now; a stale one cannot, a partial one can."""
    manifest = _read_manifest(directory)
    if manifest is None:
        return IndexState.MISSING, None
    if (manifest.schema, manifest.knowledge_id, manifest.model) != (SCHEMA, key.knowledge_id, key.model):
        return IndexState.STALE, manifest
    return (IndexState.FRESH if manifest.embedded == manifest.passages else IndexState.PARTIAL), manifest


def open_index(passages: Sequence[Passage], embedder: Embedder, directory: Path, key: IndexKey) -> KnowledgeIndex:
    """The index over these passages.

    Raises:
        InputError: there is none, it is stale, or its files are damaged.
    """
    state, manifest = index_state(directory, key)
    if manifest is None or state in (IndexState.MISSING, IndexState.STALE):
        raise InputError(f"the index over the knowledge is {state.value}; run: psi knowledge index")
    try:
        return _open(passages, embedder, directory / manifest.generation, manifest)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise InputError(f"{directory}: the index over the knowledge is damaged; remove this folder and run: "
                         f"psi knowledge index") from error


def build_index(passages: Sequence[Passage], embedder: Embedder, directory: Path, key: IndexKey,
                progress: Callable[[int, int], None] = lambda _done, _wanted: None,
                stopping: Callable[[], bool] = lambda: False) -> KnowledgeIndex:
    """Make the index fresh: embed the passages that have no vector of this model yet, and index all words.

    Args:
        passages: K.
        embedder: the model that `key` names.
        directory: made if missing; belongs to this index alone.
        key: names K and the model.
        progress: different passages with a vector, and all of them.
        stopping: True ends the build early with an index over what there is (`KnowledgeIndex.complete` is False).

    Raises:
        StorageError: the disk refused; vectors made so far are kept.
        ApplianceError: another process builds this index.
    """
    try:
        with _locked(directory):
            state, manifest = index_state(directory, key)
            if state is IndexState.FRESH and manifest is not None:
                try:
                    return _open(passages, embedder, directory / manifest.generation, manifest)
                except (OSError, ValueError, KeyError, EOFError):
                    pass  # damaged: made again below
            return _build(passages, embedder, directory, key, progress, stopping)
    except OSError as error:
        raise StorageError(f"{directory}: the index cannot be written ({error.strerror}); "
                           f"free space, then run it again") from error


def _build(passages: Sequence[Passage], embedder: Embedder, directory: Path, key: IndexKey,
           progress: Callable[[int, int], None], stopping: Callable[[], bool]) -> KnowledgeIndex:
    keys = [_content_key(passage) for passage in passages]
    log = VectorLog(directory / "embedded.part", key.model)
    known = {**_earlier_vectors(directory, key.model), **log.read()}
    texts = dict(zip(keys, map(indexed_text, passages), strict=True))
    known = {name: vector for name, vector in known.items() if name in texts}
    _embed(texts, known, embedder, log, progress, stopping)
    manifest = _write_generation(passages, keys, known, directory, key)
    for other in directory.iterdir():
        if _GENERATION.fullmatch(other.name) and other.name != manifest.generation:
            shutil.rmtree(other, ignore_errors=True)
    log.remove()
    return _open(passages, embedder, directory / manifest.generation, manifest)


def _embed(texts: Mapping[bytes, str], known: dict[bytes, NDArray[float32]], embedder: Embedder, log: VectorLog,
           progress: Callable[[int, int], None], stopping: Callable[[], bool]) -> None:
    """Fill `known` up, batch by batch, until every text has its vector or somebody asks to stop."""
    missing = [name for name in texts if name not in known]
    progress(len(known), len(texts))
    for start in range(0, len(missing), BATCH):
        if stopping():
            return
        batch = missing[start:start + BATCH]
        vectors = embedder.embed([texts[name] for name in batch])
        log.append(batch, vectors)
        known.update(zip(batch, vectors, strict=True))
        progress(len(known), len(texts))


def _write_generation(passages: Sequence[Passage], keys: Sequence[bytes], known: Mapping[bytes, NDArray[float32]],
                      directory: Path, key: IndexKey) -> Manifest:
    import numpy

    generation = secrets.token_hex(8)
    folder = directory / generation
    folder.mkdir(mode=0o700)
    places = [place for place, name in enumerate(keys) if name in known]
    dimensions = len(known[keys[places[0]]]) if places else 0
    vectors = numpy.empty((len(places), dimensions), numpy.float32)
    for row, place in enumerate(places):
        vectors[row] = known[keys[place]]
    numpy.save(folder / "vectors.npy", vectors)
    numpy.save(folder / "places.npy", numpy.array(places, numpy.int64))
    numpy.save(folder / "keys.npy", numpy.array([keys[place] for place in places], f"V{KEY_BYTES}"))
    _write_words(passages, folder / "words")
    _settle(folder)
    manifest = Manifest(SCHEMA, key.knowledge_id, key.model, len(passages), len(places), generation)
    write_durably(directory / _MANIFEST, json.dumps(asdict(manifest), indent=2).encode() + b"\n")
    return manifest


def _write_words(passages: Sequence[Passage], folder: Path) -> None:
    import bm25s

    tokens = [tokenise(indexed_text(passage)) for passage in passages]
    folder.mkdir(mode=0o700)
    if any(tokens):
        words = bm25s.BM25(method="lucene", backend="numpy")
        words.index(tokens, show_progress=False)
        words.save(folder, show_progress=False)


def _settle(folder: Path) -> None:
    """Make everything in a new folder private and durable."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            fsync_directory(path)
            continue
        path.chmod(0o600)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    fsync_directory(folder)
    fsync_directory(folder.parent)


def _open(passages: Sequence[Passage], embedder: Embedder, folder: Path, manifest: Manifest) -> KnowledgeIndex:
    import numpy

    vectors = numpy.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    places = numpy.load(folder / "places.npy", allow_pickle=False)
    if len(passages) != manifest.passages or not len(vectors) == len(places) == manifest.embedded:
        raise ValueError("the files of an index do not belong together")
    return KnowledgeIndex(passages, embedder, vectors, places, _open_words(folder / "words"))


def _open_words(folder: Path) -> Any:
    import bm25s

    return bm25s.BM25.load(folder, show_progress=False) if any(folder.iterdir()) else None


def _earlier_vectors(directory: Path, model: str) -> dict[bytes, NDArray[float32]]:
    """Vectors of the current generation by key, empty if another model made them or a file is damaged."""
    import numpy

    manifest = _read_manifest(directory)
    if manifest is None or (manifest.schema, manifest.model) != (SCHEMA, model):
        return {}
    folder = directory / manifest.generation
    try:
        keys = numpy.load(folder / "keys.npy", allow_pickle=False)
        vectors = numpy.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return {}
    return dict(zip((key.tobytes() for key in keys), vectors, strict=False))


def _content_key(passage: Passage) -> bytes:
    return bytes.fromhex(sha256_hex(indexed_text(passage).encode()))[:KEY_BYTES]


def _read_manifest(directory: Path) -> Manifest | None:
    try:
        return Manifest(**json.loads((directory / _MANIFEST).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ApplianceError(f"{directory}: another process builds this index; wait for it") from error
        yield
    finally:
        os.close(handle)
