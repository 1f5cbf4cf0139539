"""The state of a session, folded from its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from countoff.session.course import Segment, Tally, earliest_ms, pending, playing, skipped_to, tally, trimmed
from countoff.session.events import EventType, SessionEvent
from countoff.session.grid import Position, first_position
from countoff.session.prescription import Prescription

Status = Literal["counting", "resting", "paused", "stopped", "finished"]


@dataclass(frozen=True)
class SessionState:
    """Where a session stands.

    Attributes:
        id: the session.
        rev: the number of the newest plan, from 1.
        status: counting (lead-ins included), resting, paused, stopped or finished.
        prescription: what is to be done from now on.
        position: the rep in progress or the next one; after the end the last one.
        position_ms: the time on the clock of the newest plan; below 0 while an older one plays up to the splice.
        zero_ms: when that clock was at 0, in milliseconds since 1970; it means nothing while nothing plays.
        course: the plans spliced together since the count last started.
        before: what was done before this course.
        started_ms: when the session started, in milliseconds since 1970.
        pauses: how often the count was paused.
        between: whether the session stands between two sets.
        rest_until_ms: when the rest that was paused or skipped to is over, in milliseconds since 1970, since a pause
            in a rest is rest as well. It means nothing unless the session stands still between two sets.
        hurt: whether pain stopped it, and it has neither gone on nor been ended since.
        confirmed: False after an end that nobody reported.
        recorded: whether an event records that it is finished.
        form_cues: ids of the form cues that may be spoken.
        heard: the last thing that the client reported; None if it reported nothing.
        heard_ms: when that was heard, in milliseconds since 1970.
    """

    id: str
    rev: int
    status: Status
    prescription: Prescription
    position: Position
    position_ms: int
    zero_ms: int
    course: tuple[Segment, ...]
    started_ms: int
    before: Tally = field(default_factory=Tally)
    pauses: int = 0
    between: bool = False
    rest_until_ms: int = 0
    hurt: bool = False
    confirmed: bool = True
    recorded: bool = False
    form_cues: tuple[str, ...] = ()
    heard: EventType | None = None
    heard_ms: int = 0

    @property
    def running(self) -> bool:
        """Whether cues are being played."""
        return self.status in ("counting", "resting")

    @property
    def live(self) -> bool:
        """Whether the session can go on without being started anew."""
        return self.running or self.status == "paused"

    @property
    def stands(self) -> bool:
        """Whether it was interrupted and can go on: paused, or stopped by pain."""
        return self.status == "paused" or (self.status == "stopped" and self.hurt)

    def rest_left_ms(self, now_ms: int) -> int:
        """How much is left of the rest in which the session stands still; 0 outside one."""
        return max(0, self.rest_until_ms - now_ms) if self.between and not self.running else 0

    @property
    def done(self) -> Tally:
        """What has been done up to ``position_ms``."""
        return self.before.plus(tally(self.course, self.position_ms))

    @property
    def done_left(self) -> int:
        """Reps of the left side that are over."""
        return self.done.left

    @property
    def done_right(self) -> int:
        """Reps of the right side that are over."""
        return self.done.right

    def to_json(self) -> dict[str, Any]:
        """Plain form for the stored state."""
        own = {name: getattr(self, name) for name in _PLAIN}
        return {
            **own,
            "prescription": self.prescription.to_wire(),
            "position": self.position.to_json(),
            "course": [segment.to_json() for segment in self.course],
            "before": asdict(self.before),
            "form_cues": list(self.form_cues),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SessionState:
        """Back from the plain form."""
        return cls(
            **{name: data[name] for name in _PLAIN},
            prescription=Prescription.from_wire(data["prescription"]),
            position=Position.from_json(data["position"]),
            course=tuple(Segment.from_json(segment) for segment in data["course"]),
            before=Tally(**data["before"]),
            form_cues=tuple(data["form_cues"]),
        )


_PLAIN = (
    "id", "rev", "status", "position_ms", "zero_ms", "started_ms", "pauses", "between", "rest_until_ms", "hurt",
    "confirmed", "recorded", "heard", "heard_ms",
)  # fmt: skip


def advance(state: SessionState, now_ms: int, position_ms: int | None = None) -> SessionState:
    """The state as it is now, placed by a reported position or else by the time that has passed.

    Only a running session moves. One whose last leg is down is finished, but neither confirmed nor recorded:
    the next command records it. A reported position also sets the clock, until an event or a report sets it again.
    """
    if not state.running:
        return state
    if position_ms is not None:
        state = replace(state, zero_ms=now_ms - within(state, position_ms))
    return _placed(state, now_ms - state.zero_ms)


def fold(events: Iterable[SessionEvent], state: SessionState | None = None) -> SessionState | None:
    """Rebuild the state from events, in the order they were stored; None if none of them started a session.

    Args:
        events: what happened; events of a session other than the last one started are passed over.
        state: the state before these events, to go on from.
    """
    for event in events:
        if event.type == "started" and (state is None or state.id != event.session_id):
            state = _begin(event)
        elif state is not None and state.id == event.session_id:
            state = _apply(state, event)
    return state


def _begin(event: SessionEvent) -> SessionState:
    if event.prescription is None:
        raise ValueError("a session starts with a prescription")
    start = event.start or first_position(event.prescription)
    return SessionState(
        id=event.session_id,
        rev=event.rev,
        status="counting",
        prescription=event.prescription,
        position=start,
        position_ms=event.position_ms,
        zero_ms=event.at_ms - event.position_ms,
        course=(Segment(event.rev, event.prescription, start, event.lead_in or "get_ready"),),
        started_ms=event.at_ms,
        form_cues=event.form_cues,
    )


def _apply(state: SessionState, event: SessionEvent) -> SessionState:
    """One event more. What changes while the count stands still moves nothing on the clock."""
    if event.reported:
        state = replace(state, heard=event.type, heard_ms=event.at_ms)
    if state.running:
        state = _placed(replace(state, zero_ms=event.at_ms - event.position_ms), event.position_ms)
    if event.prescription is not None:
        state = replace(state, prescription=event.prescription)
    if event.tempo is not None:
        state = replace(state, prescription=replace(state.prescription, tempo=event.tempo))
    if event.type == "resumed" and event.lead_in is None:
        going = replace(state, status="counting", recorded=False, confirmed=True)
        return _placed(replace(going, zero_ms=event.at_ms - event.position_ms), event.position_ms)
    if event.lead_in is not None:
        return _new_plan(state, event)
    if event.type == "paused" and event.reported and state.stands:
        return _moved(state, event)
    if event.type in ("paused", "asked", "eased", "hardened"):
        return _pause(state, event.at_ms)
    if event.type == "skipped" and event.start is not None:
        return _rest_from(state, event.start, event.at_ms)
    return _end(state, event)


def _pause(state: SessionState, at_ms: int) -> SessionState:
    if not state.running:
        return state
    return replace(_set_down(state, at_ms), status="paused", pauses=state.pauses + 1)


def _moved(state: SessionState, event: SessionEvent) -> SessionState:
    """A client has found out where a session that stands still was interrupted."""
    if event.position_ms == state.position_ms:
        return state
    placed = _placed(replace(state, status="counting"), event.position_ms)
    if not placed.running:
        return state
    return replace(_set_down(placed, event.at_ms), status=state.status)


def _set_down(state: SessionState, at_ms: int) -> SessionState:
    """Where a running count stands once it is halted: a set that was skipped is over, though a leg still plays."""
    skipped = skipped_to(state.course, state.position_ms)
    if skipped is not None:
        return _rest_from(state, skipped, at_ms)
    if state.status != "resting":
        return state
    return replace(state, rest_until_ms=at_ms + pending(state.course, state.position_ms)[0][1])


def _rest_from(state: SessionState, coming: Position, at_ms: int) -> SessionState:
    """Between two sets, with the whole rest to come."""
    until_ms = at_ms + state.prescription.rest_s * 1000
    return replace(state, position=coming, between=True, rest_until_ms=until_ms)


def _end(state: SessionState, event: SessionEvent) -> SessionState:
    if event.type == "pain" and state.running:
        state = _set_down(state, event.at_ms)
    if event.type in ("stopped", "pain"):
        # Pain after the last leg was down leaves nothing to go on with.
        return replace(state, status="stopped", hurt=event.type == "pain" and state.status != "finished")
    if event.type == "finished":
        return replace(state, status="finished", confirmed=event.confirmed, recorded=True)
    return state


def _new_plan(state: SessionState, event: SessionEvent) -> SessionState:
    if event.lead_in is None or event.start is None:
        raise ValueError("a new plan has a start and a lead-in")
    newest = Segment(event.rev, state.prescription, event.start, event.lead_in, rest_ms=event.rest_ms)
    if event.splice_at_ms is None:
        fresh = replace(state, rev=event.rev, status="counting", before=state.done, course=(newest,), hurt=False)
        return _placed(replace(fresh, zero_ms=event.at_ms), 0)
    course = (*state.course[:-1], replace(state.course[-1], until_ms=event.splice_at_ms), newest)
    ms = state.position_ms - event.splice_at_ms
    kept, closed = trimmed(course, ms)
    spliced = replace(state, rev=event.rev, course=kept, before=state.before.plus(closed))
    return _placed(replace(spliced, zero_ms=state.zero_ms + event.splice_at_ms), ms)


def within(state: SessionState, ms: int) -> int:
    """A time on the clock of the newest plan, moved into what can be played."""
    return max(earliest_ms(state.course), min(ms, state.course[-1].grid.duration_ms))


def _placed(state: SessionState, ms: int) -> SessionState:
    ms = within(state, ms)
    to_come = pending(state.course, ms)
    if not to_come:
        last = state.course[-1].grid.slots[-1].position
        return replace(state, status="finished", confirmed=False, position=last, position_ms=ms, between=False)
    segment, local = playing(state.course, ms)
    between = segment.grid.resting_at(local)
    return replace(
        state,
        status="resting" if between else "counting",
        position=to_come[0][0].position,
        position_ms=ms,
        between=between,
    )
