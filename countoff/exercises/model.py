"""The typed model of an exercise family: names, variations, steps, rungs, dosage and answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from countoff.exercises.base import Answer, Fact, FactIds, Id, Load, Need, Place, Range, Strict, Text

Names = list[Text]


class ExerciseNames(Strict):
    """What the family is called, how it is said, and what recognisers hear instead."""

    canonical: Text
    aliases: Names
    spoken: Text
    misheard: Names


class VariationNames(Strict):
    """What a variation is called; ``spoken`` follows "the", as in "the standing march with a band"."""

    canonical: Text
    aliases: Names
    spoken: Text


class Muscles(Strict):
    """Muscles by their part in the movement."""

    primary: Annotated[Names, Field(min_length=1)]
    secondary: Names
    stabilisers: Names


class Step(Strict):
    """One step: ``long`` for a screen, ``short`` of one breath (25 words), ``other`` in other words."""

    long: Text
    short: Text
    other: Text
    facts: FactIds


class Variation(Strict):
    """One way to do the exercise.

    Attributes:
        loads: loads that make sense here; ``none`` means without a band.
        steps: None where the source names the variation and does not describe it.
        side_step: True where it is another way rather than a harder or easier one.
        overrides: how it departs from the steps of the default variation.
        not_after_pain: True where it is never offered after pain or a fall.
    """

    id: Id
    names: VariationNames
    place: Place
    range: Range = "full"
    needs: list[Need]
    loads: Annotated[list[Load], Field(min_length=1)]
    level: Literal["beginner", "intermediate", "advanced"]
    summary: Text
    facts: FactIds
    steps: Annotated[list[Step], Field(min_length=2)] | None = None
    side_step: bool = False
    overrides: str | None = None
    not_after_pain: bool = False


class Rung(Strict):
    """A place on the ladder, with the words said on arriving there.

    Attributes:
        arrive_easier: said when the user comes down to it: what changes and why.
        arrive_harder: said when the user goes up to it.
        arrive_place: said instead of either where the place changes.
    """

    id: Id
    variation: Id
    range: Range
    load: Load
    place: Place
    arrive_easier: Text | None = None
    arrive_harder: Text | None = None
    arrive_place: Text | None = None
    facts: FactIds


class Said(Strict):
    """A sentence with the facts it stands on."""

    text: Text
    facts: FactIds


class Ends(Strict):
    """What is said at either end of the ladder."""

    easiest: Said
    hardest: Said


class Amount(Strict):
    """A number of the dosage: the default, what the sources name, and what the engine allows."""

    default: int
    usual_min: int
    usual_max: int
    min: int
    max: int

    @model_validator(mode="after")
    def _ordered(self) -> Amount:
        if not self.min <= self.usual_min <= self.default <= self.usual_max <= self.max:
            raise ValueError("expected min ≤ usual_min ≤ default ≤ usual_max ≤ max")
        return self


class Dosage(Strict):
    """How much: repetitions per side, sets, and rest in seconds."""

    reps_per_side: Amount
    sets: Amount
    rest_s: Amount
    facts: FactIds


class Phase(Strict):
    """Seconds of one phase of a repetition, with the bounds the count allows."""

    default: Annotated[float, Field(ge=0.5, le=6)]
    min: Annotated[float, Field(ge=0.5, le=6)]
    max: Annotated[float, Field(ge=0.5, le=6)]

    @model_validator(mode="after")
    def _ordered(self) -> Phase:
        if not self.min <= self.default <= self.max:
            raise ValueError("expected min ≤ default ≤ max")
        return self


class TempoSpec(Strict):
    """The named phases of a repetition in the order in which they are done."""

    lift: Phase
    hold: Phase
    lower: Phase
    facts: FactIds


class Mistake(Strict):
    """A common mistake: how it looks, why it matters, its mend, and the key of a form cue."""

    id: Id
    looks: Text
    why: Text
    fix: Text
    cue: Id | None = None
    facts: FactIds


class Exercise(Strict):
    """One exercise family, as one file under ``knowledge/exercises`` holds it."""

    id: Id
    names: ExerciseNames
    summary: Said
    muscles: Muscles
    equipment: Names
    level: Literal["beginner", "intermediate", "advanced"]
    benefits: list[Said]
    default_variation: Id
    start_variation: Id
    variations: Annotated[dict[Id, Variation], Field(min_length=1)]
    rungs: Annotated[dict[Id, Rung], Field(min_length=1)]
    lines: dict[Id, Annotated[list[Id], Field(min_length=1)]]
    ends: Ends
    dosage: Dosage
    tempo: TempoSpec
    mistakes: Annotated[list[Mistake], Field(min_length=1)]
    cautions: Annotated[list[Said], Field(min_length=1)]
    preflight: Text
    preflight_facts: FactIds
    facts: dict[Id, Fact]
    answers: dict[str, Answer]

    @property
    def ladder(self) -> list[Rung]:
        """The rungs of the main line, easiest first."""
        return [self.rungs[rung] for rung in self.lines["main"]]
