"""Walking the difficulty ladder: one step easier or harder, changing one thing at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from countoff.exercises.base import LOADS, Need
from countoff.exercises.model import Exercise, Rung

Direction = Literal["easier", "harder"]
Changed = Literal["range", "load", "place"]

_DIMENSIONS: tuple[Changed, ...] = ("range", "load", "place")


@dataclass(frozen=True)
class Move:
    """A step on the ladder: where it leads, what changed, and the words that say so."""

    rung: Rung
    changed: Changed
    why: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class AtEnd:
    """There is no further rung that the constraints allow; ``why`` offers what else can change."""

    direction: Direction
    why: str
    facts: tuple[str, ...]


def differences(one: Rung, other: Rung) -> list[Changed]:
    """Which of range, load and place differ between two rungs."""
    return [dimension for dimension in _DIMENSIONS if getattr(one, dimension) != getattr(other, dimension)]


def allowed(exercise: Exercise, rung: Rung, constraints: Collection[str], after_pain: bool = False) -> bool:
    """Whether a rung may be offered under constraints (``no_band``, ``no_floor`` …) and after pain or a fall."""
    variation = exercise.variations[rung.variation]
    needs: set[Need] = {need for need in variation.needs if need != "band"}
    if rung.load != "none":
        needs.add("band")
    if after_pain and variation.not_after_pain:
        return False
    return not any(f"no_{need}" in constraints for need in needs)


def step(
    exercise: Exercise,
    current: str,
    direction: Direction,
    constraints: Collection[str] = frozenset(),
    after_pain: bool = False,
) -> Move | AtEnd:
    """One rung easier or harder from where the user stands.

    Args:
        exercise: the family whose ladder is walked.
        current: id of a rung of ``exercise.rungs``.
        direction: which way to go.
        constraints: any of no_band, no_floor, no_bar, no_bench, no_wall.
        after_pain: True after pain or a fall; the bench and the bar are then left out.

    Raises:
        KeyError: the exercise has no such rung.
    """
    here = exercise.rungs[current]
    for rung in _ahead(exercise, current, direction):
        changes = differences(here, rung)
        if len(changes) == 1 and allowed(exercise, rung, constraints, after_pain):
            return Move(rung, changes[0], _words(exercise, rung, direction, changes), tuple(rung.facts))
    end = exercise.ends.easiest if direction == "easier" else exercise.ends.hardest
    return AtEnd(direction, end.text, tuple(end.facts))


def refit(exercise: Exercise, current: str, constraints: Collection[str], after_pain: bool = False) -> Move | None:
    """The nearest rung that the constraints still allow, never a harder load; None where the current one is fine.

    Raises:
        KeyError: the exercise has no such rung.
    """
    here = exercise.rungs[current]
    if allowed(exercise, here, constraints, after_pain):
        return None
    heaviest = LOADS.index(here.load)
    options = [
        rung
        for rung in exercise.rungs.values()
        if LOADS.index(rung.load) <= heaviest and allowed(exercise, rung, constraints, after_pain)
    ]
    if not options:
        return None
    best = min(options, key=lambda rung: (len(differences(here, rung)), heaviest - LOADS.index(rung.load)))
    changes = differences(here, best)
    changed: Changed = "place" if "place" in changes or not changes else changes[0]
    return Move(best, changed, _words(exercise, best, "easier", changes), tuple(best.facts))


def rung_for(exercise: Exercise, variation: str, load: str | None = None) -> Rung | None:
    """The rung of a variation whose load is nearest to the one asked for; None where the variation has no rung."""
    options = [rung for rung in exercise.rungs.values() if rung.variation == variation]
    if not options:
        return None
    wanted = LOADS.index(load) if load in LOADS else 0
    return min(options, key=lambda rung: (abs(LOADS.index(rung.load) - wanted), LOADS.index(rung.load)))


def _words(exercise: Exercise, rung: Rung, direction: Direction, changes: list[Changed]) -> str:
    """What is said on arriving: the words for a new place where that changes, else those for the direction."""
    by_direction = rung.arrive_easier if direction == "easier" else rung.arrive_harder
    by_place = rung.arrive_place if "place" in changes else None
    return by_place or by_direction or rung.arrive_place or exercise.variations[rung.variation].summary


def _ahead(exercise: Exercise, current: str, direction: Direction) -> Iterable[Rung]:
    """The rungs ahead on every line that holds the current one, nearest first, the main line before the others."""
    for name in sorted(exercise.lines, key=lambda line: line != "main"):
        line = exercise.lines[name]
        if current not in line:
            continue
        place = line.index(current)
        ids = line[place + 1 :] if direction == "harder" else line[:place][::-1]
        yield from (exercise.rungs[rung] for rung in ids)
