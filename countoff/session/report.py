"""What a client says about its player. Nothing in it is trusted: what cannot be used is passed over, never an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from countoff.session.events import SessionEvent
from countoff.session.state import SessionState, advance, fold, within

ClientEventType = Literal["started", "paused", "resumed", "stopped", "pain", "finished"]

_TYPES: tuple[str, ...] = get_args(ClientEventType)
_DAY_MS = 86_400_000
_MOST_EVENTS = 50
# A player that says it has finished this shortly before the end has played everything.
_NEARLY_MS = 1000


@dataclass(frozen=True)
class ClientEvent:
    """One thing that the client's player did, and where, in milliseconds on the plan's clock (None: not said)."""

    type: ClientEventType
    position_ms: int | None


@dataclass(frozen=True)
class SessionReport:
    """``metadata.session`` of a client's message, as far as it can be used.

    Attributes:
        id: the session the client plays; None if not said.
        rev: the plan it plays; None if not said.
        position_ms: where it is on that plan's clock; None if not said.
        events: what happened since its last message, oldest first.
    """

    id: str | None = None
    rev: int | None = None
    position_ms: int | None = None
    events: tuple[ClientEvent, ...] = ()

    @classmethod
    def parse(cls, raw: Any) -> SessionReport | None:
        """Read a report; None if it is no object. A value that cannot be used counts as not said."""
        if isinstance(raw, SessionReport):
            return raw
        if not isinstance(raw, Mapping):
            return None
        session_id = raw.get("id")
        rev = _number(raw.get("rev"))
        listed = raw.get("events")
        events = [_client_event(item) for item in listed[:_MOST_EVENTS]] if isinstance(listed, list | tuple) else []
        return cls(
            id=session_id if isinstance(session_id, str) and session_id else None,
            rev=rev,
            position_ms=_number(raw.get("position_ms")),
            events=tuple(event for event in events if event is not None),
        )

    @property
    def pain(self) -> bool:
        """Whether the client reports pain, in whatever session."""
        return any(event.type == "pain" for event in self.events)

    def concerns(self, state: SessionState | None) -> bool:
        """Whether this is about the session known here."""
        return state is not None and self.id == state.id

    def current(self, state: SessionState) -> bool:
        """Whether this is about the newest plan; a report without a rev is taken to be."""
        return self.concerns(state) and self.rev in (None, state.rev)

    def place(self, state: SessionState) -> int | None:
        """The reported position in milliseconds, or None where it is not said or belongs to an old plan."""
        if self.position_ms is None or not self.current(state):
            return None
        return within(state, self.position_ms)


def events_of(report: SessionReport, state: SessionState, now_ms: int) -> tuple[SessionEvent, ...]:
    """Turn what the client reports into session events; those that cannot have happened are passed over."""
    found: list[SessionEvent] = []
    if not report.concerns(state):
        return ()
    for client_event in report.events:
        event = _session_event(client_event, report, state, now_ms)
        if event is None:
            continue
        after = fold((event,), state)
        if after is not None:
            found.append(event)
            state = after
    return tuple(found)


def _session_event(said: ClientEvent, report: SessionReport, state: SessionState, now_ms: int) -> SessionEvent | None:
    if not _possible(said, state, report.current(state)):
        return None
    position_ms = _position(said, report, state, now_ms)
    if said.type in ("started", "resumed"):
        # It has played on since then: where the player is now is what sets the clock.
        position_ms = max(position_ms, report.place(state) or position_ms)
    kind = said.type
    end_ms = state.course[-1].grid.end_ms
    played_out = position_ms >= (end_ms - _NEARLY_MS if kind == "finished" else end_ms)
    if kind in ("finished", "stopped") and played_out:
        kind, position_ms = "finished", state.course[-1].grid.duration_ms
    return SessionEvent(kind, state.id, now_ms, position_ms, state.rev, reported=True)


def _possible(said: ClientEvent, state: SessionState, current: bool) -> bool:
    kind = said.type
    if kind in ("stopped", "pain"):
        return state.live
    if kind == "paused":
        # Of a session that stands still a client may learn later where it was interrupted.
        return state.running or (current and state.stands and said.position_ms is not None)
    if kind == "finished":
        return current and (state.live or (state.status == "finished" and not state.confirmed))
    if kind == "started":
        return current and state.running
    unconfirmed = state.status == "finished" and not state.confirmed
    return current and (state.status == "paused" or unconfirmed)


def _position(said: ClientEvent, report: SessionReport, state: SessionState, now_ms: int) -> int:
    if report.current(state):
        reported = report.place(state)
        if said.position_ms is not None:
            return within(state, said.position_ms)
        if said.type == "finished":
            return state.course[-1].grid.duration_ms
        if reported is not None:
            return reported
    return advance(state, now_ms).position_ms


def _client_event(raw: Any) -> ClientEvent | None:
    if not isinstance(raw, Mapping):
        return None
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in _TYPES:
        return None
    return ClientEvent(cast(ClientEventType, kind), _number(raw.get("position_ms")))


def _number(value: Any) -> int | None:
    """A whole number of milliseconds within a day either way, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # NaN compares false with everything, so it is passed over too.
    if not -_DAY_MS <= value <= _DAY_MS:
        return None
    return round(value)
