"""The bare timeline of a plan: when every rep begins and ends, and where the rests are. It needs no words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from countoff.session.prescription import Prescription, Side, other_side

LeadIn = Literal["get_ready", "resume", "rest", "none"]

GET_READY_MS = 8000
COUNT_IN = (3, 2, 1)
BEAT_MS = 1000
RESUME_MS = len(COUNT_IN) * BEAT_MS
DONE_MS = 2000


@dataclass(frozen=True)
class Position:
    """A place in a session: set and rep from 1, and the side."""

    set: int
    rep: int
    side: Side

    def to_json(self) -> dict[str, Any]:
        """Plain form ``{"set", "rep", "side"}``."""
        return {"set": self.set, "rep": self.rep, "side": self.side}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Position:
        """Back from the plain form."""
        return cls(data["set"], data["rep"], data["side"])


@dataclass(frozen=True)
class Slot:
    """One rep of one side on the plan's clock, in milliseconds.

    Attributes:
        position: which rep it is.
        start_ms: the knee starts up.
        top_ms: the knee is up; the number is spoken.
        lower_ms: the knee starts down.
        end_ms: the leg is down.
        ends_set: whether it is the last of its set.
    """

    position: Position
    start_ms: int
    top_ms: int
    lower_ms: int
    end_ms: int
    ends_set: bool


@dataclass(frozen=True)
class Rest:
    """A rest on the plan's clock, in milliseconds, with the set before it.

    Attributes:
        after_set: the set before it.
        start_ms: when it begins.
        end_ms: when the next set begins.
        goes_on: whether it had begun before this plan, so that only what is left of it is here.
    """

    after_set: int
    start_ms: int
    end_ms: int
    goes_on: bool = False


@dataclass(frozen=True)
class Grid:
    """All reps and rests of a plan.

    Attributes:
        slots: the reps in order.
        rests: the rests in order.
        lead_in: what comes before the first rep.
    """

    slots: tuple[Slot, ...]
    rests: tuple[Rest, ...]
    lead_in: LeadIn

    @property
    def end_ms(self) -> int:
        """When the last leg is down."""
        return self.slots[-1].end_ms

    @property
    def duration_ms(self) -> int:
        """Length of the plan: the last leg is down and the closing words are spoken."""
        return self.end_ms + DONE_MS

    def resting_at(self, ms: int) -> bool:
        """Whether this moment lies in a rest."""
        return any(rest.start_ms <= ms < rest.end_ms for rest in self.rests)


def first_position(prescription: Prescription, set_number: int = 1) -> Position:
    """Where a set begins."""
    return Position(set_number, 1, prescription.start_side)


@lru_cache(maxsize=256)
def make_grid(
    prescription: Prescription,
    start: Position | None = None,
    lead_in: LeadIn = "get_ready",
    rest_ms: int | None = None,
) -> Grid:
    """Lay out every rep from ``start`` (default: the first) to the end of the last set.

    ``rest_ms`` is how much of its rest a lead-in ``rest`` still has; None for the whole.

    Raises:
        ValueError: ``start`` is not a rep of this prescription.
    """
    begin = start or first_position(prescription)
    order = (prescription.start_side, other_side(prescription.start_side))
    _check(begin, prescription)
    slots: list[Slot] = []
    rests: list[Rest] = []
    clock = _lead_ms(prescription, lead_in) if rest_ms is None else rest_ms
    if lead_in == "rest":
        rests.append(Rest(begin.set - 1, 0, clock, rest_ms is not None))
    for set_number in range(begin.set, prescription.sets + 1):
        if set_number > begin.set:
            rests.append(Rest(set_number - 1, clock, clock + prescription.rest_s * 1000))
            clock += prescription.rest_s * 1000
        for rep in range(1, prescription.reps_per_side + 1):
            for side in order:
                position = Position(set_number, rep, side)
                if _before(position, begin, order):
                    continue
                slots.append(_slot(position, clock, prescription, ends_side=order[1]))
                clock = slots[-1].end_ms
    return Grid(tuple(slots), tuple(rests), lead_in)


def _lead_ms(prescription: Prescription, lead_in: LeadIn) -> int:
    if lead_in == "get_ready":
        return GET_READY_MS
    if lead_in == "resume":
        return RESUME_MS
    return prescription.rest_s * 1000 if lead_in == "rest" else 0


def _check(start: Position, prescription: Prescription) -> None:
    if not (1 <= start.set <= prescription.sets and 1 <= start.rep <= prescription.reps_per_side):
        raise ValueError(f"{start} is not a rep of {prescription.sets} sets of {prescription.reps_per_side}")


def _before(position: Position, begin: Position, order: tuple[Side, Side]) -> bool:
    place = (position.set, position.rep, order.index(position.side))
    return place < (begin.set, begin.rep, order.index(begin.side))


def _slot(position: Position, start_ms: int, prescription: Prescription, ends_side: Side) -> Slot:
    tempo = prescription.tempo
    top_ms = start_ms + tempo.lift_ms
    lower_ms = top_ms + tempo.hold_ms
    last = position.rep == prescription.reps_per_side and position.side == ends_side
    return Slot(position, start_ms, top_ms, lower_ms, start_ms + tempo.rep_ms, last)
