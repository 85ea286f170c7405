"""The schema of the job store as numbered steps; a step that was released is never edited, only followed.

The table ``migrations`` holds the number of every step a store has taken. A store with more steps than this
version knows was written by a newer version, which may mean other things by the same columns: it is refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.errors import ApplianceError


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema.

    Attributes:
        version: 1, 2, 3 without gaps.
        statements: SQL run in one transaction together with the row that says the step was taken.
    """

    version: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "jobs and stages", (
        """CREATE TABLE jobs (
               number INTEGER PRIMARY KEY AUTOINCREMENT,
               id TEXT NOT NULL UNIQUE,
               name TEXT NOT NULL,
               state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'awaiting_approval', 'paused',
                                                    'failed', 'done', 'cancelled')),
               attempt INTEGER NOT NULL DEFAULT 0,
               owner INTEGER,
               config_path TEXT NOT NULL,
               config_json TEXT NOT NULL,
               stages_total INTEGER,
               error_category TEXT,
               error_message TEXT,
               created_utc TEXT NOT NULL,
               updated_utc TEXT NOT NULL)""",
        """CREATE TABLE stages (
               job TEXT NOT NULL REFERENCES jobs (id),
               name TEXT NOT NULL,
               position INTEGER NOT NULL,
               state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done')),
               attempt INTEGER,
               started_utc TEXT,
               finished_utc TEXT,
               rows INTEGER,
               wall_s REAL,
               PRIMARY KEY (job, name))""",
    )),
)


def schema_version(connection: sqlite3.Connection) -> int:
    """The highest step this store has taken; 0 for an empty file."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'")
    if known.fetchone() is None:
        return 0
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM migrations").fetchone()[0])


def refuse_newer(version: int, where: str, migrations: Sequence[Migration]) -> None:
    """Stop at a store this version cannot understand.

    Raises:
        ApplianceError: names the file and both versions.
    """
    if version > len(migrations):
        raise ApplianceError(f"{where}: this job store has schema {version} and this version reads up to "
                             f"{len(migrations)}; use the newer version of psi that wrote it")


def migrate(connection: sqlite3.Connection, where: str, migrations: Sequence[Migration]) -> None:
    """Take every step that is missing, each in a transaction of its own.

    Args:
        connection: in autocommit mode, with no other writer.
        where: the file, for the message.
        migrations: all steps this version knows, `MIGRATIONS`.

    Raises:
        ApplianceError: the store is of a newer version.
        sqlite3.Error: the store is damaged, full or read-only.
    """
    done = schema_version(connection)
    refuse_newer(done, where, migrations)
    for migration in migrations[done:]:
        with_migrations_table = ("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, "
                                 "name TEXT NOT NULL, applied_utc TEXT NOT NULL)")
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in (with_migrations_table, *migration.statements):
                connection.execute(statement)
            connection.execute("INSERT INTO migrations VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
                               (migration.version, migration.name))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
