"""What a workspace of Slack holds, and the names in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from threading import RLock
from typing import Any

TOKEN = "xoxb-1-fake"  # noqa: S105
APP_TOKEN = "xapp-1-fake"  # noqa: S105
SECRET = "a signing secret of the tests"  # noqa: S105
TEAM, APP, BOT, BOT_USER, USER = "T0TEAM", "A0APP", "B0BOT", "U0BOT", "U0ANNA"
CHANNEL, DIRECT = "C0GENERAL", "D0ANNA"

Arguments = dict[str, Any]

_NUMBERS = count(1)


@dataclass
class Workspace:
    """What a workspace holds."""

    channels: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """The messages of every channel, thread messages among them, oldest first."""
    private: list[dict[str, Any]] = field(default_factory=list)
    """What only one person sees."""
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    triggers: set[str] = field(default_factory=set)
    """Those that have opened a modal."""
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The App Home by user."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id: filename, length, data, and where it was shared."""
    reactions: list[Arguments] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=lambda: {USER: {"id": USER, "tz_offset": 3_600}})
    snoozed: set[str] = field(default_factory=set)
    """Who has notifications off."""
    known: set[str] = field(default_factory=lambda: {CHANNEL, DIRECT})
    """Channels that the bot is in."""
    address: str = ""
    """Where files are sent to."""
    socket: str = ""
    """Where the line of Socket Mode is; empty where there is none."""
    lock: Any = field(default_factory=RLock)
    """Held by the request that is being carried out."""

    def new_ts(self) -> str:
        """A time stamp later than all before it."""
        return f"{1_760_000_000 + next(_NUMBERS)}.000100"

    def new_id(self, prefix: str) -> str:
        """An id as Slack makes them."""
        return f"{prefix}{next(_NUMBERS):06}"
