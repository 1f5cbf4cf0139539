"""Requests that were taken: each once, and none lost before it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from countoff.history.database import Database
from countoff.history.engine import explained, one_at_a_time, scrub
from countoff.history.schema import inbox

KEPT_MS = 24 * 60 * 60 * 1000
"""How long a request is known again, in milliseconds."""

LEASE_MS = 60 * 1000
"""How long a request is left to who took it, before it can be taken over, in milliseconds."""


@dataclass(frozen=True)
class Unfinished:
    """A request that was taken and not yet answered.

    Attributes:
        request: its name.
        body: what it asked.
        replies: what each turn of it has yielded so far; those turns are not to be taken again.
    """

    request: str
    body: str
    replies: list[Any]


class Inbox(Database):
    """Requests of a channel in the history database. What a request asked is erased as soon as it is answered."""

    def take(self, request: str, body: str, now_ms: int) -> bool:
        """Take a request; False where it was taken before.

        Args:
            request: its name, which begins with the channel's.
            body: what is needed to answer it later.
            now_ms: the time, in milliseconds since 1970; requests older than ``KEPT_MS`` are erased.
        """
        row = {"request": request, "taken_ms": now_ms, "due_ms": now_ms + LEASE_MS, "body": body}
        with explained(self._engine):
            try:
                with self._engine.begin() as connection:
                    connection.execute(delete(inbox).where(inbox.c.taken_ms < now_ms - KEPT_MS))
                    connection.execute(insert(inbox), row)
            except IntegrityError:
                return False
        return True

    def note_replies(self, request: str, replies: list[Any]) -> None:
        """Keep what the turns of a request have yielded so far."""
        self._change(request, replies=json.dumps(replies))

    def finish(self, request: str) -> None:
        """A request is answered: all but its name is erased."""
        self._change(request, body=None, replies=None)

    def scrub(self) -> None:
        """Leave no trace in the files of what was erased (PostgreSQL reclaims the space at its next vacuum)."""
        with explained(self._engine):
            scrub(self._engine)

    def claim(self, prefix: str, now_ms: int) -> list[Unfinished]:
        """Take over requests that were left unanswered, oldest first; nobody else gets them for ``LEASE_MS``.

        Args:
            prefix: how their names begin.
            now_ms: the time, in milliseconds since 1970.
        """
        wanted = (inbox.c.request.startswith(prefix), inbox.c.body.is_not(None), inbox.c.due_ms < now_ms)
        with explained(self._engine), self._engine.begin() as connection:
            one_at_a_time(connection, f"inbox {prefix}")
            rows = list(connection.execute(select(inbox).where(*wanted).order_by(inbox.c.taken_ms)))
            names = [row.request for row in rows]
            connection.execute(update(inbox).where(inbox.c.request.in_(names)).values(due_ms=now_ms + LEASE_MS))
        return [Unfinished(row.request, row.body, json.loads(row.replies or "[]")) for row in rows]

    def release(self, request: str) -> None:
        """Leave a request that is not answered to whoever asks next."""
        self._change(request, due_ms=0)

    def _change(self, request: str, **values: Any) -> None:
        with explained(self._engine), self._engine.begin() as connection:
            connection.execute(update(inbox).where(inbox.c.request == request).values(values))
