"""The instructions, step by step."""

from __future__ import annotations

from actions.turn import CoachAction


class ActionSteps(CoachAction):
    """The instructions, step by step: what to do is decided by ``countoff.dialogue``."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_steps"
