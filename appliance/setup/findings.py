"""What `psi doctor` finds: one fact about this machine, its verdict, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from appliance.errors import ApplianceError


class Verdict(StrEnum):
    """``FAIL`` keeps a job from running; ``WARN`` is worth a look; ``OK`` is neither."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    Attributes:
        topic: what was looked at, one or two words.
        says: what was found.
        mend: what to do about it, empty for `Verdict.OK`.
    """

    topic: str
    verdict: Verdict
    says: str
    mend: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def ok(topic: str, says: str) -> Finding:
    """All is well."""
    return Finding(topic, Verdict.OK, says)


def warn(topic: str, says: str, mend: str) -> Finding:
    """Works, and is worth a look."""
    return Finding(topic, Verdict.WARN, says, mend)


def fail(topic: str, says: str, mend: str) -> Finding:
    """Keeps a job from running."""
    return Finding(topic, Verdict.FAIL, says, mend)


# How the detector's messages end; here nothing was to be released in the first place.
_DETECTOR_END = "; nothing was released"
Check = Callable[[], Iterable[Finding]]


def examined(topic: str, check: Check) -> Iterator[Finding]:
    """Run one check; one that breaks is itself a finding, and the others still run.

    Messages of foreign errors are not shown: they can quote what was being read.
    """
    try:
        yield from check()
    except ApplianceError as error:
        yield from [failed(topic, error)]
    except OSError as error:
        yield fail(topic, f"{error.filename or 'a file'}: {error.strerror}", "give this user the right to read it")
    except Exception as error:
        yield fail(topic, f"could not be examined ({type(error).__name__})",
                   "run psi doctor again; reinstall if it stays")


def failed(topic: str, error: ApplianceError) -> Finding:
    """An error of the product's own: it names the fix itself, after its last semicolon."""
    says, _, mend = str(error).removesuffix(_DETECTOR_END).rpartition("; ")
    return fail(topic, says or mend, mend if says else "nothing can run until this works")
