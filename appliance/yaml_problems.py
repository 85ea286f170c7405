"""What is wrong in a file of keys and values, in words: the line, the key, what it has to be; never its value."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

MAX_SHOWN = 5
MISSING = "is missing"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
_TYPES: Mapping[object, str] = {
    int: "a whole number", float: "a number", bool: "true or false", str: "text (in quotes if it looks like a number)",
    Path: "a path", dict: "a section: keys and values indented below it", tuple: "a list", list: "a list"}
PATTERNS: Mapping[str, str] = {
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$": "letters, digits, '_', '.' and '-', at most 64, the first a letter or digit",
    r"^(auto|any|[a-z]{2,3})$": "auto, any, or an ISO 639 code such as en",
    "^[A-Z]{3}$": "three capital letters such as DEU",
}
"""Patterns of the job and policy files, in words."""

Place = tuple[int | str, ...]


def problems(path: Path, error: ValidationError, model: type[BaseModel], root: yaml.Node, example: str) -> str:
    """Every problem of a file as one line of text: ``FILE:LINE: key: what it must be; line N: ...``.

    Args:
        path: the file.
        error: what its model says about it.
        model: what it has to be.
        root: the same document as YAML nodes, which know their lines.
        example: a file of this kind that works.
    """
    found: dict[str, tuple[int, str]] = {}
    for item in error.errors(include_input=False, include_url=False):
        place = _known_part(model, item["loc"])
        says = _sentence(model, place, item)
        # What contradicts itself belongs to no key or to a section; its sentence begins with a key where it can.
        line = line_at(root, (*place, says.split(" ", 1)[0])) or 0
        found.setdefault(_key(place), (line, says))
    listed = sorted(found.items(), key=lambda each: each[1][0])
    texts = [f"{f'line {line}: ' if line and number else ''}{key}{says}"
             for number, (key, (line, says)) in enumerate(listed[:MAX_SHOWN])]
    more = f"; and {len(listed) - MAX_SHOWN} more" if len(listed) > MAX_SHOWN else ""
    way_on = f"; see {example}" if any(says == MISSING for _, says in found.values()) else ""
    line = listed[0][1][0]
    return f"{path}{f':{line}' if line else ''}: {'; '.join(texts)}{more}{way_on}"


def describe(error: ValidationError, model: type[BaseModel]) -> str:
    """The same without a file, for values given one at a time."""
    found = {_key(place): _sentence(model, place, item) for item in error.errors(include_input=False, include_url=False)
             for place in [_known_part(model, item["loc"])]}
    return "; ".join(f"{key}{says}" for key, says in found.items())


def line_at(root: yaml.Node, place: Place) -> int | None:
    """The line, from 1, where a key stands; of a missing one the section it belongs in; None without the section."""
    node, line = root, None
    for step in place:
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if str(key.value) == str(step)), None)
            if entry is None:
                return line
            node, line = entry[1], entry[0].start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def spelt(key: str) -> str:
    """A key as it may be shown: one that is no plain word could be a misplaced value."""
    return f"the key {key}" if _NAME.fullmatch(key) else "a key"


def _key(place: Place) -> str:
    words = [str(step) if isinstance(step, int) or _NAME.fullmatch(step) else "?" for step in place]
    return f"{'.'.join(words)}: " if words else ""


def _known_part(model: type[BaseModel], place: Place) -> Place:
    """A place without what pydantic adds for the members of a union, such as ``literal['a']`` or ``function``."""
    kept: list[int | str] = []
    inside: Any = model
    for step in place:
        kept.append(step)
        field = _fields(inside).get(str(step))
        if field is None and isinstance(step, int):
            continue
        if field is None:
            break
        inside = field.annotation
        if _is_union(inside) and not _fields(inside):
            break
    return tuple(kept)


def _sentence(model: type[BaseModel], place: Place, item: Mapping[str, Any]) -> str:
    kind = item["type"]
    if kind == "missing":
        return MISSING
    if kind == "extra_forbidden":
        return _unknown(model, place)
    if kind in ("value_error", "assertion_error"):
        return str(item["msg"]).partition(", ")[2]
    if kind == "string_type":
        return f"must be {_TYPES[str]}"
    field = _field(model, place)
    if field is None:
        return f"must be {_TYPES[dict]}"
    within = get_origin(field.annotation) is dict and str(place[-1]) not in _fields(_inside(model, place[:-1]))
    return f"must be {_word(get_args(field.annotation)[1]) if within else expected(field)}"


def _unknown(model: type[BaseModel], place: Place) -> str:
    *above, name = map(str, place)
    here = sorted(_fields(_inside(model, tuple(above))))
    if near := difflib.get_close_matches(name.lower(), here, 1, 0.6):
        return f"unknown key; did you mean {near[0]}?"
    elsewhere = {leaf.rpartition(".")[2]: leaf for leaf in reversed(leaves(model))}
    if near := difflib.get_close_matches(name.lower(), elsewhere, 1, 0.85):
        return f"unknown key here; did you mean {elsewhere[near[0]]}?"
    return f"unknown key; known here are {', '.join(here)}"


def expected(field: FieldInfo) -> str:
    """What a field takes, such as ``a whole number of at least 1``."""
    members = [_bare(kind) for kind in _members(field.annotation)]
    kinds = [kind for kind, _ in members]
    bounds = [*field.metadata, *(bound for _, more in members for bound in more)]
    patterns = [PATTERNS.get(str(pattern), f"text that fits {pattern}") for bound in bounds
                if (pattern := getattr(bound, "pattern", None)) is not None]
    words = patterns or list(dict.fromkeys(map(_word, kinds)))
    if len(words) > 1:
        words = [word.removeprefix("one of ") for word in words]
    return " or ".join(words) + "".join(_range(bounds, whole=int in kinds))


def _word(kind: Any) -> str:
    if get_origin(kind) is Literal:
        choices = [str(choice) for choice in get_args(kind)]
        return choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _TYPES[dict]
    return _TYPES.get(get_origin(kind) or kind, "of another kind")


def _range(bounds: Iterable[Any], *, whole: bool) -> Iterator[str]:
    join = " "
    for bound in bounds:
        match bound:
            case annotated_types.Ge(ge):
                yield f"{join}of at least {ge}"
            case annotated_types.Gt(gt):
                yield f"{join}of at least 1" if whole and gt == 0 else f"{join}above {gt}"
            case annotated_types.Le(le):
                yield f"{join}at most {le:,}"
            case annotated_types.Lt(lt):
                yield f"{join}below {lt}"
            case _:
                continue
        join = " and "


def without_truth_values(model: type[BaseModel], document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with ``yes`` and ``true`` as text where a number belongs: pydantic would read them as 1."""
    made: dict[str, Any] = dict(document)
    for name, field in model.model_fields.items():
        value = made.get(name)
        kinds = [kind for kind, _ in map(_bare, _members(field.annotation))]
        if isinstance(value, bool) and bool not in kinds and {int, float} & set(kinds):
            made[name] = str(value)
        elif isinstance(value, dict) and (parts := _parts(field.annotation)):
            made[name] = without_truth_values(parts[0], value)
    return made


