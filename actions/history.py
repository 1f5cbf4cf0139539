"""The training log, effort, and forgetting."""

from __future__ import annotations

from actions.turn import CoachAction


class ActionHistory(CoachAction):
    """The training log, effort, and forgetting: what to do is decided by ``countoff.dialogue``."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_history"
