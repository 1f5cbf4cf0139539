"""One command in the making: what a verb may look at, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from countoff.exercises.cues import CueBook
from countoff.session.events import EventType, SessionEvent
from countoff.session.facts import figures, summary
from countoff.session.report import SessionReport
from countoff.session.state import SessionState, fold
from countoff.session.wire import Action, wire_form


@dataclass(frozen=True)
class Step:
    """The outcome of a command.

    Attributes:
        events: to be appended to the log, in this order.
        state: the state after them, as it is now; None if there never was a session.
        wire: the ``session`` object for clients; None if they need do nothing.
        note: what happened, for whoever words the reply.
        data: figures for the reply.
    """

    events: tuple[SessionEvent, ...]
    state: SessionState | None
    wire: dict[str, Any] | None
    note: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """What a verb may look at.

    Attributes:
        state: as it is now, after what the client reported; None if there never was a session.
        now_ms: milliseconds since 1970.
        cue_book: the words of the plans.
        report: what the client said about its player.
        events: what the report, or the end of the plan, has already brought this turn.
        args: the arguments of the verb.
    """

    state: SessionState | None
    now_ms: int
    cue_book: CueBook
    report: SessionReport | None = None
    events: tuple[SessionEvent, ...] = ()
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def session(self) -> SessionState:
        """The state, where the table has made sure that there is one."""
        if self.state is None:
            raise ValueError("this verb needs a session")
        return self.state

    def did(self, *types: EventType) -> bool:
        """Whether one of these has already happened at this moment: the client did it before it said so."""
        heard = self.state is not None and self.state.heard in types and self.state.heard_ms == self.now_ms
        return heard or any(event.type in types for event in self.events)

    def event(self, kind: EventType, **details: Any) -> SessionEvent:
        """An event of the running session, now and here; ``rev`` is unchanged unless given."""
        session = self.session
        details.setdefault("rev", session.rev)
        return SessionEvent(kind, session.id, self.now_ms, session.position_ms, **details)

    def arg(self, name: str) -> Any:
        """An argument of the verb.

        Raises:
            ValueError: it was not given.
        """
        if self.args.get(name) is None:
            raise ValueError(f"this verb needs {name}")
        return self.args[name]

    def step(self, note: str, *new: SessionEvent, action: Action | None = None, **data: Any) -> Step:
        """End the turn: fold the new events in and say what clients and listeners need."""
        state = fold(new, self.state)
        splice_at_ms = next((event.splice_at_ms for event in new if event.splice_at_ms is not None), None)
        wire = wire_form(action, state, self.cue_book, splice_at_ms) if action and state else None
        events = (*self.events, *new)
        return Step(events, state, wire, note, {**figures(state), **_ending(state, events), **data})


def _ending(state: SessionState | None, events: tuple[SessionEvent, ...]) -> dict[str, Any]:
    if state is None:
        return {}
    over = any(event.type in ("finished", "stopped", "pain") and event.session_id == state.id for event in events)
    if not over or state.live:
        return {}
    return {"ended_now": True, "confirmed": state.confirmed, "summary": summary(state)}
