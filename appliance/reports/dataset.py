"""What a job has made so far, or what lies in a file of instances: read once, from artefacts and never from a copy.

A job that runs, stalled or was killed reads like one that is done, only shorter; `Dataset.complete` says which it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from appliance.artefact import Artefact
from appliance.errors import InputError
from appliance.records import Instance, Principle, Provenance

_TEXTS = ("instruction", "input", "output")
_PROVENANCE: TypeAdapter[Provenance] = TypeAdapter(Provenance)


@dataclass(frozen=True, slots=True)
class Origin:
    """Which job a dataset belongs to.

    Attributes:
        name: the job's name, or the file's.
        state: the job's state, None for a file.
        config: the job's configuration as JSON; empty where unknown.
        directory: the job's folder, None for a file.
        audit: the audit log's folder, None where there is none.
    """

    name: str
    job_id: str | None = None
    state: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    directory: Path | None = None
    audit: Path | None = None

    def setting(self, *keys: str) -> Any:
        """A value of the configuration, None where it is not set."""
        value: Any = self.config
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True, slots=True)
class Rejection:
    """One candidate that was not accepted; None where nothing could be parsed, or nobody counted.

    Attributes:
        text: what was written where it is no instance, such as questions that were all dropped.
    """

    reason: str
    request_index: int | None
    instance: Instance | None
    prompt_tokens: int | None
    completion_tokens: int | None
    text: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Accepted instances and everything that is known about how they came to be.

    Attributes:
        rejected: candidates of the last stage, None for a file.
        principles: those the instances were written under, in the order of the prompt.
        engine: how the generator described itself, empty where unknown.
        manifest: hashes of what the job was made from, empty where unknown.
        sizes: counts of the summary, such as ``seeds``; empty before the job is done.
        complete: False for a job that is not done; None for a file, which does not say.
    """

    origin: Origin
    instances: tuple[Instance, ...]
    rejected: tuple[Rejection, ...] | None = None
    principles: tuple[Principle, ...] = ()
    engine: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    sizes: Mapping[str, Any] = field(default_factory=dict)
    complete: bool | None = None

    @property
    def candidates(self) -> int | None:
        """Accepted and rejected together."""
        return None if self.rejected is None else len(self.instances) + len(self.rejected)

    @property
    def reasons(self) -> dict[str, int] | None:
        """Rejections by reason, most frequent first; ties by name."""
        if self.rejected is None:
            return None
        counts = Counter(rejection.reason for rejection in self.rejected)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def stated(self) -> int:
        """Instances whose output is a sentence of K itself, because the model's own reply was rejected."""
        replies = [(instance.provenance.sampling or {}).get("reply") for instance in self.instances]
        return sum(isinstance(reply, Mapping) and "replaced_by" in reply for reply in replies)

    @property
    def demonstration(self) -> bool:
        """Whether the stand-in wrote any of the principles: then it shows the machinery and is not to be trained on."""
        return (any(instance.provenance.demonstration for instance in self.instances)
                or any(principle.demonstration for principle in self.principles))

    @property
    def reflected(self) -> bool:
        """Whether any principle came through the door."""
        return any(principle.log_index is not None for principle in self.principles)


def read_job(origin: Origin) -> Dataset:
    """Everything a job has made so far.

    Raises:
        InputError: a file of the job is damaged; names file and line.
    """
    directory = origin.directory
    if directory is None:
        raise ValueError("a job has a folder")
    generated = directory / "generation.jsonl"
    # The copy that is handed over stands in for an artefact that was cleared away.
    rows = generated if generated.exists() else directory / "dataset.jsonl"
    return Dataset(
        origin, tuple(_instances(rows)), tuple(_rejections(directory / "generation.rejected.jsonl")),
        tuple(_principles(directory)), _document(directory / "engine.json"), _document(directory / "manifest.json"),
        _document(directory / "summary.json").get("sizes") or {}, origin.state == "done")


def read_file(path: Path) -> Dataset:
    """The instances of a JSON Lines file: a job's ``dataset.jsonl``, an export, or any other with the three fields.

    Raises:
        InputError: it is missing, or a line is no instance; names file and line.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    return Dataset(Origin(path.name), tuple(_instance(row, where, default_id=f"row-{number}")
                                            for number, (where, row) in enumerate(_file_rows(path), start=1)))


def count_rows(directory: Path | None, stage: str) -> int | None:
    """Rows of a stage's artefact; None where the stage has not run or was switched off."""
    path = directory / f"{stage}.jsonl" if directory is not None else None
    return len(Artefact(path)) if path is not None and path.exists() else None


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows with where they stand; a torn last line is passed over, as its row was never reported done."""
    try:
        # One row a line, so the count is the line number.
        yield from ((f"{path}:{number}", row) for number, row in enumerate(Artefact(path).rows(), start=1))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _file_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of a file that nobody appends to: its last line counts without a newline too."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; a dataset is JSON Lines in UTF-8") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}:{number}: not JSON; each line holds one instance") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: expected a JSON object with instruction, input and output")
        yield f"{path}:{number}", row


def _instances(path: Path) -> Iterator[Instance]:
    return (_instance(row, where) for where, row in _rows(path))


def _instance(row: Mapping[str, Any], where: str, default_id: str | None = None) -> Instance:
    texts = {name: row.get(name) for name in _TEXTS} | {"input": row.get("input") or ""}
    identifier = row.get("id", default_id)
    for name, value in {**texts, "id": identifier}.items():
        if not isinstance(value, str) or not _encodable(value):
            raise InputError(f"{where}: the field {name} is missing or is not Unicode text")
    return Instance(str(identifier), str(texts["instruction"]), str(texts["input"]), str(texts["output"]),
                    _provenance(row, where))


def _provenance(row: Mapping[str, Any], where: str) -> Provenance:
    """Of an artefact's row, or of an export's, where it lies flat beside the texts."""
    try:
        return _PROVENANCE.validate_python(row.get("provenance", row))
    except ValidationError as error:
        fields = ", ".join(sorted({str(item["loc"][0]) if item["loc"] else "provenance"
                                   for item in error.errors(include_input=False, include_url=False)}))
        raise InputError(f"{where}: not the provenance of an instance ({fields})") from error


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _rejections(path: Path) -> Iterator[Rejection]:
    for where, row in _rows(path):
        instance, reason = row.get("instance"), row.get("reason")
        if not (isinstance(reason, str) and isinstance(instance, dict | None)
                and isinstance(row.get("text"), str | None)):
            raise InputError(f"{where}: not a rejected candidate; it has no reason, or its text is no text")
        yield Rejection(reason, row.get("request_index"), None if instance is None else _instance(instance, where),
                        row.get("prompt_tokens"), row.get("completion_tokens"), row.get("text"))


def _principles(directory: Path) -> Iterator[Principle]:
    listed, exported = directory / "principles.jsonl", directory / "principles.json"
    rows: Sequence[tuple[str, Any]] = list(_rows(listed))
    if not rows and exported.exists():
        rows = [(str(exported), row) for row in _json(exported, list)]
    for where, row in rows:
        try:
            yield Principle.from_row(row)
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{where}: not a principle") from error


def _document(path: Path) -> dict[str, Any]:
    return dict(_json(path, dict)) if path.exists() else {}


def _json(path: Path, kind: type) -> Any:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON; restore it or move it away") from error
    if not isinstance(document, kind):
        raise InputError(f"{path}: expected a JSON {'object' if kind is dict else 'array'}")
    return document
