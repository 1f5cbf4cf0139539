"""What a channel has to know again after a restart: small notes about a user, by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select, update

from countoff.history.database import Database
from countoff.history.engine import explained, one_at_a_time, reading
from countoff.history.schema import notes


class Notes(Database):
    """Notes in the history database. "Forget me" erases those about the user; the retention holds for them too."""

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
            one_at_a_time(connection, name)
            connection.execute(delete(notes).where(notes.c.name == name))
            connection.execute(notes.insert(), row)

    def change(self, name: str, changed: Callable[[dict[str, Any]], dict[str, Any] | None], now_ms: int) -> None:
        """Change the note of this name, if there is one, as it is by now; nobody else can meanwhile.

        Args:
            name: of the note.
            changed: what becomes of it; None leaves it as it is.
            now_ms: the time, in milliseconds since 1970.
        """
        with explained(self._engine), self._engine.begin() as connection:
            one_at_a_time(connection, name)
            body = connection.scalar(select(notes.c.body).where(notes.c.name == name))
            after = None if body is None else changed(json.loads(body))
            if after is not None:
                values = {"body": json.dumps(after), "updated_ms": now_ms}
                connection.execute(update(notes).where(notes.c.name == name).values(values))

    def drop(self, name: str) -> bool:
        """Erase the note of this name; whether there was one."""
        with explained(self._engine), self._engine.begin() as connection:
            gone = connection.execute(delete(notes).where(notes.c.name == name)).rowcount
        return bool(gone)
