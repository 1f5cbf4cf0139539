"""The ``session`` object that clients get."""

from __future__ import annotations

from typing import Any, Literal

from countoff.exercises.cues import CueBook
from countoff.session.facts import summary
from countoff.session.plan import Plan, make_plan
from countoff.session.state import SessionState

Action = Literal["start", "pause", "resume", "replan", "stop"]


def newest_plan(state: SessionState, cue_book: CueBook) -> Plan:
    """The plan with the number ``state.rev``; making it again gives the same plan."""
    segment = state.course[-1]
    return make_plan(segment.prescription, cue_book, segment.start, segment.lead_in, state.form_cues, segment.rest_ms)


def wire_form(
    action: Action, state: SessionState, cue_book: CueBook, splice_at_ms: int | None = None
) -> dict[str, Any]:
    """The wire form of an action, made from the state after it.

    A plan comes with start, resume and replan, ``splice_at_ms`` with replan, and a summary with stop;
    ``hurt`` comes with one for pain, after which the session can go on once that is gone.
    """
    # The place of a replan is told on the clock of the plan that still plays, as the splice is.
    at = {**state.position.to_json(), "position_ms": max(0, state.position_ms + (splice_at_ms or 0))}
    wire: dict[str, Any] = {
        "action": action,
        "id": state.id,
        "rev": state.rev,
        "at": None if action == "start" else at,
        "prescription": state.prescription.to_wire(),
    }
    if action in ("start", "resume", "replan"):
        wire["form_cues"] = list(state.form_cues)
        wire["plan"] = newest_plan(state, cue_book).to_wire()
    if action == "replan":
        wire["splice_at_ms"] = splice_at_ms
    if action == "stop":
        wire["summary"] = summary(state)
        if state.hurt:
            wire["hurt"] = True
    return wire


def bare_stop(session_id: str | None) -> dict[str, Any]:
    """A stop for a player that may be playing something of which nothing is known here."""
    return {"action": "stop", "id": session_id} if session_id else {"action": "stop"}
