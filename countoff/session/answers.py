"""Verbs that only ask: how many are left, what comes next, how long it takes, the last cue again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from countoff.session.course import pending, playing
from countoff.session.facts import remaining_ms, seconds
from countoff.session.grid import Position, make_grid
from countoff.session.plan import make_plan
from countoff.session.turn import Step, Turn


def note_only(note: str) -> Callable[[Turn], Step]:
    """A verb for which there is nothing to do here: one line, and nothing changes."""

    def nothing(turn: Turn) -> Step:
        return turn.step(note)

    return nothing


def repeat_cue(turn: Turn) -> Step:
    """The last spoken cue of the plan that plays."""
    session = turn.session
    segment, local_ms = playing(session.course, session.position_ms)
    plan = make_plan(
        segment.prescription, turn.cue_book, segment.start, segment.lead_in, session.form_cues, segment.rest_ms
    )
    cue = plan.last_spoken(local_ms)
    if cue is None:
        return turn.step("last_answer")
    return turn.step("last_cue", key=cue.key, text=cue.text)


def whats_next(turn: Turn) -> Step:
    """What comes after the rep in progress: ``next`` is rep, rest, set or done."""
    session = turn.session
    kind = "set" if session.between else "rep"
    if not session.running:
        return turn.step("whats_next", **_coming(kind, session.position, 0))
    ahead = [(slot, wait_ms) for slot, wait_ms in pending(session.course, session.position_ms) if wait_ms > 0]
    if not ahead:
        return turn.step("whats_next", next="done")
    slot, wait_ms = ahead[0]
    if not session.between and slot.position.set != session.position.set:
        return turn.step("whats_next", next="rest", next_set=slot.position.set, rest_s=session.prescription.rest_s)
    return turn.step("whats_next", **_coming(kind, slot.position, wait_ms))


def how_long(turn: Turn) -> Step:
    """How many seconds the rest of the session takes."""
    return turn.step("how_long", seconds=seconds(remaining_ms(turn.session)))


def how_long_idle(turn: Turn) -> Step:
    """How many seconds a session of this prescription takes, if the caller names one."""
    prescription = turn.args.get("prescription")
    if prescription is None:
        return turn.step("how_long_idle")
    return turn.step("how_long", seconds=seconds(make_grid(prescription).duration_ms))


def _coming(kind: str, position: Position, wait_ms: int) -> dict[str, Any]:
    names = {"next_set": position.set, "next_rep": position.rep, "next_side": position.side}
    return {"next": kind, "in_s": seconds(wait_ms), **names}
