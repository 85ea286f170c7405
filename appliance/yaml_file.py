"""One strict way to read the YAML files people write: jobs and policies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from appliance.errors import ConfigError

MAX_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)


class _StrictLoader(yaml.SafeLoader):
    """Refuses what YAML forgives: a key given twice (the last would win) and aliases (expansion)."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = (key_node.tag, str(key_node.value))
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


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
            file, line or key, and what is wrong; never a value.
    """
    data = _read(path, error)
    try:
        # The strict loader is SafeLoader with less in it.
        document = yaml.load(data.decode("utf-8"), Loader=_StrictLoader)  # noqa: S506
    except UnicodeDecodeError as failure:
        raise error(f"{path}: not UTF-8 text") from failure
    except (yaml.YAMLError, RecursionError, ValueError) as failure:
        mark = getattr(failure, "problem_mark", None)
        problem = failure.problem if isinstance(failure, yaml.constructor.ConstructorError) else "not valid YAML"
        raise error(f"{path}{f':{mark.line + 1}' if mark else ''}: {problem}") from failure
    if not isinstance(document, dict):
        raise error(f"{path}: this file is not a YAML mapping; see {example}")
    try:
        return model.model_validate(document), data
    except ValidationError as failure:
        raise error(f"{path}: {describe(failure)}") from failure


def describe(error: ValidationError) -> str:
    """Every problem as ``key: what is wrong``, without the offending values."""
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}"
                     for item in error.errors(include_input=False, include_url=False))


def _read(path: Path, error: type[ConfigError]) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as failure:
        raise error(f"{path}: cannot be read ({failure.strerror})") from failure
    if len(data) > MAX_BYTES:
        raise error(f"{path}: longer than {MAX_BYTES} bytes; this is not a job or policy file")
    return data
