"""Versions of the exercise that are named, known or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from countoff.dialogue import answering, wording
from countoff.dialogue.context import Context
from countoff.exercises import Exercise


def names_unknown(ctx: Context) -> bool:
    """Whether the message names a version ("the kneeling march") that no exercise has."""
    utterance = ctx.utterance
    if utterance.values("variation"):
        return False
    known = {word for exercise in ctx.knowledge.exercises.values() for word in _words_of(exercise)}
    for start, words in wording.versions_in(utterance.text):
        about = [e for e in utterance.entities if e.start < start + len(words) and start < e.end]
        if not about and any(word not in known and word not in wording.PLAIN for word in words.lower().split()):
            return True
    return False


def say_unknown(ctx: Context, response: str = "utter_version_unknown") -> None:
    """Say that it is not known, and which there are."""
    ctx.turn.say(response)
    answering.answer_question(replace(ctx, utterance=ctx.utterance.as_intent("ask_variations")))


def _words_of(exercise: Exercise) -> Iterator[str]:
    names = [exercise.names.canonical, exercise.names.spoken, *exercise.names.aliases]
    for variation in exercise.variations.values():
        names += [variation.names.canonical, variation.names.spoken, *variation.names.aliases]
    for name in names:
        yield from name.lower().replace("-", " ").split()
