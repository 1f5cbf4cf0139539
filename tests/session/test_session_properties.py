"""What holds for every plan and for every conversation about a session."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.exercises.cues import CueBook, load_cue_book
from countoff.session import (
    TABLE,
    Cue,
    Plan,
    Position,
    Prescription,
    SessionEvent,
    SessionReport,
    SessionState,
    Tempo,
    advance,
    command,
    fold,
    make_plan,
)

BOOK: CueBook = load_cue_book()
FAMILIES = {"side", "count", "count_in", "rest_left", "praise"}

phases = st.integers(5, 60).map(lambda tenths: tenths / 10)
tempos = st.builds(Tempo, phases, phases, phases)
prescriptions = st.builds(
    Prescription,
    exercise=st.just("banded-psoas-march"),
    variation=st.sampled_from(["standing-band", "standing"]),
    band=st.sampled_from([None, "yellow"]),
    reps_per_side=st.integers(1, 30),
    sets=st.integers(1, 5),
    rest_s=st.integers(10, 300),
    start_side=st.sampled_from(["left", "right"]),
    tempo=tempos,
)
small = st.builds(
    Prescription,
    exercise=st.just("banded-psoas-march"),
    variation=st.just("standing-band"),
    band=st.just("yellow"),
    reps_per_side=st.integers(1, 6),
    sets=st.integers(1, 3),
    rest_s=st.integers(10, 40),
    start_side=st.sampled_from(["left", "right"]),
    tempo=tempos,
)
faults = st.lists(st.sampled_from([*BOOK.form_keys(), "no_such_fault"]), max_size=3)
lead_ins = st.sampled_from(["get_ready", "resume", "none"])


@st.composite
def starts(draw: Any) -> tuple[Prescription, Position | None]:
    """A prescription and where in it a plan begins."""
    made = draw(prescriptions)
    place = Position(
        draw(st.integers(1, made.sets)),
        draw(st.integers(1, made.reps_per_side)),
        draw(st.sampled_from(["left", "right"])),
    )
    return made, draw(st.sampled_from([None, place]))


def longest(cue: Cue) -> int:
    """The longest a cue may last, found by its words."""
    found = [
        entry.max_ms
        for cue_id, entry in BOOK.cues.items()
        if entry.text == cue.text and (cue_id == cue.key or (cue.key in FAMILIES and cue_id.startswith(f"{cue.key}.")))
    ]
    return max(found)


def spoken(plan: Plan) -> list[Cue]:
    return [cue for cue in plan.cues if cue.text is not None]


@settings(max_examples=60, deadline=None)
@given(starts(), lead_ins, faults)
def test_no_two_spoken_cues_overlap_and_none_outlasts_the_plan(
    begun: tuple[Prescription, Position | None], lead_in: Any, form: list[str]
) -> None:
    plan = make_plan(begun[0], BOOK, begun[1], lead_in, form)
    for cue, following in pairwise(spoken(plan)):
        assert cue.at_ms + longest(cue) <= following.at_ms, f"{cue} runs into {following}"
    assert spoken(plan)[-1].at_ms + longest(spoken(plan)[-1]) <= plan.duration_ms
    assert [cue.at_ms for cue in plan.cues] == sorted(cue.at_ms for cue in plan.cues)
    assert plan.cues[0].at_ms >= 0


@settings(max_examples=60, deadline=None)
@given(prescriptions.filter(lambda made: made.sets > 1), st.integers(3001, 300_000), faults)
def test_what_is_left_of_a_rest_lasts_as_long_as_it_is_and_says_no_set_is_done(
    made: Prescription, rest_ms: int, form: list[str]
) -> None:
    start = Position(2, 1, made.start_side)
    plan = make_plan(made, BOOK, start, "rest", form, rest_ms)
    for cue, following in pairwise(spoken(plan)):
        assert cue.at_ms + longest(cue) <= following.at_ms, f"{cue} runs into {following}"
    first = plan.sides[0]
    assert (first.at_ms, first.set, first.rep, first.side) == (rest_ms, 2, 1, made.start_side)
    assert [cue.at_ms - rest_ms for cue in spoken(plan) if cue.key == "count_in"][:3] == [-3000, -2000, -1000]
    assert not any(cue.key in ("set_done", "praise") for cue in plan.cues if cue.at_ms < rest_ms)
    assert plan.position_at(0) == start


@settings(max_examples=60, deadline=None)
@given(prescriptions)
def test_sides_alternate_and_every_set_has_all_reps_of_both_sides(made: Prescription) -> None:
    plan = make_plan(made, BOOK)
    for number in range(1, made.sets + 1):
        reps = [(cue.side, cue.rep) for cue in plan.sides if cue.set == number]
        assert len(reps) == 2 * made.reps_per_side
        assert reps[0] == (made.start_side, 1)
        assert all(one != other for (one, _), (other, _) in pairwise(reps))
        assert [rep for _, rep in reps] == [rep for rep in range(1, made.reps_per_side + 1) for _ in "lr"]


@settings(max_examples=60, deadline=None)
@given(prescriptions, faults)
def test_reps_are_equally_spaced_and_the_number_is_at_the_top(made: Prescription, form: list[str]) -> None:
    plan = make_plan(made, BOOK, form_cues=form)
    lift_ms = round(made.tempo.lift_s * 1000)
    for side, following in pairwise(plan.sides):
        rest_ms = made.rest_s * 1000 if side.set != following.set else 0
        assert following.at_ms - side.at_ms == made.tempo.rep_ms + rest_ms
    counts = [cue for cue in plan.cues if cue.kind == "count"]
    assert [(cue.at_ms, cue.side, cue.rep, cue.set) for cue in counts] == [
        (cue.at_ms + lift_ms, cue.side, cue.rep, cue.set) for cue in plan.sides
    ]
    assert [cue.text for cue in counts] == [BOOK.cue("count", cue.rep).text for cue in plan.sides]
    assert plan.duration_ms == plan.sides[-1].at_ms + made.tempo.rep_ms + 2000


@settings(max_examples=60, deadline=None)
@given(prescriptions, st.lists(st.sampled_from(BOOK.form_keys()), min_size=1, max_size=3))
def test_at_most_one_form_cue_in_four_reps(made: Prescription, form: list[str]) -> None:
    plan = make_plan(made, BOOK, form_cues=form)
    reps = [
        (cue.set - 1) * made.reps_per_side + cue.rep for cue in plan.cues if cue.kind == "form" and cue.rep is not None
    ]
    assert all(later - earlier >= 4 for earlier, later in pairwise(reps))
    assert {cue.key for cue in plan.cues if cue.kind == "form"} <= set(form)


@settings(max_examples=40, deadline=None)
@given(prescriptions, st.data())
def test_a_resumed_plan_repeats_the_interrupted_rep_on_the_same_side(made: Prescription, data: st.DataObject) -> None:
    whole = make_plan(made, BOOK)
    where = whole.position_at(data.draw(st.integers(0, whole.duration_ms)))
    rest = make_plan(made, BOOK, where, "resume")
    first = rest.sides[0]
    assert (first.at_ms, first.set, first.rep, first.side) == (3000, where.set, where.rep, where.side)
    assert [cue.at_ms for cue in rest.cues if cue.at_ms < 3000] == [0, 1000, 2000]
    left = [(cue.set, cue.rep, cue.side) for cue in whole.sides]
    left = left[left.index((where.set, where.rep, where.side)) :]
    assert [(cue.set, cue.rep, cue.side) for cue in rest.sides] == left


@settings(max_examples=60, deadline=None)
@given(small, st.data(), st.sampled_from(["slower", "faster"]))
def test_a_replan_goes_on_with_the_next_rep_that_is_far_enough_away(
    made: Prescription, data: st.DataObject, verb: str
) -> None:
    step = command(None, "start", 0, BOOK, session_id="one", prescription=made)
    old = make_plan(made, BOOK)
    position_ms = data.draw(st.integers(0, old.sides[-1].at_ms + made.tempo.rep_ms - 1))
    report = {"id": "one", "rev": 1, "position_ms": position_ms}
    step = command(step.state, verb, 999, BOOK, report=report)
    far_enough = [cue for cue in old.sides if cue.at_ms >= position_ms + 1500]
    bound = made.tempo.at_slowest if verb == "slower" else made.tempo.at_fastest
    if bound or not far_enough:
        assert step.wire is None
        return
    assert step.wire is not None
    new = Plan.from_wire(step.wire["plan"])
    assert (step.wire["action"], step.wire["rev"]) == ("replan", 2)
    assert step.wire["splice_at_ms"] == far_enough[0].at_ms
    assert new.sides[0].at_ms == 0
    assert [(cue.set, cue.rep, cue.side) for cue in new.sides] == [(cue.set, cue.rep, cue.side) for cue in far_enough]


@settings(max_examples=60, deadline=None)
@given(small, st.data())
def test_the_state_and_the_plan_agree_on_the_position(made: Prescription, data: st.DataObject) -> None:
    state = command(None, "start", 0, BOOK, session_id="one", prescription=made).state
    plan = make_plan(made, BOOK)
    ms = data.draw(st.integers(0, plan.duration_ms))
    assert state is not None
    assert advance(state, ms).position == plan.position_at(ms)


@settings(max_examples=40, deadline=None)
@given(prescriptions, faults)
def test_json_round_trips(made: Prescription, form: list[str]) -> None:
    plan = make_plan(made, BOOK, form_cues=form)
    assert Prescription.from_wire(json.loads(json.dumps(made.to_wire()))) == made
    assert Plan.from_wire(json.loads(json.dumps(plan.to_wire()))) == plan


verbs = st.sampled_from(sorted(TABLE))
client_events = st.fixed_dictionaries(
    {"type": st.sampled_from(["started", "paused", "resumed", "stopped", "pain", "finished", "nonsense"])},
    optional={"position_ms": st.one_of(st.integers(-5000, 400_000), st.just("x"), st.floats())},
)
reports = st.one_of(
    st.none(),
    st.just({}),
    st.text(max_size=3),
    st.fixed_dictionaries(
        {"id": st.sampled_from(["0", "1", "2", None])},
        optional={
            "rev": st.integers(0, 6),
            "position_ms": st.one_of(st.integers(-5000, 400_000), st.floats(), st.booleans()),
            "events": st.lists(client_events, max_size=2),
        },
    ),
)
turns = st.lists(st.tuples(verbs, st.integers(0, 60_000), reports, st.booleans()), min_size=1, max_size=14)


def said(verb: str, restart: bool, number: int, made: Prescription) -> dict[str, Any]:
    if verb == "start":
        return {"session_id": str(number), "prescription": made, "restart": restart}
    if verb in ("easier", "harder"):
        return {"variation": f"rung-{number}", "band": "yellow" if restart else None}
    if verb == "resume":
        return {"set_up": restart}
    return {"tempo": made.tempo} if verb in ("slower", "faster", "tempo") else {}


@settings(max_examples=150, deadline=None)
@given(small, turns)
def test_whatever_is_said_the_session_stays_whole(made: Prescription, script: list[tuple[str, int, Any, bool]]) -> None:
    state: SessionState | None = None
    log: list[SessionEvent] = []
    now_ms = 1_700_000_000_000
    for number, (verb, wait_ms, report, flag) in enumerate([("start", 0, None, False), *script]):
        now_ms += wait_ms
        before = state
        step = command(state, verb, now_ms, BOOK, report=report, **said(verb, flag, number, made))
        log.extend(step.events)
        state = step.state
        assert state is not None
        check_state(state, before, step.wire)
        if verb == "pain":
            assert step.note == "pain"
            assert step.wire is not None
            assert step.wire["action"] == "stop"
        if step.events:
            rebuilt = fold([SessionEvent.from_json(json.loads(json.dumps(event.to_json()))) for event in log])
            assert rebuilt is not None
            assert advance(rebuilt, now_ms) == advance(state, now_ms)
        assert SessionState.from_json(json.loads(json.dumps(state.to_json()))) == state
        json.dumps([step.wire, step.data])


def check_state(state: SessionState, before: SessionState | None, wire: dict[str, Any] | None) -> None:
    made = state.prescription
    assert 1 <= state.position.set <= made.sets
    assert 1 <= state.position.rep <= made.reps_per_side
    most = made.sets * made.reps_per_side
    assert 0 <= state.done_left <= most
    assert 0 <= state.done_right <= most
    assert 0 <= state.done.sets <= made.sets
    if before is not None and before.id == state.id:
        assert state.rev >= before.rev
    if wire is None or wire["id"] != state.id:
        return
    assert wire["rev"] == state.rev
    if "plan" in wire:
        assert before is None or before.id != state.id or wire["rev"] == before.rev + 1
        assert wire["plan"]["cues"]
    assert ("splice_at_ms" in wire) == (wire["action"] == "replan")
    if wire["action"] == "pause":
        assert state.status == "paused"


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["id", "rev", "position_ms", "events", "type"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_report_can_be_read(raw: Any) -> None:
    assert isinstance(SessionReport.parse(raw), SessionReport | None)
