"""A plan: every cue of a session at its exact time, made once and never changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from countoff.exercises.cues import CueBook
from countoff.session.cue import Cue
from countoff.session.grid import DONE_MS, LeadIn, Position, make_grid
from countoff.session.prescription import Prescription
from countoff.session.score import Score, write_lead_in, write_remarks, write_reps, write_rests


@dataclass(frozen=True)
class Plan:
    """An immutable timeline of cues.

    Attributes:
        cues: in order of time; at the same time the spoken one first.
        duration_ms: length in milliseconds.
    """

    cues: tuple[Cue, ...]
    duration_ms: int

    def position_at(self, ms: int) -> Position:
        """The rep in progress at this moment, or in a lead-in or a rest the next one; after the end the last."""
        sides = self.sides
        index = bisect_right([cue.at_ms for cue in sides], ms)
        if index == 0:
            return _position(sides[0])
        current = sides[index - 1]
        resting = any(cue.kind == "done" and current.at_ms < cue.at_ms <= ms for cue in self.cues)
        return _position(sides[min(index, len(sides) - 1)] if resting else current)

    def remaining_ms(self, ms: int) -> int:
        """How much of the plan is still to come, in milliseconds; 0 after the end."""
        return max(0, self.duration_ms - ms)

    def last_spoken(self, ms: int) -> Cue | None:
        """The last cue with words that started at this moment or before it."""
        return next((cue for cue in reversed(self.cues) if cue.text is not None and cue.at_ms <= ms), None)

    @cached_property
    def sides(self) -> tuple[Cue, ...]:
        """The cues at which a rep begins."""
        return tuple(cue for cue in self.cues if cue.kind == "side")

    def before(self, position: Position) -> Plan:
        """What comes before a rep: up to the end of the set before it, where it is the first of its own.

        Raises:
            ValueError: it is not a rep of this plan, or the first.
        """
        index = next((i for i, cue in enumerate(self.sides) if _position(cue) == position), 0)
        if index == 0:
            raise ValueError(f"nothing of this plan comes before {position}")
        end_ms = self.sides[index].at_ms
        if self.sides[index - 1].set == position.set:
            return Plan(tuple(cue for cue in self.cues if cue.at_ms < end_ms), end_ms)
        done_ms = next(cue.at_ms for cue in self.cues if cue.kind == "done" and cue.set == self.sides[index - 1].set)
        return Plan(tuple(cue for cue in self.cues if cue.at_ms <= done_ms), done_ms + DONE_MS)

    def to_wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {"duration_ms": self.duration_ms, "cues": [cue.to_wire() for cue in self.cues]}

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Plan:
        """Back from the JSON form."""
        return cls(tuple(Cue.from_wire(cue) for cue in data["cues"]), data["duration_ms"])


def make_plan(
    prescription: Prescription,
    cue_book: CueBook,
    start: Position | None = None,
    lead_in: LeadIn = "get_ready",
    form_cues: Sequence[str] = (),
    rest_ms: int | None = None,
) -> Plan:
    """Put every cue in its place.

    Args:
        prescription: what is to be done.
        cue_book: the words and their longest lengths.
        start: the first rep of the plan; default the first of the session.
        lead_in: ``get_ready`` (8 s), ``resume`` (3-2-1, 3 s), ``rest`` (a whole rest) or ``none``.
        form_cues: ids of the form cues that may be spoken; at most one is, per four reps. Unknown ones are left out.
        rest_ms: how much of its rest a lead-in ``rest`` still has; None for the whole.

    Raises:
        ValueError: ``start`` is not a rep of this prescription.
    """
    grid = make_grid(prescription, start, lead_in, rest_ms)
    score = Score(cue_book)
    over = write_reps(score, grid)
    write_lead_in(score, grid)
    write_rests(score, grid)
    known = [key for key in form_cues if key in cue_book.form_keys()]
    write_remarks(score, grid, prescription.reps_per_side, known, over)
    return Plan(score.in_order(), grid.duration_ms)


def _position(cue: Cue) -> Position:
    if cue.rep is None or cue.side is None:
        raise ValueError("a side cue names its rep and its side")
    return Position(cue.set, cue.rep, cue.side)
