"""What every attempt of one job must see alike: hashes of its inputs, written once and compared ever after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from appliance.artefact import write_durably
from appliance.errors import InputError
from appliance.policy.model import Policy
from appliance.records import Instance, Principle, sha256_hex

MANIFEST = "manifest.json"
COUNTS = ("requests", "total_bytes", "instances", "request_bytes")
"""Limits of how much may leave: a person may change them while a job waits."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What every attempt of one job must see alike.

    Attributes:
        model_sha256: of the GGUF file; None where a server has the model.
        reflector: ``stand_in``, ``external`` or ``none``; decided once, so that a job never mixes them.
        given_sha256: of D_initial and the principles that were brought, None without.
        named_sha256: of what lies in the files and folders that the policy names, None where it names none.
        policy_rules_sha256: of the policy without its counts of how much may leave, which may be raised while a job
            waits; None in a job of an earlier version.
        under: under which policy this attempt runs, where that is not the one the job began with; else None. Said when
            it goes on, never written.
    """

    seeds_sha256: str | None
    knowledge_id: str
    policy_sha256: str
    model_sha256: str | None
    reflector: str
    given_sha256: str | None = None
    policy_rules_sha256: str | None = None
    named_sha256: str | None = None
    under: str | None = None


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a job, None where there is none.

    Raises:
        InputError: it is damaged.
    """
    try:
        return Manifest(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: this file is damaged, so nobody can say what the job began with; restore it from a "
                         f"backup, or start a new job") from error


def settle(path: Path, now: Manifest, policy: Policy) -> Manifest:
    """Write a manifest where there is none, else compare with it.

    Args:
        path: of the file.
        now: what this attempt sees.
        policy: it runs under.

    Raises:
        InputError: something changed since the job began.
    """
    then = read_manifest(path)
    if then is None:
        document = asdict(now)
        del document["under"]
        write_durably(path, json.dumps(document, indent=2).encode() + b"\n")
        return now
    if then.policy_rules_sha256 is not None and then.policy_rules_sha256 == now.policy_rules_sha256:
        # Only counts differ: whoever raised them has settled what the job stopped for. Records name the new policy.
        other = then.policy_sha256 != now.policy_sha256
        then = replace(then, policy_sha256=now.policy_sha256, under=_named(policy) if other else None)
    changed = [name for name, field in (("seeds", "seeds_sha256"), ("knowledge", "knowledge_id"),
                                        ("policy", "policy_sha256"),
                                        ("the model", "model_sha256"), ("reflector (credential)", "reflector"),
                                        ("psi.initial_file or principles.source", "given_sha256"),
                                        ("what lies in knowledge.public_text or detector.plugins of the policy",
                                         "named_sha256"))
               if getattr(now, field) != getattr(then, field)]
    if changed:
        raise InputError(f"{' and '.join(changed)} changed since this job began; "
                         f"put back what it began with to resume, or start a new job")
    return then


def _named(policy: Policy) -> str:
    limits = ", ".join(f"{name} {getattr(policy.limits, name):,}" for name in COUNTS)
    return (f"{policy.name} version {policy.version}, SHA-256 {policy.sha256[:12]}: {limits}, short runs "
            f"{policy.knowledge.short_runs_per_job:,}")


def rules_sha256(policy: Policy) -> str:
    """Of everything in a policy that is no count of how much may leave."""
    return sha256_hex(policy.model_dump_json(exclude={"version": True, "limits": set(COUNTS),
                                                      "knowledge": {"short_runs_per_job": True}}).encode())


def named_sha256(public_text: Sequence[str], policy: Policy) -> str | None:
    """Of public text and of the folders of further detectors; the policy's own hash knows their paths alone."""
    from appliance.detection.plugins import folder_sha256

    parts = [*(sha256_hex(text.encode()) for text in public_text),
             *(folder_sha256(plugin.path) for plugin in policy.detector.plugins)]
    return sha256_hex("\n".join(parts).encode()) if parts else None


def rows_sha256(values: Sequence[Instance | Principle]) -> str | None:
    """Of instances or principles as rows; None of none."""
    rows = [value.to_row() for value in values]
    return sha256_hex(json.dumps(rows, sort_keys=True).encode()) if rows else None
