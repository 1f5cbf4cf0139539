"""What the user said, as understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

VOICE_CHANNELS = frozenset({"alexa", "wyoming", "voice"})
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u00b4`", "'''''")


@dataclass(frozen=True)
class Entity:
    """Something the message is about, with its place in the text (offsets in characters)."""

    kind: str
    value: Any
    role: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Question:
    """One clause of a message with the classifier's verdict on it."""

    text: str
    intent: str
    confidence: float
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Safety:
    """What the safety net found in the raw text."""

    kind: str | None = None
    """``stop``, ``pain`` or ``red_flag`` for certain; None otherwise."""
    phonetic: str | None = None
    """``stop`` or ``pause`` where the text only sounds like it."""
    body_part: str | None = None


@dataclass(frozen=True)
class Utterance:
    """One message of the user."""

    text: str
    """As it was written, with every apostrophe a plain one: phones and Slack type others."""
    intent: str
    confidence: float = 1.0
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    questions: tuple[Question, ...] = ()
    safety: Safety = field(default_factory=Safety)
    report: dict[str, Any] | None = None
    """``metadata.session`` as the client sent it, unchecked."""
    voice: bool = False
    """True where the reply is heard, not read."""
    problem: str | None = None
    """What the channel found wrong with the message: ``too_long``, or None."""
    missed: tuple[str, ...] = ()
    """Intents of stop or pain that came while no action could run, oldest first."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.translate(_APOSTROPHES))

    def values(self, *kinds: str) -> list[str]:
        """Values of the entities of these kinds, in the order of the text."""
        return [str(e.value) for e in self.entities if e.kind in kinds]

    def first(self, kind: str) -> str | None:
        """Value of the first entity of a kind."""
        return next(iter(self.values(kind)), None)

    def number(self, *roles: str | None) -> Any:
        """The last number that has one of these roles; a later number corrects an earlier one. None without one."""
        found = [e.value for e in self.entities if e.kind == "number" and e.role in roles]
        return found[-1] if found else None

    def as_intent(self, intent: str) -> Utterance:
        """The same message read with another intent."""
        return replace(self, intent=intent)

    def clause(self, question: Question) -> Utterance:
        """The utterance cut down to one of its clauses."""
        inside = tuple(e for e in self.entities if question.start <= e.start < question.end)
        return replace(
            self,
            text=question.text,
            intent=question.intent,
            confidence=question.confidence,
            ranking=((question.intent, question.confidence),),
            entities=inside,
            questions=(),
        )


def entities_from(found: Iterable[dict[str, Any]]) -> tuple[Entity, ...]:
    """Entities from the form that Rasa gives."""
    return tuple(
        Entity(e["entity"], e["value"], e.get("role"), int(e.get("start") or 0), int(e.get("end") or 0)) for e in found
    )
