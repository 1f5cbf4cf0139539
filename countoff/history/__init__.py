"""The training log and what the coach remembers about a user, in a database."""

from countoff.history.entries import LogEntry, Stored
from countoff.history.inbox import Inbox, Unfinished
from countoff.history.notes import Notes
from countoff.history.store import HistoryStore

__all__ = ["HistoryStore", "Inbox", "LogEntry", "Notes", "Stored", "Unfinished"]
