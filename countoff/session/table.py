"""The table of the session: what each verb does in each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from countoff.exercises.cues import CueBook
from countoff.session import answers, replan, verbs
from countoff.session.answers import note_only
from countoff.session.events import SessionEvent
from countoff.session.report import SessionReport, events_of
from countoff.session.state import SessionState, advance, fold
from countoff.session.turn import Step, Turn

Column = Literal["idle", "counting", "resting", "paused", "hurt"]
Handler = Callable[[Turn], Step]


def _row(
    *, idle: Handler, counting: Handler, resting: Handler, paused: Handler, hurt: Handler | None = None
) -> dict[Column, Handler]:
    """One verb; after pain it does what it does when idle, unless said otherwise."""
    return {"idle": idle, "counting": counting, "resting": resting, "paused": paused, "hurt": hurt or idle}


def _reported(turn: Turn) -> Step:
    """Nothing was said: the client only reports what its player did."""
    notes = ("finished", "stopped", "paused", "resumed", "started")
    note = next((name for name in notes if any(event.type == name for event in turn.events)), None)
    if note == "finished" and turn.state is not None and not turn.state.confirmed:
        return turn.step("finished_unconfirmed")
    if note in ("finished", "stopped"):
        return turn.step(note, action="stop")
    known = turn.report is not None and turn.report.concerns(turn.state)
    return turn.step(note or ("noted" if known else "report_ignored"))


_LEFT = note_only("left")
_LAST_ANSWER = note_only("last_answer")
_ANSWER_ONLY = note_only("answer_only")
_NO_TEMPO = note_only("nothing_to_change")

# After pain the session can still go on from the interrupted rep; whether it may is for the dialogue to ask first.
TABLE: Mapping[str, Mapping[Column, Handler]] = {
    "start": _row(
        idle=verbs.start, counting=verbs.start_again, resting=verbs.start_or_resume, paused=verbs.start_or_resume
    ),
    "pause": _row(
        idle=note_only("nothing_to_pause"), counting=verbs.pause, resting=verbs.hold_rest, paused=verbs.pause_again
    ),
    "resume": _row(
        idle=note_only("nothing_to_resume"),
        counting=verbs.resume_counting,
        resting=verbs.resume,
        paused=verbs.resume,
        hurt=verbs.resume,
    ),
    "slower": _row(
        idle=replan.slower_idle,
        counting=replan.slower,
        resting=replan.slower,
        paused=replan.slower_paused,
        hurt=_NO_TEMPO,
    ),
    "faster": _row(
        idle=replan.faster_idle,
        counting=replan.faster,
        resting=replan.faster,
        paused=replan.faster_paused,
        hurt=_NO_TEMPO,
    ),
    "tempo": _row(
        idle=replan.set_tempo_idle,
        counting=replan.set_tempo,
        resting=replan.set_tempo,
        paused=replan.set_tempo_paused,
        hurt=_NO_TEMPO,
    ),
    "easier": _row(
        idle=note_only("rung_next_time"),
        counting=verbs.easier,
        resting=verbs.easier,
        paused=verbs.easier,
        hurt=verbs.easier,
    ),
    "harder": _row(
        idle=note_only("rung_next_time"),
        counting=verbs.harder,
        resting=verbs.harder,
        paused=verbs.harder,
        hurt=verbs.harder,
    ),
    "left": _row(idle=note_only("nothing_to_count"), counting=_LEFT, resting=_LEFT, paused=_LEFT),
    "repeat": _row(idle=_LAST_ANSWER, counting=answers.repeat_cue, resting=_LAST_ANSWER, paused=_LAST_ANSWER),
    "skip": _row(
        idle=note_only("nothing_to_skip"), counting=verbs.skip_set, resting=verbs.skip_rest, paused=verbs.skip_paused
    ),
    "stop": _row(idle=verbs.stop_idle, counting=verbs.stop, resting=verbs.stop, paused=verbs.stop, hurt=verbs.stop),
    "question": _row(idle=_ANSWER_ONLY, counting=verbs.question, resting=_ANSWER_ONLY, paused=verbs.question_paused),
    "pain": _row(idle=verbs.pain_idle, counting=verbs.pain, resting=verbs.pain, paused=verbs.pain),
    "whats_next": _row(
        idle=note_only("whats_next_idle"),
        counting=answers.whats_next,
        resting=answers.whats_next,
        paused=answers.whats_next,
    ),
    "how_long": _row(
        idle=answers.how_long_idle, counting=answers.how_long, resting=answers.how_long, paused=answers.how_long
    ),
    "report": _row(idle=_reported, counting=_reported, resting=_reported, paused=_reported),
}


def command(
    state: SessionState | None,
    verb: str,
    now_ms: int,
    cue_book: CueBook,
    *,
    report: Any = None,
    **args: Any,
) -> Step:
    """Do what the user said.

    Args:
        state: the state before; None if there never was a session.
        verb: a row of ``TABLE``.
        now_ms: milliseconds since 1970.
        cue_book: the words of the plans.
        report: ``metadata.session`` as the client sent it, or a parsed ``SessionReport``; garbage is passed over.
        **args: ``session_id``, ``prescription``, ``form_cues`` and ``restart`` for start; ``variation`` and ``band``
            for easier and harder; ``set_up`` for resume; ``tempo`` for tempo, and for slower and faster when idle;
            ``prescription`` for how_long when idle.

    Raises:
        KeyError: there is no such verb.
        ValueError: an argument that the verb needs is missing.
    """
    row = TABLE[verb]
    parsed = SessionReport.parse(report)
    now_state, events = _now(state, now_ms, parsed)
    if parsed is not None and parsed.pain:
        # Pain that the client reports goes before whatever was said with it.
        row = TABLE["pain"]
    return row[column(now_state)](Turn(now_state, now_ms, cue_book, parsed, events, args))


def column(state: SessionState | None) -> Column:
    """Where a state stands in the table."""
    if state is None or state.status == "finished":
        return "idle"
    if state.status == "stopped":
        return "hurt" if state.hurt else "idle"
    return state.status


def _now(
    state: SessionState | None, now_ms: int, report: SessionReport | None
) -> tuple[SessionState | None, tuple[SessionEvent, ...]]:
    """The state at this moment, and the events that led there: the client's, or an end that nobody reported."""
    if state is None:
        return None, ()
    events = events_of(report, state, now_ms) if report else ()
    told = fold(events, state) or state
    placed = advance(told, now_ms, report.place(told) if report else None)
    if placed.status != "finished" or placed.recorded:
        return placed, events
    end_ms = placed.course[-1].grid.duration_ms
    ended_ms = min(now_ms, told.zero_ms + end_ms) if told.running else now_ms
    ended = SessionEvent("finished", placed.id, ended_ms, end_ms, placed.rev, confirmed=False)
    return fold((ended,), told), (*events, ended)
