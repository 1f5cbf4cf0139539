"""Pain, red flags and their end."""

from __future__ import annotations

from actions.turn import CoachAction


class ActionCare(CoachAction):
    """Pain, red flags and their end: what to do is decided by ``countoff.dialogue``."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_care"
