"""What a channel has to know again after a restart: small notes about a user, by name."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from countoff.history.engine import explained, open_engine, reading
from countoff.history.schema import notes, prepare


class Notes:
    """Notes in the history database. "Forget me" erases those about the user; the retention holds for them too.

    Every method raises StoreError, with the probable cause, where the database cannot be used.

    Args:
        url: the history database, as ``HistoryStore`` takes it.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, name: str) -> dict[str, Any] | None:
        """The note of this name."""
        with explained(self._engine), reading(self._engine) as connection:
            body = connection.scalar(select(notes.c.body).where(notes.c.name == name))
        return None if body is None else dict(json.loads(body))

    def under(self, prefix: str) -> dict[str, dict[str, Any]]:
        """All notes whose name begins so."""
        query = select(notes.c.name, notes.c.body).where(notes.c.name.startswith(prefix, autoescape=True))
        with explained(self._engine), reading(self._engine) as connection:
            return {row.name: json.loads(row.body) for row in connection.execute(query)}

    def put(self, name: str, user_key: str, body: dict[str, Any], now_ms: int) -> None:
        """Keep a note in place of the one of this name.

        Args:
            name: begins with the channel's own.
            user_key: whom it is about: the name of the conversation.
            body: what is to be known again.
            now_ms: the time, in milliseconds since 1970.
        """
        row = {"name": name, "user_key": user_key, "body": json.dumps(body), "updated_ms": now_ms}
        with explained(self._engine), self._engine.begin() as connection:
            connection.execute(delete(notes).where(notes.c.name == name))
            connection.execute(notes.insert(), row)

    def drop(self, name: str) -> None:
        """Erase the note of this name, if there is one."""
        with explained(self._engine), self._engine.begin() as connection:
            connection.execute(delete(notes).where(notes.c.name == name))

    def close(self) -> None:
        """Let go of the database; the next use connects again."""
        if "_engine" in self.__dict__:
            self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        engine = open_engine(self._url)
        with explained(engine):
            prepare(engine)
        return engine
