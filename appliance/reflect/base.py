"""The `Reflector` seam: its argument type makes sending anything unreleased a type error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from appliance.gateway.release import Released
from appliance.records import Usage


@dataclass(frozen=True, slots=True)
class Principles:
    """What the reflector answered about one released value.

    Attributes:
        texts: bullets of P^L for a subset, exactly one principle of P^H for a cluster; one line each.
        format_miss: the two headed parts were not there and the whole answer was used.
        log_index: the audit record of the request.
        usage: tokens as the reflector's API reports them.
        demonstration: True when a local stand-in answered.
        screened: how many principles were changed or withheld, by what was in them; see `appliance.gateway.answers`.
    """

    texts: tuple[str, ...]
    format_miss: bool
    log_index: int
    usage: Usage
    demonstration: bool
    screened: Mapping[str, int] = field(default_factory=dict)


class Reflector(Protocol):
    """M_L as the methods see it."""

    def reflect(self, released: Released) -> Principles:
        """Eq. 2 for a subset, Eq. 3 for a cluster (arXiv 2507.05991, section 3).

        Raises:
            EgressDenied: the door stayed shut.
            SendFailed: no answer came.
            ReflectorError: the answer cannot be used.
        """
