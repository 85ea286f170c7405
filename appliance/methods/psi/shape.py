"""Which prompt shape a model gets: ``table8`` for those that can follow it, ``single`` for small ones."""

from __future__ import annotations

from typing import Literal

from appliance.config import PsiConfig
from appliance.engines.base import GeneratorInfo

Shape = Literal["single", "table8"]

MIN_TABLE8_PARAMETERS = 3_000_000_000
"""arXiv 2507.05991, Fig. 5: a model of 2 billion parameters fails at the prompt of Table 8, one of 7 billion does not.
Nothing between was tested; the border is ours."""


def choose_shape(psi: PsiConfig, info: GeneratorInfo) -> Shape:
    """The shape that is configured; for ``auto``, by the size of the model."""
    if psi.shape != "auto":
        return psi.shape
    return "table8" if info.parameters is None or info.parameters >= MIN_TABLE8_PARAMETERS else "single"


def shape_notice(psi: PsiConfig, info: GeneratorInfo) -> str:
    """One sentence that says which shape is used and why."""
    shape = choose_shape(psi, info)
    if psi.shape != "auto":
        return f"Prompt shape {shape}, as psi.shape says."
    if info.parameters is None:
        return f"Prompt shape {shape}: the size of {info.name} is not known; psi.shape: single is for small models."
    billions = info.parameters / 1e9
    side = "below" if shape == "single" else "not below"
    return (f"Prompt shape {shape}: {info.name} has {billions:.2g} billion parameters, {side} the "
            f"{MIN_TABLE8_PARAMETERS / 1e9:.0f} billion from which models follow the prompt of 20 tasks.")
