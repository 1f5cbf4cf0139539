"""All that a handler of a turn may look at and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from countoff.dialogue.state import ConversationState, Pending
from countoff.dialogue.turn import Button, Turn
from countoff.dialogue.utterance import Utterance
from countoff.exercises import Exercise, Knowledge, Rung, rung_for
from countoff.exercises.cues import CueBook
from countoff.session import SessionState

MAX_BUTTONS = 4


@dataclass
class Context:
    """One turn in the making."""

    knowledge: Knowledge
    cues: CueBook
    utterance: Utterance
    turn: Turn
    session: SessionState | None
    """The session that was last started, whatever its status."""
    now_ms: int
    history: Callable[[int], dict[str, Any]]
    """Reads the user's training log; given the time; called only where it is asked for."""
    new_id: Callable[[], str]
    """Makes the id of a new session."""

    report: Any = None
    """``metadata.session`` of the client, until it has been folded in."""

    @property
    def state(self) -> ConversationState:
        """What is remembered about the user."""
        return self.turn.state

    @property
    def exercise(self) -> Exercise:
        """The exercise the conversation is about."""
        chosen = self.state.exercise
        known = self.knowledge.exercises
        return known[chosen] if chosen in known else known[self.knowledge.default_exercise]

    @property
    def rung(self) -> Rung:
        """Where on the ladder the user stands."""
        exercise = self.exercise
        if self.state.rung in exercise.rungs:
            return exercise.rungs[self.state.rung]
        return rung_for(exercise, exercise.start_variation) or exercise.ladder[0]

    @property
    def status(self) -> str:
        """``idle``, ``counting``, ``resting``, ``paused``, or ``hurt``: stopped by pain and not given up."""
        session = self.session
        if session is None or session.status == "finished":
            return "idle"
        if session.status == "stopped":
            return "hurt" if session.hurt and self.state.given_up != session.id else "idle"
        return session.status

    @property
    def running(self) -> bool:
        """True while cues are being played."""
        return self.status in ("counting", "resting")

    @property
    def in_set(self) -> bool:
        """True where there is a set to go on with."""
        return self.status != "idle"

    def ask(self, kind: str, **data: Any) -> None:
        """Remember that the coach waits for an answer to this question."""
        self.state.pending = Pending(kind, data)

    def offers(self, intents: list[str]) -> tuple[Button, ...]:
        """Buttons for topics, by intent; intents without a topic are left out."""
        topics = self.knowledge.topics
        found = [topics[name] for name in intents if name in topics]
        return tuple(Button(topic.ask, topic.ask) for topic in found[:MAX_BUTTONS])
