"""Changes of tempo: from the next rep on, without a break in the count."""

from __future__ import annotations

from typing import Any

from countoff.session.events import EventType
from countoff.session.grid import Slot
from countoff.session.prescription import Prescription, Tempo
from countoff.session.state import SessionState
from countoff.session.turn import Step, Turn

AHEAD_MS = 1500


def next_boundary(state: SessionState, *, same_set: bool = False) -> Slot | None:
    """The first rep of the newest plan that begins at least 1,500 ms from now; None if there is none.

    That is the time a client gets to receive a new plan and to splice it in.
    """
    earliest_ms = state.position_ms + AHEAD_MS
    for slot in state.course[-1].grid.slots:
        if slot.start_ms >= earliest_ms and not (same_set and slot.position.set != state.position.set):
            return slot
    return None


def set_tempo(turn: Turn) -> Step:
    """The tempo that was named, from the next rep on."""
    session = turn.session
    new: Tempo = turn.arg("tempo")
    boundary = next_boundary(session)
    if boundary is None:
        return turn.step("tempo_next_time", **_said(new, _kind(session, new)))
    return _spliced(turn, boundary, new, _kind(session, new))


def set_tempo_paused(turn: Turn) -> Step:
    """The tempo that was named, when the count goes on."""
    new: Tempo = turn.arg("tempo")
    kind = _kind(turn.session, new)
    return turn.step("tempo_on_resume", turn.event(kind, tempo=new), **_said(new, kind))


def set_tempo_idle(turn: Turn) -> Step:
    """The tempo that was named, for the next session."""
    new: Tempo = turn.arg("tempo")
    return turn.step("tempo_next_time", **_said(new, "slowed"))


def slower(turn: Turn) -> Step:
    """One step slower from the next rep on."""
    return _while_running(turn, "slowed")


def faster(turn: Turn) -> Step:
    """One step faster from the next rep on."""
    return _while_running(turn, "quickened")


def slower_paused(turn: Turn) -> Step:
    """One step slower when the count goes on."""
    return _while_paused(turn, "slowed")


def faster_paused(turn: Turn) -> Step:
    """One step faster when the count goes on."""
    return _while_paused(turn, "quickened")


def slower_idle(turn: Turn) -> Step:
    """One step slower for the next session."""
    return _while_idle(turn, "slowed")


def faster_idle(turn: Turn) -> Step:
    """One step faster for the next session."""
    return _while_idle(turn, "quickened")


def _stepped(tempo: Tempo, kind: EventType) -> Tempo:
    return tempo.slower() if kind == "slowed" else tempo.faster()


def _at_bound(tempo: Tempo, kind: EventType) -> bool:
    return tempo.at_slowest if kind == "slowed" else tempo.at_fastest


def _refused(turn: Turn, tempo: Tempo, kind: EventType) -> Step:
    return turn.step("at_slowest" if kind == "slowed" else "at_fastest", **_said(tempo, kind))


def _said(tempo: Tempo, kind: EventType) -> dict[str, Any]:
    direction = "slower" if kind == "slowed" else "faster"
    bound = _at_bound(tempo, kind)
    return {"direction": direction, "tempo_s": tempo.to_wire(), "rep_s": tempo.rep_ms / 1000, "at_bound": bound}


def _while_running(turn: Turn, kind: EventType) -> Step:
    session = turn.session
    tempo = session.prescription.tempo
    if _at_bound(tempo, kind):
        return _refused(turn, tempo, kind)
    boundary = next_boundary(session)
    if boundary is None:
        return _while_idle(turn, kind)
    return _spliced(turn, boundary, _stepped(tempo, kind), kind)


def _kind(session: SessionState, new: Tempo) -> EventType:
    return "slowed" if new.rep_ms >= session.prescription.tempo.rep_ms else "quickened"


def _spliced(turn: Turn, boundary: Slot, new: Tempo, kind: EventType) -> Step:
    session = turn.session
    event = turn.event(
        kind,
        rev=session.rev + 1,
        tempo=new,
        start=boundary.position,
        lead_in="none",
        splice_at_ms=boundary.start_ms,
    )
    note = "tempo_next_set" if boundary.position.set != session.position.set or session.between else "tempo_changed"
    return turn.step(note, event, action="replan", **_said(new, kind))


def _while_paused(turn: Turn, kind: EventType) -> Step:
    tempo = turn.session.prescription.tempo
    if _at_bound(tempo, kind):
        return _refused(turn, tempo, kind)
    new = _stepped(tempo, kind)
    return turn.step("tempo_on_resume", turn.event(kind, tempo=new), **_said(new, kind))


def _while_idle(turn: Turn, kind: EventType) -> Step:
    """The tempo named by the caller, or else of the last session, one step on; nothing of a session changes."""
    last: Prescription | None = turn.state.prescription if turn.state else None
    given: Tempo | None = turn.args.get("tempo") or (last.tempo if last else None)
    if given is None:
        raise ValueError("this verb needs tempo")
    if _at_bound(given, kind):
        return _refused(turn, given, kind)
    return turn.step("tempo_next_time", **_said(_stepped(given, kind), kind))
