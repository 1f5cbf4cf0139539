"""The ``session`` object of the wire, and what a caller must not do."""

from __future__ import annotations

import pytest

from countoff.exercises.cues import load_cue_book
from countoff.session import Position, Prescription, SessionEvent, SessionState, Tempo, command, fold

BOOK = load_cue_book()
EIGHT = Prescription("banded-psoas-march", "standing-band", "yellow", 8, 1, 60, "right", Tempo(1, 1, 2))
COMMON = {"action", "id", "rev", "at", "prescription"}


def test_the_fields_of_every_action() -> None:
    started = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT)
    replanned = command(started.state, "slower", 9000, BOOK)
    paused = command(replanned.state, "pause", 14000, BOOK)
    resumed = command(paused.state, "resume", 15000, BOOK)
    stopped = command(resumed.state, "stop", 30000, BOOK)
    fields = {
        step.wire["action"]: set(step.wire) for step in (started, replanned, paused, resumed, stopped) if step.wire
    }
    assert fields == {
        "start": COMMON | {"plan", "form_cues"},
        "replan": COMMON | {"plan", "form_cues", "splice_at_ms"},
        "pause": COMMON,
        "resume": COMMON | {"plan", "form_cues"},
        "stop": COMMON | {"summary"},
    }


def test_start_has_no_place_and_pause_has() -> None:
    started = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT)
    paused = command(started.state, "pause", 14000, BOOK)
    assert started.wire is not None
    assert started.wire["at"] is None
    assert started.wire["prescription"] == EIGHT.to_wire()
    assert paused.wire is not None
    assert paused.wire["at"] == {"set": 1, "rep": 1, "side": "left", "position_ms": 14000}


def test_the_place_and_the_splice_of_a_replan_are_on_the_same_clock() -> None:
    started = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT)
    replanned = command(started.state, "slower", 9000, BOOK)
    assert replanned.wire is not None
    assert (replanned.wire["at"]["position_ms"], replanned.wire["splice_at_ms"]) == (9000, 12000)


def test_form_cues_outlive_a_pause() -> None:
    started = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT, form_cues=["core"])
    paused = command(started.state, "pause", 9000, BOOK)
    resumed = command(paused.state, "resume", 9000, BOOK)
    assert resumed.wire is not None
    assert [cue["key"] for cue in resumed.wire["plan"]["cues"] if cue["kind"] == "form"] == ["core", "core"]
    assert resumed.wire["form_cues"] == ["core"]


@pytest.mark.parametrize("verb", ["start", "slower", "faster"])
def test_a_verb_without_what_it_needs_is_a_mistake_of_the_caller(verb: str) -> None:
    with pytest.raises(ValueError, match="this verb needs"):
        command(None, verb, 0, BOOK)


def test_easier_needs_a_rung_and_a_new_session_a_new_id() -> None:
    state = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT).state
    with pytest.raises(ValueError, match="needs variation, band or both"):
        command(state, "easier", 0, BOOK)
    with pytest.raises(ValueError, match="a new session needs a new id"):
        command(state, "start", 0, BOOK, session_id="one", prescription=EIGHT, restart=True)
    with pytest.raises(KeyError):
        command(state, "dance", 0, BOOK)


def test_fold_passes_over_what_belongs_to_no_session_it_knows() -> None:
    stray = SessionEvent("paused", "other", 0, 0, 1)
    started = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT)
    assert fold([]) is None
    assert fold([stray]) is None
    assert fold([*started.events, stray]) == started.state


def test_an_end_that_nobody_reported_is_dated_to_the_end_of_the_plan() -> None:
    state = command(None, "start", 1000, BOOK, session_id="one", prescription=EIGHT).state
    ended = command(state, "left", 86_400_000, BOOK).events[0]
    assert (ended.type, ended.at_ms, ended.position_ms, ended.confirmed) == ("finished", 75_000, 74_000, False)


def test_a_session_that_went_on_after_pain_is_hurt_no_more() -> None:
    state = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT).state
    hurt = command(state, "pain", 9000, BOOK).state
    assert hurt is not None
    assert hurt.hurt
    going = command(hurt, "resume", 9000, BOOK).state
    assert going is not None
    assert not going.hurt


def running() -> SessionState:
    state = command(None, "start", 0, BOOK, session_id="one", prescription=EIGHT).state
    assert state is not None
    return state


def reported(event: str | None = None) -> SessionState:
    """A session whose client has just reported that it is at 30 s and, where given, what its player did."""
    events = [{"type": event, "position_ms": 30_000}] if event else []
    report = {"id": "one", "rev": 1, "position_ms": 30_000, "events": events}
    state = command(running(), "report", 5000, BOOK, report=report).state
    assert state is not None
    return state


def test_a_reported_position_holds_for_the_verb_that_comes_with_it() -> None:
    paused = command(reported(), "pause", 5000, BOOK)
    assert paused.events[0].position_ms == 30_000
    assert paused.state is not None
    assert paused.state.position == Position(1, 3, "left")


@pytest.mark.parametrize(
    ("event", "verb", "note", "action"),
    [
        ("paused", "pause", "paused", "pause"),
        ("paused", "question", "paused_for_question", "pause"),
        ("stopped", "stop", "stopped", "stop"),
        ("pain", "pain", "pain", "stop"),
    ],
)
def test_what_the_client_did_first_is_the_outcome_of_what_was_said(
    event: str, verb: str, note: str, action: str
) -> None:
    step = command(reported(event), verb, 5000, BOOK)
    assert step.wire is not None
    assert (step.note, step.wire["action"], step.events) == (note, action, ())
    assert command(reported(event), "pause", 5001, BOOK).note in ("already_paused", "nothing_to_pause")
