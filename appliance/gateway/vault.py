"""The table of values and what stands for them, apart from everything else, encrypted, for as long as the policy says.

It lies in ``<root>/vault/``, readable by its owner alone; the key beside it or in the service's credentials. No part of
the product that sends, reflects or reports may import this module. AES-256-GCM; the job's id is authenticated with it,
so that one job's table is not taken for another's.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.artefact import fsync_directory, write_durably
from appliance.errors import ConfigError, StorageError
from appliance.gateway.results import Replaced, ScrubResult
from appliance.gateway.stand_ins import any_of
from appliance.policy.model import Policy

FOLDER, KEY_FILE, CREDENTIAL = "vault", "key", "psi-vault-key"
KEY_BYTES, NONCE_BYTES = 32, 12
_HEADER = b"psi-vault-1\n"
_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}")


@dataclass(frozen=True, slots=True)
class ValueMap:
    """What a set's stand-ins stand for.

    Attributes:
        seed: what the surrogates of this job are drawn with.
        values: stand-in to the value it stands for, as that was written first; only what can be restored.
        replaced: instance id to, for each field, the stand-ins in order with what stood there.
    """

    seed: int
    values: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, tuple[Replaced, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, result: ScrubResult, seed: int) -> ValueMap:
        """The table of one scrubbed set: of what stands in it, not of what was found in refused instances alone."""
        values: dict[str, str] = {}
        for fields in result.replaced.values():
            for replaced in fields:
                for now, was in replaced:
                    values.setdefault(now, was)
        return cls(seed, values, result.replaced)

    def restore(self, text: str) -> str:
        """A text that came back, with what we issued replaced by what it stands for.

        Exactly what was issued: another case, a blank or a number too many leave it as it is.
        """
        if not self.values:
            return text
        return str(any_of(list(self.values)).sub(lambda match: self.values[match[0]], text))

    def restore_instance(self, identifier: str, texts: Sequence[str]) -> tuple[str, ...]:
        """The fields of one instance of the set, mention by mention as they were.

        Raises:
            ValueError: these are not the scrubbed fields of that instance.
        """
        fields = self.replaced.get(identifier, tuple(() for _ in texts))
        return tuple(_put_back(text, replaced) for text, replaced in zip(texts, fields, strict=True))


class Vault:
    """The tables of an appliance.

    Args:
        root: the folder of the jobs.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    def seed(self, job_id: str) -> int:
        """What this job's surrogates are drawn with: random once, the same for every attempt.

        Raises:
            StorageError, ConfigError: see `load`.
        """
        kept = self.load(job_id)
        if kept is None:
            kept = ValueMap(secrets.randbits(128))
            self.save(job_id, kept)
        return kept.seed

    def save(self, job_id: str, table: ValueMap) -> None:
        """Write a job's table, in the place of an earlier one.

        Raises:
            StorageError: the disk refused.
            ConfigError: the key cannot be used.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        path, header = self._path(job_id), _header(job_id)
        document = {"seed": str(table.seed), "values": dict(table.values), "replaced": dict(table.replaced)}
        nonce = secrets.token_bytes(NONCE_BYTES)
        try:
            sealed = AESGCM(self._key()).encrypt(nonce, json.dumps(document).encode(), header)
            write_durably(path, _HEADER + nonce + sealed)
        except OSError as error:
            raise StorageError(f"{path} cannot be written ({error.strerror}); free space, then resume") from error

    def load(self, job_id: str) -> ValueMap | None:
        """A job's table, None where there is none.

        Raises:
            StorageError: it cannot be read, was changed, or belongs to another job or key.
            ConfigError: the key cannot be used.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        path = self._path(job_id)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{path} cannot be read ({error.strerror})") from error
        start = len(_HEADER) + NONCE_BYTES
        try:
            plain = AESGCM(self._key()).decrypt(data[len(_HEADER):start], data[start:], _header(job_id))
        except (InvalidTag, ValueError):
            raise StorageError(f"{path} was changed, or was written with another key; put back what belongs to this "
                               f"job, or delete it and start a new job") from None
        document = json.loads(plain)
        replaced = {name: tuple(tuple((now, was) for now, was in each) for each in fields)
                    for name, fields in document["replaced"].items()}
        return ValueMap(int(document["seed"]), document["values"], replaced)

    def finish(self, job_id: str, policy: Policy) -> None:
        """The job is done: its table goes, unless the policy keeps it.

        Raises:
            StorageError: it cannot be deleted.
        """
        if policy.pseudonym_map == "delete_when_done":
            self.delete(job_id)

    def delete(self, job_id: str) -> None:
        """Delete a job's table; one that is not there is fine.

        Raises:
            StorageError: it cannot be deleted.
        """
        path = self._path(job_id)
        try:
            path.unlink(missing_ok=True)
            if self._folder.is_dir():
                fsync_directory(self._folder)
        except OSError as error:
            raise StorageError(f"{path} cannot be deleted ({error.strerror}); delete it by hand") from error

    def jobs(self) -> tuple[str, ...]:
        """The ids of the jobs that have a table."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.values")))

    def _path(self, job_id: str) -> Path:
        if not _JOB_ID.fullmatch(job_id):
            raise StorageError("a table of values needs the id of a job")
        return self._folder / f"{job_id}.values"

    def _key(self) -> bytes:
        """The key: of the service's credentials where there is one, else a file that is made on first use."""
        given = os.environ.get("CREDENTIALS_DIRECTORY")
        path = Path(given) / CREDENTIAL if given else None
        if path is None or not path.is_file():
            path = self._own_key()
        try:
            if path.parent == self._folder and stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise ConfigError(f"{path}: others can read the key of the vault; chmod 600 it")
            key = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{path}: the key of the vault cannot be read ({error.strerror})") from error
        if len(key) != KEY_BYTES:
            raise ConfigError(f"{path}: the key of the vault has {len(key)} bytes instead of {KEY_BYTES}; put back the "
                              f"key, or delete the folder and start new jobs")
        return key

    def _own_key(self) -> Path:
        path = self._folder / KEY_FILE
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        if not path.exists():
            draft = path.with_name(f".{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
            write_durably(draft, secrets.token_bytes(KEY_BYTES))
            try:
                os.link(draft, path)  # never in the place of a key that another process just made
            except FileExistsError:
                pass
            finally:
                draft.unlink()
            fsync_directory(self._folder)
        return path


def _header(job_id: str) -> bytes:
    return _HEADER + job_id.encode()


def _put_back(text: str, replaced: Replaced) -> str:
    pieces, position = [], 0
    for now, was in replaced:
        at = text.find(now, position)
        if at < 0:
            raise ValueError("not the scrubbed text of this instance")
        pieces += [text[position:at], was]
        position = at + len(now)
    return "".join([*pieces, text[position:]])
