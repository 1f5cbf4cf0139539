"""The course of a session: the plans that were spliced together since the count last started, on one clock.

The clock is that of the newest plan. It is below 0 while an older plan still plays up to the splice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countoff.session.grid import Grid, LeadIn, Position, Slot, make_grid
from countoff.session.prescription import Prescription


@dataclass(frozen=True)
class Segment:
    """One plan, as far as it is played.

    Attributes:
        rev: the number of the plan.
        prescription: what it was made from.
        start: its first rep.
        lead_in: how it begins.
        until_ms: where the next plan takes over, on its own clock; None for the newest.
        rest_ms: how much of its rest a lead-in ``rest`` still had; None for the whole.
    """

    rev: int
    prescription: Prescription
    start: Position
    lead_in: LeadIn
    until_ms: int | None = None
    rest_ms: int | None = None

    @property
    def grid(self) -> Grid:
        """Its reps and rests."""
        return make_grid(self.prescription, self.start, self.lead_in, self.rest_ms)

    @property
    def slots(self) -> Iterator[Slot]:
        """The reps of it that are played."""
        return (slot for slot in self.grid.slots if self.until_ms is None or slot.start_ms < self.until_ms)

    def to_json(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "rev": self.rev,
            "prescription": self.prescription.to_wire(),
            "start": self.start.to_json(),
            "lead_in": self.lead_in,
            "until_ms": self.until_ms,
            "rest_ms": self.rest_ms,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Segment:
        """Back from the plain form."""
        return cls(
            data["rev"],
            Prescription.from_wire(data["prescription"]),
            Position.from_json(data["start"]),
            data["lead_in"],
            data["until_ms"],
            data.get("rest_ms"),
        )


@dataclass(frozen=True)
class Tally:
    """What has been done: reps of each side, whole sets, and how long the count ran in milliseconds."""

    left: int = 0
    right: int = 0
    sets: int = 0
    played_ms: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.left + other.left,
            self.right + other.right,
            self.sets + other.sets,
            self.played_ms + other.played_ms,
        )


def clocks(course: Sequence[Segment], ms: int) -> list[tuple[Segment, int]]:
    """Every segment with the time on its own clock, oldest first."""
    found: list[tuple[Segment, int]] = []
    for segment in reversed(course):
        ms += segment.until_ms or 0
        found.append((segment, ms))
    return found[::-1]


def playing(course: Sequence[Segment], ms: int) -> tuple[Segment, int]:
    """The segment that plays at this moment, and the time on its own clock."""
    pairs = clocks(course, ms)
    return next((pair for pair in reversed(pairs) if pair[1] >= 0), pairs[0])


def skipped_to(course: Sequence[Segment], ms: int) -> Position | None:
    """Where a set begins to which the user has skipped while the last leg before it still plays; None otherwise."""
    segment, _ = playing(course, ms)
    following = course[course.index(segment) + 1 :]
    return following[0].start if following and following[0].lead_in == "rest" else None


def pending(course: Sequence[Segment], ms: int) -> list[tuple[Slot, int]]:
    """Every rep that is not over, the one in progress first, with the milliseconds until it begins (below 0: since)."""
    return [
        (slot, slot.start_ms - local)
        for segment, local in clocks(course, ms)
        for slot in segment.slots
        if slot.end_ms > local
    ]


def tally(course: Sequence[Segment], ms: int) -> Tally:
    """What is done of this course at this moment."""
    pairs = clocks(course, ms)
    done = [slot for segment, local in pairs for slot in segment.slots if slot.end_ms <= local]
    left = sum(slot.position.side == "left" for slot in done)
    sets = sum(slot.ends_set for slot in done)
    # The first clock runs from the start of the course, so it holds everything that was played.
    played = min(pairs[0][1], pairs[0][1] - ms + course[-1].grid.duration_ms)
    return Tally(left, len(done) - left, sets, max(0, played))


def earliest_ms(course: Sequence[Segment]) -> int:
    """The start of the course on the clock of its newest plan; 0 or below."""
    return -sum(segment.until_ms or 0 for segment in course)


def trimmed(course: Sequence[Segment], ms: int) -> tuple[tuple[Segment, ...], Tally]:
    """The course without the plans that are played out, and what was done in those."""
    past = [segment for segment, local in clocks(course, ms)[:-1] if local >= (segment.until_ms or 0)]
    if not past:
        return tuple(course), Tally()
    # 0 on the clock of the next plan is the splice at which the last of these ended.
    return tuple(course[len(past) :]), tally(past, 0)
