"""The tables of the history database."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import Connection, Engine

from countoff.errors import StoreError
from countoff.history.engine import one_at_a_time

VERSION = 2
"""Grows with every change of the tables; a database remembers the version that made it."""

METADATA = MetaData()

# SQLite numbers rows by itself only where the key is a plain INTEGER.
_ROW = BigInteger().with_variant(Integer, "sqlite")

schema_version = Table("countoff_schema", METADATA, Column("version", Integer, nullable=False))

users = Table(
    "users",
    METADATA,
    Column("user_key", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("updated_ms", BigInteger, nullable=False, index=True),
)

session_events = Table(
    "session_events",
    METADATA,
    Column("id", _ROW, primary_key=True),
    Column("user_key", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Index("ix_session_events_latest", "user_key", "id"),
    Index("ux_session_events_order", "user_key", "session_id", "seq", unique=True),
    sqlite_autoincrement=True,
)

training_log = Table(
    "training_log",
    METADATA,
    Column("user_key", Text, primary_key=True),
    Column("session_id", Text, primary_key=True),
    Column("exercise", Text, nullable=False),
    Column("variation", Text, nullable=False),
    Column("band", Text),
    Column("reps_left", Integer, nullable=False),
    Column("reps_right", Integer, nullable=False),
    Column("sets", Integer, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=False, index=True),
    Column("confirmed", Boolean, nullable=False),
    Column("effort", Text),
    Index("ix_training_log_latest", "user_key", "ended_ms"),
)

notes = Table(
    "notes",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("user_key", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("updated_ms", BigInteger, nullable=False, index=True),
)

inbox = Table(
    "inbox",
    METADATA,
    Column("request", Text, primary_key=True),
    Column("taken_ms", BigInteger, nullable=False, index=True),
    Column("due_ms", BigInteger, nullable=False),
    Column("body", Text),
    Column("replies", Text),
)

PERSONAL = (users, session_events, training_log, notes)
"""Every table that holds something about a user, by ``user_key``."""


def prepare(engine: Engine) -> None:
    """Make the tables that are missing; a database of an earlier version gets those that are new.

    Raises:
        StoreError: a newer version of Countoff made the database.
    """
    with engine.begin() as connection:
        one_at_a_time(connection, "schema")
        made = _version(connection)
        if made == VERSION:
            return
        if made is not None and made > VERSION:
            raise StoreError(
                f"a newer Countoff made this database (version {made}; this one knows {VERSION}); "
                "update Countoff or name another database"
            )
        METADATA.create_all(connection)
        connection.execute(delete(schema_version))
        connection.execute(insert(schema_version), {"version": VERSION})


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(schema_version.name):
        return None
    found = connection.scalar(select(schema_version.c.version))
    return None if found is None else int(found)
