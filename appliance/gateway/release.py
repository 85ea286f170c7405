"""What may be shown to the reflector, as types: only the door makes these values, so only released text can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.gateway.results import ScrubbedInstance

_SEAL = object()


def seal() -> object:
    """The token that proves a `Released` value was made by the door. For `gateway.door` alone."""
    return _SEAL


def _require(token: object) -> None:
    if token is not _SEAL:
        raise TypeError("released values are made by the door; see gateway/door.py")


@dataclass(frozen=True, slots=True)
class ReleasedSubset:
    """One d_i after scrubbing and guarding, ready for Eq. 2.

    Attributes:
        masked: how many values were replaced in these instances, by type.
        invisible: how many characters that nobody sees were taken out of them.
    """

    subset_id: str
    instances: tuple[ScrubbedInstance, ...]
    masked: Mapping[str, int] = field(default_factory=dict)
    invisible: int = 0
    token: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require(self.token)


@dataclass(frozen=True, slots=True)
class ReleasedCluster:
    """The low-level principles of one cluster of P^C, checked again, ready for Eq. 3."""

    cluster_id: str
    principles: tuple[str, ...]
    token: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require(self.token)


Released = ReleasedSubset | ReleasedCluster
