"""What a turn yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from countoff.dialogue.state import ConversationState
from countoff.session import SessionEvent, SessionState


@dataclass(frozen=True)
class Button:
    """A suggestion: its payload is a sentence that the coach understands."""

    title: str
    payload: str


@dataclass(frozen=True)
class Say:
    """One thing to say: the name of a response of ``domain.yml`` and what fills it."""

    response: str
    params: dict[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain form for the stored state."""
        return {
            "response": self.response,
            "params": self.params,
            "buttons": [[b.title, b.payload] for b in self.buttons],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Say:
        """Back from the plain form."""
        return cls(data["response"], dict(data["params"]), tuple(Button(*b) for b in data["buttons"]))


@dataclass(frozen=True)
class Ended:
    """A session that came to its end in this turn, with its summary, for the training log."""

    session: SessionState
    summary: dict[str, Any]

    @property
    def reps(self) -> int:
        """Reps done, both sides together."""
        return int(self.summary["done_left"]) + int(self.summary["done_right"])


@dataclass
class Turn:
    """The outcome of one message, filled in while it is decided."""

    state: ConversationState
    now_ms: int
    says: list[Say] = field(default_factory=list)
    events: list[SessionEvent] = field(default_factory=list)
    """New session events, to be appended to the log."""
    ended: list[Ended] = field(default_factory=list)
    """Sessions that ended in this turn."""
    session: dict[str, Any] | None = None
    """``custom.session`` of the wire form."""
    answer: dict[str, Any] | None = None
    """``custom.answer`` of the wire form."""
    effort: str | None = None
    """How hard the last set was, to be kept with it in the log."""
    cautions: bool = False
    """The turn cautions a user with a condition, so that no set is offered in it."""
    forget: bool = False
    """Everything stored about this user is to be erased."""

    def say(self, response: str, *buttons: Button, **params: Any) -> None:
        """Add one thing to say."""
        self.says.append(Say(response, params, buttons))

    @property
    def custom(self) -> dict[str, Any] | None:
        """The ``custom`` payload, or None where there is none."""
        parts = {"session": self.session, "answer": self.answer}
        present = {name: part for name, part in parts.items() if part}
        return {"v": 1, **present} if present else None
