"""What everything that keeps something in the history database shares."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy.engine import Engine

from countoff.history.engine import explained, open_engine
from countoff.history.schema import prepare


class Database:
    """A connection to the history database that opens at first use, with its tables.

    Every method of what builds on it raises StoreError, with the probable cause, where the database cannot be used.

    Args:
        url: a SQLite file (``sqlite:///…``) or PostgreSQL (``postgresql://…``).
    """

    def __init__(self, url: str) -> None:
        self._url = url

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
