"""Verbs that change a session: start, pause, resume, skip, stop, easier, harder, a question, pain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from countoff.session.course import skipped_to
from countoff.session.events import EventType, SessionEvent
from countoff.session.facts import seconds, summary
from countoff.session.grid import GET_READY_MS, RESUME_MS, LeadIn, first_position
from countoff.session.prescription import Prescription
from countoff.session.replan import next_boundary
from countoff.session.turn import Step, Turn
from countoff.session.wire import bare_stop


def start(turn: Turn) -> Step:
    """Start a new session; one that still goes on is stopped first."""
    prescription: Prescription = turn.arg("prescription")
    session_id: str = turn.arg("session_id")
    if turn.state is not None and turn.state.id == session_id:
        raise ValueError("a new session needs a new id")
    begun = SessionEvent(
        "started",
        session_id,
        turn.now_ms,
        0,
        rev=1,
        start=first_position(prescription),
        lead_in="get_ready",
        prescription=prescription,
        form_cues=tuple(turn.args.get("form_cues", ())),
    )
    if turn.state is None or not turn.state.live:
        return turn.step("started", begun, action="start")
    return turn.step("started", turn.event("stopped"), begun, action="start", stopped=summary(turn.state))


def start_again(turn: Turn) -> Step:
    """One is running: say so, unless it was asked to begin anew."""
    return start(turn) if turn.args.get("restart") else turn.step("already_running")


def start_or_resume(turn: Turn) -> Step:
    """One is paused or resting: ask which, unless it was asked to begin anew."""
    return start(turn) if turn.args.get("restart") else turn.step("resume_or_restart")


def pause(turn: Turn) -> Step:
    """Stop at once and keep rep and side; a set that was skipped is over, though its last leg still plays."""
    skipped = skipped_to(turn.session.course, turn.session.position_ms)
    return turn.step("rest_held" if skipped else "paused", turn.event("paused"), action="pause")


def hold_rest(turn: Turn) -> Step:
    """Resting already; the next set waits until the user goes on."""
    return turn.step("rest_held", turn.event("paused"), action="pause")


def pause_again(turn: Turn) -> Step:
    """Paused already; a pause that the client has made on its own this turn is this one."""
    if turn.did("paused"):
        return turn.step("rest_held" if turn.session.between else "paused", action="pause")
    return turn.step("already_paused")


def resume(turn: Turn) -> Step:
    """3-2-1, then the interrupted rep on the same side; in a rest that was held, what is left of it comes first.

    A new place, or one that was left (``set_up``), takes longer than three seconds to get into. A rest that runs ends.
    """
    lead_in: LeadIn = "get_ready" if turn.args.get("set_up") else "resume"
    lead_ms = GET_READY_MS if lead_in == "get_ready" else RESUME_MS
    rest_ms = turn.session.rest_left_ms(turn.now_ms)
    if rest_ms <= lead_ms:
        return turn.step("resumed", _go_on(turn, "resumed", lead_in), action="resume")
    going_on = _go_on(turn, "resumed", "rest", rest_ms)
    return turn.step("rest_goes_on", going_on, action="resume", seconds=seconds(rest_ms))


def resume_counting(turn: Turn) -> Step:
    """Counting already; a client that has gone on by itself this turn is believed."""
    return turn.step("resumed" if turn.did("resumed") else "already_counting")


def skip_set(turn: Turn) -> Step:
    """End the set when the leg is down; the rest follows, or the end."""
    session = turn.session
    if session.position.set == session.prescription.sets:
        return _skip_to_end(turn)
    boundary = next_boundary(session, same_set=True)
    if boundary is None:
        return turn.step("set_ending")
    skipped = turn.event(
        "skipped",
        rev=session.rev + 1,
        start=first_position(session.prescription, session.position.set + 1),
        lead_in="rest",
        splice_at_ms=boundary.start_ms,
    )
    return turn.step("skipped_set", skipped, action="replan")


def skip_rest(turn: Turn) -> Step:
    """End the rest: 3-2-1 and the next set."""
    return turn.step("skipped_rest", _go_on(turn, "skipped"), action="resume")


def skip_paused(turn: Turn) -> Step:
    """End the rest that was held, or the set that was interrupted; its rest begins now, and nothing plays yet."""
    session = turn.session
    if session.between:
        return skip_rest(turn)
    if session.position.set == session.prescription.sets:
        return _skip_to_end(turn)
    start_at = first_position(session.prescription, session.position.set + 1)
    return turn.step("skipped_set_paused", turn.event("skipped", start=start_at), action="pause")


def stop(turn: Turn) -> Step:
    """End the session and sum it up."""
    return turn.step("stopped", turn.event("stopped"), action="stop")


def stop_idle(turn: Turn) -> Step:
    """Nothing runs here; a player that may still play is stopped all the same."""
    if turn.did("stopped", "finished"):
        return turn.step("stopped", action="stop", summary=summary(turn.session))
    return _halted(turn, turn.step("nothing_to_stop"))


def pain(turn: Turn) -> Step:
    """Stop before anything else is said."""
    return turn.step("pain", turn.event("pain"), action="stop")


def pain_idle(turn: Turn) -> Step:
    """Nothing runs here; every player is stopped all the same."""
    step = _halted(turn, turn.step("pain"))
    return step if step.wire else replace(step, wire=bare_stop(None))


def easier(turn: Turn) -> Step:
    """Pause and go one rung down; the dialogue has chosen the rung."""
    return _change_rung(turn, "eased")


def harder(turn: Turn) -> Step:
    """Pause and go one rung up; the dialogue has chosen the rung."""
    return _change_rung(turn, "hardened")


def question(turn: Turn) -> Step:
    """Pause for the answer."""
    return turn.step("paused_for_question", turn.event("asked"), action="pause")


def question_paused(turn: Turn) -> Step:
    """Nothing to pause; a pause that the client has made for it this turn is this one."""
    if turn.did("paused"):
        return turn.step("paused_for_question", action="pause")
    return turn.step("answer_only")


def _go_on(turn: Turn, kind: EventType, lead_in: LeadIn = "resume", rest_ms: int | None = None) -> SessionEvent:
    session = turn.session
    return turn.event(kind, rev=session.rev + 1, start=session.position, lead_in=lead_in, rest_ms=rest_ms)


def _skip_to_end(turn: Turn) -> Step:
    return turn.step("skipped_last_set", turn.event("skipped"), turn.event("finished"), action="stop")


def _change_rung(turn: Turn, kind: EventType) -> Step:
    session = turn.session
    wanted = turn.args.items()
    changes: dict[str, Any] = {name: to for name, to in wanted if name == "band" or (name == "variation" and to)}
    if not changes:
        raise ValueError("this verb needs variation, band or both")
    was = {"from_variation": session.prescription.variation, "from_band": session.prescription.band}
    event = turn.event(kind, prescription=replace(session.prescription, **changes))
    after = event.prescription or session.prescription
    data = {**was, "variation": after.variation, "band": after.band}
    return turn.step(kind, event, action="pause" if session.live else None, **data)


def _halted(turn: Turn, step: Step) -> Step:
    if turn.state is not None:
        return turn.step(step.note, action="stop")
    playing_id = turn.report.id if turn.report else None
    return replace(step, wire=bare_stop(playing_id)) if playing_id else step
