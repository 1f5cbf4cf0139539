"""Numbers in messages: their values, what they count, and what is no number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from countoff.nlu.folding import fold
from countoff.nlu.numbers import Number, find_numbers

ROWS = Path(__file__).parents[2] / "nlu" / "entities" / "numbers.yml"


@pytest.mark.parametrize(
    "row", yaml.safe_load(ROWS.read_text(encoding="utf-8")), ids=lambda row: row["text"] or "empty"
)
def test_number(row: dict[str, Any]) -> None:
    actual = [f"{one.value} {one.role or ''}".strip() for one in find_numbers(row["text"])]
    assert row["numbers"] == actual


def test_place_and_words_of_a_number() -> None:
    assert [
        Number(3, "sets", 0, 5, "Three"),
        Number(90, "seconds", 20, 39, "a minute and a half"),
    ] == find_numbers("Three sets and rest a minute and a half")


@given(st.text())
def test_any_text_is_read_and_places_are_true(text: str) -> None:
    for one in find_numbers(text):
        assert text[one.start : one.end] == one.text


@given(st.text())
def test_folding_moves_no_character(text: str) -> None:
    assert len(text) == len(fold(text))


@given(st.integers(min_value=0, max_value=99_999))
def test_every_figure_is_read(value: int) -> None:
    assert [(value, "reps")] == [(one.value, one.role) for one in find_numbers(f"{value} reps")]
