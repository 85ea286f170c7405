"""One strict way to read the YAML files people write: jobs and policies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from appliance.errors import ConfigError
from appliance.yaml_problems import line_at, problems, spelt, without_truth_values

MAX_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)

# What PyYAML says, in part, and what a person does about it. Its own words may quote the file.
_HINTS = {
    "'\\t'": "a tab stands where spaces belong",
    "mapping values are not allowed": "a text with ': ' in it needs quotes, or this line is indented wrongly",
    "expected <block end>": "this line is indented differently from those it belongs to",
    "could not find expected ':'": "a key without its ':', here or in the line before",
    "while scanning a quoted scalar": "a quote is not closed",
    "expected ',' or": "a bracket is not closed, or a comma is missing",
    "special characters are not allowed": "a control character is in the file",
    "expected a single document": "'---' begins a second document; only one is read",
}


class _StrictLoader(yaml.SafeLoader):
    """Refuses what YAML forgives: a key given twice (the last would win) and aliases (expansion)."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        first: dict[tuple[str, str], int] = {}
        for key_node, _ in node.value:
            key = (key_node.tag, str(key_node.value))
            if key in first:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{spelt(key[1])} is given twice, first in line {first[key]}", key_node.start_mark)
            first[key] = key_node.start_mark.line + 1
        return super().construct_mapping(node, deep=deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(
                None, None, "not valid YAML (this looks like a date or a number and is none; put it in quotes)",
                node.start_mark) from error


def read_yaml(path: Path, model: type[Model], error: type[ConfigError], example: str) -> tuple[Model, bytes]:
    """Read and check one file.

    Args:
        path: the file.
        model: what it has to be.
        error: what is raised.
        example: a file of this kind that works, for the message.

    Returns:
        The checked document and the exact bytes it was read from.

    Raises:
        ConfigError: of the kind given: missing, not UTF-8, not YAML, too long, unknown, repeated or wrong keys. Names
            file, line, key, and what is wrong; never a value.
    """
    data = _read(path, error)
    root, document = _parse(path, data, error)
    if root is None or document is None:
        raise error(f"{path}: this file is empty, not a YAML mapping; see {example}")
    if not isinstance(document, dict):
        raise error(f"{path}: this file is not a YAML mapping (key: value); see {example}")
    try:
        return model.model_validate(without_truth_values(model, document)), data
    except ValidationError as failure:
        raise error(problems(path, failure, model, root, example)) from failure


def line_of(path: Path, key: str) -> int | None:
    """The line of a dotted key such as ``psi.subsets`` in a file that was read before, from 1; None if not there."""
    try:
        root, _ = _parse(path, _read(path, ConfigError), ConfigError)
    except ConfigError:
        return None
    return None if root is None else line_at(root, tuple(key.split(".")))


def _parse(path: Path, data: bytes, error: type[ConfigError]) -> tuple[yaml.Node | None, Any]:
    text = ""
    try:
        text = data.decode("utf-8-sig")
        loader = _StrictLoader(text)
        try:
            root = loader.get_single_node()
            # SafeLoader with less in it.
            return root, None if root is None else loader.construct_document(root)
        finally:
            loader.dispose()
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        raise error(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from failure
    except (yaml.YAMLError, RecursionError, ValueError) as failure:
        found = _line(failure, text)
        raise error(f"{path}{f':{found}' if found else ''}: {_problem(failure)}") from failure


def _line(failure: Exception, text: str) -> int | None:
    if isinstance(failure, yaml.reader.ReaderError):
        return text.count("\n", 0, failure.position) + 1
    problem, context = getattr(failure, "problem_mark", None), getattr(failure, "context_mark", None)
    # A quote or bracket that is never closed is a problem of the line where it was opened.
    opened = "quoted scalar" in str(getattr(failure, "context", "")) or "flow" in str(getattr(failure, "context", ""))
    mark = (context if opened else None) or problem or context
    return None if mark is None else int(mark.line) + 1


def _problem(failure: Exception) -> str:
    if isinstance(failure, yaml.constructor.ConstructorError) and failure.context is None and failure.problem:
        return failure.problem if "could not determine" not in failure.problem else "not valid YAML (a tag)"
    said = f"{getattr(failure, 'context', '')} {getattr(failure, 'problem', '')} {getattr(failure, 'reason', '')}"
    hint = next((hint for words, hint in _HINTS.items() if words in said), None)
    return f"not valid YAML ({hint})" if hint else "not valid YAML"


def _read(path: Path, error: type[ConfigError]) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except IsADirectoryError as failure:
        raise error(f"{path}: cannot be read: this is a folder; name the file in it") from failure
    except OSError as failure:
        raise error(f"{path}: cannot be read ({failure.strerror})") from failure
    if len(data) > MAX_BYTES:
        raise error(f"{path}: longer than {MAX_BYTES} bytes; this is not a job or policy file")
    return data
