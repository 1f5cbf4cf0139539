"""Walking the ladder: one thing changes at a time, and what is lacking is respected."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from countoff.exercises import AtEnd, Move, load_knowledge, refit, rung_for, step
from countoff.exercises.ladder import differences

MARCH = load_knowledge().exercises["banded-psoas-march"]
CASES = yaml.safe_load((Path(__file__).parent / "ladder.yml").read_text(encoding="utf-8"))
IDS = [
    f"{c['from']}-{c['go']}-{'-'.join(c.get('without', []))}{'-after-pain' if c.get('after_pain') else ''}"
    for c in CASES
]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_one_step(case: dict[str, Any]) -> None:
    move = step(MARCH, case["from"], case["go"], set(case.get("without", [])), case.get("after_pain", False))
    if case["to"] == "end":
        assert isinstance(move, AtEnd)
        assert move.direction == case["go"]
    else:
        assert isinstance(move, Move)
        assert (move.rung.id, move.changed) == (case["to"], case["changed"])
    assert move.why
    assert move.facts


@pytest.mark.parametrize("family", sorted(load_knowledge().exercises))
def test_neighbours_differ_in_exactly_one_thing(family: str) -> None:
    for line in load_knowledge().exercises[family].lines.values():
        rungs = [load_knowledge().exercises[family].rungs[rung] for rung in line]
        assert [len(differences(one, other)) for one, other in itertools.pairwise(rungs)] == [1] * (len(rungs) - 1)


@pytest.mark.parametrize("rung", sorted(MARCH.rungs))
@pytest.mark.parametrize("go", ["easier", "harder"])
def test_after_pain_no_step_leads_to_bench_or_bar(rung: str, go: Any) -> None:
    move = step(MARCH, rung, go, after_pain=True)
    assert isinstance(move, AtEnd) or move.rung.place not in ("bench", "bar")


@pytest.mark.parametrize(
    ("rung", "without", "to"),
    [
        ("band-medium", {"no_band"}, "full-none"),
        ("lying-light", {"no_floor"}, "band-light"),
        ("lying-none", {"no_floor"}, "full-none"),
        ("bench-light", {"no_bench"}, "band-light"),
        ("bar-very-strong", {"no_bar"}, "band-very-strong"),
        ("wall-light", {"no_wall"}, "band-light"),
        ("lying-light", {"no_band", "no_floor"}, "full-none"),
        ("band-light", {"no_bar"}, None),
    ],
)
def test_a_rung_is_refitted_to_what_is_there(rung: str, without: set[str], to: str | None) -> None:
    move = refit(MARCH, rung, without)
    assert (move.rung.id if move else None) == to
    assert move is None or move.why


@pytest.mark.parametrize(
    ("variation", "load", "rung"),
    [
        ("standing-no-band", None, "full-none"),
        ("standing-band", None, "band-light"),
        ("standing-band", "strong", "band-strong"),
        ("lying", "light", "lying-light"),
        ("feet-elevated", "light", "bench-light"),
        ("hanging", "none", "bar-very-strong"),
        ("no-such", "light", None),
    ],
)
def test_a_variation_and_a_load_give_a_rung(variation: str, load: str | None, rung: str | None) -> None:
    found = rung_for(MARCH, variation, load)
    assert (found.id if found else None) == rung


def test_an_unknown_rung_is_refused() -> None:
    with pytest.raises(KeyError):
        step(MARCH, "no-such", "easier")
