"""A first job file for somebody's own folder: looks what is there, writes what is missing, changes nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from appliance.errors import ApplianceError, InputError
from appliance.seeds import load_seeds
from appliance.setup import starter_text

SEED_FILES = tuple(f"seeds.{suffix}" for suffix in ("jsonl", "ndjson", "json", "csv", "parquet"))
KNOWLEDGE_FOLDERS = ("knowledge", "docs", "k")
PAGE_SUFFIXES = (".md", ".txt", ".html", ".htm", ".pdf", ".docx")
JOB_FILE, POLICY_FILE = "job.yaml", "policy.yaml"
INITIAL_INSTANCES, DEMOS = 60, 3
_NAME_JUNK = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Started:
    """What `start` found and did.

    Attributes:
        wrote: files that were not there before.
        kept: files that were there and stayed as they are.
        seeds: the seed file the job names.
        knowledge: the folder the job names.
        job: the job file.
        examples: what was written only to be replaced.
    """

    folder: Path
    wrote: tuple[Path, ...]
    kept: tuple[Path, ...]
    seeds: Path
    knowledge: Path
    job: Path
    examples: tuple[Path, ...]


def start(folder: Path) -> Started:
    """Write a job file, a policy, and examples of whatever else is missing; a folder that is not there is made.

    Raises:
        InputError: the folder cannot be made or written, or is a file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _start(folder)
    except OSError as error:
        raise InputError(f"{error.filename or folder}: cannot be written ({error.strerror}); choose another folder"
                         ) from error


def _start(folder: Path) -> Started:
    seeds, knowledge = find_seeds(folder), find_knowledge(folder)
    wanted = dict(_missing_inputs(folder, seeds, knowledge))
    examples = tuple(wanted)
    seeds, knowledge = seeds or folder / SEED_FILES[0], knowledge or folder / KNOWLEDGE_FOLDERS[0]
    name = _NAME_JUNK.sub("-", folder.resolve().name).strip("-._")[:64] or "job"
    wanted[folder / POLICY_FILE] = starter_text.POLICY.format(name=_quoted(name))
    wanted[folder / JOB_FILE] = starter_text.JOB.format(
        name=_quoted(name), seeds=_quoted(seeds.name), knowledge=_quoted(knowledge.name), policy=POLICY_FILE,
        initial_instances=INITIAL_INSTANCES, demos=_demos(seeds))
    wrote = [path for path, text in wanted.items() if _write_new(path, text)]
    return Started(folder, tuple(wrote), tuple(path for path in wanted if path not in wrote), seeds, knowledge,
                   folder / JOB_FILE, tuple(path for path in examples if path in wrote))


def _demos(seeds: Path) -> int:
    """As many examples as a prompt shows at most, or as there are seeds."""
    try:
        return min(DEMOS, len(load_seeds(seeds)))
    except ApplianceError:
        return DEMOS  # not there yet, or wrong in a way that psi doctor explains


def find_seeds(folder: Path) -> Path | None:
    """The seed file of a folder, in the order of `SEED_FILES`; None without one."""
    names = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    return next((names[name] for name in SEED_FILES if name in names), None)


def find_knowledge(folder: Path) -> Path | None:
    """The knowledge folder: one of `KNOWLEDGE_FOLDERS`, else the first other one with pages in it; None without."""
    folders = {path.name.lower(): path for path in sorted(folder.iterdir())
               if path.is_dir() and not path.name.startswith((".", "__"))}
    named = [folders[name] for name in KNOWLEDGE_FOLDERS if name in folders]
    with_pages = [path for path in (*named, *folders.values()) if _has_pages(path)]
    return next(iter((*with_pages, *named)), None)


def _has_pages(folder: Path) -> bool:
    return any(path.suffix.lower() in PAGE_SUFFIXES and path.is_file() for path in folder.rglob("*"))


def _missing_inputs(folder: Path, seeds: Path | None, knowledge: Path | None) -> Iterator[tuple[Path, str]]:
    if seeds is None:
        rows = [seed | {"id": f"{seed['id']} ({starter_text.MARK}; replace it)"} for seed in starter_text.SEEDS]
        yield folder / SEED_FILES[0], "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if knowledge is None or not _has_pages(knowledge):
        yield (knowledge or folder / KNOWLEDGE_FOLDERS[0]) / "README.md", starter_text.README


def _quoted(name: str) -> str:
    """A name as a YAML text: in quotes where it would be a number, a date or yes and no."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name) and yaml.safe_load(name) == name
    return name if plain else json.dumps(name)


def _write_new(path: Path, text: str) -> bool:
    """Write a file that is not there yet; whatever is there stays, be it a link that leads nowhere."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        # Seeds and the list of names in a policy are for their owner alone.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    return True
