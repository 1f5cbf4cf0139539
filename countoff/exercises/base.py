"""The parts that every knowledge file shares: sources, facts, answers and topics."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=2, strip_whitespace=True)]
FactIds = Annotated[list[Id], Field(min_length=1)]
Load = Literal["none", "light", "medium", "strong", "very_strong"]
Place = Literal["standing", "wall", "floor", "bench", "bar"]
Range = Literal["half", "full"]
Need = Literal["band", "floor", "bench", "bar", "wall"]

LOADS: tuple[Load, ...] = ("none", "light", "medium", "strong", "very_strong")


class Strict(BaseModel):
    """Base of every knowledge model: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Strict):
    """Where a fact comes from.

    Attributes:
        spoken: the short name a voice says, e.g. "the Verywell Fit article".
        accessed: the day on which the source was read.
        licence: terms of the source; we take facts from it and no wording.
        cites: what the source itself rests on, where it says so.
    """

    id: Id
    title: Text
    author: Text
    address: Text
    accessed: datetime.date
    licence: Text
    spoken: Text
    cites: str | None = None
    note: str | None = None


class Fact(Strict):
    """One claim in our own words with its provenance.

    Attributes:
        value: the number or word of the claim where it has one.
        unit: unit of ``value``, e.g. ``s``, ``reps per side``, ``lb``.
        conflicts_with: facts that say something else; the relation is symmetrical.
        care: ``safety`` or ``dosage`` facts of one source are spoken as such.
        seed: numbers in the list of facts that the project started from, e.g. ``F09``.
    """

    id: Id
    claim: Text
    value: float | int | str | None = None
    unit: str | None = None
    kind: Literal["measured", "trial", "guideline", "expert", "convention"]
    sources: Annotated[list[Id], Field(min_length=1)]
    confidence: Literal["high", "medium", "low"]
    conflicts_with: list[Id] = []
    care: Literal["none", "safety", "dosage"] = "none"
    seed: list[Annotated[str, StringConstraints(pattern=r"^[FX]\d\d$")]] = []


class Answer(Strict):
    """What the coach says about a topic.

    Attributes:
        short: for a voice, at most 30 words and two sentences.
        long: for a screen, at most 90 words, without a source line.
        facts: what the sentences stand on.
        suggestions: intents to offer next; each has a ``Topic``.
        other: the same in other words, said when asked to put it differently.
    """

    short: Text
    long: Text
    facts: FactIds
    suggestions: Annotated[list[Id], Field(max_length=4)] = []
    other: Text | None = None


class Topic(Strict):
    """An intent that can be offered: what a button says, and the sentence it sends."""

    intent: Id
    label: Text
    ask: Text
