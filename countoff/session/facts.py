"""Figures about a session, for whoever words the reply."""

from __future__ import annotations

from typing import Any

from countoff.session.course import pending
from countoff.session.grid import Position, make_grid
from countoff.session.state import SessionState


def to_come(state: SessionState) -> list[Position]:
    """Every rep that is not over; the one in progress, or interrupted, comes first."""
    if state.running:
        return [slot.position for slot, _ in pending(state.course, state.position_ms)]
    return [slot.position for slot in make_grid(state.prescription, state.position, "none").slots]


def remaining_ms(state: SessionState) -> int:
    """How long the session still takes, in milliseconds: while paused, counted from the moment it goes on."""
    if state.running:
        return state.course[-1].grid.duration_ms - state.position_ms
    return make_grid(state.prescription, state.position, "resume").duration_ms


def seconds(ms: int) -> int:
    """Whole seconds, rounded up."""
    return -(-ms // 1000)


def summary(state: SessionState) -> dict[str, Any]:
    """What was done, for one line at the end and for the training log.

    ``duration_s`` is how long the count ran, pauses left out; ``sets`` are the sets played to their end.
    """
    done = state.done
    return {
        "done_left": done.left,
        "done_right": done.right,
        "sets": done.sets,
        "sets_planned": state.prescription.sets,
        "pauses": state.pauses,
        "duration_s": round(done.played_ms / 1000),
    }


def figures(state: SessionState | None) -> dict[str, Any]:
    """Where the session stands, under the names that responses use."""
    if state is None:
        return {"status": "idle"}
    prescription, position, done = state.prescription, state.position, state.done
    found: dict[str, Any] = {
        "status": state.status,
        "session_id": state.id,
        "set": position.set,
        "rep": position.rep,
        "side": position.side,
        "sets": prescription.sets,
        "reps_per_side": prescription.reps_per_side,
        "tempo_s": prescription.tempo.to_wire(),
        "rep_s": prescription.tempo.rep_ms / 1000,
        "done_left": done.left,
        "done_right": done.right,
    }
    if state.live:
        left = [each.side for each in to_come(state) if each.set == position.set]
        found |= {
            "left_left": left.count("left"),
            "left_right": left.count("right"),
            "reps_left": max(left.count("left"), left.count("right")),
            "sets_left": prescription.sets - position.set,
            "seconds_left": seconds(remaining_ms(state)),
        }
    return found
