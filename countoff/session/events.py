"""What happened in a session: the facts that are stored, and from which everything else is rebuilt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from countoff.session.grid import LeadIn, Position
from countoff.session.prescription import Prescription, Tempo

EventType = Literal[
    "started", "paused", "resumed", "slowed", "quickened", "eased", "hardened", "skipped", "asked", "pain", "stopped",
    "finished",
]  # fmt: skip
EVENT_TYPES: tuple[str, ...] = get_args(EventType)


@dataclass(frozen=True)
class SessionEvent:
    """One thing that happened.

    Attributes:
        type: what happened.
        session_id: the session it happened in.
        at_ms: when, in milliseconds since 1970.
        position_ms: where, on the clock of the newest plan; below 0 while an older plan plays up to its splice.
        rev: the number of the newest plan after this event.
        start: where the plan that this event made begins, or where the session now stands; None otherwise.
        lead_in: how the plan that this event made begins; None if it made none.
        rest_ms: how much of its rest a lead-in ``rest`` still has; None for the whole.
        splice_at_ms: when that plan takes over, on the clock of the one before it; None if it takes over at once.
        prescription: what is to be done from now on, where this event says so.
        tempo: the new tempo, where this event changes it.
        form_cues: ids of the form cues that may be spoken (started only).
        reported: True where the client said so, False where the engine decided it.
        confirmed: False for an end that nobody reported.
    """

    type: EventType
    session_id: str
    at_ms: int
    position_ms: int
    rev: int
    start: Position | None = None
    lead_in: LeadIn | None = None
    rest_ms: int | None = None
    splice_at_ms: int | None = None
    prescription: Prescription | None = None
    tempo: Tempo | None = None
    form_cues: tuple[str, ...] = ()
    reported: bool = False
    confirmed: bool = True

    def to_json(self) -> dict[str, Any]:
        """Plain form; fields that say nothing are left out."""
        data: dict[str, Any] = {
            "type": self.type,
            "session_id": self.session_id,
            "at_ms": self.at_ms,
            "position_ms": self.position_ms,
            "rev": self.rev,
            "start": self.start and self.start.to_json(),
            "lead_in": self.lead_in,
            "rest_ms": self.rest_ms,
            "splice_at_ms": self.splice_at_ms,
            "prescription": self.prescription and self.prescription.to_wire(),
            "tempo_s": self.tempo and self.tempo.to_wire(),
            "form_cues": list(self.form_cues) or None,
            "reported": self.reported or None,
            "confirmed": None if self.confirmed else False,
        }
        return {name: value for name, value in data.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SessionEvent:
        """Back from the plain form."""
        return cls(
            type=data["type"],
            session_id=data["session_id"],
            at_ms=data["at_ms"],
            position_ms=data["position_ms"],
            rev=data["rev"],
            start=Position.from_json(data["start"]) if "start" in data else None,
            lead_in=data.get("lead_in"),
            rest_ms=data.get("rest_ms"),
            splice_at_ms=data.get("splice_at_ms"),
            prescription=Prescription.from_wire(data["prescription"]) if "prescription" in data else None,
            tempo=Tempo.from_wire(data["tempo_s"]) if "tempo_s" in data else None,
            form_cues=tuple(data.get("form_cues", ())),
            reported=data.get("reported", False),
            confirmed=data.get("confirmed", True),
        )
