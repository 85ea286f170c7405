"""One audit record: a line of RFC 8785 JSON, under 64 KiB, holding hashes and never a payload.

Kinds and their fields:

``request``
    Written before a request may be sent. ``job``, ``purpose``, ``released`` (subset or cluster), ``destination``
    (``scheme``, ``host``, ``port``), ``leaves_machine``, ``method``, ``path``, ``headers`` (ordered ``[name, value]``
    pairs, a credential as ``<credential NAME>``), ``payload_sha256``, ``payload_bytes``, ``policy_name``,
    ``policy_version``, ``policy_sha256``, ``detector``, ``masked`` (counts by type), ``invisible`` (characters that
    nobody sees and that were taken out of what was released), ``knowledge_id``, ``decision``, ``repeats`` (the earlier
    record this one sends again, or null), ``appliance`` (version), ``instances`` (of a drawn set, how many it shows),
    ``used`` (requests, bytes, instances and distinct short runs of K that the job has shown with this one),
    ``knowledge`` (which index of K it was compared with, the run lengths, how many runs it holds, and how many were
    left out because a public text has them).
``outcome``
    Written after. ``request`` (its seq), ``status``, ``headers``, ``payload_sha256``, ``payload_bytes`` of the answer,
    ``error`` (a category or null), ``may_have_left``, ``elapsed_ms``; where something was taken out of the answer
    before it was kept, ``redacted`` (true: the credential) or ``withheld`` (all of it: ``canary`` or
    ``content_encoding``).
``refused``
    The door stayed shut. ``policy_name``, ``policy_version``, ``policy_sha256``, ``job``, ``purpose``, ``reason`` (an
    error class name), ``body_sha256`` (the body itself is not kept: it is what must not leave), and ``limit`` (the key
    of the policy) where a limit was reached.
``decision``
    A person allowed what may have been sent before to be sent again. ``job``, ``by`` (user name), ``reason``.
``latched``
    A canary of K was seen and the door is shut for every job. ``canary`` (its id), ``where`` (``request``,
    ``instance``, ``answer`` or ``record``), ``job``.
``opened``
    A person opened the door again. ``by`` (user name), ``reason``, ``canary``.
``recovered``
    A torn tail was cut. ``dropped_bytes``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from appliance.errors import AuditError, LogBroken

RECORD_VERSION = 1
# A tlog-tiles entry bundle prefixes each leaf with a 16-bit length (C2SP tlog-tiles).
MAX_RECORD_BYTES = 65_535
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the log.

    Attributes:
        seq: position in the log, from 0.
        time_utc: wall clock when it was appended, RFC 3339; order comes from `seq`, never from the clock.
        previous: SHA-256 of the line before, `GENESIS` for the first.
        fields: the rest, by kind.
    """

    seq: int
    kind: str
    time_utc: str
    previous: str
    fields: Mapping[str, Any]

    def encode(self) -> bytes:
        """The canonical line, newline included.

        Raises:
            AuditError: a value JSON cannot hold, or a record that is too long.
        """
        document: Any = {"v": RECORD_VERSION, "seq": self.seq, "kind": self.kind, "time_utc": self.time_utc,
                    "previous": self.previous, "fields": dict(self.fields)}
        try:
            line = rfc8785.dumps(document) + b"\n"
        except (rfc8785.CanonicalizationError, RecursionError) as error:
            raise AuditError(f"record {self.seq} ({self.kind}) cannot be written as canonical JSON") from error
        if len(line) > MAX_RECORD_BYTES:
            raise AuditError(f"record {self.seq} ({self.kind}) has {len(line)} bytes; "
                             f"at most {MAX_RECORD_BYTES} fit")
        return line


def line_hash(line: bytes) -> str:
    """What the next record names as `Record.previous`: SHA-256 of the line, newline included."""
    return hashlib.sha256(line).hexdigest()


def decode(line: bytes, where: str) -> Record:
    """Read one line back and insist that it is exactly what `Record.encode` writes.

    Args:
        line: the bytes, newline included.
        where: file and line number, for the message.

    Raises:
        LogBroken: anything else.
    """
    try:
        document = json.loads(line)
        record = Record(document["seq"], document["kind"], document["time_utc"], document["previous"],
                        document["fields"])
        if document["v"] != RECORD_VERSION or record.encode() != line:
            raise LogBroken(f"{where}: not a record as this log writes them")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, AuditError) as error:
        raise LogBroken(f"{where}: not a record as this log writes them") from error
    return record
