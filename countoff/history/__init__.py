"""The training log and what the coach remembers about a user, in a database."""

from countoff.history.entries import LogEntry, Stored
from countoff.history.store import HistoryStore

__all__ = ["HistoryStore", "LogEntry", "Stored"]
