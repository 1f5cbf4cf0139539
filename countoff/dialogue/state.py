"""What the coach remembers about one user between turns."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

CONVERSATION_GAP_MS = 60 * 60 * 1000
"""A pause of an hour ends a conversation; the domain's session_expiration_time is the same."""


@dataclass
class Pain:
    """A report of pain that has not been taken back."""

    red_flag: bool = False
    place: str | None = None
    character: str | None = None
    since_ms: int = 0


@dataclass
class Topic:
    """The answer that was given last, for "more", "shorter", "who says so" and follow-ups."""

    intent: str = ""
    key: str = ""
    about: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    form: str = "short"
    """``short``, ``long`` or ``other``: the wording that was given; ``step`` for one step of the instructions."""


@dataclass
class StepCursor:
    """Where the user is in the instructions that are read step by step."""

    variation: str
    index: int = 0


@dataclass
class Pending:
    """A question that the coach asked and waits to be answered."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Standing:
    """Where on the ladder the user stands, and with which band."""

    rung: str
    variation: str | None = None
    band_colour: str | None = None


@dataclass
class Wishes:
    """What the user asked for, to be used by the next set; None means the default."""

    reps: int | None = None
    sets: int | None = None
    rest_s: int | None = None
    side: str | None = None
    tempo: dict[str, float] | None = None


@dataclass
class ConversationState:
    """Everything about a user that is not a session event. Stored as JSON, one row a user."""

    started_ms: int = 0
    last_turn_ms: int = 0
    exercise: str | None = None
    rung: str | None = None
    variation: str | None = None
    band_colour: str | None = None
    in_use: Standing | None = None
    """Where the user stood before a change was proposed that nothing has accepted yet: a refusal leads back there."""
    band_brand: str | None = None
    wishes: Wishes = field(default_factory=Wishes)
    constraints: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    pain: Pain | None = None
    pending: Pending | None = None
    topic: Topic | None = None
    steps: StepCursor | None = None
    last_says: list[dict[str, Any]] = field(default_factory=list)
    last_direction: str | None = None
    """``easier`` or ``harder``, whichever was walked last."""
    after_pain: bool = False
    """True once pain was reported in this conversation and taken back: bench and bar stay out."""
    cleared: bool = False
    """True once the user has said that a doctor or therapist agrees, after a condition was named."""
    given_up: str | None = None
    """Id of a session that pain stopped and that is not to go on."""
    preflight_given: bool = False
    hurt_place: str | None = None
    """Where it last hurt in this conversation, for "it hurts again"."""
    proposal: str | None = None
    """The rung proposed for next time after a set that was easy."""

    def to_json(self) -> dict[str, Any]:
        """Plain form for the database."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> ConversationState:
        """Back from the plain form; fields that this version does not know are dropped."""
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in (data or {}).items() if name in known}
        for name, kind in _NESTED.items():
            if values.get(name):
                values[name] = kind(**values[name])
        return cls(**values)

    @property
    def needs_care(self) -> bool:
        """After pain or a fall, when the bench and the bar are never offered."""
        return self.pain is not None or self.after_pain or "fall" in self.conditions

    def begin_turn(self, now_ms: int) -> None:
        """Start a new conversation where the last turn is long ago. Pain outlives it; a red flag becomes pain."""
        if not self.last_turn_ms or now_ms - self.last_turn_ms > CONVERSATION_GAP_MS:
            self.started_ms = now_ms
            self.conditions = []
            self.cleared = False
            self.topic = self.steps = self.pending = None
            self.last_says = []
            self.after_pain = False
            self.hurt_place = self.in_use = None
            if self.pain:
                self.pain.red_flag = False
        self.last_turn_ms = now_ms


_NESTED: dict[str, Any] = {
    "wishes": Wishes,
    "in_use": Standing,
    "pain": Pain,
    "pending": Pending,
    "topic": Topic,
    "steps": StepCursor,
}
