"""What an export says of things whose own names, places or words are private: the job's folder keeps them in full."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from appliance.artefact import Artefact
from appliance.errors import InputError
from appliance.methods.psi.clusters.grouping import normalised
from appliance.records import sha256_hex
from appliance.reports.dataset import Dataset

_HASH_DIGITS = 8
# What stands after the page in a passage's id: a hash of its text, and which one of several alike.
_TEXT_HASH = re.compile(r"[0-9a-f]+(-[0-9]+)?")


def published_seed(seed_id: str) -> str:
    """A seed's id can be the name of a person: a hash of it stands in, the same for the same id."""
    return sha256_hex(seed_id.encode("utf-8", "surrogatepass"))[:_HASH_DIGITS]


def published_passage(passage_id: str) -> str:
    """The hash in a passage's id, without the path of its page; of an id that is not of that form a hash."""
    tail = passage_id.rpartition("#")[2]
    return tail if _TEXT_HASH.fullmatch(tail) else published_seed(passage_id)


def published_model(name: str) -> str:
    """The name of a model or an engine without folders: ``vllm:/home/x/m`` is ``vllm:m``."""
    engine, colon, model = name.partition(":")
    if not colon or _last(engine) != engine:
        return _last(name)
    return f"{engine}:{_last(model)}"


def _last(path: str) -> str:
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]


def withheld(dataset: Dataset) -> dict[str, str]:
    """Principles whose text may hold something private: what the guard had against it, by id.

    The guard looked at what the reflector returned. A principle that a person edited or brought is one of these too
    where such a text stands in it, whatever its id.

    Raises:
        InputError: an artefact of the job is damaged; names file and line.
    """
    by_id, by_text = _findings(dataset)
    found = {}
    for principle in dataset.principles:
        text = normalised(principle.text)
        reason = by_id.get(principle.id) or next((why for flagged, why in by_text.items() if flagged in text), None)
        if reason is not None:
            found[principle.id] = reason
    return found


def _findings(dataset: Dataset) -> tuple[dict[str, str], dict[str, str]]:
    """Reasons by the id and by the text of what came back from the reflector."""
    by_id: dict[str, str] = {}
    by_text: dict[str, str] = {}
    directory = dataset.origin.directory
    for path in () if directory is None else (directory / "reflection.jsonl", directory / "summarise.jsonl"):
        for number, row in enumerate(Artefact(path).rows(), start=1):
            try:
                by_id |= (flagged := _reasons(row))
                by_text |= {text: flagged[each["id"]] for each in _returned(row) if each["id"] in flagged
                            and (text := normalised(each["text"]))}
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise InputError(f"{path}:{number}: not an answer of the reflector; restore it or move it away"
                                 ) from error
    return by_id, by_text


def _reasons(row: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(reason) for name, reason in (row.get("findings") or {}).items()}


def _returned(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(row.get("principles") or ()), *filter(None, [row.get("principle")])]
