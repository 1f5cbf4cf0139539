"""Colours and loads under both conventions."""

from __future__ import annotations

import pytest

from countoff.exercises import load_knowledge

BANDS = load_knowledge().bands


@pytest.mark.parametrize(
    ("colour", "brand", "load", "stronger"),
    [
        ("yellow", None, "light", "green"),
        ("green", None, "medium", "red"),
        ("red", None, "strong", "blue"),
        ("blue", "article", "strong", "black"),
        ("black", None, "very_strong", None),
        ("yellow", "theraband", "light", "red"),
        ("red", "theraband", "medium", "green"),
        ("green", "theraband", "medium", "blue"),
        ("black", "theraband", "very_strong", "silver"),
        ("gold", "theraband", "very_strong", None),
        ("yellow", "a brand nobody knows", "light", "green"),
        ("purple", None, None, None),
    ],
)
def test_a_colour_has_a_load_and_a_next(colour: str, brand: str | None, load: str | None, stronger: str | None) -> None:
    assert (BANDS.load_of(colour, brand), BANDS.next_in_set(colour, brand)) == (load, stronger)


@pytest.mark.parametrize(
    ("load", "brand", "colour"),
    [("light", None, "yellow"), ("strong", None, "red"), ("light", "theraband", "tan"), ("none", None, None)],
)
def test_a_load_has_a_colour(load: str, brand: str | None, colour: str | None) -> None:
    assert BANDS.colour_of(load, brand) == colour


def test_lighter_is_the_way_back() -> None:
    assert BANDS.lighter_in_set("green") == "yellow"
    assert BANDS.lighter_in_set("yellow") is None
    assert BANDS.colours_of("strong") == ["red", "blue"]


def test_every_colour_is_listed_once() -> None:
    assert len(BANDS.colours) == len(set(BANDS.colours))
    assert {"yellow", "green", "red", "blue", "black", "tan", "purple"} <= set(BANDS.colours)
