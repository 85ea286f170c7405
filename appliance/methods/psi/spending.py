"""What writing instances has used of the budget, earlier attempts and stages included."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from typing import Any

from appliance.artefact import Artefact
from appliance.config import BudgetConfig
from appliance.errors import EngineError, MeterError
from appliance.records import Usage
from appliance.stage import StageContext

JOULES_PER_WH = 3600.0
ENERGY_PATIENCE_S = 20.0
"""Sources of energy open while the job starts; with none after this there will be none."""
_POLL_S = 0.1


def equal_shares(total: int | None, parts: int) -> list[int | None]:
    """A number of tokens in equal whole parts that add up to it, the larger ones first; None stays unknown."""
    if total is None:
        return [None] * parts
    return [total // parts + (place < total % parts) for place in range(parts)]


def rejected_beside(output: Artefact) -> Artefact:
    """The artefact that keeps what the filters dropped, next to the one that keeps the rest."""
    return Artefact(output.path.with_name(f"{output.path.stem}.rejected{output.path.suffix}"))


def _tokens(row: Mapping[str, Any]) -> Usage:
    return Usage(row.get("prompt_tokens"), row.get("completion_tokens"))


class Spending:
    """What of a budget is used, and what of it is spent.

    Args:
        earlier: artefacts of instances that this job had M_g write before; what was dropped beside them counts too.

    Attributes:
        tokens: read and written by M_g in the whole job so far, as far as the rows say; what was under way when a
            process died is in no row.

    Raises:
        EngineError: there is a token budget, and a row or an answer does not say how many tokens it took.
        MeterError: there is an energy budget and no source of energy answers.
    """

    def __init__(self, context: StageContext, budget: BudgetConfig, earlier: Iterable[Artefact]) -> None:
        self._context, self._budget = context, budget
        self.tokens = 0
        for output in earlier:
            for row in output.rows():
                self.count(_tokens(row.get("provenance", {})))
            for row in rejected_beside(output).rows():
                self.count(_tokens(row))
        if budget.energy_wh is not None:
            self._wait_for_energy()

    def count(self, usage: Usage) -> None:
        """Add the tokens of one answer or row."""
        if usage.prompt_tokens is not None and usage.completion_tokens is not None:
            self.tokens += usage.prompt_tokens + usage.completion_tokens
        elif self._budget.tokens is not None:
            raise EngineError("budget.tokens cannot be kept: the engine does not say how many tokens an answer took; "
                              "take it out of the job file and start a new job, or use another engine")

    def spent(self, requests: int) -> tuple[str, str] | None:
        """What is spent, if anything: a phrase for people, and the setting that raises it without its value.

        Args:
            requests: those of this stage with a verdict.
        """
        budget = self._budget
        if requests >= budget.requests:
            return f"{requests:,} of {budget.requests:,} requests", "budget.requests"
        if budget.tokens is not None and self.tokens >= budget.tokens:
            return f"{self.tokens:,} of {budget.tokens:,} tokens", "budget.tokens"
        if budget.energy_wh is not None and (used_wh := self._energy_joules() / JOULES_PER_WH) >= budget.energy_wh:
            return f"{used_wh:.3g} of {budget.energy_wh:g} Wh", "budget.energy_wh"
        return None

    def proposal(self, setting: str, accepted: int, wanted: int) -> str:
        """A value for a spent setting that should suffice: by the yield so far, with a quarter to spare."""
        now = {"budget.requests": float(self._budget.requests), "budget.tokens": float(self._budget.tokens or 0),
               "budget.energy_wh": self._budget.energy_wh or 0.0}[setting]
        value = now * (1.25 * wanted / accepted if accepted else 2.0)
        return f"{value:.3g}" if setting == "budget.energy_wh" else str(math.ceil(value))

    def _energy_joules(self) -> float:
        joules = self._context.energy_joules()
        if joules is None:
            raise MeterError("budget.energy_wh cannot be kept: no source of energy answers on this machine; psi doctor "
                             "says why, or take it out of the job file and start a new job")
        return joules

    def _wait_for_energy(self) -> None:
        until_s = time.monotonic() + ENERGY_PATIENCE_S
        while self._context.energy_joules() is None and time.monotonic() < until_s:
            self._context.check_stop()
            time.sleep(_POLL_S)
        self._energy_joules()
