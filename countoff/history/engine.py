"""A database connection that is quick, safe with several processes, and leaves nothing behind that was erased."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from countoff.errors import StoreError

BUSY_S = 5.0
"""How long a process waits for another that is writing, in seconds; ``?timeout=`` in the address changes it."""

WAL_STEP_S = 0.01

CAUSES = {
    "unable to open": "the file or its folder cannot be read or written; check the path and its permissions",
    "readonly": "the file may not be written; check its permissions",
    "locked": "another process has been writing for more than a few seconds; end it or try again",
    "not a database": "the file is not a SQLite database; name another file, or move this one away",
    "malformed": "the file is damaged; restore a copy, or move it away to begin anew",
    "full": "the disk is full; make room",
    "password": "the user name or password is wrong",
    "does not exist": "the database, role or schema is missing; create it first",
    "could not connect": "no server answers there; start it, or check host and port",
    "connection to server": "no server answers there; start it, or check host and port",
}
"""What a driver says, and what it most likely means; the first that fits is told."""


def open_engine(url: str) -> Engine:
    """Prepare an engine for a SQLite file (its folder is made if need be) or PostgreSQL; connects at first use.

    Raises:
        StoreError: the address cannot be used, or the folder cannot be made.
    """
    try:
        target = make_url(url)
        if target.get_backend_name() != "sqlite":
            return create_engine(target, future=True, pool_pre_ping=True)
        Path(target.database or "").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        options = {"check_same_thread": False, "timeout": float(target.query.get("timeout", BUSY_S))}
        engine = create_engine(target, future=True, poolclass=QueuePool, connect_args=options)
    except (SQLAlchemyError, OSError, ImportError, ValueError) as error:
        raise StoreError(f"the database address cannot be used: {error}") from error
    event.listen(engine, "connect", tune)
    event.listen(engine, "begin", _begin)
    return engine


def tune(connection: Any, _record: Any) -> None:
    """Set a new SQLite connection up: write-ahead log, no traces of what is deleted, transactions begun by us."""
    # The driver would begin transactions by itself, too late to lock before reading.
    connection.isolation_level = None
    _use_wal(connection)
    for pragma in ("synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    # SQLite asks no busy handler for this one statement: two processes that open a new file at once would collide.
    (wait_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    until_s = time.monotonic() + wait_ms / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until_s:
                raise
        time.sleep(WAL_STEP_S)


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database and waits for no writer."""
    with engine.connect() as connection:
        yield connection.execution_options(reads=True)


def one_at_a_time(connection: Connection, key: str) -> None:
    """Hold back other writers of the same key until this transaction ends; in SQLite they wait anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"countoff {key}"})


def scrub(engine: Engine) -> bool:
    """Rewrite a SQLite file without what was deleted, and empty its write-ahead log; False if others were in the way.

    ``secure_delete`` alone is not enough: where SQLite moves rows between pages, copies stay in the gaps (tried).
    PostgreSQL reclaims deleted rows by itself (autovacuum): nothing is done there.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return not busy


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn what a driver raises into a StoreError that names the database and the probable cause."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip()
        cause = next((cause for sign, cause in CAUSES.items() if sign in said), "see the message of the driver")
        where = engine.url.render_as_string(hide_password=True)
        raise StoreError(f"the database {where} cannot be used: {cause} ({said})") from error
