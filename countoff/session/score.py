"""The score a plan is written on: required cues first, then whatever else fits between them."""

from __future__ import annotations

from bisect import bisect_left, insort

from countoff.exercises.cues import REST_MARKS_S, CueBook
from countoff.session.cue import Cue
from countoff.session.grid import BEAT_MS, COUNT_IN, GET_READY_MS, Grid, Rest, Slot

FORM_EVERY_REPS = 4
FEWEST_REPS_WITH_HALFWAY = 4

_REST_WORDS_MS = 1500
_PRAISE_MS = 4000
_NEXT_SET_BEFORE_MS = 7000
# A mark in a rest is worth saying only when the rest is clearly longer than it.
_LONGER_THAN_MARK_MS = 5000


class Score:
    """Cues under construction; no two spoken ones overlap, given the longest length of each."""

    def __init__(self, cue_book: CueBook) -> None:
        self._book = cue_book
        self._cues: list[Cue] = []
        self._busy: list[tuple[int, int]] = []

    def must(self, at_ms: int, key: str, set_number: int, slot: Slot | None = None, which: str | int = "") -> int:
        """Place a cue that is never dropped; return when it is over at the latest, in milliseconds."""
        entry = self._book.cue(key, which or None)
        side, rep = (slot.position.side, slot.position.rep) if slot else (None, None)
        self._cues.append(Cue(at_ms, key, entry.text, entry.kind, side, rep, set_number))
        insort(self._busy, (at_ms, at_ms + entry.max_ms))
        return at_ms + entry.max_ms

    def may(self, at_ms: int, key: str, set_number: int, slot: Slot | None = None, which: str | int = "") -> bool:
        """Place a cue if all of its longest length is free; say whether it was placed."""
        until_ms = at_ms + self._book.cue(key, which or None).max_ms
        index = bisect_left(self._busy, (at_ms, at_ms))
        before = self._busy[index - 1][1] if index else 0
        after = self._busy[index][0] if index < len(self._busy) else until_ms
        if at_ms < before or until_ms > after:
            return False
        self.must(at_ms, key, set_number, slot, which)
        return True

    def show(self, at_ms: int, phase: str, slot: Slot) -> None:
        """Place the start of a phase, for screens."""
        position = slot.position
        self._cues.append(Cue(at_ms, phase, None, "phase", position.side, position.rep, position.set))

    def in_order(self) -> tuple[Cue, ...]:
        """All cues by time; at the same time the spoken one first."""
        return tuple(sorted(self._cues, key=lambda cue: (cue.at_ms, cue.text is None)))

    def praise_ids(self) -> tuple[str, ...]:
        """The members of the praise family that this language has."""
        return tuple(cue_id.partition(".")[2] for cue_id in self._book.members("praise"))


def write_reps(score: Score, grid: Grid) -> dict[Slot, int]:
    """Side, number and phases of every rep; return when the number of each is over, in milliseconds."""
    over: dict[Slot, int] = {}
    for slot in grid.slots:
        position = slot.position
        score.must(slot.start_ms, "side", position.set, slot, position.side)
        over[slot] = score.must(slot.top_ms, "count", position.set, slot, position.rep)
        score.show(slot.start_ms, "lift", slot)
        score.show(slot.top_ms, "hold", slot)
        score.show(slot.lower_ms, "lower", slot)
    return over


def write_lead_in(score: Score, grid: Grid) -> None:
    """The beats before the first rep."""
    first = grid.slots[0]
    if grid.lead_in in ("get_ready", "resume"):
        _count_in(score, first.start_ms, first.position.set)
    if grid.lead_in == "get_ready":
        score.may(first.start_ms - GET_READY_MS, "get_ready", first.position.set)


def write_rests(score: Score, grid: Grid) -> None:
    """The end of every set, and every rest with its last seconds counted down."""
    for rest in grid.rests:
        _rest(score, rest)
    score.must(grid.end_ms, "session_done", grid.slots[-1].position.set)


def write_remarks(score: Score, grid: Grid, reps_per_side: int, form: list[str], over: dict[Slot, int]) -> None:
    """Halfway, last rep and form cues, each in the free time after a number.

    Where a form cue goes depends on the true number of the rep alone, so that the budget of one per four reps holds
    across pauses and changes of tempo.
    """
    second_side = grid.slots[-1].position.side
    for slot in grid.slots:
        position = slot.position
        second = position.side == second_side
        leg = 2 * position.rep - (0 if second else 1)
        if reps_per_side >= FEWEST_REPS_WITH_HALFWAY and leg == reps_per_side:
            score.may(over[slot], "halfway", position.set, slot)
        if leg == 2 * (reps_per_side - 1):
            score.may(over[slot], "last_one", position.set, slot)
        turn, place = divmod((position.set - 1) * reps_per_side + position.rep, FORM_EVERY_REPS)
        if form and not second and place == FORM_EVERY_REPS // 2:
            score.may(over[slot], form[turn % len(form)], position.set, slot)


def _count_in(score: Score, first_side_ms: int, set_number: int) -> None:
    for beat in COUNT_IN:
        score.must(first_side_ms - beat * BEAT_MS, "count_in", set_number, which=beat)


def _rest(score: Score, rest: Rest) -> None:
    ended, coming = rest.after_set, rest.after_set + 1
    if not rest.goes_on:
        score.must(rest.start_ms, "set_done", ended)
    _count_in(score, rest.end_ms, coming)
    score.may(rest.end_ms - _NEXT_SET_BEFORE_MS, "next_set", coming)
    score.may(rest.start_ms + (0 if rest.goes_on else _REST_WORDS_MS), "rest", ended)
    for seconds in REST_MARKS_S:
        if rest.end_ms - rest.start_ms >= seconds * 1000 + _LONGER_THAN_MARK_MS:
            score.may(rest.end_ms - seconds * 1000, "rest_left", ended, which=seconds)
    praises = score.praise_ids()
    if praises and not rest.goes_on:
        score.may(rest.start_ms + _PRAISE_MS, "praise", ended, which=praises[(ended - 1) % len(praises)])
