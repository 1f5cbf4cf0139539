"""Questions about the exercise, answered from the knowledge base."""

from __future__ import annotations

from actions.turn import CoachAction


class ActionAnswer(CoachAction):
    """Answers a question about the exercise."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer"
