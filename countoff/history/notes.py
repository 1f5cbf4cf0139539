"""What a channel has to know again after a restart: small notes about a user, by name."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, select

from countoff.history.database import Database
from countoff.history.engine import explained, reading
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
            connection.execute(delete(notes).where(notes.c.name == name))
            connection.execute(notes.insert(), row)

    def drop(self, name: str) -> None:
        """Erase the note of this name, if there is one."""
        with explained(self._engine), self._engine.begin() as connection:
            connection.execute(delete(notes).where(notes.c.name == name))