def _members(annotation: Any) -> Iterator[Any]:
    """The members of a union, without None; what is not a union is its own only member."""
    if _is_union(annotation):
        for member in get_args(annotation):
            yield from _members(member)
    elif annotation is not type(None):
        yield annotation


def _bare(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type and what its ``Annotated`` adds."""
    return (kind.__origin__, kind.__metadata__) if get_origin(kind) is Annotated else (kind, ())


def leaves(model: type[BaseModel], above: str = "") -> list[str]:
    """Every key of a file as a dotted name, sections before what stands in them."""
    found = []
    for name, field in model.model_fields.items():
        found.append(f"{above}{name}")
        for part in _parts(field.annotation):
            found += leaves(part, f"{above}{name}.")
    return found


def _parts(annotation: Any) -> list[type[BaseModel]]:
    return [kind for kind in _members(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _fields(inside: Any) -> Mapping[str, FieldInfo]:
    """The fields of a section, also of one in a list or beside None."""
    parts = _parts(inside) or [part for member in get_args(inside) for part in _parts(member)]
    return parts[0].model_fields if parts else {}


def _inside(model: type[BaseModel], place: Place) -> Any:
    inside: Any = model
    for step in place:
        field = _fields(inside).get(str(step))
        inside = field.annotation if field is not None else inside
    return inside


def _field(model: type[BaseModel], place: Place) -> FieldInfo | None:
    inside: Any = model
    field = None
    for step in place:
        field = _fields(inside).get(str(step), field)
        inside = field.annotation if field is not None else inside
    return field


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)
