"""Starting a set and steering it."""

from __future__ import annotations

from actions.turn import CoachAction


class ActionSession(CoachAction):
    """Starting a set and steering it: what to do is decided by ``countoff.dialogue``."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_session"
