"""Talk about the talk."""

from __future__ import annotations

from actions.turn import CoachAction


class ActionTalk(CoachAction):
    """Talk about the talk: what to do is decided by ``countoff.dialogue``."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_talk"
