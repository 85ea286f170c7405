"""Every guard of the door, and the change that switches it off: what `guards/*.toml` lists.

A table there is one mutant. Its name is the guard, in words; ``file`` lies below ``appliance/`` and holds the text
``old`` exactly once; ``new`` takes its place, ``if False:`` where nothing is said; of ``tests`` at least one must fail.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """One guard switched off.

    Attributes:
        name: the guard, in words.
        file: below ``appliance/``.
        old: stands in the file exactly once.
        new: takes its place.
        tests: files below ``tests/``, with ``-k`` terms after a blank.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def read(path: Path) -> list[Mutant]:
    """The mutants of one file, in its order."""
    return [Mutant(name, listed["file"], listed["old"], listed.get("new", "if False:"), tuple(listed["tests"]))
            for name, listed in tomllib.loads(path.read_text()).items()]


MUTANTS = [mutant for path in sorted((Path(__file__).parent / "guards").glob("*.toml")) for mutant in read(path)]
