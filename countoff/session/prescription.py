"""What a session is made of: exercise, reps, sets, rest, first side and tempo, each within its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, cast

from countoff.errors import CountoffError, OutOfRange

Side = Literal["left", "right"]

SIDES: tuple[Side, Side] = ("left", "right")
REPS_PER_SIDE = (1, 30)
SETS = (1, 5)
REST_S = (10, 300)
PHASE_S = (0.5, 6.0)

_SLOWER = Decimal("1.25")
_FASTER = Decimal("0.8")
_TENTH = Decimal("0.1")


class PrescriptionError(CountoffError):
    """A prescription lacks a field, or a name in it cannot be used; the message says which."""


def other_side(side: Side) -> Side:
    """The side that follows this one."""
    return "left" if side == "right" else "right"


@dataclass(frozen=True)
class Tempo:
    """How long the phases of one rep last, in seconds, each 0.5 to 6.

    Raises:
        OutOfRange: a phase is outside its bounds or is not a number.
    """

    lift_s: float
    hold_s: float
    lower_s: float

    def __post_init__(self) -> None:
        for field in ("lift_s", "hold_s", "lower_s"):
            object.__setattr__(self, field, _seconds(field, getattr(self, field)))

    @property
    def lift_ms(self) -> int:
        """Length of the lift in milliseconds."""
        return round(self.lift_s * 1000)

    @property
    def hold_ms(self) -> int:
        """Length of the hold in milliseconds."""
        return round(self.hold_s * 1000)

    @property
    def lower_ms(self) -> int:
        """Length of the lowering in milliseconds."""
        return round(self.lower_s * 1000)

    @property
    def rep_ms(self) -> int:
        """Length of one rep of one side in milliseconds."""
        return self.lift_ms + self.hold_ms + self.lower_ms

    @property
    def at_slowest(self) -> bool:
        """Whether a step slower would change nothing."""
        return self.slower() == self

    @property
    def at_fastest(self) -> bool:
        """Whether a step faster would change nothing."""
        return self.faster() == self

    def slower(self) -> Tempo:
        """One step slower: each phase times 1.25, rounded half up to 0.1 s, at most 6 s."""
        return self._scaled(_SLOWER)

    def faster(self) -> Tempo:
        """One step faster: each phase times 0.8, rounded half up to 0.1 s, at least 0.5 s."""
        return self._scaled(_FASTER)

    def to_wire(self) -> dict[str, float]:
        """The JSON form ``{"lift", "hold", "lower"}``, in seconds."""
        return {"lift": self.lift_s, "hold": self.hold_s, "lower": self.lower_s}

    @classmethod
    def from_wire(cls, value: Any) -> Tempo:
        """Read the JSON form.

        Raises:
            OutOfRange: a phase is outside its bounds or is not a number.
            PrescriptionError: a phase is missing.
        """
        fields = _fields("tempo_s", value, ("lift", "hold", "lower"))
        return cls(fields["lift"], fields["hold"], fields["lower"])

    def _scaled(self, factor: Decimal) -> Tempo:
        return Tempo(_scaled(self.lift_s, factor), _scaled(self.hold_s, factor), _scaled(self.lower_s, factor))


@dataclass(frozen=True)
class Prescription:
    """What is to be done in a session.

    Attributes:
        exercise: id of the exercise family.
        variation: id of the variation.
        band: colour of the band; None without a band.
        reps_per_side: reps of each side in a set, 1 to 30.
        sets: number of sets, 1 to 5.
        rest_s: whole seconds between the last leg down and the next set's first knee up, 10 to 300.
        start_side: the side that each set starts with.
        tempo: length of the phases.

    Raises:
        OutOfRange: a number is outside its bounds or is not a number.
        PrescriptionError: a name is empty or a side is neither left nor right.
    """

    exercise: str
    variation: str
    band: str | None
    reps_per_side: int
    sets: int
    rest_s: int
    start_side: Side
    tempo: Tempo

    def __post_init__(self) -> None:
        _name("exercise", self.exercise)
        _name("variation", self.variation)
        if self.band is not None:
            _name("band", self.band)
        _whole("reps_per_side", self.reps_per_side, REPS_PER_SIDE)
        _whole("sets", self.sets, SETS)
        _whole("rest_s", self.rest_s, REST_S)
        if self.start_side not in SIDES:
            raise PrescriptionError(f"start_side must be left or right, not {self.start_side!r}")
        if not isinstance(self.tempo, Tempo):
            raise PrescriptionError(f"tempo must be a Tempo, not {self.tempo!r}")

    def to_wire(self) -> dict[str, Any]:
        """The JSON form that clients get."""
        return {
            "exercise": self.exercise,
            "variation": self.variation,
            "band": self.band,
            "reps_per_side": self.reps_per_side,
            "sets": self.sets,
            "rest_s": self.rest_s,
            "start_side": self.start_side,
            "tempo_s": self.tempo.to_wire(),
        }

    @classmethod
    def from_wire(cls, value: Any) -> Prescription:
        """Read the JSON form.

        Raises:
            OutOfRange: a number is outside its bounds or is not a number.
            PrescriptionError: a field is missing or a name cannot be used.
        """
        names = ("exercise", "variation", "band", "reps_per_side", "sets", "rest_s", "start_side")
        fields = _fields("prescription", value, (*names, "tempo_s"))
        return cls(**{name: fields[name] for name in names}, tempo=Tempo.from_wire(fields["tempo_s"]))


def _scaled(seconds: float, factor: Decimal) -> float:
    low, high = PHASE_S
    tenths = (Decimal(str(seconds)) * factor).quantize(_TENTH, rounding=ROUND_HALF_UP)
    return min(high, max(low, float(tenths)))


def _seconds(field: str, value: Any) -> float:
    low, high = PHASE_S
    # NaN compares false with everything, so it fails here too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise OutOfRange(field, value, low, high)
    return float(value)


def _whole(field: str, value: Any, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise OutOfRange(field, cast(float, value), low, high)


def _name(field: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise PrescriptionError(f"{field} must be a name, not {value!r}")


def _fields(what: str, value: Any, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise PrescriptionError(f"{what} must be an object, not {type(value).__name__}")
    missing = [name for name in names if name not in value]
    if missing:
        raise PrescriptionError(f"{what} lacks {', '.join(missing)}")
    return value
