"""Plans: the wire example to the millisecond, rests, remarks and what is dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from countoff.exercises.cues import load_cue_book
from countoff.session import Plan, Position, Prescription, Tempo, make_plan

BOOK = load_cue_book()
EIGHT = Prescription("banded-psoas-march", "standing-band", "yellow", 8, 1, 60, "right", Tempo(1, 1, 2))


def cue(
    at_ms: int, key: str, text: str | None, kind: str, side: str | None, rep: int | None, number: int = 1
) -> dict[str, Any]:
    return {"at_ms": at_ms, "key": key, "text": text, "kind": kind, "side": side, "rep": rep, "set": number}


def spoken(plan: Plan, *kinds: str) -> list[tuple[int, str, str | None]]:
    return [(c.at_ms, c.key, c.text) for c in plan.cues if c.text is not None and (not kinds or c.kind in kinds)]


def test_the_wire_example() -> None:
    wire = make_plan(EIGHT, BOOK).to_wire()
    assert wire["duration_ms"] == 74000
    assert [c for c in wire["cues"] if c["text"] is not None][:8] == [
        cue(0, "get_ready", "Get ready", "phase", None, None),
        cue(5000, "count_in", "three", "count_in", None, None),
        cue(6000, "count_in", "two", "count_in", None, None),
        cue(7000, "count_in", "one", "count_in", None, None),
        cue(8000, "side", "Right", "side", "right", 1),
        cue(9000, "count", "one", "count", "right", 1),
        cue(12000, "side", "Left", "side", "left", 1),
        cue(13000, "count", "one", "count", "left", 1),
    ]
    assert wire["cues"][-1]["at_ms"] == 72000
    assert wire["cues"][-1]["key"] == "session_done"


TWICE = replace(EIGHT, reps_per_side=2, sets=2)


@pytest.mark.parametrize(
    ("position", "duration_ms", "last"),
    [
        pytest.param(Position(1, 2, "right"), 16_000, (13_600, "last_one", "Last one each side"), id="between reps"),
        pytest.param(Position(1, 2, "left"), 20_000, (17_000, "count", "two"), id="between legs"),
        pytest.param(Position(2, 1, "right"), 26_000, (24_000, "set_done", "Set done"), id="between sets"),
    ],
)
def test_what_comes_before_a_rep(position: Position, duration_ms: int, last: tuple[int, str, str]) -> None:
    cut = make_plan(TWICE, BOOK).before(position)
    assert (cut.duration_ms, spoken(cut)[-1]) == (duration_ms, last)
    assert cut.cues == make_plan(TWICE, BOOK).cues[: len(cut.cues)]


@pytest.mark.parametrize("position", [Position(1, 1, "right"), Position(3, 1, "right")], ids=["the first", "none"])
def test_nothing_comes_before_it(position: Position) -> None:
    with pytest.raises(ValueError, match="comes before"):
        make_plan(TWICE, BOOK).before(position)


def test_every_rep_carries_its_phases_for_screens() -> None:
    cues = make_plan(EIGHT, BOOK).to_wire()["cues"]
    assert [c for c in cues if c["text"] is None and c["at_ms"] < 16000] == [
        cue(8000, "lift", None, "phase", "right", 1),
        cue(9000, "hold", None, "phase", "right", 1),
        cue(10000, "lower", None, "phase", "right", 1),
        cue(12000, "lift", None, "phase", "left", 1),
        cue(13000, "hold", None, "phase", "left", 1),
        cue(14000, "lower", None, "phase", "left", 1),
    ]
    assert sum(c["text"] is None for c in cues) == 3 * 16


def test_the_spoken_cue_comes_before_the_phase_of_the_same_moment() -> None:
    cues = make_plan(EIGHT, BOOK).cues
    assert [c.key for c in cues if c.at_ms == 8000] == ["side", "lift"]
    assert [c.key for c in cues if c.at_ms == 9000] == ["count", "hold"]


def test_halfway_and_last_one() -> None:
    progress = [(c.key, c.side, c.rep) for c in make_plan(EIGHT, BOOK).cues if c.kind == "progress"]
    assert progress == [("halfway", "left", 4), ("last_one", "left", 7)]


def test_halfway_of_an_odd_number_of_reps_is_after_the_first_leg_of_the_middle_one() -> None:
    plan = make_plan(replace(EIGHT, reps_per_side=7), BOOK)
    assert [(c.side, c.rep) for c in plan.cues if c.key == "halfway"] == [("right", 4)]


def test_three_reps_have_no_halfway_and_one_has_no_last_one() -> None:
    assert "halfway" not in {c.key for c in make_plan(replace(EIGHT, reps_per_side=3), BOOK).cues}
    assert "last_one" not in {c.key for c in make_plan(replace(EIGHT, reps_per_side=1), BOOK).cues}


def test_form_cues_take_turns() -> None:
    plan = make_plan(replace(EIGHT, reps_per_side=12), BOOK, form_cues=["core", "unknown", "lean"])
    assert [(c.rep, c.key) for c in plan.cues if c.kind == "form"] == [(2, "core"), (6, "lean"), (10, "core")]


def test_remarks_that_do_not_fit_are_dropped_and_counts_are_not() -> None:
    fast = replace(EIGHT, reps_per_side=30, tempo=Tempo(0.5, 0.5, 0.5))
    plan = make_plan(fast, BOOK, form_cues=["core"])
    assert {c.kind for c in plan.cues if c.text} == {"phase", "count_in", "side", "count", "done"}
    assert len(spoken(plan, "side")) == len(spoken(plan, "count")) == 60


def test_sixty_seconds_of_rest() -> None:
    plan = make_plan(replace(EIGHT, sets=2), BOOK)
    assert [line for line in spoken(plan) if 72000 <= line[0] < 133000] == [
        (72000, "set_done", "Set done"),
        (73500, "rest", "Now rest"),
        (76000, "praise", "Nicely done"),
        (102000, "rest_left", "Thirty seconds"),
        (122000, "rest_left", "Ten seconds"),
        (125000, "next_set", "Next set coming up"),
        (127000, "rest_left", "five"),
        (128000, "rest_left", "four"),
        (129000, "count_in", "three"),
        (130000, "count_in", "two"),
        (131000, "count_in", "one"),
        (132000, "side", "Right"),
    ]
    assert plan.duration_ms == 132000 + 64000 + 2000
    assert [c.key for c in plan.cues if c.kind == "done"] == ["set_done", "session_done"]


def test_the_shortest_rest_still_counts_in() -> None:
    plan = make_plan(replace(EIGHT, sets=2, rest_s=10), BOOK)
    keys = [key for at_ms, key, _ in spoken(plan) if 72000 <= at_ms < 82000]
    assert keys == ["set_done", "rest", "next_set", "rest_left", "rest_left", "count_in", "count_in", "count_in"]


def test_resume_counts_in_on_one_second_beats() -> None:
    plan = make_plan(EIGHT, BOOK, Position(1, 3, "left"), "resume")
    assert spoken(plan)[:5] == [
        (0, "count_in", "three"), (1000, "count_in", "two"), (2000, "count_in", "one"),
        (3000, "side", "Left"), (4000, "count", "three"),
    ]  # fmt: skip


def test_a_plan_may_begin_with_a_rest() -> None:
    plan = make_plan(replace(EIGHT, sets=2), BOOK, Position(2, 1, "right"), "rest")
    assert (spoken(plan)[0], plan.sides[0].at_ms) == ((0, "set_done", "Set done"), 60000)


def test_what_is_left_of_a_rest() -> None:
    made = replace(EIGHT, sets=2)
    plan = make_plan(made, BOOK, Position(2, 1, "right"), "rest", rest_ms=42_000)
    assert spoken(plan)[:3] == [
        (0, "rest", "Now rest"),
        (12_000, "rest_left", "Thirty seconds"),
        (32_000, "rest_left", "Ten seconds"),
    ]
    assert plan.sides[0].at_ms == 42_000


def test_a_plan_cannot_begin_outside_the_session() -> None:
    with pytest.raises(ValueError, match="is not a rep of 1 sets of 8"):
        make_plan(EIGHT, BOOK, Position(2, 1, "right"))


@pytest.mark.parametrize(
    ("ms", "place"),
    [
        (-5, (1, 1, "right")), (0, (1, 1, "right")), (11999, (1, 1, "right")), (12000, (1, 1, "left")),
        (71999, (1, 8, "left")), (72000, (2, 1, "right")), (131999, (2, 1, "right")), (136000, (2, 1, "left")),
        (999999, (2, 8, "left")),
    ],
)  # fmt: skip
def test_position(ms: int, place: Any) -> None:
    assert make_plan(replace(EIGHT, sets=2), BOOK).position_at(ms) == Position(*place)


def test_what_remains_and_what_was_said_last() -> None:
    plan = make_plan(EIGHT, BOOK)
    assert (plan.remaining_ms(14000), plan.remaining_ms(80000)) == (60000, 0)
    last = plan.last_spoken(11000)
    assert last is not None
    assert (last.key, last.text) == ("count", "one")
    assert make_plan(EIGHT, BOOK, lead_in="none").last_spoken(-1) is None
