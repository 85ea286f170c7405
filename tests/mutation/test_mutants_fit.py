"""The list of guards is that of the source as it is now; `make mutation` asks whether the tests notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from check import fits
from mutants import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_patch_fits_the_source(mutant: Mutant) -> None:
    source = (ROOT / "appliance" / mutant.file).read_text()
    assert fits(mutant, source), f"{mutant.file}: its text is not there once any more"
    compile(source.replace(mutant.old, mutant.new), mutant.file, "exec")


def test_every_test_that_is_named_exists_and_no_guard_is_named_twice() -> None:
    named = {entry.split(" ")[0].partition("::")[0] for mutant in MUTANTS for entry in mutant.tests}
    assert [] == sorted(name for name in named if not (ROOT / "tests" / name).is_file())
    assert len(MUTANTS) == len({mutant.name for mutant in MUTANTS})
    assert len(MUTANTS) > 80
