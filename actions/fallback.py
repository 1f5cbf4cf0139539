"""What was not understood or is out of scope."""

from __future__ import annotations

from actions.turn import CoachAction


class ActionFallback(CoachAction):
    """What was not understood or is out of scope: what to do is decided by ``countoff.dialogue``."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_fallback"
