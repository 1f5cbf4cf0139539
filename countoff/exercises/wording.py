"""Rules for the words of the knowledge base: length, tone and naming a lone source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from countoff.exercises.base import Answer, Fact, Source
from countoff.exercises.model import Exercise
from countoff.exercises.yaml_lines import KeyPath

SHORT_WORDS = 30
SHORT_SENTENCES = 2
LONG_WORDS = 90
STEP_WORDS = 25
PREFLIGHT_WORDS = 45

Fault = tuple[str, str]


def words(text: str) -> int:
    """How many words a text has, as a voice would say them."""
    return len(re.findall(r"[\w'\u2019]+(?:-[\w'\u2019]+)*", text))


def sentences(text: str) -> int:
    """How many sentences a text has."""
    return len(re.findall(r"[.?!](?=\s|$)", text))


def answer_faults(answer: Answer, facts: Sequence[Fact], sources: Mapping[str, Source]) -> Iterator[Fault]:
    """What is wrong with the words of an answer, each with its mend."""
    if words(answer.short) > SHORT_WORDS:
        yield f"has a short form of {words(answer.short)} words", f"Cut it to {SHORT_WORDS}."
    if sentences(answer.short) > SHORT_SENTENCES:
        yield f"has a short form of {sentences(answer.short)} sentences", f"Keep {SHORT_SENTENCES}."
    if words(answer.long) > LONG_WORDS:
        yield f"has a long form of {words(answer.long)} words", f"Cut it to {LONG_WORDS}."
    if words(answer.long) < words(answer.short) // 2:
        yield "has a long form shorter than half its short form", "Let the long form say at least as much."
    for text in (answer.short, answer.long, answer.other or ""):
        yield from tone_faults(text)
    lone = [fact for fact in facts if fact.care != "none" and len(fact.sources) == 1]
    if lone and not names_a_source(f"{answer.short} {answer.long}", lone, sources):
        yield f"rests on one source for '{lone[0].id}' and does not say so", 'Say "one source says", or name it.'


def names_a_source(text: str, facts: Sequence[Fact], sources: Mapping[str, Source]) -> bool:
    """Whether a text says that one source stands behind it, or names a source of the facts."""
    said = text.lower()
    marks = {"one source", "the article", "one page", "one seller", "our own"}
    marks.update(sources[source].spoken.lower() for fact in facts for source in fact.sources if source in sources)
    return any(mark in said for mark in marks)


def tone_faults(text: str) -> Iterator[Fault]:
    """What does not suit the voice of the coach."""
    if "!" in text:
        yield "has an exclamation mark", "Use a full stop."
    if text and not text.rstrip().endswith((".", "?")):
        yield "does not end in a full stop", "End the sentence."


def exercise_faults(exercise: Exercise) -> Iterator[tuple[KeyPath, str, str]]:
    """Faults in the steps and the preflight words of an exercise."""
    if words(exercise.preflight) > PREFLIGHT_WORDS:
        yield ("preflight",), "The preflight is more than one breath.", f"Cut it to {PREFLIGHT_WORDS} words."
    for variation in exercise.variations.values():
        for place, step in enumerate(variation.steps or []):
            path: KeyPath = ("variations", variation.id, "steps", place)
            if words(step.short) > STEP_WORDS:
                yield path, f"The short step has {words(step.short)} words.", f"Cut it to {STEP_WORDS}."
            for text in (step.short, step.long, step.other):
                for what, mend in tone_faults(text):
                    yield path, f"The step {what}.", mend
