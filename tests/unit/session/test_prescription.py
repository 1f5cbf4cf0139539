"""Prescriptions: bounds, tempo steps and the wire form."""

from __future__ import annotations

from typing import Any

import pytest

from countoff.errors import OutOfRange
from countoff.session import Prescription, PrescriptionError, Tempo

WIRE: dict[str, Any] = {
    "exercise": "banded-psoas-march",
    "variation": "standing-band",
    "band": "yellow",
    "reps_per_side": 8,
    "sets": 1,
    "rest_s": 60,
    "start_side": "right",
    "tempo_s": {"lift": 1.0, "hold": 1.0, "lower": 2.0},
}
BOUNDS = [("reps_per_side", 1, 30), ("sets", 1, 5), ("rest_s", 10, 300)]


def test_wire_form_round_trips() -> None:
    made = Prescription.from_wire(WIRE)
    assert made.tempo == Tempo(1, 1, 2)
    assert made.to_wire() == WIRE


@pytest.mark.parametrize(("field", "low", "high"), BOUNDS)
def test_bounds_are_allowed_and_beyond_is_refused_with_the_range(field: str, low: int, high: int) -> None:
    for value in (low, high):
        assert Prescription.from_wire({**WIRE, field: value}).to_wire()[field] == value
    for value in (low - 1, high + 1, 10**400):
        with pytest.raises(OutOfRange) as caught:
            Prescription.from_wire({**WIRE, field: value})
        assert (caught.value.field, caught.value.value, caught.value.low, caught.value.high) == (
            field,
            value,
            low,
            high,
        )


@pytest.mark.parametrize("field", [name for name, _, _ in BOUNDS])
@pytest.mark.parametrize("value", [True, "8", 8.5, None, float("nan"), float("inf"), [8]], ids=repr)
def test_what_is_no_whole_number_is_refused(field: str, value: Any) -> None:
    with pytest.raises(OutOfRange, match=field):
        Prescription.from_wire({**WIRE, field: value})


@pytest.mark.parametrize("phase", ["lift", "hold", "lower"])
@pytest.mark.parametrize(
    "value", [0.49, 6.01, True, "1", None, float("nan"), float("inf"), 10**400], ids=lambda v: repr(v)[:9]
)
def test_a_phase_out_of_bounds_is_refused(phase: str, value: Any) -> None:
    with pytest.raises(OutOfRange, match=f"{phase}_s must be 0.5 to 6.0"):
        Prescription.from_wire({**WIRE, "tempo_s": {**WIRE["tempo_s"], phase: value}})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"exercise": ""}, "exercise must be a name"),
        ({"variation": 3}, "variation must be a name"),
        ({"band": " "}, "band must be a name"),
        ({"start_side": "both"}, "start_side must be left or right"),
        ({"start_side": ["left"]}, "start_side must be left or right"),
        ({"tempo_s": "slow"}, "tempo_s must be an object"),
        ({"tempo_s": {"lift": 1}}, "tempo_s lacks hold, lower"),
    ],
)
def test_other_faults_are_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PrescriptionError, match=says):
        Prescription.from_wire({**WIRE, **change})


def test_a_missing_field_is_named() -> None:
    with pytest.raises(PrescriptionError, match="prescription lacks sets"):
        Prescription.from_wire({name: value for name, value in WIRE.items() if name != "sets"})
    with pytest.raises(PrescriptionError, match="must be an object, not list"):
        Prescription.from_wire([])


def test_no_band_is_a_prescription() -> None:
    assert Prescription.from_wire({**WIRE, "band": None}).band is None


@pytest.mark.parametrize(
    ("tempo", "slower", "faster"),
    [
        ((1, 1, 2), (1.3, 1.3, 2.5), (0.8, 0.8, 1.6)),
        ((1.3, 1.3, 2.5), (1.6, 1.6, 3.1), (1.0, 1.0, 2.0)),
        ((0.5, 0.6, 6), (0.6, 0.8, 6), (0.5, 0.5, 4.8)),
        ((5, 5.5, 4.8), (6, 6, 6), (4, 4.4, 3.8)),
    ],
)
def test_tempo_steps(tempo: Any, slower: Any, faster: Any) -> None:
    assert Tempo(*tempo).slower() == Tempo(*slower)
    assert Tempo(*tempo).faster() == Tempo(*faster)


def test_tempo_bounds_are_told() -> None:
    assert Tempo(6, 6, 6).at_slowest
    assert not Tempo(6, 6, 5.9).at_slowest
    assert Tempo(0.5, 0.5, 0.5).at_fastest
    assert not Tempo(0.5, 0.5, 0.6).at_fastest


def test_every_tempo_reaches_both_bounds() -> None:
    tempo = Tempo(1, 1, 2)
    steps = 0
    while not tempo.at_slowest:
        tempo, steps = tempo.slower(), steps + 1
    assert tempo == Tempo(6, 6, 6)
    while not tempo.at_fastest:
        tempo, steps = tempo.faster(), steps + 1
    assert tempo == Tempo(0.5, 0.5, 0.5)
    assert steps < 40


def test_rep_length_in_milliseconds() -> None:
    assert Tempo(1.3, 0.5, 2.25).rep_ms == 4050
