"""The one tree of errors, and the exit code each branch ends with.

::

    ApplianceError                1  failure
    ├── ConfigError               2  a job or policy file says something it cannot mean
    │   └── PolicyError           2
    ├── InputError                2  seeds, pages or a job id that cannot be used
    ├── StorageError              1  the disk refused; free space, then resume
    ├── EgressDenied              3  the door stayed shut; nothing left for this request
    │   ├── DetectorFailed        3
    │   ├── ResidualFound         3  a private value or a run of K was still there after scrubbing
    │   ├── TooFewLeft            3  not enough clean instances to draw from
    │   ├── LimitReached          3  the job would show more than its policy allows
    │   ├── DoorLatched           3  a canary was seen; shut until a person opens the door
    │   └── AwaitingApproval      3  a person has to decide first
    ├── AwaitingReview            3  a person has to accept the principles before generation begins
    ├── AuditError                4
    │   ├── LogBroken             4  the log on disk is not the log that was written
    │   └── LogLatched            4  a write or fsync failed; shut until a restart and a full verify
    ├── SendFailed                5  the request was recorded and may have left; no usable answer
    ├── ReflectorError            5  the answer arrived and cannot be used
    ├── JobLocked                 6  another process runs this job
    ├── EngineError               1
    │   └── ContextOverflow       1
    ├── MeterError                1
    ├── StalledError              1  generation yields too little to ever finish
    ├── BudgetSpent               1  requests, tokens or energy are used up; raise it and resume
    └── Interrupted             130  the operator stopped the job; it can be resumed

Messages name files, lines, ids, counts and the fix, and never the text of a record.
"""

from __future__ import annotations


class ApplianceError(Exception):
    """Base of every error this product raises on purpose."""

    exit_code = 1


class ConfigError(ApplianceError):
    """A job or policy file says something it cannot mean."""

    exit_code = 2


class PolicyError(ConfigError):
    """A policy file is missing, malformed or contradicts itself."""


class InputError(ApplianceError):
    """Seeds or knowledge pages that cannot be used."""

    exit_code = 2


class StorageError(ApplianceError):
    """The disk refused a write; what was reported done before is kept."""


class EgressDenied(ApplianceError):
    """The door stayed shut; nothing left for this request."""

    exit_code = 3


class DetectorFailed(EgressDenied):
    """The detector is missing, raised, answered nonsense or took too long."""


class ResidualFound(EgressDenied):
    """A private value, a secret or a run of K was still present in the final bytes."""


class TooFewLeft(EgressDenied):
    """Too few clean instances remain to draw the subsets from."""


class LimitReached(EgressDenied):
    """The job would show more than its policy allows.

    Args:
        limit: the key of the policy, such as ``limits.requests``.
        message: what the operator reads.
    """

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(f"{limit}: {message}")
        self.limit = limit


class DoorLatched(EgressDenied):
    """A canary of K was seen where none may be; nothing leaves until a person opens the door again."""


class AwaitingApproval(EgressDenied):
    """A person has to decide about one request body before it may leave.

    Args:
        body_sha256: hash of the exact bytes the decision is about.
        message: what the operator reads.
    """

    def __init__(self, body_sha256: str, message: str) -> None:
        super().__init__(message)
        self.body_sha256 = body_sha256


class AwaitingReview(ApplianceError):
    """A person has to read and accept the principles before generation begins."""

    exit_code = 3


class AuditError(ApplianceError):
    """The audit log cannot be trusted or cannot be written."""

    exit_code = 4


class LogBroken(AuditError):
    """The log on disk is not the log that was written."""


class LogLatched(AuditError):
    """A write or fsync failed; the log stays shut until a restart and a full verify."""


class SendFailed(ApplianceError):
    """The request was recorded and may have left this machine, but no usable answer came back."""

    exit_code = 5


class ReflectorError(ApplianceError):
    """The reflector answered and the answer cannot be used."""

    exit_code = 5


class JobLocked(ApplianceError):
    """Another process runs this job."""

    exit_code = 6


class EngineError(ApplianceError):
    """The generator M_g cannot run."""


class ContextOverflow(EngineError):
    """A prompt and its answer do not fit the context of the model."""


class MeterError(ApplianceError):
    """An energy source cannot be read."""


class StalledError(ApplianceError):
    """Generation yields too little to ever finish; the job stops instead of looping."""


class BudgetSpent(ApplianceError):
    """The job's requests, tokens or energy are used up; what was finished is kept, and a raised budget goes on."""


class Interrupted(ApplianceError):
    """The operator stopped the job; what was finished is kept and the job can be resumed."""

    exit_code = 130
