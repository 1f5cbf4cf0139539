"""Messages that hold several questions, and those that only look so."""

from __future__ import annotations

import pytest

from countoff.nlu.clauses import MAX_CLAUSES, split_clauses

CASES: dict[str, list[str]] = {
    "which band should I use": ["which band should I use"],
    "which band should I use and how many reps": ["which band should I use", "how many reps"],
    "Which band? How many reps?": ["Which band", "How many reps"],
    "how high, and what do my arms do": ["how high", "what do my arms do"],
    "how high does the knee go, how fast": ["how high does the knee go", "how fast"],
    "how high, but is it safe": ["how high", "but is it safe"],
    "which band + how many reps": ["which band", "how many reps"],
    "do I swap legs and um when do I breathe": ["do I swap legs", "um when do I breathe"],
    "how often, and for how long": ["how often", "for how long"],
    "left and right": ["left and right"],
    "red and green bands": ["red and green bands"],
    "the front and back of my hip hurt": ["the front and back of my hip hurt"],
    "do I need a band, a bench and a wall": ["do I need a band, a bench and a wall"],
    "eight, no, ten a side": ["eight, no, ten a side"],
    "Rest 1.5 minutes.": ["Rest 1.5 minutes"],
    "I did 2.5 sets. How many are left?": ["I did 2.5 sets", "How many are left"],
    "how do I do it\nand which band": ["how do I do it", "and which band"],
    "hello; start": ["hello", "start"],
    "HOW HIGH AND WHAT ABOUT ARMS": ["HOW HIGH", "WHAT ABOUT ARMS"],
    "": [],
    "   ": [],
    "?!": [],
    "...": [],
    "\U0001f4aa": [],
}


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=[repr(text) for text in CASES])
def test_clauses(text: str, expected: list[str]) -> None:
    assert expected == [clause.text for clause in split_clauses(text)]


@pytest.mark.parametrize("text", [*CASES, "  which band ,  and   how many reps  ? ", "a? b! c; d.  e\n\nf"])
def test_a_clause_stands_where_it_says(text: str) -> None:
    before = 0
    for clause in split_clauses(text):
        assert clause.text == text[clause.start : clause.end]
        assert before <= clause.start < clause.end <= len(text)
        before = clause.end


def test_no_more_clauses_than_can_be_answered() -> None:
    assert len(split_clauses("why? " * 50)) == MAX_CLAUSES
    assert [clause.text for clause in split_clauses("why? " * 50)] == ["why"] * MAX_CLAUSES


def test_a_long_message_is_split_quickly() -> None:
    assert split_clauses("and how " * 20_000)
