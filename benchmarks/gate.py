"""The regression gate of `make check`: what is understood and counted may not fall below ``floors.yml``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from itertools import groupby, pairwise, product
from pathlib import Path

import yaml

from benchmarks.held_out import Scores, texts
from benchmarks.parse import read
from countoff.exercises.cues import load_cue_book
from countoff.session import Plan, Prescription, Side, Tempo, make_plan
from countoff.training import ensure_model

FLOORS = Path(__file__).with_name("floors.yml")
TEMPOS = (Tempo(0.5, 0.5, 0.5), Tempo(1.0, 1.0, 2.0), Tempo(1.3, 0.7, 2.4), Tempo(6.0, 6.0, 6.0))
SIDES: tuple[Side, Side] = ("right", "left")


def measure() -> dict[str, float]:
    """Every figure that has a floor, as a share from 0 to 1."""
    scores = Scores(asyncio.run(read(str(ensure_model()), texts()))["parses"])
    safety = scores.safety()
    return {
        "intent": scores.intents()["all"],
        "entities": scores.entities()["found"],
        "out_of_scope": scores.scope()["out_of_scope"],
        "in_scope_taken": 1 - scores.scope()["refused"],
        "safety_recall": safety["recall"],
        "harmless_left_alone": 1 - safety["false_alarms"],
        "plan_exact": plan_exactness(),
    }


def plan_exactness(plans: Callable[[Prescription], Plan] | None = None) -> float:
    """Share of counts that lie exactly one rep of both legs after the one before, with the right number and side.

    Args:
        plans: makes the plan of a prescription; the coach's own if None.
    """
    book = load_cue_book()
    make = plans or (lambda prescription: make_plan(prescription, book))
    found = [exact for one in prescriptions() for exact in _exact_counts(make(one), one)]
    return sum(found) / len(found)


def prescriptions() -> list[Prescription]:
    """Sets of every kind: short and long, one and several, both sides first, the fastest and the slowest tempo."""
    return [
        Prescription("banded-psoas-march", "standing-band", None, reps, sets, 20, side, tempo)
        for reps, sets, side, tempo in product((1, 8, 30), (1, 2), SIDES, TEMPOS)
    ]


def _exact_counts(plan: Plan, wanted: Prescription) -> list[bool]:
    rep_ms = wanted.tempo.lift_ms + wanted.tempo.hold_ms + wanted.tempo.lower_ms
    counts = [cue for cue in plan.cues if cue.kind == "count"]
    exact = [len(counts) == 2 * wanted.reps_per_side * wanted.sets]
    for _, members in groupby(counts, key=lambda cue: cue.set):
        listed = list(members)
        exact.append(listed[0].side == wanted.start_side and listed[0].rep == 1)
        for before, after in pairwise(listed):
            number = (before.rep or 0) + (after.side == wanted.start_side)
            exact.append(after.at_ms - before.at_ms == rep_ms and after.side != before.side and after.rep == number)
    return exact


def main() -> int:
    """Print every figure beside its floor; 1 if one is below."""
    floors: dict[str, float] = yaml.safe_load(FLOORS.read_text(encoding="utf-8"))
    found = measure()
    if set(found) != set(floors):
        print(f"{FLOORS.name} must hold exactly these: {', '.join(found)}.", file=sys.stderr)
        return 1
    for name, value in found.items():
        mark = "" if value >= floors[name] else "   BELOW ITS FLOOR"
        print(f"{name:20} {value:.4f}   floor {floors[name]:.4f}{mark}")
    return int(any(value < floors[name] for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
