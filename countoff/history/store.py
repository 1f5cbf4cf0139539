"""What is kept about every user, and how it is read, written and erased."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, fields
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Table, Text, bindparam, delete, func, insert, literal, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from countoff.errors import StoreError
from countoff.history.database import Database
from countoff.history.engine import explained, one_at_a_time, reading, scrub
from countoff.history.entries import LogEntry, Stored
from countoff.history.schema import PERSONAL, notes, session_events, training_log, users
from countoff.history.summary import DAYS_SHOWN, summarise

DAY_MS = 24 * 60 * 60 * 1000
HOUSEKEEPING_MS = 60 * 60 * 1000
RETRY_MS = 60 * 1000

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

logger = logging.getLogger(__name__)


def _known() -> Any:
    user = bindparam("user", type_=Text)
    latest = (
        select(session_events.c.session_id)
        .where(session_events.c.user_key == user)
        .order_by(session_events.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return union_all(
        select(literal(0).label("seq"), users.c.state.label("body")).where(users.c.user_key == user),
        select(session_events.c.seq, session_events.c.body).where(
            session_events.c.user_key == user, session_events.c.session_id == latest
        ),
    ).order_by("seq")


# Made once, as every turn uses them: making a statement takes longer than running it. The first is one statement, so
# that a save of another process is seen whole or not at all.
_KNOWN = _known()
_LAST = select(func.coalesce(func.max(session_events.c.seq), 0)).where(
    session_events.c.user_key == bindparam("user", type_=Text),
    session_events.c.session_id == bindparam("session", type_=Text),
)


class HistoryStore(Database):
    """The history database: a state per user, the events of their sessions, and their training log.

    Several processes may use one database. The tables are made at first use. Every method raises StoreError,
    with the probable cause, where the database cannot be used.

    Args:
        url: a SQLite file (``sqlite:///…``) or PostgreSQL (``postgresql://…``).
        retention_days: how long things are kept, in days; 0 keeps them for ever. What is older goes with the first
            save of a process and then once an hour.
    """

    def __init__(self, url: str, retention_days: int = 90) -> None:
        super().__init__(url)
        self._retention_ms = retention_days * DAY_MS
        self._housekeeping_due_ms = 0
        self._is_clean = True

    def load(self, user_key: str) -> Stored:
        """Read the state of a user and the events of the session that was begun last."""
        with explained(self._engine), reading(self._engine) as connection:
            rows = [(row.seq, json.loads(row.body)) for row in connection.execute(_KNOWN, {"user": user_key})]
        return Stored(
            state=next((body for seq, body in rows if seq == 0), None),
            session_events=[body for seq, body in rows if seq > 0],
        )

    def save(
        self,
        user_key: str,
        state: dict[str, Any],
        new_events: Sequence[tuple[str, dict[str, Any]]],
        ended: Sequence[LogEntry],
        effort: str | None,
        now_ms: int,
    ) -> None:
        """Keep what a turn changed, all of it or nothing.

        Args:
            user_key: the user.
            state: the whole state, which replaces the one before.
            new_events: session id and plain form of every new session event, in order.
            ended: sessions that ended in this turn.
            effort: how hard the latest session of the log was, as a word; None if nothing was said.
            now_ms: the time, in milliseconds since 1970.
        """
        with explained(self._engine), self._engine.begin() as connection:
            one_at_a_time(connection, user_key)
            row = {"user_key": user_key, "state": json.dumps(state), "updated_ms": now_ms}
            connection.execute(_upsert(connection.dialect.name, users), row)
            _append(connection, user_key, new_events, now_ms)
            for entry in ended:
                self._log(connection, user_key, entry)
            if effort is not None:
                _rate(connection, user_key, effort)
        self._keep_house(now_ms)

    def summary(self, user_key: str, now_ms: int) -> dict[str, Any]:
        """Say how a user is doing; days and weeks are those of this machine's time zone.

        Returns:
            ``sessions`` and ``reps`` (both legs together) of all time, ``this_week`` (sessions since Monday),
            ``last_effort`` (a word or None), and ``days``: those of the last 30 with a session, oldest first, each
            with ``day`` ("23 Nov"), ``date`` ("2026-11-23"), ``reps``, ``sessions`` and ``effort``.
        """
        log = training_log.c
        mine = log.user_key == user_key
        totals = select(func.count(), func.coalesce(func.sum(log.reps_left + log.reps_right), 0)).where(mine)
        rated = select(log.effort).where(mine, log.effort.is_not(None)).order_by(log.ended_ms.desc()).limit(1)
        recent = (
            select(log.ended_ms, log.reps_left + log.reps_right, log.effort)
            .where(mine, log.ended_ms >= now_ms - (DAYS_SHOWN + 1) * DAY_MS)
            .order_by(log.ended_ms)
        )
        with explained(self._engine), reading(self._engine) as connection:
            sessions, reps = connection.execute(totals).one()
            last_effort = connection.scalar(rated)
            rows = [tuple(row) for row in connection.execute(recent)]
        return {"sessions": int(sessions), "reps": int(reps), "last_effort": last_effort, **summarise(rows, now_ms)}

    def recent(self, user_key: str, most: int) -> list[LogEntry]:
        """The sessions of a user that ended last, oldest first.

        Args:
            user_key: the user.
            most: how many at most.
        """
        columns = [training_log.c[field.name] for field in fields(LogEntry)]
        log = training_log.c
        # Of two that ended at once the one that began later is the later; the id keeps the order the same each time.
        newest_first = (log.ended_ms.desc(), log.started_ms.desc(), log.session_id.desc())
        query = select(*columns).where(log.user_key == user_key).order_by(*newest_first).limit(most)
        with explained(self._engine), reading(self._engine) as connection:
            rows = [LogEntry(*row) for row in connection.execute(query)]
        return rows[::-1]

    def forget(self, user_key: str) -> None:
        """Erase everything about a user, from the files too (PostgreSQL reclaims the space at its next vacuum)."""
        with explained(self._engine):
            with self._engine.begin() as connection:
                one_at_a_time(connection, user_key)
                for table in PERSONAL:
                    connection.execute(delete(table).where(table.c.user_key == user_key))
            self._is_clean = scrub(self._engine)
        if not self._is_clean:
            self._housekeeping_due_ms = 0

    def purge(self, now_ms: int) -> int:
        """Erase what is older than the retention; returns the number of rows."""
        if not self._retention_ms:
            return 0
        oldest = now_ms - self._retention_ms
        ages = (users.c.updated_ms, session_events.c.at_ms, training_log.c.ended_ms, notes.c.updated_ms)
        with explained(self._engine), self._engine.begin() as connection:
            return sum(int(connection.execute(delete(age.table).where(age < oldest)).rowcount) for age in ages)

    def _log(self, connection: Connection, user_key: str, entry: LogEntry) -> None:
        keep = ("effort",) if entry.effort is None else ()
        row = {"user_key": user_key, **asdict(entry)}
        connection.execute(_upsert(connection.dialect.name, training_log, keep), row)

    def _keep_house(self, now_ms: int) -> None:
        if now_ms < self._housekeeping_due_ms:
            return
        try:
            self.purge(now_ms)
            self._is_clean = self._is_clean or scrub(self._engine)
        except StoreError as error:
            # What the user did is kept already; this can wait.
            logger.warning("Could not purge the history: %s", error)
        self._housekeeping_due_ms = now_ms + (HOUSEKEEPING_MS if self._is_clean else RETRY_MS)


@cache
def _upsert(dialect: str, table: Table, keep: tuple[str, ...] = ()) -> Any:
    """Insert a row or, where there is one of its key, change all of it but the columns to keep."""
    statement = _INSERT[dialect](table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in (*keys, *keep)}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _append(
    connection: Connection, user_key: str, new_events: Sequence[tuple[str, dict[str, Any]]], now_ms: int
) -> None:
    for session_id, group in groupby(new_events, key=lambda pair: pair[0]):
        last = connection.scalar(_LAST, {"user": user_key, "session": session_id})
        rows = [
            {
                "user_key": user_key,
                "session_id": session_id,
                "seq": seq,
                "type": event["type"],
                "at_ms": event.get("at_ms", now_ms),
                "body": json.dumps(event),
            }
            for seq, (_, event) in enumerate(group, start=last + 1)
        ]
        connection.execute(insert(session_events), rows)


def _rate(connection: Connection, user_key: str, effort: str) -> None:
    log = training_log.c
    latest = select(log.session_id).where(log.user_key == user_key).order_by(log.ended_ms.desc()).limit(1)
    connection.execute(
        update(training_log)
        .where(log.user_key == user_key, log.session_id == latest.scalar_subquery())
        .values(effort=effort)
    )
