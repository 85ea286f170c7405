"""Policies by name: ``hipaa-safe-harbor`` is a file of that name in one of two folders."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from appliance.errors import PolicyError

FOLDER = "policies"
_SUFFIXES = (".yaml", ".yml")
# Of the checkout this package lies in, and where an installed wheel puts them.
_SHIPPED = (Path(__file__).resolve().parents[2] / FOLDER, Path(sys.prefix) / "share" / "psi-appliance" / FOLDER)


def find_policy(name_or_path: str, root: Path) -> Path:
    """The file of a policy.

    Args:
        name_or_path: a path, if it has a slash or the suffix of a YAML file or is a file; else a name.
        root: the folder of the jobs; its ``policies/`` comes before those that ship with the product.

    Raises:
        PolicyError: no policy of that name; names those there are. Whether a path can be read is for `load_policy`.
    """
    path = Path(name_or_path)
    if len(path.parts) > 1 or "/" in name_or_path or path.suffix.lower() in _SUFFIXES or path.is_file():
        return path
    known = policies(root)
    if name_or_path in known:
        return known[name_or_path]
    if not known:
        raise PolicyError(f"there is no policy of that name, and none in {root / FOLDER}; give the path of a file")
    beginnings = {name[:len(name_or_path)]: name for name in known}
    near = difflib.get_close_matches(name_or_path.lower(), {**beginnings, **{name: name for name in known}}, 1, 0.6)
    meant = f"; did you mean {beginnings.get(near[0], near[0])}? There are" if near else "; there are"
    raise PolicyError(f"there is no policy of that name{meant} {', '.join(known)}; or give the path of a file")


def policies(root: Path) -> dict[str, Path]:
    """Every policy that can be named, by name; one in the root hides one of the same name that ships."""
    found: dict[str, Path] = {}
    for folder in (root / FOLDER, *_SHIPPED):
        for path in _files(folder):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from (path for path in sorted(folder.iterdir())
                    if path.suffix.lower() in _SUFFIXES and path.is_file() and not path.name.startswith("."))
    except OSError:
        return
